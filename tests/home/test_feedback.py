"""«Cette page vous a-t-elle aidé ?»: who may say it, what is kept of them, who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from accounts.models import Notice
from accounts.personal_data.registry import erasures, exports, retention
from home.feedback import guards, rules
from home.feedback.queries import ENOUGH_ANSWERS, unhelpful_pages
from home.feedback.telling import tell_of_words
from home.models import PageFeedback
from tests.home.factories import Intranet, guide, news

WORD = "Il manque l’adresse du guichet."


@pytest.fixture
def page(vallees: Intranet) -> Any:
    return guide(vallees, "tri", title="Trier")


def reading(browser: Client, path: str = "/guides/tri/") -> str:
    """Return what the form of one reading carries."""
    found = re.search(r'name="reading" value="([^"]+)"', browser.get(path).content.decode())
    assert found
    return found[1]


def yesterday() -> None:
    """Make all that was said be said two days ago."""
    PageFeedback.objects.update(changed_at=timezone.now() - timedelta(days=2))


def say(browser: Client, value: str, carried: str = "", path: str = "/guides/tri/") -> Any:
    data = {"page": path, "answer": value, "reading": carried}
    return browser.post("/avis/", data)


class TestAnswers:
    def test_nothing_is_kept_of_who_is_not_signed_in(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        browser = client_for(None, vallees.host)
        answer = say(browser, "yes", reading(browser))
        row = PageFeedback.objects.get()
        assert (row.page_id, row.user, row.answer) == (page.pk, None, "yes")
        assert {field.name for field in row._meta.fields} == {
            *("id", "ref", "page", "user", "answer", "comment", "changed_at", "settled_at"),
            *("is_signed", "told_on"),
        }
        assert not browser.session.keys()
        assert "Merci" in browser.get(answer["Location"]).content.decode()

    def test_a_double_click_or_a_second_thought_is_one_answer(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        browser = client_for(None, vallees.host)
        carried = reading(browser)
        for value in ("yes", "yes", "no"):
            say(browser, value, carried)
        assert [row.answer for row in PageFeedback.objects.all()] == ["no"]

    def test_two_people_behind_one_network_are_two(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        for _ in range(2):
            browser = client_for(None, vallees.host)
            say(browser, "yes", reading(browser))
        say(client_for(None, vallees.host), "no", "inventé")
        assert PageFeedback.objects.count() == 3

    def test_a_signed_in_person_answers_once_and_may_change(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        browser = client_for(vallees.person("agent"), vallees.host)
        say(browser, "yes", reading(browser))
        say(browser, "no", reading(browser))
        assert PageFeedback.objects.get().answer == "no"
        assert "Vous avez répondu non" in browser.get("/guides/tri/").content.decode()

    @pytest.mark.parametrize("path", ["/interne/guides/secret/", "/actualites/ici/", "/non/", "x"])
    def test_a_page_that_one_may_not_read_or_that_does_not_ask_is_not_found(
        self, vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client], path: str
    ) -> None:
        guide(vallees, "secret", audience="internal")
        news(vallees, "ici")
        browser = client_for(dunes.person("agent"), vallees.host)
        assert say(browser, "yes", "", path).status_code == 404
        assert not PageFeedback.objects.exists()

    def test_an_answer_that_is_neither_yes_nor_no_changes_nothing(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        assert say(client_for(None, vallees.host), "peut-être")["Location"] == "/guides/tri/"
        assert not PageFeedback.objects.exists()

    def test_a_flood_is_slowed_down(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client], settings: Any
    ) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"page_feedback": "2/1h/ip"}
        browser = client_for(None, vallees.host)
        for _ in range(4):
            answer = say(browser, "yes")
        assert PageFeedback.objects.count() == 2
        assert answer["Location"] == "/guides/tri/"
        assert "même réseau" in browser.get("/guides/tri/").content.decode()


class TestWords:
    def sent(self, browser: Client, words: str) -> Any:
        return browser.post(say(browser, "no", reading(browser))["Location"], {"comment": words})

    def test_a_word_reaches_the_author_without_a_name(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        page.owner = vallees.person("editor")
        page.save()
        reader = vallees.person("agent", first_name="Zoé", last_name="Lectrice")
        assert self.sent(client_for(reader, vallees.host), WORD)["Location"] == "/guides/tri/"
        assert tell_of_words() == 0  # the hour would be that of a word without a name
        yesterday()
        assert tell_of_words() == 1
        notice = Notice.objects.get(kind="page_words")
        assert notice.recipient == page.owner
        assert WORD not in notice.body
        browser = client_for(page.owner, vallees.host)
        text = browser.get(notice.path).content.decode()
        assert WORD in text
        assert "Lectrice" not in text
        assert "mot de lecture" in browser.get("/cms/").content.decode()

    def test_a_word_reaches_who_answers_for_the_page_rather_than_who_made_it(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        page.owner, page.author = vallees.person("editor"), vallees.person("editor")
        page.save()
        self.sent(client_for(vallees.person("agent"), vallees.host), WORD)
        yesterday()
        assert tell_of_words() == 1
        assert Notice.objects.get(kind="page_words").recipient == page.author

    def test_a_word_shows_the_name_of_who_signed_it_until_they_take_it_back(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        reader = vallees.person("agent", first_name="Zoé", last_name="Lectrice")
        browser = client_for(reader, vallees.host)
        desk = client_for(vallees.person("editor"), vallees.host)
        address = say(browser, "no", reading(browser))["Location"]
        browser.post(address, {"comment": WORD, "is_signed": "on"})
        assert "Zoé Lectrice" in desk.get("/cms/avis/").content.decode()
        browser.post(address, {"comment": WORD})
        assert "Lectrice" not in desk.get("/cms/avis/").content.decode()

    def test_nobody_can_sign_a_word_that_nobody_gave(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        browser = client_for(None, vallees.host)
        address = say(browser, "no", reading(browser))["Location"]
        assert "Signer" not in browser.get(address).content.decode()
        # Signing in meanwhile does not tie the answer to a person.
        browser = client_for(vallees.person("agent"), vallees.host)
        browser.post(address, {"comment": WORD, "is_signed": "on"})
        row = PageFeedback.objects.get()
        assert (row.user, row.is_signed) == (None, False)

    def test_all_the_words_of_a_day_make_one_message(
        self, vallees: Intranet, dunes: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        editors = {vallees.person("editor").pk, vallees.person("editor").pk}
        dunes.person("editor")
        other = guide(vallees, "compost", title="Composter")
        for about in (page, page, other):
            rules.comment(PageFeedback.objects.create(page=about, answer="no"), WORD)
        yesterday()
        assert (tell_of_words(), tell_of_words()) == (3, 0)
        told = Notice.objects.filter(kind="page_words")
        assert sorted(one.recipient_id for one in told) == sorted(editors)
        assert "Trier" in told[0].body
        assert "Composter" in told[0].body

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ("", "quelques mots"),
            ("a" * 1001, "trop long"),
            ("https://a.fr https://b.fr", "un lien au plus"),
        ],
    )
    def test_what_is_refused_says_why_and_stays_typed(
        self,
        vallees: Intranet,
        page: Any,
        client_for: Callable[..., Client],
        words: str,
        sentence: str,
    ) -> None:
        text = self.sent(client_for(None, vallees.host), words).content.decode()
        assert sentence in text
        assert words in text
        assert PageFeedback.objects.get().comment == ""

    def test_a_false_an_old_or_anothers_token_is_not_found(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        mine = rules.answer(page, vallees.person("agent"), "no", "")
        other = client_for(vallees.person("agent"), vallees.host)
        salted_elsewhere = signing.dumps(mine.ref, salt="autre")
        for token in ("x", salted_elsewhere, guards.token_for(mine)):
            assert other.get(f"/avis/{token}/").status_code == 404

    def test_what_nobody_signed_is_shown_to_nobody_again(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        browser = client_for(None, vallees.host)
        address = say(browser, "no", reading(browser))["Location"]
        browser.post(address, {"comment": WORD})
        assert WORD not in browser.get(address).content.decode()


class TestDesk:
    def test_words_and_pages_of_others_are_neither_seen_nor_settled(
        self, vallees: Intranet, dunes: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        row = rules.answer(page, dunes.person("agent"), "no", "")
        rules.comment(row, WORD)
        browser = client_for(dunes.person("editor"), dunes.host)
        text = browser.get(f"/cms/avis/?sur={page.pk}").content.decode()
        assert WORD not in text
        assert "Trier" not in text
        for data in ({"mot": row.ref}, {"page": page.pk}, {"page": "²"}, {}):
            assert browser.post("/cms/avis/traiter/", data).status_code == 404
        row.refresh_from_db()
        assert row.settled_at is None

    def test_settled_words_leave_the_desk_and_come_back_when_they_change(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        row = rules.answer(page, vallees.person("agent"), "no", "")
        rules.comment(row, WORD)
        browser = client_for(vallees.person("editor"), vallees.host)
        browser.post("/cms/avis/traiter/", {"mot": row.ref})
        assert WORD not in browser.get("/cms/avis/").content.decode()
        rules.comment(row, "Toujours rien.")
        assert "Toujours rien." in browser.get("/cms/avis/").content.decode()

    def test_a_page_that_helps_few_is_listed_until_it_is_revised(
        self, vallees: Intranet, page: Any, client_for: Callable[..., Client]
    ) -> None:
        for number in range(ENOUGH_ANSWERS):
            assert unhelpful_pages(vallees.site) == []
            PageFeedback.objects.create(page=page, answer="yes" if number < 2 else "no")
        (found,) = unhelpful_pages(vallees.site)
        assert (found.page.pk, found.yes, found.answers, found.percent) == (page.pk, 2, 5, 40)
        browser = client_for(vallees.person("editor"), vallees.host)
        browser.post("/cms/avis/traiter/", {"page": page.pk})
        assert unhelpful_pages(vallees.site) == []


def test_an_erased_account_leaves_the_answer_without_person_or_words(
    vallees: Intranet, page: Any
) -> None:
    me = vallees.person("agent")
    rules.comment(rules.answer(page, me, "no", ""), WORD)
    export = next(one for one in exports() if one.title == "Mes avis sur les pages")
    assert export.rows(me)[0]["Votre mot"] == WORD
    for erase in erasures():
        erase(me)
    row = PageFeedback.objects.get()
    assert (row.user, row.comment, row.answer) == (None, "", "no")


def test_old_answers_are_purged_of_this_collectivite_only(
    vallees: Intranet, dunes: Intranet, page: Any
) -> None:
    old = timezone.now() - timedelta(days=800)
    for one in (page, guide(dunes)):
        PageFeedback.objects.create(page=one, answer="no", changed_at=old)
    kind = retention("page_feedback")
    due = kind.due(vallees.organisation, timezone.now() - timedelta(days=730))
    assert kind.erase(due) == 1
    assert not PageFeedback.objects.filter(page=page).exists()
    assert PageFeedback.objects.count() == 1
