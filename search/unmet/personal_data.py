"""What is said of the words that find nothing: people read it, and there is nobody to export."""

from __future__ import annotations

from accounts.personal_data.registry import Fixed, register_fixed


def register() -> None:
    register_fixed(
        Fixed(
            label="Mots cherchés sans réponse dans le catalogue",
            counted_from="la fin du trimestre",
            kept="6 mois, s’ils viennent de cinq personnes au moins\u00a0; sinon rien",
            why=(
                "La coordination voit ce qui manque, jamais qui l’a cherché\u00a0: d’ici la fin du "
                "trimestre, une empreinte sans nom sert seulement à compter les personnes."
            ),
        )
    )
