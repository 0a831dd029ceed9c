"""Consent to publish is taken back as easily as it was given, and editors hear of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction

from accounts.models import Membership, Notice, User
from accounts.personal_data import registry
from accounts.personal_data.erasure import erase
from home.audience.files import publishing_problems
from home.calls import rules
from home.calls.models import CallAnswer, CallPage
from home.calls.notices import tell_of_new_answers
from home.calls.stories import make_story
from home.desk.pages import EditPageView
from home.models import StoryPage
from home.pages.stories import ConsentGone
from home.scheduling import settle_due
from tests.home.desk_forms import guide_form, rich
from tests.home.factories import Intranet, call, given

NBSP = "\u00a0"
MOST_QUERIES = 20
AT = "/appels/appel/"


@pytest.fixture
def page(vallees: Intranet) -> CallPage:
    return call(vallees, title="Racontez")


@pytest.fixture
def karim(vallees: Intranet) -> User:
    return vallees.person("agent", first_name="Karim", last_name="Belaïd")


@pytest.fixture
def editor(vallees: Intranet, client_for: Callable[..., Client]) -> User:
    editor = vallees.person("editor")
    client_for(editor, vallees.host).get("/cms/")  # where their rights are put in order
    return editor


@pytest.fixture
def answer(page: CallPage, karim: User) -> CallAnswer:
    return rules.answer_named(page, karim, given(page, "Les bacs."), "first_name")


@pytest.fixture
def browser(vallees: Intranet, karim: User, client_for: Callable[..., Client]) -> Client:
    return client_for(karim, vallees.host)


def close(page: CallPage) -> None:
    CallPage.objects.filter(pk=page.pk).update(closes_at=timezone.now() - timedelta(days=1))


def told(editor: User) -> list[str]:
    return list(
        Notice.objects.filter(recipient=editor).order_by("pk").values_list("subject", flat=True)
    )


# --- The person ------------------------------------------------------------------------------


def test_consent_is_changed_and_the_answer_withdrawn_after_closing(
    page: CallPage, answer: CallAnswer, browser: Client
) -> None:
    close(page)
    shown = browser.get(page.url).content.decode()
    assert "Changer mon accord de publication" in shown
    assert "Modifier ma réponse" not in shown
    sent = browser.post(page.url, {"consent_alone": "1", "consent": "no"})
    assert sent["Location"] == f"{AT}?accord=1#repondre"
    answer.refresh_from_db()
    assert (answer.consent, answer.opening) == ("no", "Les bacs.")
    after = browser.get(sent["Location"]).content.decode()
    assert "Votre accord de publication est enregistré." in after
    assert "non, pas du tout" in after
    gone = browser.post(page.url, {"withdraw": "1"})
    assert not CallAnswer.objects.exists()
    assert "Votre réponse est retirée" in browser.get(gone["Location"]).content.decode()
    # Again, from another tab: said, and nothing breaks.
    assert browser.post(page.url, {"withdraw": "1"}).status_code == 302
    late = browser.post(page.url, {"consent_alone": "1", "consent": "unnamed"})
    assert late.status_code == 409
    assert "Rien n’a été changé" in late.content.decode()


def test_words_rest_after_closing_and_what_was_typed_is_given_back(
    page: CallPage, answer: CallAnswer, browser: Client
) -> None:
    close(page)
    first = page.questions.all()[0]
    late = browser.post(
        page.url, {first.name: "Autre <b>chose</b>.", "consent": "no", "change": "1"}
    )
    assert late.status_code == 409
    text = late.content.decode()
    assert "votre texte ne change plus" in text
    assert "Autre &lt;b&gt;chose&lt;/b&gt;." in text
    assert "Changer mon accord de publication" in text
    answer.refresh_from_db()
    assert (answer.consent, answer.opening) == ("first_name", "Les bacs.")


@pytest.mark.parametrize("consent", ["", "oui", "\0", "x" * 5000])
def test_a_consent_that_is_none_is_asked_again(
    page: CallPage, answer: CallAnswer, browser: Client, consent: str
) -> None:
    close(page)
    for path in (page.url, f"/mes-reponses/{answer.pk}/"):
        asked = browser.post(path, {"consent_alone": "1", "consent": consent})
        assert asked.status_code == 200
        text = asked.content.decode()
        assert "À corriger" in text
        assert '<details class="more no-print" open>' in text
    answer.refresh_from_db()
    assert answer.consent == "first_name"


def test_ones_answers_are_found_when_the_call_has_left_the_site(
    vallees: Intranet,
    page: CallPage,
    answer: CallAnswer,
    karim: User,
    browser: Client,
    client_for: Callable[..., Client],
) -> None:
    assert f'href="{AT}"' in browser.get("/mes-reponses/").content.decode()
    page.unpublish()
    Membership.objects.filter(user=karim).update(
        starts_at=timezone.now() - timedelta(days=9), ends_at=timezone.now() - timedelta(days=1)
    )
    assert browser.get(page.url).status_code == 404
    mine = browser.get("/mes-reponses/").content.decode()
    assert "Les bacs." in mine
    assert "Racontez" not in mine  # the page that they may no longer read
    form = f"/mes-reponses/{answer.pk}/"
    other = client_for(vallees.person("agent"), vallees.host)
    assert "Les bacs." not in other.get("/mes-reponses/").content.decode()
    assert "retirée ou supprimée" in (
        other.post(form, {"withdraw": "1"}, follow=True).content.decode()
    )
    changed = browser.post(form, {"consent_alone": "1", "consent": "no"}, follow=True)
    assert f"Votre accord est enregistré{NBSP}: non, pas du tout." in changed.content.decode()
    answer.refresh_from_db()
    assert answer.consent == "no"
    assert browser.get(form)["Location"] == "/mes-reponses/"
    gone = browser.post(form, {"withdraw": "1"}, follow=True).content.decode()
    assert "il n’en reste rien ici" in gone
    assert "Aucune réponse signée" in gone
    assert not CallAnswer.objects.exists()


def test_the_list_costs_the_same_for_few_and_many(
    vallees: Intranet, karim: User, answer: CallAnswer, browser: Client
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/mes-reponses/").status_code == 200
        return len(queries)

    browser.get("/mes-reponses/")
    few = cost()
    for number in range(9):
        other = call(vallees, f"autre-{number}")
        rules.answer_named(other, karim, given(other, "Oui."), "no")
    assert cost() == few <= MOST_QUERIES


# --- The editors -----------------------------------------------------------------------------


def test_editors_hear_of_what_changes_once_they_have_read(
    page: CallPage, answer: CallAnswer, editor: User
) -> None:
    rules.change(answer, given(page, "Les grands bacs."), "first_name")
    assert not told(editor)  # nobody had read the first words
    answer.refresh_from_db()
    rules.mark(answer, "read")
    rules.change(answer, given(page, "Les petits bacs."), "first_name")
    notice = Notice.objects.get()
    assert notice.subject == "Une réponse que vous aviez lue a changé"
    assert notice.path == f"/cms/appels/{page.pk}/{answer.pk}/"
    assert "petits bacs" not in notice.body
    answer.refresh_from_db()
    assert answer.state == "new"
    # Told already: not once more tomorrow.
    CallAnswer.objects.update(answered_on=timezone.localdate() - timedelta(days=3))
    assert tell_of_new_answers() == 0
    rules.mark(answer, "to_tell")
    rules.change(answer, given(page, "Les petits bacs."), "first_name")
    answer.refresh_from_db()
    assert (answer.state, len(told(editor))) == ("to_tell", 1)  # the same words: nothing to say


@pytest.mark.parametrize(
    ("words", "consent", "said"),
    [
        ("Les bacs.", "unnamed", "Un accord de publication a changé"),
        ("Les grands bacs.", "unnamed", "Une réponse et son accord de publication ont changé"),
        ("Les grands bacs.", "first_name", "Une réponse que vous aviez lue a changé"),
    ],
)
def test_editors_of_a_story_are_told_what_changed_and_how_things_stand(
    page: CallPage, answer: CallAnswer, editor: User, words: str, consent: str, said: str
) -> None:
    story = make_story(answer, editor)
    rules.change(answer, given(page, words), consent)
    notice = Notice.objects.get()
    assert notice.subject == said
    assert "Karim" not in notice.body  # it would outlive the answer
    assert notice.path == f"/cms/pages/{story.pk}/edit/"
    assert ("oui, sans mon nom" in notice.body) == (consent == "unnamed")


def test_a_withdrawal_is_told_to_who_had_read(
    page: CallPage, answer: CallAnswer, editor: User
) -> None:
    rules.mark(answer, "read")
    close(page)
    rules.withdraw(answer)
    notice = Notice.objects.get()
    assert notice.subject == "Une réponse que vous aviez lue est retirée"
    assert "Karim" not in notice.body
    assert notice.path == f"/cms/appels/{page.pk}/"
    rules.withdraw(answer)
    assert len(told(editor)) == 1


def test_a_story_whose_consent_was_taken_back_is_not_published(
    vallees: Intranet,
    page: CallPage,
    answer: CallAnswer,
    editor: User,
    client_for: Callable[..., Client],
) -> None:
    story = make_story(answer, editor)
    close(page)
    rules.change_consent(answer, "no")
    for public in (True, False):
        problems = StoryPage.objects.get(pk=story.pk).publication_problems(public=public)
        assert "retiré son accord" in problems["call_answer"]
    desk = client_for(editor, vallees.host)
    shown = desk.get(f"/cms/appels/{page.pk}/{answer.pk}/").content.decode()
    assert "dépubliez-le ou supprimez-le" in shown
    rules.change_consent(answer, "unnamed")
    assert "call_answer" not in StoryPage.objects.get(pk=story.pk).publication_problems(public=True)


GONE = "a été retirée ou effacée le"


def withdraw_it(answer: CallAnswer) -> None:
    rules.withdraw(answer)


def erase_its_author(answer: CallAnswer) -> None:
    erase(answer.author)


@pytest.mark.parametrize("goes", [withdraw_it, erase_its_author])
def test_a_story_whose_answer_is_gone_waits_for_a_new_consent(
    vallees: Intranet,
    answer: CallAnswer,
    editor: User,
    client_for: Callable[..., Client],
    goes: Callable[[CallAnswer], None],
) -> None:
    """Neither by hand, nor at its date, nor once re-read; not even from a version of before."""
    story = StoryPage.objects.get(pk=make_story(answer, editor).pk)
    story.consent_scope, story.consent_by = StoryPage.Consent.PUBLIC, "Karim"
    story.consent_at = timezone.now()
    story.go_live_at = timezone.now() + timedelta(hours=1)
    dated = story.save_revision(user=editor)
    dated.publish(user=editor)
    assert not publishing_problems(dated.as_object())
    goes(answer)
    before = StoryPage.objects.get(pk=story.pk).get_latest_revision()
    assert any(GONE in problem for problem in publishing_problems(before.as_object()))
    assert settle_due(timezone.now() + timedelta(hours=2)) == 0
    assert not StoryPage.objects.get(pk=story.pk).live
    desk = client_for(editor, vallees.host)
    assert GONE in desk.get(f"/cms/pages/{story.pk}/edit/").content.decode()
    # Confirmed anew: also the same day, but after, not before nor at that very moment.
    withdrawn = timezone.now() - timedelta(seconds=90)
    StoryPage.objects.filter(pk=story.pk).update(answer_withdrawn_at=withdrawn)
    anew = StoryPage.objects.get(pk=story.pk).get_latest_revision_as_object()
    for early in (withdrawn - timedelta(seconds=1), withdrawn):
        anew.consent_at = early
        assert any(GONE in problem for problem in publishing_problems(anew))
    anew.consent_at = timezone.now() + timedelta(minutes=5)
    assert any("à venir" in problem for problem in publishing_problems(anew))
    anew.consent_at = withdrawn + timedelta(seconds=30)
    assert not publishing_problems(anew)
    anew.go_live_at = None
    anew.save_revision(user=editor).publish(user=editor)
    kept = StoryPage.objects.get(pk=story.pk)
    assert (kept.live, kept.answer_withdrawn_at) == (True, withdrawn)


def agreed(answer: CallAnswer, editor: User) -> StoryPage:
    """Return the draft of a story with all that publishing asks."""
    story = StoryPage.objects.get(pk=make_story(answer, editor).pk)
    story.consent_scope, story.consent_by = StoryPage.Consent.PUBLIC, "Karim"
    story.consent_at = timezone.now()
    story.save_revision(user=editor)
    return story


def refuse(answer: CallAnswer) -> None:
    rules.change_consent(answer, "no")


@pytest.mark.parametrize("goes", [withdraw_it, erase_its_author, refuse])
def test_what_was_read_before_a_withdrawal_does_not_publish_after_it(
    answer: CallAnswer, editor: User, goes: Callable[[CallAnswer], None]
) -> None:
    story = agreed(answer, editor)
    publication = PublishPageRevisionAction(story.latest_revision, user=editor)
    goes(answer)
    with pytest.raises(ConsentGone):
        publication.execute()
    assert not StoryPage.objects.get(pk=story.pk).live


def test_a_story_read_before_a_withdrawal_is_saved_and_the_withdrawal_kept(
    answer: CallAnswer, editor: User
) -> None:
    """Online or not; a new publication of one that is online is refused too."""
    for online in (False, True):
        story = agreed(answer, editor)
        if online:
            story.latest_revision.publish(user=editor)
        old = StoryPage.objects.get(pk=story.pk)
        moment = timezone.now()
        StoryPage.objects.filter(pk=story.pk).update(answer_withdrawn_at=moment)
        old.save()
        assert old.answer_withdrawn_at == moment
        old.answer_withdrawn_at = None
        old.save(update_fields=["answer_withdrawn_at"])
        assert StoryPage.objects.get(pk=story.pk).answer_withdrawn_at == moment
        with pytest.raises(ConsentGone):
            old.latest_revision.publish(user=editor)
        assert StoryPage.objects.get(pk=story.pk).live == online
        StoryPage.objects.filter(pk=story.pk).update(answer_withdrawn_at=None)


def test_a_withdrawal_while_the_editor_publishes_keeps_what_they_wrote(
    vallees: Intranet,
    answer: CallAnswer,
    editor: User,
    client_for: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between the check of the form and the publication: said, and nothing typed is lost."""
    story = agreed(answer, editor)
    desk = client_for(editor, vallees.host)
    form = f"/cms/pages/{story.pk}/edit/"
    filled = guide_form(
        [("paragraph", rich("Les bacs."))],
        title="Un titre tapé",
        slug=story.slug,
        consent_scope="public",
        consent_by="Karim",
        consent_at=f"{timezone.localdate():%d/%m/%Y}",  # a day alone is its beginning
        **{"action-publish": "1"},
    )
    run_hook = EditPageView.run_hook

    def withdrawn_meanwhile(view: EditPageView, name: str, *args: Any) -> Any:
        if name == "before_publish_page":
            rules.withdraw(answer)
        return run_hook(view, name, *args)

    monkeypatch.setattr(EditPageView, "run_hook", withdrawn_meanwhile)
    told = desk.post(form, filled, follow=True).content.decode()
    assert GONE in told
    assert "est gardé en brouillon" in told
    assert "Un titre tapé" in told
    kept = StoryPage.objects.get(pk=story.pk)
    assert (kept.live, kept.answer_withdrawn_at is None) == (False, False)


def test_a_copy_of_a_story_is_a_draft_that_waits_for_the_consent_too(
    vallees: Intranet, client_for: Callable[..., Client], answer: CallAnswer, editor: User
) -> None:
    """Only the platform's staff has Wagtail's screen. What is read already stays online."""
    story = agreed(answer, editor)
    story.latest_revision.publish(user=editor)
    StoryPage.objects.filter(pk=story.pk).update(answer_withdrawn_at=timezone.now())
    staff = User.objects.create_superuser(email="plateforme@demo.example", password="x")
    browser = client_for(staff, vallees.host)
    form = {"new_title": "Copie", "new_parent_page": story.get_parent().pk}
    for asked in ("publish_copies", "alias"):
        copied = browser.post(
            f"/cms/pages/{story.pk}/copy/", {**form, "new_slug": f"par-{asked}", asked: "on"}
        )
        assert copied.status_code == 302
    assert list(StoryPage.objects.live()) == [story]
    copies = StoryPage.objects.exclude(pk=story.pk)
    assert [copy.awaits_new_consent for copy in copies] == [True, True]


def test_a_purge_by_time_leaves_the_consent_of_a_story(
    vallees: Intranet, page: CallPage, answer: CallAnswer, editor: User
) -> None:
    story = make_story(answer, editor)
    close(page)
    retention = registry.retention("call_answers")
    assert retention.erase(retention.due(vallees.organisation, timezone.now())) == 1
    assert StoryPage.objects.get(pk=story.pk).answer_withdrawn_at is None


# --- What is erased --------------------------------------------------------------------------


def test_editors_hear_that_answers_of_stories_are_erased_and_not_whose(
    vallees: Intranet, page: CallPage, answer: CallAnswer, editor: User, karim: User
) -> None:
    rules.answer_unnamed(page, AnonymousUser(), given(page, "Sans récit."), "no")
    story = make_story(answer, editor)
    erase(karim)
    notice = Notice.objects.get(recipient=editor)
    assert notice.subject == "Une réponse effacée, un récit à relire"
    assert notice.path == f"/cms/pages/{story.pk}/edit/"
    assert story.title in notice.body
    for name in ("Karim", "Belaïd"):
        assert name not in notice.subject + notice.body
    assert StoryPage.objects.filter(pk=story.pk).exists()


def test_a_purge_tells_once_for_all_the_stories_of_a_call(
    vallees: Intranet, dunes: Intranet, page: CallPage, answer: CallAnswer, editor: User
) -> None:
    other = rules.answer_unnamed(page, AnonymousUser(), given(page, "Sans nom."), "unnamed")
    for one in (answer, other):
        make_story(one, editor)
    theirs = call(dunes, "la-bas", closes_in_days=-60)
    CallAnswer.objects.create(call=theirs, consent="no", given=[])
    close(page)
    retention = registry.retention("call_answers")
    assert retention.erase(retention.due(vallees.organisation, timezone.now())) == 2
    assert told(editor) == ["2 réponses effacées, des récits à relire"]
    notice: Any = Notice.objects.get()
    assert notice.organisation == vallees.organisation
    assert notice.path == f"/cms/pages/{vallees.page('recits').pk}/"
    assert CallAnswer.objects.get().call == theirs
