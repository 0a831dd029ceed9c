"""Every part of the design system in its states, on one page that only developers reach."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from portal.templatetags.icons import icon_names

WEEKDAYS = [
    ("lu", "lundi"),
    ("ma", "mardi"),
    ("me", "mercredi"),
    ("je", "jeudi"),
    ("ve", "vendredi"),
    ("sa", "samedi"),
    ("di", "dimanche"),
]
DAY_LABELS = {
    "free": "libre",
    "part": "en partie pris",
    "taken": "pris",
    "chosen": "choisi",
}


class LoanForm(forms.Form):
    """A form with every kind of field, drawn by the project's renderer."""

    reason = forms.CharField(
        label="Pour quoi faire ?",
        help_text="Deux ou trois phrases suffisent. Le service des fêtes les lira.",
        widget=forms.Textarea,
    )
    starts = forms.DateField(
        label="Du", widget=forms.DateInput(attrs={"type": "date"}), help_text="Jour de la remise."
    )
    email = forms.EmailField(label="Adresse électronique", required=False)
    place = forms.ChoiceField(
        label="Où l’utiliserez-vous ?",
        choices=[
            ("", "Choisissez une commune"),
            ("57751", "Woippy"),
            ("57463", "Metz"),
            ("57480", "Montigny-lès-Metz"),
        ],
    )
    use = forms.ChoiceField(
        label="Comment le prêt vous arrange-t-il ?",
        help_text="La convention dépend de votre réponse.",
        widget=forms.RadioSelect,
        choices=[
            (
                "exclusive",
                format_html(
                    'Pour nous seuls <span class="choice-hint">{}</span>',
                    "Vous répondez du matériel pendant le prêt.",
                ),
            ),
            (
                "shared",
                format_html(
                    'Avec le service <span class="choice-hint">{}</span>',
                    "Un agent l’apporte et reste avec vous.",
                ),
            ),
        ],
    )
    needs = forms.MultipleChoiceField(
        label="De quoi aurez-vous besoin ?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("ballast", "les lests"), ("sides", "les bâches de côté"), ("help", "deux bras")],
    )
    insurance = forms.FileField(
        label="Attestation d’assurance",
        required=False,
        help_text="PDF ou photo, 10 Mo au plus.",
    )
    promise = forms.BooleanField(
        label="Nous rendrons les barnums secs et pliés",
        help_text="Une toile humide moisit en deux jours.",
    )

    def clean(self) -> dict[str, Any]:
        self.add_error(
            None, "Le barnum est déjà pris du 19 au 21 juin : choisissez d’autres dates."
        )
        return self.cleaned_data


def styleguide(request: HttpRequest) -> HttpResponse:
    """Return the style guide."""
    return render(request, "portal/styleguide.html", styleguide_context())


def styleguide_context() -> dict[str, Any]:
    """Return realistic content for every component."""
    return {
        "breadcrumbs": [
            {"title": "Accueil", "url": "#"},
            {"title": "Entraide", "url": "#"},
            {"title": "Guide de style", "url": ""},
        ],
        "rows": listing_rows(),
        "page": Paginator(range(1, 185), 10).page(4),
        "facets": facets(),
        "chips": [
            {"label": "Véhicules et vélos", "url": "#"},
            {"label": "moins de 20 km", "url": "#"},
        ],
        "todos": todos(),
        "events": events(),
        "facts": facts(),
        "steps": timeline_steps(),
        "month": month(),
        "next_steps": [
            "Le service des fêtes vous répond.",
            "Vous signez une convention d’une page.",
            "Remise au dépôt, état noté ensemble.",
            "Retour, et un mot de merci.",
        ],
        "empty_form": LoanForm(prefix="vide"),
        "wrong_form": LoanForm({"faux-email": "nadia@", "faux-needs": ["help"]}, prefix="faux"),
        "table_headings": ["Mois", "Prêts", "Heures données", "Valeur estimée"],
        "table_rows": [
            ["Septembre", "14", "46 h", "1 234,50 €"],
            ["Octobre", "22", "61 h 30", "1 870,00 €"],
            ["Novembre", "9", "38 h", "960,00 €"],
        ],
        "icon_names": icon_names(),
    }


def listing_rows() -> list[dict[str, Any]]:
    return [
        {
            "url": "#",
            "direction": "offer",
            "direction_label": "Offre",
            "meta": "Véhicule · prêt · accès direct",
            "title_html": mark_safe("Vélo-<mark>cargo</mark> électrique, boîte à clés"),
            "summary": "Deux vélos pour vos tournées et petits déménagements, jusqu’à 80 kg. "
            "Casques et antivol dans le coffre.",
            "icon": "bike",
            "tone": "accent",
            "place": "Metz",
            "distance": "à 1,2 km",
            "when": mark_safe("libre <strong>aujourd’hui</strong>, 4 h au plus"),
            "who": "Parc des mobilités",
        },
        {
            "url": "#",
            "direction": "offer",
            "direction_label": "Offre",
            "meta": "Matériel · prêt · sur demande",
            "title": "Barnum 3 × 6 m",
            "summary": "Deux barnums avec leurs lests. Montage à trois personnes, notice illustrée "
            "fournie.",
            "icon": "tent",
            "tone": "second",
            "place": "Woippy",
            "distance": "à 4 km",
            "when": mark_safe("libre du <strong>12 au 18 juin</strong>"),
            "who": "Service des fêtes",
        },
        {
            "url": "#",
            "direction": "need",
            "direction_label": "Besoin",
            "meta": "Local · du mercredi 14 h à 17 h",
            "title": "Une salle calme pour des ateliers de lecture",
            "summary": "Huit adultes, une animatrice. Accès de plain-pied souhaité.",
            "icon": "book",
            "tone": "accent",
            "place": "Woippy",
            "distance": "à 4 km",
            "when": mark_safe("à partir du <strong>7 janvier</strong>"),
            "who": "Lire en Moselle",
            "who_icon": "users",
        },
        {
            "url": "#",
            "direction": "offer",
            "direction_label": "Offre",
            "meta": "Compétence · temps de travail · rencontre d’abord",
            "title": "J’aimerais apprendre la facilitation, en binôme",
            "summary": "On peut m’appeler pour préparer et animer une réunion, avec quelqu’un "
            "d’expérimenté. Mardi ou jeudi.",
            "icon": "messages",
            "tone": "second",
            "place": "Montigny-lès-Metz",
            "distance": "à 3 km",
            "when": "½ journée par mois",
            "who": "par la coordination",
            "who_icon": "user-heart",
            "state_label": "Brouillon",
        },
    ]


def facets() -> list[dict[str, Any]]:
    def option(value: str, label: str, count: int | None, checked: bool = False) -> dict:
        return {"value": value, "label": label, "count": count, "checked": checked}

    return [
        {
            "legend": "Je cherche",
            "name": "sens",
            "options": [
                option("offre", "Une offre", 148, True),
                option("besoin", "Un besoin auquel répondre", 37, True),
            ],
        },
        {
            "legend": "De quoi s’agit-il ?",
            "name": "nature",
            "options": [
                option("competence", "Compétences", 61),
                option("materiel", "Matériel", 48),
                option("local", "Locaux", 22),
                option("vehicule", "Véhicules et vélos", 17, True),
                option("bureau", "Bureaux volants", 0),
            ],
        },
        {
            "legend": "Autour de Metz",
            "name": "distance",
            "kind": "radio",
            "options": [
                option("5", "moins de 5 km", 58),
                option("20", "moins de 20 km", 131, True),
                option("", "toute la région", 185),
            ],
        },
    ]


def todos() -> list[dict[str, Any]]:
    return [
        {
            "icon": "message-circle",
            "text": "Lire en Moselle propose deux mercredis pour la salle du bas",
            "text_html": mark_safe(
                "Lire en Moselle propose <strong>deux mercredis</strong> pour la salle du bas"
            ),
            "action": "Répondre",
            "url": "#",
        },
        {
            "icon": "bike",
            "text": "Rendre le vélo-cargo n° 2",
            "text_html": mark_safe(
                "Rendre le <strong>vélo-cargo n° 2</strong> avant 18 h, boîte à clés de la gare"
            ),
            "detail": "en retard d’une heure",
            "late": True,
            "action": "Faire le retour",
            "url": "#",
        },
    ]


def events() -> list[dict[str, str]]:
    return [
        {
            "day": "24",
            "month": "nov.",
            "date": "2026-11-24",
            "title": "Café des binômes",
            "detail": "Maison des projets, 9 h, 4 places",
            "url": "#",
        },
        {
            "day": "26",
            "month": "nov.",
            "date": "2026-11-26",
            "title": "Encadrer sans tout valider",
            "detail": "entre pairs, en visio, 13 h",
            "url": "#",
        },
        {
            "day": "28",
            "month": "nov.",
            "date": "2026-11-28",
            "title": "Collecte alimentaire",
            "detail": "12 volontaires sur 20",
            "url": "#",
        },
    ]


def facts() -> list[tuple[str, str]]:
    return [
        ("À prévoir", "un utilitaire (2,10 m de long), trois personnes"),
        (
            "Conditions",
            "usage exclusif pendant le prêt, attestation d’assurance, pas de vent au-dessus de "
            "60 km/h",
        ),
        ("Remise et retour", "dépôt de Woippy, lundi et vendredi de 8 h à 10 h"),
        ("Qui peut demander", "associations vérifiées et administrations partenaires"),
    ]


def timeline_steps() -> list[dict[str, str]]:
    return [
        {"state": "done", "title": "Vous avez dit « Je viens »", "detail": "lundi, 20 h 12"},
        {
            "state": "now",
            "title": "Votre encadrante a la question",
            "detail": "envoyée à 20 h 13. Sans réponse jeudi soir, la coordination l’appelle.",
        },
        {"state": "todo", "title": "Confirmation", "detail": ""},
        {
            "state": "todo",
            "title": "Le jour même",
            "detail": "rendez-vous devant le hangar, gilet fourni",
        },
    ]


def month() -> dict[str, Any]:
    taken = {5, 6, 7, 9, 10, 19, 20, 21, 26, 27, 28}
    states = (
        dict.fromkeys(range(1, 31), "free")
        | dict.fromkeys(taken, "taken")
        | dict.fromkeys((3, 18), "part")
        | dict.fromkeys((12, 13, 14), "chosen")
    )
    days: list[dict[str, Any] | None] = [None]
    days += [
        {"day": day, "state": state, "label": DAY_LABELS[state], "today": day == 2}
        for day, state in sorted(states.items())
    ]
    days += [None] * (-len(days) % 7)
    return {
        "title": "Juin 2027",
        "weekdays": WEEKDAYS,
        "weeks": [days[start : start + 7] for start in range(0, len(days), 7)],
    }
