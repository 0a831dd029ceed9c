"""The figures in words, as tables and drawings: the page and the files say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.safestring import SafeString

from marketplace.insight import charts
from marketplace.insight.discretion import LEAST, Shares
from marketplace.insight.figures import Figures, Served
from marketplace.words import NBSP, day_words
from marketplace.words import figures as figures_words

NOT_SHOWN = "moins de cinq personnes"
NOTHING_ON_OFFER = "rien à réserver"
TOTAL = "En tout"


@dataclass(frozen=True)
class Part:
    """One row of figures: a drawing, where something may be drawn, and its table."""

    slug: str
    title: str
    lead: str
    headings: tuple[str, str]
    rows: list[tuple[str, str]]
    drawing: SafeString | str = ""

    @property
    def shows_nothing(self) -> bool:
        """Return whether a table would only say, line after line, that nothing may be shown."""
        return bool(self.rows) and all(value == NOT_SHOWN for _, value in self.rows)


def parts(figures: Figures) -> list[Part]:
    """Return what the page shows, in order."""
    return [
        _part(
            "suites",
            "Ce qui a été demandé, et la suite",
            "Toutes les demandes de l’année, reçues ou faites par nous.",
            ("Suite", "Demandes"),
            figures.outcomes,
        ),
        _part(
            "mois",
            "Mois par mois",
            "Les mêmes demandes, au mois où elles ont été faites.",
            ("Mois", "Demandes"),
            figures.months,
            in_time=True,
        ),
        _part(
            "natures",
            "Ce qui circule",
            "Les mêmes demandes, selon ce qu’elles concernent.",
            ("Nature", "Demandes"),
            figures.natures,
        ),
        _part(
            "territoires",
            "Pour quels territoires",
            "Les mêmes demandes, selon la commune de qui reçoit.",
            ("Commune", "Demandes"),
            figures.territories,
        ),
        _part(
            "refus",
            "Pourquoi on a décliné",
            "La raison choisie par qui décline. Un refus ne coûte rien à personne.",
            ("Raison", "Demandes déclinées"),
            figures.refusals,
        ),
        _part(
            "annulations",
            "Pourquoi on a annulé",
            "La raison choisie par qui annule. Avant tout accord, aucune n’est demandée.",
            ("Raison", "Demandes annulées"),
            figures.cancellations,
        ),
        _part(
            "besoins",
            "Les besoins publiés",
            "Les nôtres, et ceux des associations que nous avons vérifiées.",
            ("Réponse", "Besoins"),
            figures.needs,
        ),
    ]


def use_part(figures: Figures) -> Part:
    """Return how much what has a calendar served: each place, then each thing there."""
    rows = []
    for site in figures.sites:
        rows.append((site.whole.name, rate_words(site.whole)))
        rows += [
            (f"{site.whole.name}{NBSP}: {one.name}", rate_words(one)) for one in site.resources
        ]
    return Part(
        "usage",
        "À quoi servent les calendriers",
        "La part des heures d’ouverture qui ont été réservées, lieu par lieu. Ce qui est en "
        "réparation ne compte pas.",
        ("Lieu et ressource", "Réservé"),
        rows,
    )


def _part(
    slug: str,
    title: str,
    lead: str,
    headings: tuple[str, str],
    shares: Shares,
    *,
    in_time: bool = False,
) -> Part:
    rows = [(one.label.capitalize(), _number(one.count)) for one in shares.cells]
    rows.append((TOTAL, _number(shares.total)))
    draw = charts.columns if in_time else charts.bars
    something = any(one.count for one in shares.cells)
    return Part(slug, title, lead, headings, rows, draw(shares, title) if something else "")


def _number(count: float | None) -> str:
    return NOT_SHOWN if count is None else figures_words(round(count))


def rate_words(served: Served) -> str:
    """Return «37 %», or why there is no such number."""
    if not served.is_shown:
        return NOT_SHOWN
    return NOTHING_ON_OFFER if served.rate is None else f"{served.rate}{NBSP}%"


def delay_words(figures: Figures) -> str:
    """Return the median time to a first answer, in a sentence."""
    if figures.delay is None:
        return f"Délai de réponse{NBSP}: moins de cinq personnes ont répondu, il n’est pas montré."
    if figures.delay < 1:
        return "La moitié des demandes ont reçu leur première réponse en moins d’un jour."
    days = f"{figures.delay:.1f}".rstrip("0").rstrip(".").replace(".", ",")
    unit = "jour" if figures.delay < 2 else "jours"
    return f"La moitié des demandes ont reçu leur première réponse en {days}{NBSP}{unit} ou moins."


def stop_words(figures: Figures) -> str:
    """Return until when things are counted."""
    return f"Chiffres arrêtés au {day_words(figures.until - timedelta(days=1))}."


def sheet(figures: Figures, name: str) -> list[list[Any]]:
    """Return the rows of the file, headings first: what is not shown on the page is not there."""
    rows: list[list[Any]] = [["Tableau", "Ligne", "Nombre", "Précision"]]
    shares = {
        "suites": figures.outcomes,
        "mois": figures.months,
        "natures": figures.natures,
        "territoires": figures.territories,
        "refus": figures.refusals,
        "annulations": figures.cancellations,
        "besoins": figures.needs,
    }
    for part in parts(figures):
        found = shares[part.slug]
        counts = [*(one.count for one in found.cells), found.total]
        rows += [
            [part.title, label, count, "" if count is not None else NOT_SHOWN]
            for (label, _), count in zip(part.rows, counts, strict=True)
        ]
    rows.append(
        [
            "Délai de réponse",
            "Jours, à la médiane",
            figures.delay,
            "" if figures.delay is not None else NOT_SHOWN,
        ]
    )
    for site in figures.sites:
        for label, one in (
            (site.whole.name, site.whole),
            *((f"{site.whole.name}, {one.name}", one) for one in site.resources),
        ):
            rows.append(
                [
                    "Heures réservées, en pour cent des heures d’ouverture",
                    label,
                    one.rate if one.is_shown else None,
                    "" if one.is_shown and one.rate is not None else rate_words(one),
                ]
            )
    rows.append(["Organisme", name, None, stop_words(figures)])
    rows.append(["Discrétion", f"moins de {LEAST} personnes{NBSP}: pas de nombre", None, ""])
    return rows
