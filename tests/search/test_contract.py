"""What every engine must answer, alike: words, filters, facets, sorts, pages, visibility."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from marketplace.models import Listing
from search.parsing import find_commune
from search.query import NEAREST, RECENT, CatalogueQuery, Place
from search.results import CatalogueResult
from search.understanding import understood
from tests.factories import (
    AssociationFactory,
    CategoryFactory,
    CommuneFactory,
    OrganisationFactory,
    PartnershipFactory,
    VerificationFactory,
    member,
)
from tests.search.conftest import titles

Find = Callable[..., CatalogueResult]
Publish = Callable[..., Listing]


@pytest.fixture
def metz(db: Any) -> Place:
    CommuneFactory()
    commune = find_commune("Metz")
    assert commune
    return Place("57463", "Metz", "Metz", 49.1191, 6.1727)


@pytest.mark.parametrize(
    "typed",
    [
        "vélo", "velo", "VÉLOS", "vélos-cargos", "un vélo pour la tournée", "l’électrique",
        "electriques", "vél", "velo NOT AND ( ) * cargo:", '"vélo cargo"', "je cherche un vélo",
        "velo OR cargo", "-vélo", "élec",
    ],
)  # fmt: skip
def test_french_is_found_as_people_type_it(
    typed: str, publish: Publish, find: Find, reader: Any
) -> None:
    publish(title="Vélo-cargo électrique, boîte à clés", summary="Pour vos tournées.")
    publish(title="Barnum 3 × 6 m", summary="Montage à trois personnes.")

    result = find(reader, text=typed)

    if len(typed) == 3:  # too short a beginning: a word, and there is no such word
        assert titles(result) == []
    else:
        assert titles(result) == ["Vélo-cargo électrique, boîte à clés"]
        assert result.total == 1


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Journée animée", "animee"), ("Équipes préparées", "preparee"), ("Jeux en bois", "jeu"),
        ("Locaux associatifs", "local associatif"), ("Chevaux de trait", "cheval"),
        ("Aide du CCAS", "ccas"), ("Formation PSC1", "psc1"), ("Cœur de ville", "coeur"),
        ("Salle aujourd’hui libre", "salle libre"), ("Clés USB", "cle usb"),
    ],
)  # fmt: skip
def test_plurals_accents_and_acronyms_do_not_matter(
    written: str, typed: str, publish: Publish, find: Find, reader: Any
) -> None:
    publish(title=written)
    assert titles(find(reader, text=typed)) == [written]


def test_what_holds_every_word_comes_first_and_a_title_weighs_more(
    publish: Publish, find: Find, reader: Any
) -> None:
    # The better answer is the older one: for equal scores the latest comes first.
    publish(title="Vélo pliant", summary="Prêté par la mairie.")
    publish(title="Salle pour lire", description="Près de la mairie, avec un vélo dans la cour.")
    publish(title="Mairie ouverte")

    assert titles(find(reader, text="vélo mairie"))[:2] == ["Vélo pliant", "Salle pour lire"]
    result = find(reader, text="vélo mairie salle")
    assert titles(result)[0] == "Salle pour lire"
    assert not result.hits[0].partial
    assert all(hit.partial for hit in result.hits[1:])


def test_where_a_word_stands_weighs_more_than_when_it_was_published(
    publish: Publish, find: Find, reader: Any
) -> None:
    parts = ("Vélo pliant", "Grande remise", "Derrière la halle")
    for turn in range(3):
        title, summary, description = parts[-turn:] + parts[:-turn]
        publish(title=title, summary=summary, description=description)
    assert titles(find(reader, text="vélo")) == [
        "Vélo pliant",  # in the title
        "Derrière la halle",  # in the summary
        "Grande remise",  # in the description
    ]


def test_some_of_the_words_when_nothing_has_all(publish: Publish, find: Find, reader: Any) -> None:
    publish(title="Vélo pliant")
    result = find(reader, text="vélo pliant amphibie")
    assert titles(result) == ["Vélo pliant"]
    assert result.relaxed


def test_in_another_order_than_the_words_only_what_holds_them_all_is_shown(
    publish: Publish, find: Find, reader: Any
) -> None:
    publish(title="Vélo pliant")
    publish(title="Vélo pliant amphibie")
    assert find(reader, text="vélo pliant amphibie").total == 2
    assert titles(find(reader, text="vélo pliant amphibie", sort="recent")) == [
        "Vélo pliant amphibie"
    ]
    # With none, some of the words are better than nothing, and the page says so.
    assert find(reader, text="vélo pliant lunaire", sort="recent").relaxed


def test_a_word_that_the_filters_leave_alone_is_no_slip(
    publish: Publish, find: Find, reader: Any
) -> None:
    publish(title="Enclume de forge")
    publish(title="Enclime de forge", direction="need")
    result = find(reader, text="enclume", directions=("need",))
    assert (result.total, result.correction) == (0, None)


def test_two_words_of_which_one_is_nowhere_are_not_answered(
    publish: Publish, find: Find, reader: Any
) -> None:
    publish(title="Salle de réunion")
    result = find(reader, text="salle de bronzage")
    assert (result.total, result.hits) == (0, ())
    assert not any(result.facets.values())
    # The page leads to the word that has answers.
    assert result.words_alone == ("salle",)


def test_a_phrase_keeps_its_order(publish: Publish, find: Find, reader: Any) -> None:
    publish(title="Salle de réunion")
    publish(title="Réunion dans la salle")
    assert titles(find(reader, text="« salle de réunion »")) == ["Salle de réunion"]
    assert find(reader, text="salle de réunion").total == 2


def test_what_is_around_a_listing_is_found_too(
    publish: Publish, find: Find, reader: Any, organisation: Any, metz: Place
) -> None:
    publish("anniversaire", title="Chaises", organisation=organisation, commune_id=metz.code,
            category=CategoryFactory(name="Mobilier"),
            description="Pliantes et empilables.")  # fmt: skip
    for typed in ("mobilier", "anniversaire", "parc des mobilités", "metz", "empilable", "prêt"):
        assert find(reader, text=typed).total == 1, typed


def test_the_name_of_a_person_is_never_indexed(publish: Publish, find: Find, reader: Any) -> None:
    author = member(OrganisationFactory(), first_name="Anatole", last_name="Quintrec")
    publish(title="Vélo", author=author, keeper=author)
    assert find(reader, text="Quintrec").total == 0
    assert find(reader, text="Anatole").total == 0


def test_facets_ignore_their_own_filter(publish: Publish, find: Find, reader: Any) -> None:
    for nature, transfer, direction in (
        ("equipment", "loan", "offer"), ("equipment", "gift", "offer"),
        ("vehicle", "loan", "offer"),
        ("premises", "hosting", "need"), ("vehicle", "loan", "need"),
    ):  # fmt: skip
        publish(nature=nature, transfer=transfer, direction=direction)

    everything = find(reader)
    assert everything.total == 5
    assert everything.facets["nature"] == {"equipment": 2, "vehicle": 2, "premises": 1}
    assert everything.facets["direction"] == {"offer": 3, "need": 2}

    vehicles = find(reader, natures=("vehicle",), directions=("offer",))
    assert vehicles.total == 1
    assert vehicles.facets["nature"] == {"equipment": 2, "vehicle": 1}
    assert vehicles.facets["direction"] == {"offer": 1, "need": 1}
    assert vehicles.facets["transfer"] == {"loan": 1}
    assert find(reader, natures=("vehicle", "premises")).total == 3


def test_themes_hold_their_children(publish: Publish, find: Find, reader: Any) -> None:
    moving = CategoryFactory(slug="deplacements")
    bikes = CategoryFactory(slug="velos", parent=moving)
    publish(title="Vélo", category=bikes)
    publish(title="Carte de bus", category=moving)
    publish(title="Tente", category=CategoryFactory(slug="fete"))

    result = find(reader, categories=("deplacements",))
    assert result.total == 2
    assert result.facets["category"][moving.pk] == 2
    assert result.facets["category"][bikes.pk] == 1
    assert len(result.facets["category"]) == 3
    assert titles(find(reader, categories=("velos",))) == ["Vélo"]


def test_organisations_and_tags(
    publish: Publish, find: Find, reader: Any, organisation: Any
) -> None:
    publish("plein air", "fête", title="Tente", organisation=organisation)
    publish("plein air", title="Barnum")
    assert titles(find(reader, organisations=(organisation.slug,))) == ["Tente"]
    assert (
        find(reader, organisations=(organisation.slug,)).facets["organisation"][organisation.pk]
        == 1
    )
    assert find(reader, tags=("plein-air",)).total == 2
    assert titles(find(reader, tags=("fête",))) == ["Tente"]
    assert find(reader, organisations=("personne",)).total == 0


def test_distance_filters_counts_and_sorts(
    publish: Publish, find: Find, reader: Any, metz: Place
) -> None:
    publish(title="Sur place", latitude=49.12, longitude=6.17)
    publish(title="À la commune", commune_id=metz.code)
    publish(title="À 11 km", latitude=49.2191, longitude=6.1727)
    publish(title="À 40 km", latitude=49.1191, longitude=6.7227)
    publish(title="Nulle part")

    near = find(reader, commune=metz, distance=20, sort=NEAREST)
    assert titles(near) == ["À la commune", "Sur place", "À 11 km"]
    assert near.facets["distance"] == {5: 2, 20: 3, 50: 4, 0: 5}
    assert near.hits[2].distance_km == pytest.approx(11.1, abs=0.1)
    assert titles(find(reader, commune=metz, distance=None, sort=NEAREST))[-1] == "Nulle part"
    assert find(reader, commune=metz, distance=12).facets["distance"][12] == 3


def test_an_offer_is_free_all_along_and_a_need_falls_inside(
    publish: Publish, find: Find, reader: Any
) -> None:
    def day(number: int) -> datetime:
        return datetime(2027, 6, number, tzinfo=UTC)

    publish(title="Toujours")
    publish(title="Du 1er au 30", available_from=day(1), available_until=day(30))
    publish(title="Jusqu’au 14", available_until=day(14))
    publish(title="Besoin le 13", direction="need", available_from=day(13),
            available_until=day(14))  # fmt: skip
    publish(title="Besoin en mai", direction="need", available_until=day(1))

    week = {"date_from": date(2027, 6, 12), "date_to": date(2027, 6, 18)}
    assert set(titles(find(reader, **week))) == {"Toujours", "Du 1er au 30", "Besoin le 13"}
    assert set(titles(find(reader, date_from=date(2027, 6, 20)))) == {"Toujours", "Du 1er au 30"}
    assert "Besoin en mai" in titles(find(reader, date_to=date(2027, 5, 20)))


def test_the_latest_first_and_ones_own_organisation_before_without_words(
    publish: Publish, find: Find, reader: Any, organisation: Any
) -> None:
    now = timezone.now()
    publish(title="Tente ancienne", published_at=now - timedelta(days=9), organisation=organisation)
    publish(title="Tente moyenne", published_at=now - timedelta(days=5))
    publish(title="Tente récente", published_at=now - timedelta(days=1))

    latest = ["Tente récente", "Tente moyenne", "Tente ancienne"]
    assert titles(find(reader)) == latest
    assert titles(find(reader, own=organisation.pk)) == [latest[2], latest[0], latest[1]]
    assert titles(find(reader, own=organisation.pk, sort=RECENT)) == latest
    assert titles(find(reader, own=organisation.pk, text="tente")) == latest


def test_a_page_beyond_the_end_is_the_last(publish: Publish, find: Find, reader: Any) -> None:
    for number in range(5):
        publish(title=f"Chaise {number}")
    assert find(reader, size=2, page=2).page == 2
    last = find(reader, size=2, page=99)
    assert (last.page, last.total, len(last.hits)) == (3, 5, 1)
    nothing = find(reader, size=2, page=99, text="introuvable")
    assert (nothing.page, nothing.total, nothing.hits) == (1, 0, ())


def test_each_reader_sees_their_own_scope(publish: Publish, find: Find) -> None:
    own, partner, stranger = OrganisationFactory(), OrganisationFactory(), OrganisationFactory()
    PartnershipFactory(proposer=own, partner=partner)
    association = AssociationFactory()
    for scope in ("organisation", "partners", "verified", "public"):
        publish(title=scope, scope=scope, organisation=own)
    publish(title="brouillon", organisation=own, state="draft", scope="public")
    publish(title="finie", organisation=own, scope="public",
            expires_at=timezone.now() - timedelta(hours=1))  # fmt: skip

    def seen(user: Any) -> set[str]:
        result = find(user)
        assert sum(result.facets["direction"].values()) == result.total == len(result.hits)
        return set(titles(result))

    unverified = member(association)
    assert seen(AnonymousUser()) == {"public"}
    assert seen(unverified) == {"public"}
    assert seen(member(stranger)) == {"public", "verified"}
    assert seen(member(partner)) == {"public", "verified", "partners"}
    assert seen(member(own)) == {"public", "verified", "partners", "organisation"}
    VerificationFactory(association=association, by=stranger)
    assert seen(member(association)) == {"public", "verified"}


def test_a_typing_error_is_forgiven_and_said(publish: Publish, find: Find, reader: Any) -> None:
    publish(title="Vidéoprojecteur de salon")
    publish(title="Remorque fermée", scope="organisation")

    result = find(reader, text="videoprojceteur")
    assert titles(result) == ["Vidéoprojecteur de salon"]
    assert result.correction
    assert result.correction.text == "videoprojecteur"
    # Among other words too.
    assert titles(find(reader, text="videoprojceteur salon")) == ["Vidéoprojecteur de salon"]
    # The nearest word is in a listing that this reader may not see.
    assert find(reader, text="remorqeu").correction is None


def test_what_a_sentence_says_around_weighs_nothing(
    publish: Publish, find: Find, reader: Any
) -> None:
    publish(title="Réparer une machine à coudre", direction="need", transfer="time")
    publish(title="Réparer les machines à coudre", direction="offer", transfer="time")
    seeks = understood(
        CatalogueQuery(text="j’ai besoin de quelqu’un qui sache réparer une machine à coudre")
    )
    offers = understood(
        CatalogueQuery(text="je peux réparer une machine à coudre, qui en a besoin ?")
    )
    fields = ("text", "words", "leaning")
    for query, first in ((seeks, "offer"), (offers, "need")):
        result = find(reader, **{name: getattr(query, name) for name in fields})
        assert result.total == 2
        assert not result.relaxed
        assert result.hits[0].item.direction == first


def test_a_commune_among_the_words_is_a_place(
    publish: Publish, find: Find, reader: Any, metz: Place
) -> None:
    publish(title="Minibus de neuf places", latitude=49.12, longitude=6.17)
    publish(title="Minibus", latitude=44.8, longitude=-0.5)
    query = understood(CatalogueQuery(text="minibus à Metz"))
    assert query.near
    result = find(reader, text=query.text, words=query.words, near=query.near)
    assert titles(result) == ["Minibus de neuf places", "Minibus"]
    assert result.hits[0].distance_km == pytest.approx(0.2, abs=0.2)


def test_what_leaves_the_catalogue_leaves_the_answers(
    publish: Publish, find: Find, reader: Any
) -> None:
    from search.indexing import mark

    listing = publish(title="Yourte")
    assert find(reader, text="yourte").total == 1
    listing.title = "Chapiteau"
    listing.save()
    mark("listing", [listing.pk])
    assert find(reader, text="yourte").total == 0
    assert find(reader, text="chapiteau").total == 1
    listing.state = "paused"
    listing.save()
    mark("listing", [listing.pk])
    assert find(reader, text="chapiteau").total == 0
    assert find(reader).total == 0


def test_matched_words_are_marked_and_markup_is_escaped(
    publish: Publish, find: Find, reader: Any
) -> None:
    publish(title="<b>Vélos</b> & l’échelle", summary="Un vélo <script>.")
    (hit,) = find(reader, text="velo échelle").hits
    assert hit.title_html == ("&lt;b&gt;<mark>Vélos</mark>&lt;/b&gt; &amp; l’<mark>échelle</mark>")
    assert hit.summary_html == "Un <mark>vélo</mark> &lt;script&gt;."


def test_the_query_is_the_address(metz: Place) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.http import QueryDict

    from search.parsing import parse_query

    query = CatalogueQuery(
        text="vélo & co", directions=("offer",), natures=("vehicle", "desk"), transfers=("loan",),
        commune=metz, distance=5, date_from=date(2027, 6, 1), date_to=date(2027, 6, 2),
        sort=NEAREST, page=3,
    )  # fmt: skip
    read = parse_query(QueryDict(query.query_string()), AnonymousUser()).query
    assert replace(read, words=None) == query
