"""Posters: one thing each, in the collectivité's colours, with a code to its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from accounts.invitations.views import qr_code
from accounts.models import Organisation

NBSP = "\u00a0"


@dataclass(frozen=True)
class Poster:
    key: str
    title: str
    text: str
    call: str
    icon: str
    path: str


POSTERS = (
    Poster(
        "propose",
        "Je propose.",
        "Une heure, un savoir-faire, un barnum, une salle vide le jeudi. Ce qui dort chez vous "
        "manque à quelqu’un.",
        "Dites-le en cinq minutes",
        "heart-handshake",
        "/marche/",
    ),
    Poster(
        "besoin",
        "J’ai besoin.",
        "Un coup de main, un prêt, un avis. Demander n’est pas une faiblesse : c’est souvent "
        "ainsi que l’on se rencontre.",
        "Demandez ici",
        "hand-stop",
        "/marche/",
    ),
    Poster(
        "bureau",
        "Un bureau près de chez vous.",
        "Travaillez une journée dans un autre service, une autre mairie, à dix minutes de la "
        "maison.",
        "Trouvez un bureau",
        "desk",
        "/marche/?nature=bureau",
    ),
    Poster(
        "recit",
        f"Et si c’était vous{NBSP}?",
        "Ils ont donné une demi-journée, et en parlent encore. Leurs récits, en trois minutes.",
        "Lisez les récits",
        "quote",
        "/recits/",
    ),
    Poster(
        "telephone",
        "Votre téléphone suffit.",
        "Sans bureau, sans adresse professionnelle, sans mot de passe. Demandez votre invitation "
        "à la coordination.",
        "Recopiez votre code ici",
        "phone",
        "/invitation/",
    ),
)


def poster(key: str) -> Poster | None:
    return next((one for one in POSTERS if one.key == key), None)


def code_for(organisation: Organisation, one: Poster) -> SafeString:
    """Return the QR code of the poster's page on the collectivité's own host."""
    return qr_code(f"{organisation.base_url}{one.path}", scalable=True)
