"""Names in a sentence are contracted as French wants."""

from __future__ import annotations

import pytest

from accounts.words import of_name, to_name


@pytest.mark.parametrize(
    ("name", "of", "to"),
    [
        ("Les Trois-Vallées", "des Trois-Vallées", "aux Trois-Vallées"),
        ("Le Tournevis", "du Tournevis", "au Tournevis"),
        ("La Table d’à côté", "de la Table d’à côté", "à la Table d’à côté"),
        ("L’Atelier", "de l’Atelier", "à l’Atelier"),
        ("L'Atelier", "de l’Atelier", "à l’Atelier"),
        ("Arcachon", "d’Arcachon", "à Arcachon"),
        ("Échirolles", "d’Échirolles", "à Échirolles"),
        ("Œuvres unies", "d’Œuvres unies", "à Œuvres unies"),
        ("Lire en Moselle", "de Lire en Moselle", "à Lire en Moselle"),
        ("Lesneven", "de Lesneven", "à Lesneven"),
        ("le garage", "du garage", "au garage"),
        ("une crèche", "d’une crèche", "à une crèche"),
        ("", "de ", "à "),
    ],
)
def test_of_and_to_a_name(name: str, of: str, to: str) -> None:
    assert of_name(name) == of
    assert to_name(name) == to
