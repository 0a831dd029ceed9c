"""What keeps pages true: review dates that pass, «J’ai relu», links that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, Role
from home.audience.rules import keep_inside
from home.feedback.queries import ENOUGH_ANSWERS
from home.models import GuidePage, LinkCheck, PageFeedback, ReviewReminder
from home.rereading.models import PublishingMode
from home.rereading.rules import policy_of
from home.tenancy.own import current_desk
from home.upkeep.links import A_RUN, look_at_links, pages_with_broken_links
from home.upkeep.reviews import remind_due
from tests.factories import join
from tests.home.factories import Intranet, document, guide


def passed(place: Intranet, slug: str = "vieux", **data: Any) -> GuidePage:
    """Return a published guide whose review date was ten days ago."""
    page = guide(place, slug, **data)
    page.review_before = timezone.localdate() - timedelta(days=10)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def owned(place: Intranet, person: Any, **data: Any) -> GuidePage:
    page = passed(place, **data)
    GuidePage.objects.filter(pk=page.pk).update(owner=person)
    page.refresh_from_db()
    return page


def told() -> list[Any]:
    notices = Notice.objects.filter(kind="page_to_review")
    return list(notices.order_by("pk").values_list("recipient", flat=True))


def test_the_author_is_reminded_once_for_each_date(vallees: Intranet) -> None:
    author = vallees.person("editor")
    vallees.person("editor")
    page = owned(vallees, author)
    guide(vallees, "jeune")
    assert remind_due() == 1
    assert remind_due() == 0
    assert told() == [author.pk]
    notice = Notice.objects.get(kind="page_to_review")
    assert notice.organisation == vallees.organisation
    assert notice.path == f"/cms/relire/{page.pk}/"

    GuidePage.objects.update(review_before=timezone.localdate() - timedelta(days=1))
    GuidePage.objects.filter(slug="jeune").update(review_before=None)
    guides = GuidePage.objects.live().filter(review_before__isnull=False).count()
    assert remind_due() == guides  # a date that was not told of yet
    assert remind_due() == 0


def test_who_answers_for_the_page_is_reminded_rather_than_who_made_it(vallees: Intranet) -> None:
    maker, answers = vallees.person("editor"), vallees.person("editor")
    page = owned(vallees, maker)
    GuidePage.objects.filter(pk=page.pk).update(author=answers)
    assert remind_due() == 1
    assert told() == [answers.pk]

    Role.objects.filter(membership__user=answers).delete()
    ReviewReminder.objects.all().delete()
    assert remind_due() == 1
    assert told() == [answers.pk, maker.pk]


def test_the_desk_names_nobody_who_has_left_the_house(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    author = vallees.person("editor", first_name="Aminata", last_name="Diallo")
    owned(vallees, author)
    browser = client_for(vallees.person("editor"), vallees.host)
    assert "Aminata Diallo" in browser.get("/cms/").content.decode()
    author.memberships.update(ends_at=timezone.now())
    page = browser.get("/cms/").content.decode()
    assert "Aminata" not in page
    assert "personne n’en répond plus ici" in page


def test_who_left_is_not_reminded_but_those_who_write_today(
    vallees: Intranet, dunes: Intranet
) -> None:
    author, other = vallees.person("editor"), vallees.person("editor")
    owned(vallees, author)
    Role.objects.filter(membership__user=author).delete()
    join(author, dunes.organisation, "editor")
    assert remind_due() == 1
    assert told() == [other.pk]


def test_with_nobody_to_tell_nothing_fails(vallees: Intranet) -> None:
    passed(vallees)
    assert remind_due() == 0
    assert ReviewReminder.objects.count() == 1


def test_i_have_read_it_sets_a_new_date_and_publishes_the_same_words(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    page, browser = passed(vallees), client_for(vallees.person("editor"), vallees.host)
    path = f"/cms/relire/{page.pk}/"
    assert "J’ai relu" in browser.get("/cms/").content.decode()
    assert "rien à changer" in browser.get(path).content.decode()
    until = timezone.localdate() + timedelta(days=90)
    answer = browser.post(path, {"until": until.isoformat()})
    assert answer["Location"] == "/cms/"
    before, page = page, GuidePage.objects.get(pk=page.pk)
    assert (page.reread_on, page.review_before) == (timezone.localdate(), until)
    assert page.live
    assert not page.has_unpublished_changes
    assert page.last_published_at > before.last_published_at
    assert list(page.body.raw_data) == list(before.body.raw_data)
    assert path not in browser.get("/cms/").content.decode()


@pytest.mark.parametrize("days", [-1, 0, 3 * 365 + 1, None])
def test_a_date_that_cannot_be_is_refused_and_kept(
    vallees: Intranet, client_for: Callable[..., Client], days: int | None
) -> None:
    page, browser = passed(vallees), client_for(vallees.person("editor"), vallees.host)
    typed = "hier" if days is None else (timezone.localdate() + timedelta(days=days)).isoformat()
    answer = browser.post(f"/cms/relire/{page.pk}/", {"until": typed})
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Choisissez un jour à venir" in shown or "Écrivez un jour qui existe" in shown
    assert f'value="{typed}"' in shown
    page.refresh_from_db()
    assert page.review_before < timezone.localdate()


def test_changes_that_wait_do_not_go_out_with_the_date(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    page, browser = passed(vallees), client_for(vallees.person("editor"), vallees.host)
    page.title = "Pas encore"
    page.save_revision()
    path = f"/cms/relire/{page.pk}/"
    assert "ne sont pas publiées" in browser.get(path).content.decode()
    until = timezone.localdate() + timedelta(days=90)
    assert "ne sont pas publiées" in browser.post(path, {"until": until}).content.decode()
    page = GuidePage.objects.get(pk=page.pk)
    assert page.title != "Pas encore"
    assert page.review_before < timezone.localdate()


def test_who_may_not_publish_is_led_to_a_rereading(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    policy = policy_of(vallees.site)
    policy.mode = PublishingMode.COORDINATION
    policy.save()
    page, browser = passed(vallees), client_for(vallees.person("editor"), vallees.host)
    until = timezone.localdate() + timedelta(days=90)
    answer = browser.post(f"/cms/relire/{page.pk}/", {"until": until})
    assert "demandez une relecture" in answer.content.decode()
    page.refresh_from_db()
    assert page.review_before < timezone.localdate()


def test_anothers_guide_is_as_if_it_were_not(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    theirs = passed(dunes, title="Guide des dunes")
    LinkCheck.objects.create(page=theirs, broken_count=1, broken=[broken_link()])
    browser = client_for(vallees.person("coordinator"), vallees.host)
    assert browser.get(f"/cms/relire/{theirs.pk}/").status_code == 404
    until = timezone.localdate() + timedelta(days=90)
    assert browser.post(f"/cms/relire/{theirs.pk}/", {"until": until}).status_code == 404
    assert "dunes" not in browser.get("/cms/").content.decode()
    section = vallees.page("guides")
    assert browser.get(f"/cms/relire/{section.pk}/").status_code == 404


def broken_link() -> dict[str, str]:
    return {"words": "la fiche", "place": "bloc 1, texte", "reason": "gone"}


def linked(place: Intranet, slug: str, *links: str) -> GuidePage:
    words = "".join(f"<p>Voir {link}.</p>" for link in links)
    return guide(place, slug, body=[{"paragraph": words}])


def found(page: GuidePage) -> list[tuple[str, str]]:
    check = LinkCheck.objects.get(page=page)
    assert check.broken_count == len(check.broken)
    return [(link["words"], link["reason"]) for link in check.broken]


def test_links_that_lead_nowhere_are_found(vallees: Intranet) -> None:
    good, hidden, gone = (guide(vallees, slug) for slug in ("bon", "retire", "perdu"))
    note = document(vallees)
    page = linked(
        vallees,
        "lie",
        f'<a linktype="page" id="{good.pk}">le bon</a>',
        f'<a linktype="page" id="{hidden.pk}">le retiré</a>',
        f'<a linktype="page" id="{gone.pk}">le perdu</a>',
        f'<a linktype="document" id="{note.pk}">la note</a>',
        '<a linktype="document" id="999999">la fiche</a>',
        '<a href="https://exemple.test/">ailleurs</a>',
    )
    hidden.unpublish()
    gone.delete()
    while look_at_links():
        pass
    expected = [("le retiré", "unpublished"), ("le perdu", "gone"), ("la fiche", "no_document")]
    assert found(page) == expected
    assert found(good) == []


def test_what_was_mended_is_no_longer_shown(vallees: Intranet) -> None:
    page = linked(vallees, "lie", '<a linktype="page" id="999999">perdu</a>')
    while look_at_links():
        pass
    assert list(pages_with_broken_links(page.__class__.objects.all())) == [page]
    page.body = [("paragraph", "Plus de lien.")]
    page.save_revision().publish()
    assert not pages_with_broken_links(page.__class__.objects.all())
    assert look_at_links() == 1
    assert found(page) == []


def test_a_run_is_bounded_and_begins_with_what_was_never_looked_at(vallees: Intranet) -> None:
    runs = 0
    while look_at_links():
        runs += 1
    assert runs == 1 + (LinkCheck.objects.count() - 1) // A_RUN
    LinkCheck.objects.update(checked_at=timezone.now() - timedelta(days=2))
    newest = guide(vallees, "nouveau")
    look_at_links()
    assert LinkCheck.objects.filter(page=newest).exists()


def test_the_first_screen_asks_as_much_for_few_as_for_many(
    vallees: Intranet,
    client_for: Callable[..., Client],
    django_assert_max_num_queries: Any,
    django_assert_num_queries: Any,
) -> None:
    person = vallees.person("editor")
    browser = client_for(person, vallees.host)

    def add(number: int) -> None:
        for rank in range(number):
            page = owned(vallees, person, slug=f"page-{GuidePage.objects.count()}-{rank}")
            LinkCheck.objects.create(
                page=page, broken_count=1, broken=[broken_link()], checked_at=timezone.now()
            )

    add(1)
    browser.get("/cms/")
    with django_assert_max_num_queries(60) as few:
        browser.get("/cms/")
    add(5)
    with django_assert_num_queries(len(few.captured_queries)):
        shown = browser.get("/cms/").content.decode()
    assert shown.count("la page a été supprimée") == 6
    assert current_desk.get() is None


def test_more_than_a_screen_is_counted(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    for rank in range(10):
        passed(vallees, f"vieux-{rank}")
    shown = client_for(vallees.person("editor"), vallees.host).get("/cms/").content.decode()
    assert "Et 2 autres, plus récents." in shown


def test_pages_that_help_few_stand_beside_what_is_stale(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    theirs = guide(dunes, "sable", title="Guide des dunes")
    browser = client_for(vallees.person("editor"), vallees.host)
    said(theirs, yes=0)
    first = browser.get("/cms/").content.decode()
    assert "Tout est à jour" in first
    assert "Pages qui aident peu" not in first

    page = guide(vallees, "tri", title="Trier")
    said(page, yes=2)
    shown = browser.get("/cms/").content.decode()
    assert "2 oui sur 5 réponses (40\u00a0%)" in shown.replace("&nbsp;", "\u00a0")
    assert f'href="/cms/avis/?sur={page.pk}"' in shown
    assert "Tout est à jour" not in shown
    assert "dunes" not in shown

    for rank in range(9):
        said(guide(vallees, f"autre-{rank}"), yes=1)
    assert "Et 2 autres, <a" in browser.get("/cms/").content.decode()


def said(page: GuidePage, yes: int) -> None:
    PageFeedback.objects.bulk_create(
        PageFeedback(page=page, answer="yes" if number < yes else "no")
        for number in range(ENOUGH_ANSWERS)
    )


def test_the_day_itself_is_not_late(vallees: Intranet) -> None:
    page = passed(vallees)
    GuidePage.objects.filter(pk=page.pk).update(review_before=timezone.localdate())
    assert remind_due() == 0


def test_a_public_page_does_not_tell_where_what_is_kept_inside_is(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    kept = guide(vallees, "cible")
    words = f'<a linktype="page" id="{kept.pk}">la cible</a>'
    public, inside = linked(vallees, "lie", words), linked(vallees, "autre", words)
    editor, agent = vallees.person("editor"), vallees.person("agent")
    anybody = client_for(None, vallees.host)
    address = kept.url
    assert f'href="{address}"' in anybody.get(public.url).content.decode()

    keep_inside(GuidePage.objects.get(pk=kept.pk), editor)
    keep_inside(GuidePage.objects.get(pk=inside.pk), editor)
    seen = anybody.get(public.url).content.decode()
    assert "la cible" in seen
    assert "cible/" not in seen
    assert (
        "/interne/guides/cible/" in client_for(agent, vallees.host).get(public.url).content.decode()
    )
    while look_at_links():
        pass
    assert found(public) == [("la cible", "inside")]
    assert found(inside) == []
