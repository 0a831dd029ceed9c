"""What is understood of a sentence: the way, the place, and the words that are left."""

from __future__ import annotations

import pytest

from accounts.models import Commune
from accounts.places.names import fold
from search.coverage import enough, weights_of
from search.natural import listen
from search.places_in_words import find_place
from search.query import CatalogueQuery
from search.text import TextQuery
from search.understanding import settled, understood
from tests.factories import CommuneFactory


@pytest.mark.parametrize(
    ("said", "direction", "words"),
    [
        ("je cherche quelqu’un pour animer une réunion", "offer", "animer réunion"),
        ("qui pourrait nous prêter une sono ?", "offer", "sono"),
        ("J'ai besoin d'un barnum", "offer", "barnum"),
        ("nous avons vingt chaises à donner", "need", "chaises"),
        ("je peux traduire des lettres", "need", "traduire lettres"),
        ("quelle salle est libre samedi ?", "", "salle libre samedi"),
        ("notre salle est libre le samedi", "need", "salle"),
        ("est-ce que je peux emprunter une sono ?", "offer", "sono"),
        ("puis-je emprunter un vélo ?", "offer", "vélo"),
        ("une salle pour 40 personnes", "", "salle"),
        ("on peut louer un barnum ?", "offer", "barnum"),
        ("je souhaite donner des chaises", "need", "chaises"),
        ("nous aimerions prêter un minibus", "need", "minibus"),
        ("salle libre le soir", "", "salle libre soir"),
        ("cours du soir", "", "cours soir"),
        ("besoin", "", "besoin"),
    ],
)
def test_a_sentence_tells_its_way(said: str, direction: str, words: str) -> None:
    heard = listen(said)
    left = " ".join(term.surface for term in TextQuery.parse(heard.text).terms)
    assert (heard.direction, left) == (direction, words)


@pytest.fixture
def communes(db: None) -> None:
    for code, name, population in (
        ("57463", "Metz", 120_000),
        ("38382", "Saint-Égrève", 16_000),
        ("58151", "La Machine", 3_000),
        ("59155", "Coudekerque-Branche", 20_000),
        ("06029", "Cannes", 74_000),
        ("88321", "Nulle", 40),
    ):
        CommuneFactory(code=code, name=name, folded_name=fold(name), population=population)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("salle de réunion metz", "Metz"),
        ("chaises st egreve", "Saint-Égrève"),
        ("remorque près de Coudekerque", "Coudekerque-Branche"),
        ("sono à Nulle", "Nulle"),
        ("metz", None),  # something must be left to look for
        ("réparer une machine", None),  # not La Machine
        ("cannes à pêche", None),  # a word first of all
        ("hébergement près de Cannes", "Cannes"),
        ("sono nulle", None),  # too small to be meant without a preposition
    ],
)
def test_a_commune_is_recognised_where_it_is_meant(
    communes: None, text: str, name: str | None
) -> None:
    found = find_place(text)
    assert (found.commune.name if found else None) == name


def test_the_place_leaves_the_words(communes: None) -> None:
    query = understood(CatalogueQuery(text="vaisselle à Metz"))
    assert [term.surface for term in query.terms.terms] == ["vaisselle"]
    assert query.near
    assert query.near.name == "Metz"
    # (a kept search shows them as they are left)
    assert understood(CatalogueQuery(text="salle calme à Metz")).words == "salle calme"


def test_between_quotation_marks_nothing_is_understood(communes: None) -> None:
    query = understood(CatalogueQuery(text="« vaisselle à Metz »"))
    assert (query.words, query.near, query.leaning) == (None, None, "")


def test_a_place_asked_apart_leaves_the_words_alone(communes: None) -> None:
    from search.understanding import place_of

    place = place_of(Commune.objects.get(code="38382"))
    assert understood(CatalogueQuery(text="salle metz", commune=place)).near is None


def test_a_rare_word_must_be_there_and_a_common_one_may_be_missing() -> None:
    weights = weights_of([900, 3, 5], 1000)
    assert (0,) not in enough(weights)
    assert (1,) in enough(weights)
    # A word that is nowhere is not replaced by a common one.
    assert (0,) not in enough(weights_of([500, 0], 1000))


def test_what_is_kept_to_be_asked_again_is_made_of_filters(communes: None) -> None:
    kept = settled(understood(CatalogueQuery(text="je cherche un minibus à Metz")))
    assert kept.directions == ()
    assert kept.commune
    assert (kept.commune.name, kept.distance) == ("Metz", 30)
    assert [term.surface for term in kept.terms.terms] == ["minibus"]
