"""What the advice says of French text, and what it leaves in peace."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from home.advice import rules
from home.advice.pieces import HEADING, IMAGE, LINK, OTHER, SUMMARY, TEXT, Piece
from home.advice.rules import AT_MOST, advice_on, excerpt

LONG = (
    "Les agents qui souhaitent emprunter un vélo-cargo pour un déplacement professionnel doivent, "
    "avant toute chose, se rapprocher du parc des mobilités afin de convenir d’une date, puis "
    "remplir la fiche de prêt."
)
SHORT = "Réservez le vélo. Passez au parc. On vous montre les freins."


def text(words: str, kind: str = TEXT, **fields: object) -> Piece:
    return Piece(kind, words, "bloc 1, texte", **fields)  # type: ignore[arg-type]


def found(rule: rules.Rule, *pieces: Piece) -> list[str]:
    return [f"{advice.text} {advice.excerpt}" for advice in rule(pieces)]


def test_a_long_sentence_is_counted_and_shown() -> None:
    (said,) = found(rules.long_sentences, text(f"{SHORT} {LONG}"))
    assert "compte 33 mots" in said
    assert "Les agents qui souhaitent emprunter" in said
    assert said.endswith("…")


def test_short_sentences_are_left_in_peace() -> None:
    assert not found(rules.long_sentences, text(SHORT), text(LONG, kind=HEADING))


def test_the_longest_comes_first() -> None:
    longer = LONG.replace("avant toute chose", "avant toute chose et dès que possible")
    first, second = found(rules.long_sentences, text(LONG), text(longer))
    assert "37 mots" in first
    assert "33 mots" in second


@pytest.mark.parametrize(
    "words",
    [
        "Écrivez à la DRH avant lundi.",
        "La D.R.H. répond avant lundi.",
        "Le service de l’ANCT répond.",
    ],
)
def test_an_acronym_that_is_not_said_in_full(words: str) -> None:
    (said,) = found(rules.unexplained_acronyms, text(words))
    assert "n’est pas expliqué" in said


@pytest.mark.parametrize(
    "words",
    [
        "La direction des ressources humaines (DRH) répond. La DRH est au premier.",
        "La DRH (direction des ressources humaines) répond.",
        "MATP signifie mission d’appui temporaire à projet.",
        "MATP, c’est-à-dire une mission d’appui temporaire.",
        "Le PDF fait deux pages.",
        "L’article XIV et le chapitre III.",
        "ATTENTION TRAVAUX",
        "À Metz, on dit oui.",
        "Le modèle COVID-19 ne compte pas.",
    ],
)
def test_acronyms_left_in_peace(words: str) -> None:
    assert not found(rules.unexplained_acronyms, text(words))


def test_an_acronym_is_told_once_where_it_first_stands() -> None:
    first = Piece(TEXT, "La DSI aide.", "bloc 1, texte")
    again = Piece(TEXT, "La DSI aide encore.", "bloc 2, texte")
    (advice,) = rules.unexplained_acronyms([first, again])
    assert advice.place == "bloc 1, texte"


def test_a_page_without_a_summary() -> None:
    assert found(rules.missing_summary, Piece(SUMMARY, ""))
    assert not found(rules.missing_summary, Piece(SUMMARY, "En deux phrases."))
    assert not found(rules.missing_summary, text(SHORT))  # a page that has no summary at all


def test_a_picture_that_nobody_described() -> None:
    assert found(rules.missing_alternatives, Piece(IMAGE, "IMG_2031", described=False))
    assert not found(rules.missing_alternatives, Piece(IMAGE, "Atelier", described=True))


def heading(words: str, level: int = 2) -> Piece:
    return Piece(HEADING, words, "bloc", level=level)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([heading("Avant"), text(SHORT), heading("Après"), text(SHORT)], []),
        ([heading("Avant"), text(SHORT), heading("Le matin", 3), text(SHORT)], []),
        ([heading("Avant"), heading("Le matin", 3), text(SHORT)], []),
        ([heading("Liste"), Piece(OTHER, "")], []),
        ([heading("Le matin", 3), text(SHORT)], ["heading_level"]),
        ([heading("Avant"), heading("Après"), text(SHORT)], ["empty_heading"]),
        ([heading("Avant"), text(SHORT), heading("Après")], ["empty_heading"]),
    ],
)
def test_headings(pieces: Sequence[Piece], expected: list[str]) -> None:
    assert [advice.key for advice in rules.headings_in_order(pieces)] == expected


def test_a_long_page_without_headings() -> None:
    pieces = [text("un mot " * 80)] * 2
    assert found(rules.long_without_headings, *pieces)
    assert not found(rules.long_without_headings, heading("Titre"), *pieces)
    assert not found(rules.long_without_headings, text(SHORT))


@pytest.mark.parametrize("words", ["ici", "Cliquez ici", "En savoir plus", "https://exemple.fr/a"])
def test_a_link_that_does_not_say_where_it_leads(words: str) -> None:
    assert found(rules.links_that_say_nothing, text(words, kind=LINK))


def test_a_link_that_says_it() -> None:
    assert not found(rules.links_that_say_nothing, text("la fiche de prêt", kind=LINK))


def test_the_middle_dot() -> None:
    (said,) = found(rules.middle_dots, text("Les agent·e·s volontaires, les agent·e·s surtout."))
    assert "agent·e·s" in said
    assert not found(rules.middle_dots, text("Guide · relu en novembre"))


def test_a_few_of_each_are_enough() -> None:
    pieces = [Piece(IMAGE, f"photo {rank}", described=False) for rank in range(20)]
    assert len(advice_on(pieces)) == AT_MOST


def test_nothing_to_say_of_a_good_page() -> None:
    assert advice_on([Piece(SUMMARY, "En deux phrases."), heading("Comment"), text(SHORT)]) == []


def test_an_excerpt_stops_between_two_words() -> None:
    assert excerpt("Court.") == "Court."
    assert excerpt("mot " * 60).endswith("mot…")
