"""What is offered while one types: alike on every engine, and only what the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.models import Listing
from search.completion import MOST, Completion, begun_words, complete
from search.engines.base import EngineError
from search.indexing import mark
from tests.factories import CategoryFactory, CommuneFactory, ListingFactory, OrganisationFactory
from tests.search.conftest import settle

pytestmark = pytest.mark.django_db
Offer = Callable[..., list[tuple[str, str]]]
Publish = Callable[..., Listing]


@pytest.fixture
def offer(engine: str, caplog: pytest.LogCaptureFixture) -> Offer:
    """Return a function that completes with the engine under test, and with no other: texts and
    kinds."""

    def ask(user: Any, text: str) -> list[tuple[str, str]]:
        if engine == "elasticsearch":
            settle("listing")
        found = [(one.text, one.kind) for one in complete(text, user, engine)]
        assert "fell back" not in caplog.text
        return found

    return ask


@pytest.fixture
def things(publish: Publish) -> None:
    moving = CategoryFactory(name="Déplacements", slug="deplacements")
    bikes = CategoryFactory(name="Vélos et électrique", slug="velos", parent=moving)
    CategoryFactory(name="Vélodrome", slug="velodrome")  # nothing there
    publish(
        "vélo partagé", title="Vélo-cargo électrique, boîte à clés", category=bikes,
        commune=CommuneFactory(), summary="Pour le véhicule de la tournée.",
    )  # fmt: skip
    publish(title="Le velours de la scène")
    publish(title="Salle de réunion")
    publish(title="L’élection du jury")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("vel", [("Vélos et électrique", "category"), ("vélo partagé", "tag"),
                 ("Vélo-cargo électrique, boîte à clés", "title"),
                 ("Le velours de la scène", "title")]),
        ("VÉLO", [("Vélos et électrique", "category"), ("vélo partagé", "tag"),
                  ("Vélo-cargo électrique, boîte à clés", "title"),
                  ("Le velours de la scène", "title")]),
        ("electriqu", [("Vélos et électrique", "category"),
                       ("Vélo-cargo électrique, boîte à clés", "title")]),
        ("l'élec", [("Vélos et électrique", "category"), ("L’élection du jury", "title"),
                    ("Vélo-cargo électrique, boîte à clés", "title")]),
        ("cargo vél", [("Vélo-cargo électrique, boîte à clés", "title")]),
        ("depl", [("Déplacements", "category")]),  # what is above holds it too
        ("met", [("Metz", "place")]),
        ("salle de", [("Salle de réunion", "title")]),
        ("salle de la ré", [("Salle de réunion", "title")]),
        ("véhi", []),  # in the summary alone
        ("élo", []),  # not the beginning of a word
        ("v", []), ("", []), ("  ", []),
    ],
)  # fmt: skip
def test_the_beginnings_of_names_are_completed(
    typed: str, expected: list[tuple[str, str]], things: None, offer: Offer, reader: Any
) -> None:
    assert offer(reader, typed) == expected


def test_few_are_offered_and_each_once(publish: Publish, offer: Offer, reader: Any) -> None:
    for number in range(12):
        publish(f"chaise {number}", title=f"Chaise numéro {number}",
                category=CategoryFactory(name=f"Chaises {number}"))  # fmt: skip
    publish("banc", title="Banc", category=CategoryFactory(name="Banc"))
    publish(title="Banc")

    assert len(offer(reader, "chai")) == MOST
    assert offer(reader, "banc") == [("Banc", "category")]


def test_what_a_reader_may_not_see_is_never_completed(publish: Publish, offer: Offer) -> None:
    secret = OrganisationFactory()
    publish("zinc", title="Zeppelin", organisation=secret, scope="organisation",
            category=CategoryFactory(name="Zoologie"), commune=CommuneFactory(
                code="99001", name="Zuydcoote", folded_name="zuydcoote"))  # fmt: skip
    shown = publish(title="Zodiac", scope="public")
    for begun in ("zep", "zin", "zoo", "zuy"):
        assert offer(AnonymousUser(), begun) == []
    assert offer(AnonymousUser(), "zod") == [("Zodiac", "title")]
    # Withdrawn a moment ago, the worker stopped: whatever the index believes.
    Listing.objects.filter(pk=shown.pk).update(scope="organisation")
    assert offer(AnonymousUser(), "zod") == []
    mark("listing", [shown.pk])
    assert offer(AnonymousUser(), "zod") == []


def test_another_engine_answers_for_one_that_fails(
    publish: Publish, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise EngineError

    monkeypatch.setattr("search.elastic.engine.ElasticsearchEngine.complete", fail)
    publish(title="Barnum")
    assert complete("bar", reader, "elasticsearch") == (Completion("Barnum", "title"),)


@pytest.mark.parametrize(
    "typed",
    ["a" * 10_000, "vélo " * 4_000, "\x00\x01", "🚲", "‮vélo", '"', "' OR 1=1", "ve*", ".*", "[a",
     "vél\\", "ve:l", "%%", "__", "٣٣", "ß", "ﬁ", "½½", "ﷺ", "-" * 99],
)  # fmt: skip
def test_whatever_is_typed_there_is_an_answer(
    typed: str, publish: Publish, offer: Offer, reader: Any
) -> None:
    publish("plein air", title="Vélo", commune=CommuneFactory())
    assert len(offer(reader, typed)) <= 1


def test_words_that_say_nothing_are_left_out_unless_alone() -> None:
    assert begun_words("la salle de l’éc") == ("salle", "ec")
    assert begun_words("la") == ("la",)
    assert begun_words("x") == ()


def test_the_address_gives_texts_and_what_they_name(client_for: Any, collectivite: Any) -> None:
    listing = ListingFactory(title="Barnum 3 × 6", scope="public")
    mark("listing", [listing.pk])
    browser = client_for(host="vallees.localhost")
    answer = browser.get("/recherche/completer/", {"q": "barn"})
    assert answer.json() == {"completions": [{"text": "Barnum 3 × 6", "kind": "Annonce"}]}
    assert "no-store" in answer["Cache-Control"]
    assert browser.get("/recherche/completer/").json() == {"completions": []}
    long = browser.get("/recherche/completer/", {"q": "\x00" + "é" * 10_000})
    assert (long.status_code, long.json()) == (200, {"completions": []})
    assert browser.post("/recherche/completer/").status_code == 405


def test_few_and_many_listings_cost_the_same_queries(offer: Offer, reader: Any) -> None:
    def made(count: int) -> list[int]:
        return [ListingFactory(title=f"Barnum {n}", scope="public").pk for n in range(count)]

    mark("listing", made(2))
    offer(reader, "bar")
    with CaptureQueriesContext(connection) as few:
        offer(reader, "bar")
    mark("listing", made(60))
    offer(reader, "bar")
    with CaptureQueriesContext(connection) as many:
        offer(reader, "bar")
    assert len(many) == len(few) <= 16


@pytest.mark.parametrize("path", ["/recherche/", "/marche/"])
def test_the_box_says_where_to_ask(path: str, client_for: Any, collectivite: Any) -> None:
    page = client_for(host="vallees.localhost").get(path).content.decode()
    assert 'data-complete-url="/recherche/completer/"' in page
    assert "js/completion.js" in page
