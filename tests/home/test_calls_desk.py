"""What editors do with answers, and what they never see."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.spreadsheets import inert
from home.calls import rules
from home.calls.models import CallAnswer, CallPage, CallQuestion
from home.calls.stories import title_for
from home.models import StoryPage
from home.provisioning.starter import FIRST_CALL, add_call, install_starter
from tests.home.factories import Intranet, call, given


@pytest.fixture
def page(vallees: Intranet) -> CallPage:
    return call(vallees, title="Racontez")


@pytest.fixture
def editor(vallees: Intranet) -> Any:
    return vallees.person("editor")


@pytest.fixture
def desk(vallees: Intranet, editor: Any, client_for: Callable[..., Client]) -> Client:
    browser = client_for(editor, vallees.host)
    browser.get("/cms/")
    return browser


def signed(place: Intranet, page: CallPage, text: str = "Dite.", consent: str = "no") -> CallAnswer:
    agent = place.person("agent", first_name="Karim", last_name="Belaïd")
    return rules.answer_named(page, agent, given(page, text), consent)


def nameless(page: CallPage, text: str = "Tue.", consent: str = "unnamed") -> CallAnswer:
    return rules.answer_unnamed(page, AnonymousUser(), given(page, text), consent)


def address(answer: CallAnswer, end: str = "") -> str:
    return f"/cms/appels/{answer.call_id}/{answer.pk}/{end}"


def test_an_editor_reads_filters_and_marks(
    vallees: Intranet, page: CallPage, desk: Client, editor: Any
) -> None:
    first, second = signed(vallees, page, "Avec <i>nom</i>."), nameless(page, "Sans nom du tout.")
    assert "2 à lire" in desk.get("/cms/appels/").content.decode()
    path = f"/cms/appels/{page.pk}/"
    first_screen = desk.get("/cms/").content.decode()
    assert "2 réponses à l’appel" in first_screen
    assert f'href="{path}"' in first_screen
    listed = desk.get(path).content.decode()
    assert "Avec &lt;i&gt;nom&lt;/i&gt;." in listed
    assert "Karim Belaïd" in listed
    filtered = desk.get(f"{path}?accord=unnamed&etat=new").content.decode()
    assert "Sans nom du tout." in filtered
    assert "Karim Belaïd" not in filtered
    assert "Une réponse sans nom" in desk.get(address(second)).content.decode()
    # Looking changes nothing; marking leads to the next one to read.
    assert CallAnswer.objects.waiting().count() == 2
    marked = desk.post(address(second), {"decision": "read", "seal": second.seal})
    assert marked["Location"] == address(first)
    assert (
        desk.post(address(first), {"decision": "to_tell", "seal": first.seal})["Location"] == path
    )
    assert not CallAnswer.objects.waiting()
    assert f'href="{path}"' not in desk.get("/cms/").content.decode()


def test_nonsense_in_the_address_is_answered_kindly(page: CallPage, desk: Client) -> None:
    answer = nameless(page)
    for path, status in (
        (f"/cms/appels/{page.pk}/?etat=zut&accord=%00&page=-3", 200),
        (f"/cms/appels/{page.pk}/reponses.exe", 404),
        (f"/cms/appels/{page.pk}/zzzzzzzzzz/", 404),
        ("/cms/appels/99999999999999999999/", 404),
    ):
        assert desk.get(path).status_code == status, path
    assert desk.post(address(answer), {"decision": "zut", "seal": answer.seal}).status_code == 302


def test_others_find_nothing_there(
    vallees: Intranet, dunes: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    theirs = nameless(call(dunes, "la-bas"))
    mine = nameless(page)
    paths = [f"/cms/appels/{page.pk}/", f"/cms/appels/{page.pk}/reponses.csv", address(mine)]
    paths += [address(mine, "supprimer/"), f"/cms/appels/{page.pk}/{theirs.pk}/"]
    for user in (vallees.person("agent"), vallees.person("manager"), dunes.person("editor")):
        browser = client_for(user, vallees.host)
        assert [browser.get(path).status_code for path in paths] == [404] * len(paths)
        assert browser.post(address(mine, "supprimer/")).status_code == 404
    browser = client_for(vallees.person("editor"), vallees.host)
    assert browser.get(address(theirs)).status_code == 404
    assert browser.get(f"/cms/appels/{page.pk}/{theirs.pk}/").status_code == 404
    assert "la-bas" not in browser.get("/cms/appels/").content.decode()
    assert client_for(None, vallees.host).get(paths[0]).status_code == 302
    assert CallAnswer.objects.count() == 2


def test_a_page_of_answers_costs_the_same_for_few_and_many(
    vallees: Intranet, page: CallPage, desk: Client
) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(path).status_code == 200
        return len(queries)

    signed(vallees, page)
    paths = [f"/cms/appels/{page.pk}/", "/cms/appels/", f"/cms/appels/{page.pk}/reponses.csv"]
    few = [cost(path) for path in paths]
    for number in range(12):
        signed(vallees, page, f"{number}")
        nameless(page, f"Sans nom {number}")
        call(vallees, f"autre-{number}")
    assert [cost(path) for path in paths] == few


@pytest.mark.parametrize("text", ["=1+1", "+33 6", "-2", "@somme", "\t=1", " =1", "＝1"])
def test_nothing_typed_acts_as_a_formula(
    vallees: Intranet, page: CallPage, desk: Client, text: str
) -> None:
    assert inert(text).startswith("'")
    signed(vallees, page, text, "first_name")
    nameless(page, "Une phrase ; un point-virgule.")
    csv = desk.get(f"/cms/appels/{page.pk}/reponses.csv")
    assert csv.content.startswith(b"\xef\xbb\xbf")
    lines = csv.content.decode("utf-8-sig")
    assert f"'{text}" in lines
    assert '"Une phrase ; un point-virgule."' in lines
    answer = desk.get(f"/cms/appels/{page.pk}/reponses.xlsx?accord=first_name")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet.max_row == 2
    cell = sheet.cell(2, 5)
    assert (cell.data_type, cell.value) == ("s", text)


def test_an_answer_without_a_name_is_exported_without_one(page: CallPage, desk: Client) -> None:
    nameless(page, "Tue.")
    row = desk.get(f"/cms/appels/{page.pk}/reponses.csv").content.decode().splitlines()[1]
    assert row == f"{timezone.localdate().isoformat()};;oui, sans mon nom;à lire;Tue.;"


def test_a_question_that_left_the_call_keeps_its_answers(
    vallees: Intranet, page: CallPage, desk: Client
) -> None:
    answer = nameless(page, "Gardée.")
    CallQuestion.objects.filter(call=page).first().delete()  # type: ignore[union-attr]
    exported = desk.get(f"/cms/appels/{page.pk}/reponses.csv").content.decode()
    assert "Que s’est-il passé\u00a0?" in exported
    assert "Gardée." in exported
    assert "Que s’est-il passé\u00a0?" in desk.get(address(answer)).content.decode()


@pytest.mark.parametrize(
    ("audience", "consent", "person"),
    [("public", "first_name", "Karim"), ("internal", "unnamed", "")],
)
def test_an_answer_becomes_the_draft_of_a_story_beside_its_call(
    vallees: Intranet, desk: Client, editor: Any, audience: str, consent: str, person: str
) -> None:
    page = call(vallees, "a-raconter", audience=audience, title="Racontez")
    answer = signed(vallees, page, "Un <script>mot</script>\n\nSuite", consent)
    sent = desk.post(address(answer), {"decision": "story", "seal": answer.seal})
    story = StoryPage.objects.get()
    assert sent["Location"] == f"/cms/pages/{story.pk}/edit/"
    assert not story.live
    assert (story.person, story.owner) == (person, editor)
    section = vallees.page(*(["interne"] if audience == "internal" else []), "recits")
    assert story.get_parent().pk == section.pk
    kinds = [block.block_type for block in story.body]
    assert kinds == ["heading", "paragraph"]
    assert "&lt;script&gt;mot&lt;/script&gt;" in story.body[1].value.source
    assert desk.get(sent["Location"]).status_code == 200
    # A double click, or another editor: the same draft.
    assert (
        desk.post(address(answer), {"decision": "story", "seal": answer.seal})["Location"]
        == sent["Location"]
    )
    assert StoryPage.objects.count() == 1


def test_without_consent_nothing_becomes_a_story(page: CallPage, desk: Client) -> None:
    answer = nameless(page, consent="no")
    assert "En faire un récit" not in desk.get(address(answer)).content.decode()
    refused = desk.post(address(answer), {"decision": "story", "seal": answer.seal}, follow=True)
    assert "n’a pas donné son accord" in refused.content.decode()
    assert not StoryPage.objects.exists()


def test_an_answer_is_deleted_after_one_more_question(page: CallPage, desk: Client) -> None:
    answer = nameless(page)
    assert "Supprimer cette réponse" in desk.get(address(answer, "supprimer/")).content.decode()
    assert CallAnswer.objects.exists()
    desk.post(address(answer, "supprimer/"), {"seal": answer.seal})
    assert not CallAnswer.objects.exists()


SENT = [("", "read"), ("", "to_tell"), ("", "story"), ("supprimer/", "")]


@pytest.mark.parametrize(("end", "decision"), SENT)
@pytest.mark.parametrize(("text", "consent"), [("Dite.", "no"), ("Autre.", "first_name")])
def test_what_changed_since_it_was_read_is_not_decided_of(
    vallees: Intranet,
    page: CallPage,
    desk: Client,
    end: str,
    decision: str,
    text: str,
    consent: str,
) -> None:
    """The words or the consent: the screen is shown again as things are, and says why."""
    answer = signed(vallees, page, "Dite.", "first_name")
    screen = desk.get(address(answer, end)).content.decode()
    (seal,) = re.findall(r'name="seal" value="(\w+)"', screen)
    rules.change(answer, given(page, text), consent)
    sent = {"decision": decision, "seal": seal}
    told = desk.post(address(answer, end), sent, follow=True).content.decode()
    assert "a changé depuis que vous l’avez ouverte" in told
    assert text in told
    kept = CallAnswer.objects.get()
    assert (kept.state, kept.consent, kept.story) == ("new", consent, None)
    assert not StoryPage.objects.exists()
    # Without a seal: as if nothing had been read.
    desk.post(address(answer, end), {"decision": decision})
    assert CallAnswer.objects.get().state == "new"
    if decision != "story" or consent != "no":
        desk.post(address(answer, end), sent | {"seal": kept.seal})
        assert not CallAnswer.objects.filter(state="new").exists()


@pytest.mark.parametrize(("end", "decision"), SENT)
def test_what_was_taken_back_since_it_was_read_is_said(
    vallees: Intranet, dunes: Intranet, page: CallPage, desk: Client, end: str, decision: str
) -> None:
    """And another's answer is not told from one that is not there."""
    answer = signed(vallees, page, "Dite.", "first_name")
    seal, path = answer.seal, address(answer, end)
    rules.withdraw(answer)
    theirs = nameless(call(dunes, "la-bas"))
    for gone in (path, f"/cms/appels/{page.pk}/{theirs.pk}/{end}"):
        told = desk.post(gone, {"decision": decision, "seal": seal}, follow=True)
        assert told.redirect_chain == [(f"/cms/appels/{page.pk}/", 302)]
        assert "Cette réponse n’est plus là" in told.content.decode()
    assert desk.post(address(theirs, end), {"decision": decision}).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.state, theirs.story) == ("new", None)


def test_a_call_is_not_deleted_with_its_answers(
    vallees: Intranet, page: CallPage, editor: Any, client_for: Callable[..., Client]
) -> None:
    nameless(page)
    browser = client_for(vallees.person("coordinator"), vallees.host)
    refused = browser.post(f"/cms/pages/{page.pk}/delete/", follow=True)
    assert "Supprimez-les d’abord" in refused.content.decode()
    assert CallPage.objects.filter(pk=page.pk).exists()


# --- Writing a call ----------------------------------------------------------------------------


def fields(page: CallPage, **more: Any) -> dict[str, Any]:
    """Return what the form of the page sends."""
    questions = page.questions.all()
    sent: dict[str, Any] = {
        "title": page.title,
        "slug": page.slug,
        "summary": "",
        "thanks": "",
        "icon": "",
        "image": "",
        "body-count": 0,
        "closes_at": (timezone.localtime() + timedelta(days=9)).strftime("%Y-%m-%d %H:%M"),
        "accepts_unnamed": "on",
        "questions-TOTAL_FORMS": len(questions),
        "questions-INITIAL_FORMS": len(questions),
        "questions-MIN_NUM_FORMS": 1,
        "questions-MAX_NUM_FORMS": 20,
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "go_live_at": "",
        "expire_at": "",
        "action-publish": "1",
    }
    for number, question in enumerate(questions):
        for name in ("label", "help", "kind", "choices"):
            sent[f"questions-{number}-{name}"] = getattr(question, name)
        sent[f"questions-{number}-id"] = question.pk
        sent[f"questions-{number}-ORDER"] = number + 1
    return sent | more


def test_a_call_is_published_from_its_form(page: CallPage, desk: Client) -> None:
    link = f"/cms/appels/{page.pk}/"
    assert link in desk.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    answer = desk.post(f"/cms/pages/{page.pk}/edit/", fields(page, title="Autre titre"))
    assert answer.status_code == 302, answer.context["form"].errors
    page.refresh_from_db()
    assert page.title == "Autre titre"
    assert timezone.is_aware(page.closes_at)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"closes_at": "2020-01-01 10:00"}, "Cette date est passée"),
        ({"questions-1-choices": "Un seul"}, "Écrivez de 2 à 20 choix"),
        ({"questions-1-choices": "x" * 121 + "\ny"}, "Un choix tient en 120 signes"),
        ({"questions-0-kind": "file"}, "Choisissez dans la liste"),
    ],
)
def test_what_a_call_cannot_be_is_said(
    page: CallPage, desk: Client, changes: dict[str, str], words: str
) -> None:
    answer = desk.post(f"/cms/pages/{page.pk}/edit/", fields(page, **changes))
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_a_closed_call_is_still_corrected(vallees: Intranet, desk: Client) -> None:
    page = call(vallees, "clos", closes_in_days=-10)
    before = timezone.localtime(page.closes_at).strftime("%Y-%m-%d %H:%M")
    answer = desk.post(f"/cms/pages/{page.pk}/edit/", fields(page, closes_at=before, title="Clos"))
    assert answer.status_code == 302, answer.context["form"].errors


def test_a_question_of_another_call_is_neither_taken_nor_changed(
    vallees: Intranet, dunes: Intranet, page: CallPage, desk: Client
) -> None:
    theirs = call(dunes, "la-bas").questions.all()[0]
    sent = fields(page, **{"questions-0-id": theirs.pk, "questions-0-label": "Prise ?"})
    assert desk.post(f"/cms/pages/{page.pk}/edit/", sent).status_code == 302
    theirs.refresh_from_db()
    assert theirs.label == "Que s’est-il passé\u00a0?"
    assert page.questions.filter(label="Prise ?").exists()
    for nonsense in ("abc", "", "99999999999999999999"):
        sent = fields(page, **{"questions-0-id": nonsense, "questions-INITIAL_FORMS": "2"})
        assert desk.post(f"/cms/pages/{page.pk}/edit/", sent).status_code in (200, 302)


def test_the_desk_offers_a_call_with_its_questions_ready(vallees: Intranet, desk: Client) -> None:
    assert "un appel" in desk.get("/cms/").content.decode()
    section = vallees.page("appels")
    new = f"/cms/pages/add/home/callpage/{section.pk}/?modele=initiative"
    text = desk.get(new).content.decode()
    assert "Racontez-nous une initiative née sans attendre" in text
    assert "Qu’est-ce que cela a rendu possible ?" in text


def test_the_first_call_comes_as_a_draft_and_only_once(vallees: Intranet) -> None:
    for _ in range(2):
        install_starter(vallees.site)
    page = CallPage.objects.get()
    assert not page.live
    assert page.questions.count() == 8
    assert add_call(vallees.site, FIRST_CALL) == page


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("On a gardé les planches. Puis l’hiver.", "«\u00a0On a gardé les planches\u00a0»"),
        ("Qui ferme ?", "«\u00a0Qui ferme\u00a0?\u00a0»"),
        ("mot " * 40, "«\u00a0" + "mot " * 19 + "mot…\u00a0»"),
        ("m" * 200, "«\u00a0" + "m" * 80 + "…\u00a0»"),
    ],
)
def test_a_story_begins_with_the_first_sentence_told_as_its_title(
    page: CallPage, told: str, title: str
) -> None:
    assert title_for(nameless(page, told)) == title
