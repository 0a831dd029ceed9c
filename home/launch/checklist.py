"""Thirty days for somebody with a third of a post: few things, each with its screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import Organisation, User
from home.launch.models import Tick

NBSP = "\u00a0"


@dataclass(frozen=True)
class Item:
    """`place` is the name of an address of ours; it leads to the screen where it is done."""

    key: str
    title: str
    text: str
    time: str
    action: str
    place: str
    arguments: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.place, args=self.arguments)


@dataclass(frozen=True)
class Week:
    title: str
    aim: str
    items: tuple[Item, ...]


WEEKS = (
    Week(
        f"Semaine 1{NBSP}: poser le cadre",
        "Rien n’est encore annoncé. On prépare la maison, et l’encadrement l’apprend en premier.",
        (
            Item(
                "identity",
                "Donner son nom, son logo et ses couleurs",
                "Les couleurs illisibles sont refusées, avec la plus proche qui convient.",
                "30 min",
                "Ouvrir l’identité du site",
                "wagtailsettings:edit",
                ("home", "siteidentity"),
            ),
            Item(
                "legal",
                "Relire les pages légales avec qui suit les données personnelles",
                "Mentions légales, données personnelles, accessibilité : complétez ce qui est "
                "propre à votre collectivité.",
                "1 h",
                "Voir les pages légales",
                "launch_pages",
            ),
            Item(
                "retention",
                "Choisir combien de temps on garde les données",
                "Les durées proposées conviennent souvent. Votre délégué à la protection des "
                "données les connaît.",
                "20 min",
                "Choisir les durées",
                "retentions",
            ),
            Item(
                "people",
                "Importer les services et les personnes",
                "Le fichier des ressources humaines est lu avant d’être importé. Aucune invitation "
                "ne part : vous choisirez qui inviter, et quand.",
                "1 h",
                "Importer un fichier",
                "people_import",
            ),
            Item(
                "managers",
                "Écrire à l’encadrement",
                "Une lettre courte, avant toute affiche : ce que c’est, ce que cela demande, à qui "
                "parler. La direction générale la signe.",
                "1 h",
                "Préparer la lettre",
                "launch_letter",
            ),
        ),
    ),
    Week(
        f"Semaine 2{NBSP}: remplir les étagères",
        "Personne ne revient dans une boutique vide : dix offres et un récit suffisent.",
        (
            Item(
                "pages",
                "Adapter les pages de départ",
                "Un exemple de chez vous par page vaut mieux qu’une réécriture.",
                "3 h",
                "Voir les pages de départ",
                "launch_pages",
            ),
            Item(
                "offers",
                "Réunir dix premières offres, avec dix personnes",
                "Allez les voir, et écrivez l’annonce avec elles : un barnum, une salle, une "
                "demi-journée de relecture.",
                "4 h",
                "Publier une annonce",
                "listing_create",
            ),
            Item(
                "story",
                "Raconter une entraide qui existe déjà",
                "Il y en a toujours une. Quatre paragraphes et une photo, avec l’accord de la "
                "personne.",
                "2 h",
                "Écrire un récit",
                "desk_write",
                ("recit",),
            ),
        ),
    ),
    Week(
        f"Semaine 3{NBSP}: inviter, peu à la fois",
        "Une vague de trente se remarque et se soigne ; trois mille courriels s’oublient.",
        (
            Item(
                "first_wave",
                "Inviter une première vague",
                "Vingt à trente personnes de services différents, volontaires si possible.",
                "1 h",
                "Préparer une vague",
                "launch_waves",
            ),
            Item(
                "paper",
                "Remettre des invitations sur papier",
                "Dépôts, écoles, cuisines : là où l’on travaille sans adresse professionnelle, un "
                "téléphone personnel suffit.",
                "2 h",
                "Imprimer des feuilles",
                "launch_waves",
            ),
            Item(
                "posters",
                "Poser les affiches",
                "Près de la machine à café, de la pointeuse, de l’accueil : chacune dit une seule "
                "chose.",
                "1 h",
                "Choisir les affiches",
                "launch_posters",
            ),
            Item(
                "listening",
                "Appeler cinq personnes qui sont venues",
                "Qu’ont-elles cherché sans le trouver ? C’est la meilleure heure de la semaine.",
                "1 h",
                "Voir ce que les vagues ont donné",
                "launch_waves",
            ),
        ),
    ),
    Week(
        f"Semaine 4{NBSP}: faire vivre",
        "On passe de l’annonce à l’habitude : répondre vite, raconter, recommencer.",
        (
            Item(
                "answers",
                "Ne laisser aucune demande sans réponse plus de trois jours",
                "Un non rapide et aimable vaut mieux qu’un silence.",
                "2 h",
                "Ouvrir la coordination",
                "coordination",
            ),
            Item(
                "second_wave",
                "Inviter une deuxième vague, nourrie de la première",
                "Changez ce qui a fait trébucher, puis un service entier.",
                "1 h",
                "Préparer une vague",
                "launch_waves",
            ),
            Item(
                "partners",
                "Proposer un partenariat à une collectivité voisine",
                "Le matériel et les idées circulent mieux à deux.",
                "1 h",
                "Voir les partenariats",
                "partnerships",
            ),
            Item(
                "news",
                "Dire à tout le monde ce que ces trente jours ont donné",
                "Trois chiffres, un remerciement, la suite. Pas de classement.",
                "1 h",
                "Écrire une actualité",
                "desk_write",
                ("actualite",),
            ),
        ),
    ),
)
KEYS = frozenset(item.key for week in WEEKS for item in week.items)


def weeks_for(organisation: Organisation) -> list[dict[str, Any]]:
    """Return the weeks with what is done, by whom and when; one query."""
    ticks = {
        tick.key: tick
        for tick in Tick.objects.filter(organisation=organisation, key__in=KEYS).select_related(
            "done_by"
        )
    }
    return [
        {
            "week": week,
            "items": [{"item": item, "tick": ticks.get(item.key)} for item in week.items],
            "done": sum(item.key in ticks for item in week.items),
        }
        for week in WEEKS
    ]


def tick(organisation: Organisation, key: str, user: User) -> None:
    """Say that it is done; the first to say so is the one who is shown."""
    Tick.objects.get_or_create(organisation=organisation, key=key, defaults={"done_by": user})


def untick(organisation: Organisation, key: str) -> None:
    Tick.objects.filter(organisation=organisation, key=key).delete()
