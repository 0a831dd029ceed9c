"""Who may read which page, and what reading costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from accounts.models import Membership
from accounts.readers import forget_reader
from home.models import GuidePage, HomePage, NewsPage, SchemePage, SectionPage, StoryPage
from home.provisioning.pages import words_for
from home.provisioning.sites import provision_platform
from home.provisioning.starter import add_track, install_platform_pages
from home.queries import audience_tokens, pages_visible_to, public_elsewhere
from home.signals import pages_changed
from tests.factories import UserFactory
from tests.home.factories import Intranet, guide, news, picture, story

MOST_QUERIES = 20


def titles(pages: Any) -> set[str]:
    return {page.title for page in pages}


@pytest.fixture
def written(vallees: Intranet, dunes: Intranet) -> Intranet:
    guide(vallees, "ouvert", title="Ouvert")
    guide(vallees, "entre-nous", title="Entre nous", audience="internal")
    guide(vallees, "brouillon", title="Brouillon").unpublish()
    guide(dunes, "ailleurs", title="Ailleurs")
    guide(dunes, "chez-eux", title="Chez eux", audience="internal")
    return vallees


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ("nobody", {"Ouvert"}),
        ("stranger", {"Ouvert"}),
        ("neighbour", {"Ouvert"}),
        ("agent", {"Ouvert", "Entre nous"}),
    ],
)
def test_the_restricted_branch_is_for_members_of_this_collectivite(
    written: Intranet, dunes: Intranet, reader: str, seen: set[str]
) -> None:
    people = {
        "nobody": AnonymousUser(),
        "stranger": UserFactory(),
        "neighbour": dunes.person("agent", "coordinator"),
        "agent": written.person("agent"),
    }
    pages = pages_visible_to(people[reader], written.site).filter(content_type__model="guidepage")
    assert titles(pages) == seen


def test_a_membership_that_ends_closes_the_branch_at_once(written: Intranet) -> None:
    agent = written.person("agent")
    assert "Entre nous" in titles(pages_visible_to(agent, written.site))
    Membership.objects.filter(user=agent).update(ends_at=timezone.now())
    forget_reader(agent)
    assert "Entre nous" not in titles(
        pages_visible_to(agent, written.site).filter(content_type__model="guidepage")
    )


def test_only_the_public_pages_of_others_are_found_elsewhere(written: Intranet) -> None:
    found = titles(public_elsewhere(written.site).filter(content_type__model="guidepage"))
    assert found == {"Ailleurs"}


def test_tokens_say_who_may_find_a_page(written: Intranet, dunes: Intranet) -> None:
    by_slug = {page.slug: page.pk for page in Page.objects.all()}
    tokens = audience_tokens(list(by_slug.values()))
    assert tokens[by_slug["ouvert"]] == ["public"]
    assert tokens[by_slug["entre-nous"]] == [f"org:{written.organisation.pk}"]
    assert tokens[by_slug["chez-eux"]] == [f"org:{dunes.organisation.pk}"]
    assert by_slug["brouillon"] not in tokens
    assert Page.get_first_root_node().pk not in tokens


@pytest.mark.parametrize(
    ("reader", "status"), [("nobody", 404), ("neighbour", 404), ("agent", 200)]
)
@pytest.mark.parametrize("path", ["/interne/", "/interne/guides/", "/interne/guides/entre-nous/"])
def test_a_restricted_page_answers_as_if_it_did_not_exist(
    written: Intranet,
    dunes: Intranet,
    client_for: Callable[..., Client],
    reader: str,
    status: int,
    path: str,
) -> None:
    people = {
        "nobody": None,
        "neighbour": dunes.person("agent", "editor"),
        "agent": written.person("agent"),
    }
    answer = client_for(people[reader], written.host).get(path)
    assert answer.status_code == status
    if reader == "nobody":
        assert "Se connecter" in answer.content.decode()


def test_a_page_restricted_elsewhere_is_refused_to_other_members_too(
    written: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    page = written.page("guides", "ouvert")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    neighbour = client_for(dunes.person("agent"), written.host)
    assert neighbour.get("/guides/ouvert/").status_code == 404
    agent = client_for(written.person("agent"), written.host)
    assert agent.get("/guides/ouvert/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/pistes/",
        "/guides/",
        "/guides/ouvert/",
        "/recits/",
        "/recits/recit/",
        "/actualites/",
        "/actualites/nouvelle/",
        "/interne/",
        "/plan-du-site/",
        "/theme.css",
    ],
)
def test_each_page_costs_at_most_twenty_queries_few_or_many(
    written: Intranet,
    client_for: Callable[..., Client],
    django_assert_max_num_queries: Callable[..., Any],
    path: str,
) -> None:
    image = picture(written)
    story(written, image=image)
    news(written, image=image)
    news(written, "entre-nous", image=image, audience="internal")
    agent = written.person("agent", "editor")
    browser = client_for(agent, written.host)
    browser.get(path)  # fills the renditions and Wagtail's cache of addresses
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        assert browser.get(path).status_code == 200
    for number in range(15):
        guide(written, f"guide-{number}")
        story(written, f"recit-{number}", image=image)
        news(written, f"nouvelle-{number}", image=image, audience="internal")
    browser.get(path)
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        assert browser.get(path).status_code == 200
    assert abs(len(many) - len(few)) <= 1, _difference(few, many)


def _difference(few: CaptureQueriesContext, many: CaptureQueriesContext) -> str:
    known = {query["sql"] for query in few.captured_queries}
    return "\n".join(q["sql"][:200] for q in many.captured_queries if q["sql"] not in known)


def test_a_section_lists_by_track_and_by_screen(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    add_track(vallees.site, {"slug": "portage", "title": "Portage"}, words_for(vallees.site))
    guide(vallees, "avec", title="Avec la piste", track="portage")
    for number in range(13):
        guide(vallees, f"sans-{number}", title=f"Sans {number}")
    browser = client_for(None, vallees.host)
    first = browser.get("/guides/").content.decode()
    assert "Page </span>2" in first
    only = browser.get("/guides/?piste=portage").content.decode()
    assert "Avec la piste" in only
    assert "Sans 1" not in only
    assert browser.get("/guides/?piste=inconnue&page=999999").status_code == 200
    assert browser.get("/guides/?page=abc").status_code == 200


def test_a_page_of_another_site_is_not_served_here(
    written: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    assert client_for(None, written.host).get("/guides/ailleurs/").status_code == 404
    assert client_for(None, dunes.host).get("/guides/ailleurs/").status_code == 200


def test_what_editors_type_is_shown_as_text(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    story(
        vallees,
        title="<script>alert(1)</script>",
        summary="<img src=x onerror=alert(1)>",
        person="<b>Léa</b>",
        body=[{"quote": {"text": "<script>1</script>", "author": "<i>x</i>"}}],
    )
    text = client_for(None, vallees.host).get("/recits/recit/").content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "<script>1" not in text


def test_the_parents_of_each_type_are_strict(vallees: Intranet) -> None:
    guides, stories = vallees.page("guides"), vallees.page("recits")
    assert GuidePage.can_create_at(guides)
    assert not GuidePage.can_create_at(stories)
    assert StoryPage.can_create_at(vallees.page("interne", "recits"))
    assert not NewsPage.can_create_at(vallees.root)
    assert not SchemePage.can_create_at(guides)
    assert not SectionPage.can_create_at(vallees.root)
    assert not HomePage.can_create_at(Page.get_first_root_node())


def test_changes_are_told_with_the_pages_they_reach(vallees: Intranet) -> None:
    told: list[set[int]] = []

    def note(page_ids: list[int], **kwargs: Any) -> None:
        told.append(set(page_ids))

    pages_changed.connect(note)
    try:
        page = guide(vallees)
        assert {page.pk} in told
        told.clear()
        page.save_revision().publish()
        assert {page.pk} in told
        told.clear()
        page.unpublish()
        assert {page.pk} in told
        told.clear()
        section = vallees.page("guides")
        PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)
        assert {section.pk, page.pk} in told
        told.clear()
        page.delete()
        assert {page.pk} in told
    finally:
        pages_changed.disconnect(note)


def test_the_platform_presents_the_collectivites(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    provision_platform("localhost")
    install_platform_pages(provision_platform("localhost"))
    text = client_for().get("/").content.decode()
    assert "/mentions-legales/" in text
    assert "Les Vallées" in text
    assert Site.objects.filter(is_default_site=True).count() == 1
    assert not Page.objects.filter(title__startswith="Welcome").exists()
