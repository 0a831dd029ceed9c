"""Cutting French text: what ends a sentence, and what only looks like an end."""

from __future__ import annotations

import pytest

from home.advice.sentences import count_words, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Une phrase.", ["Une phrase."]),
        ("La première. La seconde !", ["La première.", "La seconde !"]),
        ("Qui décide\u00a0? L’agent.", ["Qui décide\u00a0?", "L’agent."]),
        ("Écrivez à M. Klein. Elle répond.", ["Écrivez à M. Klein.", "Elle répond."]),
        ("Vu l’art. 209 de la loi. Et après.", ["Vu l’art. 209 de la loi.", "Et après."]),
        ("Demandez à J. Klein ou à la mairie.", ["Demandez à J. Klein ou à la mairie."]),
        (
            "«\u00a0Venez.\u00a0» Elle est venue.",
            ["«\u00a0Venez.\u00a0»", "Elle est venue."],
        ),
        ("De 8 h 30 à 17 h… Puis rien.", ["De 8 h 30 à 17 h…", "Puis rien."]),
        ("À partir de 3.5 euros, etc. selon le cas", ["À partir de 3.5 euros, etc. selon le cas"]),
        ("Sans point à la fin", ["Sans point à la fin"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trois petits mots.", 3),
        ("L’agent d’accueil", 4),
        ("Le rendez-vous de porte-à-porte", 4),
        ("De 8 h 30 à 17 h", 7),
        ("… !", 0),
    ],
)
def test_words(text: str, expected: int) -> None:
    assert count_words(text) == expected
