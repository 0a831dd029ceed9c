"""Answering a call: with one's name, or without leaving anything of oneself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Notice
from accounts.personal_data import registry
from home.calls import personal_data, rules
from home.calls.models import CallAnswer, CallPage
from home.calls.notices import tell_of_new_answers
from home.calls.questions import Given, field_for, kept
from home.models import SectionPage
from tests.factories import UserFactory
from tests.home.canary import differences, every_row, whole_cache
from tests.home.factories import Intranet, call, given

MOST_QUERIES = 20


@pytest.fixture
def page(vallees: Intranet) -> CallPage:
    return call(vallees)


def form(page: CallPage, text: str = "J’ai déplacé les bacs.", **more: Any) -> dict[str, Any]:
    first = page.questions.all()[0]
    return {first.name: text, "way": "unnamed", "consent": "unnamed", "token": "t", **more}


def reopen(page: CallPage, days: int) -> None:
    """Move the closing of the call, counted from now."""
    CallPage.objects.filter(pk=page.pk).update(closes_at=timezone.now() + timedelta(days=days))


# --- With a name -----------------------------------------------------------------------------


def test_a_person_answers_once_with_their_name_and_reads_it_again(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    agent = vallees.person("agent", first_name="Karim", last_name="Belaïd")
    browser = client_for(agent, vallees.host)
    assert "Avec mon nom\u00a0: Karim Belaïd" in browser.get(page.url).content.decode()
    sent = browser.post(page.url, form(page, way="named", consent="first_name"))
    assert sent.status_code == 302
    answer = CallAnswer.objects.get()
    assert (answer.author, answer.consent, answer.opening) == (
        agent,
        "first_name",
        "J’ai déplacé les bacs.",
    )
    thanks = browser.get(sent["Location"])
    assert "Votre réponse est arrivée" in thanks.content.decode()
    assert thanks["Cache-Control"] == "private, no-store"
    assert "J’ai déplacé les bacs." in browser.get(page.url).content.decode()


def test_a_second_answer_is_refused_and_its_text_given_back(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    agent = vallees.person("agent")
    rules.answer_named(page, agent, given(page, "La première."), "no")
    browser = client_for(agent, vallees.host)
    for way in ("named", "unnamed"):
        answer = browser.post(page.url, form(page, "La <b>seconde</b>.", way=way))
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "Vous avez déjà répondu" in text
        assert "La &lt;b&gt;seconde&lt;/b&gt;." in text
    assert CallAnswer.objects.get().opening == "La première."


def test_the_same_words_again_are_a_double_click(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    browser = client_for(vallees.person("agent"), vallees.host)
    for _ in range(2):
        assert browser.post(page.url, form(page, way="named")).status_code == 302
    assert CallAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        ("first_name", "no", "no"),
        ("first_name", "unnamed", "unnamed"),
        ("unnamed", "no", "no"),
        ("no", "first_name", "no"),
        ("unnamed", "first_name", "unnamed"),
    ],
)
def test_the_same_words_with_another_consent_are_not_a_double_click(
    vallees: Intranet,
    page: CallPage,
    client_for: Callable[..., Client],
    first: str,
    then: str,
    kept: str,
) -> None:
    """The back button: a narrower consent is kept, a wider one is asked on purpose."""
    browser = client_for(vallees.person("agent"), vallees.host)
    browser.post(page.url, form(page, way="named", consent=first))
    again = browser.post(page.url, form(page, way="named", consent=then))
    assert CallAnswer.objects.get().consent == kept
    if kept == then:
        assert again["Location"].endswith("?accord=1#repondre")
    else:
        assert again.status_code == 409
        text = again.content.decode()
        assert "Votre accord de publication reste" in text
        assert "J’ai déplacé les bacs." in text


def test_a_signed_answer_sent_again_without_the_name_is_refused_and_says_what_is_kept(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    agent = vallees.person("agent")
    browser = client_for(agent, vallees.host)
    browser.post(page.url, form(page, way="named", consent="first_name"))
    again = browser.post(page.url, form(page, way="unnamed", consent="no"))
    assert again.status_code == 409
    text = again.content.decode()
    assert "avec votre nom, et cette réponse est gardée telle quelle" in text
    assert "Retirer ma réponse" in text
    assert "J’ai déplacé les bacs." in text
    assert CallAnswer.objects.get().author == agent


def test_the_database_refuses_two_signed_answers_and_a_nameless_one_with_a_name(
    vallees: Intranet, page: CallPage
) -> None:
    agent = vallees.person("agent")
    rules.answer_named(page, agent, given(page, "Une."), "no")
    for wrong in ({"author": agent, "consent": "no"}, {"author": None, "consent": "first_name"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CallAnswer.objects.create(call=page, **wrong)


def test_a_signed_answer_is_changed_until_closing_or_withdrawn(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    agent = vallees.person("agent")
    answer = rules.answer_named(page, agent, given(page, "Avant."), "no")
    rules.mark(answer, "read")
    browser = client_for(agent, vallees.host)
    changing = browser.get(f"{page.url}?modifier=1").content.decode()
    assert "Avant." in changing
    assert "Sans me nommer" not in changing
    changed = form(page, "Après.", way="named", consent="unnamed", change="1")
    assert browser.post(page.url, changed).status_code == 302
    answer.refresh_from_db()
    assert (answer.opening, answer.consent, answer.state) == ("Après.", "unnamed", "new")
    browser.post(page.url, {"withdraw": "1"})
    assert not CallAnswer.objects.exists()
    # Two tabs: what the other changes is no longer there, and nothing is lost.
    lost = browser.post(page.url, changed)
    assert lost.status_code == 409
    assert "Après." in lost.content.decode()


@pytest.mark.parametrize(
    ("written", "kept", "shown"),
    [
        ("2,5", "2.5", "2,5"),
        ("2.5", "2.5", "2,5"),
        ("1 000", "1000", "1000"),
        ("12\u202f000,5", "12000.5", "12000,5"),
    ],
)
def test_a_number_is_read_and_shown_again_as_one_writes_it(
    vallees: Intranet, client_for: Callable[..., Client], written: str, kept: str, shown: str
) -> None:
    page = call(vallees, "combien", questions=[{"label": "Combien ?", "kind": "number"}])
    browser = client_for(vallees.person("agent"), vallees.host)
    sent = browser.post(page.url, form(page, written, way="named", consent="no"))
    assert sent.status_code == 302
    (row,) = CallAnswer.objects.get().given
    assert row["value"] == kept
    changing = browser.get(f"{page.url}?modifier=1").content.decode()
    assert f'name="{row["question"]}" value="{shown}"' in changing


def test_after_closing_nothing_is_answered_and_what_was_typed_is_given_back(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    agent = vallees.person("agent")
    rules.answer_named(page, agent, given(page, "À temps."), "no")
    reopen(page, days=-1)
    page.refresh_from_db()
    for user in (agent, None):
        browser = client_for(user, vallees.host)
        late = browser.post(page.url, form(page, "Trop tard."))
        assert late.status_code == 409
        assert "Cet appel est clos" in late.content.decode()
        assert "Trop tard." in late.content.decode()
        shown = browser.get(page.url).content.decode()
        assert 'type="submit">Envoyer' not in shown
        # Nothing beside the text but for who answered: without it, the sheet is narrow.
        assert ("reading-alone" in shown) == (user is None)
    with pytest.raises(rules.Refused):
        rules.change(CallAnswer.objects.get(), [], "no")
    with pytest.raises(rules.Refused):
        rules.answer_unnamed(page, AnonymousUser(), given(page, "Non."), "no")


def test_a_page_opened_before_closing_is_asked_again(vallees: Intranet, page: CallPage) -> None:
    reopen(page, days=-1)
    assert page.is_open  # as this page was loaded
    with pytest.raises(rules.Refused, match="clos"):
        rules.answer_unnamed(page, AnonymousUser(), given(page, "Non."), "no")


# --- Without a name --------------------------------------------------------------------------


@pytest.mark.parametrize("signed_in", [True, False])
def test_an_answer_without_a_name_leaves_nothing_of_who_wrote_it(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client], signed_in: bool
) -> None:
    """Every column of every row of every table, and what the cache has got, before and after."""
    agent = vallees.person("agent", first_name="Introuvable", last_name="Nulle-Part")
    browser = client_for(agent if signed_in else None, vallees.host)
    browser.get(page.url)
    sessions = list(Session.objects.values_list())
    cache.clear()
    before = every_row()
    sent = browser.post(page.url, form(page), REMOTE_ADDR="203.0.113.77")
    assert sent.status_code == 302
    answer = CallAnswer.objects.get()
    changes = differences(before, every_row())
    assert changes == {("home.CallAnswer", answer.pk): "added"}
    assert list(Session.objects.values_list()) == sessions
    stored = {field.attname: getattr(answer, field.attname) for field in answer._meta.fields}
    assert stored == {
        "ref": answer.pk,
        "call_id": page.pk,
        "author_id": None,
        "answered_on": timezone.localdate(),
        "given": [given(page, "J’ai déplacé les bacs.")[0].as_row()],
        "consent": "unnamed",
        "state": "new",
        "story_id": None,
        "told_on": None,
    }
    remembered = whole_cache() + str(sent.cookies)
    for trace in ("Introuvable", agent.email, "203.0.113.77", "bacs", answer.pk):
        assert trace not in remembered


def test_references_do_not_tell_in_which_order_answers_came(page: CallPage) -> None:
    refs = [
        rules.answer_unnamed(page, AnonymousUser(), given(page, f"{n}"), "no").pk for n in range(12)
    ]
    assert refs not in (sorted(refs), sorted(refs, reverse=True))
    assert all(len(ref) == 10 for ref in refs)
    assert list(CallAnswer.objects.at_desk(page).values_list("pk", flat=True)) == sorted(refs)


def test_nothing_says_that_one_has_answered_without_a_name(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    browser = client_for(vallees.person("agent"), vallees.host)
    browser.post(page.url, form(page))
    again = browser.get(page.url).content.decode()
    assert "Envoyer ma réponse" in again
    assert "Vous avez répondu" not in again
    # So a second one cannot be told from another person's.
    assert browser.post(page.url, form(page, "Autre chose.", token="u")).status_code == 302
    assert CallAnswer.objects.count() == 2


def test_a_double_click_without_a_name_is_one_answer(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    browser = client_for(None, vallees.host)
    for _ in range(2):
        with TestCase.captureOnCommitCallbacks(execute=True):
            assert browser.post(page.url, form(page)).status_code == 302
    assert CallAnswer.objects.count() == 1
    # The back button and other words: another answer, not a lost one.
    browser.post(page.url, form(page, "J’ai autre chose à dire."))
    assert CallAnswer.objects.count() == 2


def test_another_consent_for_what_was_sent_without_a_name_is_not_thanked_for(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    browser = client_for(None, vallees.host)
    with TestCase.captureOnCommitCallbacks(execute=True):
        browser.post(page.url, form(page))
    refused = browser.post(page.url, form(page, consent="no"))
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "«\u00a0oui, sans mon nom\u00a0»" in text
    assert "J’ai déplacé les bacs." in text
    assert CallAnswer.objects.get().consent == "unnamed"


def test_what_could_not_be_saved_is_sent_again_with_the_same_form(
    vallees: Intranet,
    page: CallPage,
    client_for: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = client_for(None, vallees.host)
    browser.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(rules, "answer_unnamed", Mock(side_effect=DatabaseError("locked")))
        assert browser.post(page.url, form(page)).status_code == 500
    assert browser.post(page.url, form(page)).status_code == 302
    assert CallAnswer.objects.count() == 1


def test_only_what_is_committed_is_known_as_sent(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    """Nothing is committed in this test: the second of two clicks must not be thanked."""
    browser = client_for(None, vallees.host)
    assert browser.post(page.url, form(page)).status_code == 302
    waits = browser.post(page.url, form(page))
    assert waits.status_code == 409
    assert "est en train de partir" in waits.content.decode()
    assert "J’ai déplacé les bacs." in waits.content.decode()
    CallAnswer.objects.all().delete()  # as a rollback does
    cache.clear()  # as half a minute does
    assert browser.post(page.url, form(page)).status_code == 302
    assert CallAnswer.objects.count() == 1


def test_editors_are_told_the_day_after_and_without_a_name(
    vallees: Intranet, page: CallPage
) -> None:
    editor = vallees.person("editor")
    vallees.person("agent")
    rules.answer_unnamed(page, AnonymousUser(), given(page, "Rien à dire."), "no")
    assert tell_of_new_answers() == 0
    CallAnswer.objects.update(answered_on=timezone.localdate() - timedelta(days=1))
    assert tell_of_new_answers() == 1
    assert tell_of_new_answers() == 0
    notice = Notice.objects.get()
    assert notice.recipient == editor
    assert notice.path == f"/cms/appels/{page.pk}/"
    assert "Rien à dire" not in notice.subject + notice.body


@pytest.mark.parametrize(
    ("options", "signed_in", "may"),
    [
        ({}, False, True),
        ({"needs_sign_in": True}, False, False),
        ({"needs_sign_in": True}, True, True),
        ({"accepts_unnamed": False}, False, False),
        ({"accepts_unnamed": False}, True, False),
    ],
)
def test_who_may_answer_without_a_name(
    vallees: Intranet,
    client_for: Callable[..., Client],
    options: dict[str, Any],
    signed_in: bool,
    may: bool,
) -> None:
    page = call(vallees, "choisi", **options)
    browser = client_for(vallees.person("agent") if signed_in else None, vallees.host)
    shown = browser.get(page.url).content.decode()
    assert ("Se connecter pour répondre" in shown) == (not signed_in and not may)
    answer = browser.post(page.url, form(page))
    assert (answer.status_code == 302) == may
    assert CallAnswer.objects.count() == int(may)
    if not may:
        assert "J’ai déplacé les bacs." in answer.content.decode()


def test_a_signed_answer_whose_sign_in_has_ended_is_not_taken_without_its_name(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    answer = client_for(None, vallees.host).post(page.url, form(page, way="named"))
    assert answer.status_code == 409
    assert "Votre connexion a pris fin" in answer.content.decode()
    assert "J’ai déplacé les bacs." in answer.content.decode()
    assert not CallAnswer.objects.exists()


# --- Bad input, floods -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "Écrivez votre réponse"),
        ({"text": "x" * 5001}, "5000 signes au plus"),
        ({"text": "a\0b"}, "caractère nul"),
        ({"consent": "first_name"}, "Choisissez une des réponses proposées"),
        ({"consent": ""}, "Dites si votre réponse peut être publiée"),
        ({"way": "autre"}, "Choisissez une des réponses proposées"),
        ({"site_web": "http://robot.example"}, "Laissez vide"),
    ],
)
def test_bad_input_is_said_and_nothing_typed_is_lost(
    vallees: Intranet,
    page: CallPage,
    client_for: Callable[..., Client],
    changes: dict[str, str],
    words: str,
) -> None:
    second = page.questions.all()[1]
    answer = client_for(None, vallees.host).post(
        page.url, form(page, **{second.name: "C’est fini", **changes})
    )
    assert answer.status_code == 200
    text = answer.content.decode()
    assert words in text
    assert 'value="C’est fini" id="id_' in text.replace(" checked", "").replace(" required", "")
    assert not CallAnswer.objects.exists()


def test_a_choice_that_is_not_offered_is_refused(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    second = page.questions.all()[1]
    answer = client_for(None, vallees.host).post(page.url, form(page, **{second.name: "Zut"}))
    assert "Ce choix n’est plus proposé" in answer.content.decode()


def test_an_answer_that_says_nothing_is_not_one(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    page = call(vallees, "libre", questions=[{"label": "Un mot ?", "kind": "short"}])
    answer = client_for(None, vallees.host).post(page.url, form(page, "  "))
    assert answer.status_code == 200
    assert "Répondez à une question au moins." in answer.content.decode()


def test_a_flood_waits_and_keeps_what_it_typed(
    vallees: Intranet,
    page: CallPage,
    client_for: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("home.calls.guards.MOST_UNNAMED", 3)
    browser = client_for(None, vallees.host)
    for number in range(3):
        assert browser.post(page.url, form(page, f"{number}")).status_code == 302
    refused = browser.post(page.url, form(page, "La quatrième."))
    assert refused.status_code == 429
    assert "La quatrième." in refused.content.decode()
    elsewhere = client_for(None, vallees.host)
    assert elsewhere.post(page.url, form(page), REMOTE_ADDR="203.0.113.9").status_code == 302


@pytest.mark.parametrize(
    ("kind", "typed", "stored", "read"),
    [
        ("short", "  Un mot ", "Un mot", "Un mot"),
        ("number", "2,5", "2.5", "2,5"),
        ("date", "2025-03-01", "2025-03-01", "1 mars 2025"),
        ("date", "01/03/2025", "2025-03-01", "1 mars 2025"),
        ("several", ["Oui", "Non"], ["Oui", "Non"], "Oui, Non"),
    ],
)
def test_each_kind_of_question_keeps_what_was_said(
    kind: str, typed: Any, stored: Any, read: str, vallees: Intranet
) -> None:
    page = call(vallees, kind, questions=[{"label": "Quoi ?", "kind": kind, "choices": "Oui\nNon"}])
    question = page.questions.get()
    value = kept(field_for(question).clean(typed))
    assert value == stored
    assert Given(question.name, question.label, kind, value).text == read


# --- The page --------------------------------------------------------------------------------


def test_a_call_of_the_restricted_branch_does_not_exist_for_others(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    page = call(vallees, "dedans", audience="internal")
    for user in (None, UserFactory(), dunes.person("agent", "coordinator")):
        browser = client_for(user, vallees.host)
        assert browser.get(page.url).status_code == 404
        assert browser.post(page.url, form(page)).status_code == 404
    browser = client_for(vallees.person("agent"), vallees.host)
    assert browser.post(page.url, form(page)).status_code == 302


def test_open_calls_come_first_then_the_last_closed(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    for slug, days in (("vieux", -90), ("loin", 60), ("clos", -2), ("bientot", 3)):
        call(vallees, slug, closes_in_days=days, title=slug)
    section = vallees.page("appels")
    assert isinstance(section, SectionPage)
    text = client_for(None, vallees.host).get(section.url).content.decode()
    places = [text.index(f"/appels/{slug}/") for slug in ("bientot", "loin", "clos", "vieux")]
    assert places == sorted(places)
    assert "clos le" in text
    assert "ouvert jusqu’au" in text


def test_stories_lead_to_the_calls_that_are_open(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    call(vallees, "ouvert")
    call(vallees, "clos", closes_in_days=-2)
    call(vallees, "dedans", audience="internal")
    section = vallees.page("recits").url
    text = client_for(None, vallees.host).get(section).content.decode()
    assert "/appels/ouvert/" in text
    assert "/appels/clos/" not in text
    assert "/interne/appels/dedans/" not in text
    assert "/interne/appels/dedans/" in (
        client_for(vallees.person("agent"), vallees.host).get(section).content.decode()
    )


def test_a_page_costs_the_same_with_few_and_many_answers(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    agent = vallees.person("agent")
    page = call(vallees)
    browser = client_for(agent, vallees.host)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page.url).status_code == 200
        return len(queries)

    browser.get(page.url)
    few = cost()
    for number in range(40):
        rules.answer_unnamed(page, AnonymousUser(), given(page, f"{number}"), "no")
    assert cost() == few <= MOST_QUERIES


def test_the_words_of_a_call_are_found_by_its_questions(page: CallPage) -> None:
    assert "Que s’est-il passé" in page.search_text()


# --- What is kept of people ------------------------------------------------------------------


def test_answers_are_kept_so_long_after_the_closing(vallees: Intranet, dunes: Intranet) -> None:
    for place in (vallees, dunes):
        for slug, days in (("ancien", -60), ("recent", -5)):
            page = call(place, slug, closes_in_days=days)
            CallAnswer.objects.create(call=page, consent="no", given=[])
    retention = registry.retention("call_answers")
    due = retention.due(vallees.organisation, timezone.now() - timedelta(days=30))
    assert [answer.call.slug for answer in due] == ["ancien"]
    assert retention.erase(due) == 1
    assert CallAnswer.objects.count() == 3


def test_the_export_has_what_was_signed_and_erasure_takes_it_away(
    vallees: Intranet, page: CallPage
) -> None:
    agent = vallees.person("agent")
    rules.answer_unnamed(page, agent, given(page, "Sans nom."), "no")
    rules.answer_named(page, agent, given(page, "Signée."), "no")
    rows = personal_data.answers_of(agent)
    assert [row["Réponse"] for row in rows] == ["Signée."]
    personal_data.forget(agent)
    assert CallAnswer.objects.get().author is None


def test_who_is_not_signed_in_reads_what_signing_would_ask(
    vallees: Intranet, page: CallPage, client_for: Callable[..., Client]
) -> None:
    read = client_for(None, vallees.host).get(page.url).content.decode()
    assert "/connexion/?next=/appels/appel/%23repondre" in read
    assert "vous connecter" in read
    assert "avec ou sans votre nom" not in read
    inside = client_for(vallees.person("agent"), vallees.host).get(page.url).content.decode()
    assert "vous connecter" not in inside
    assert "avec ou sans votre nom" in inside
