"""Opening the intranet of a collectivité: one rule, for the command and for /plateforme/."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify
from wagtail.models import Site

from accounts.identifiers import compact
from accounts.models import Commune, Organisation, Role, User
from accounts.notices.rules import tell
from accounts.organisations.rules import begin_membership
from accounts.people.arrivals import new_person, person_at
from accounts.rights import coordinates
from home.provisioning.sites import provision_site
from home.provisioning.starter import install_starter
from home.typography import NBSP

FORMS = ("commune", "epci", "departement", "region", "ccas")
HOSTNAME = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
)


def check_hostname(text: str) -> None:
    """Raise ValidationError unless the text is the full name of a host."""
    hostname = text.strip().lower()
    if not HOSTNAME.fullmatch(hostname):
        raise ValidationError(
            f"« {hostname} » n’est pas un nom d’hôte : écrivez intranet.exemple.fr."
        )


class OpeningRefused(Exception):
    """The intranet cannot be opened so; `field` of Opening is what to mend, the text says how."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Opening:
    """What is asked; a SIRET that is known completes the collectivité that has it."""

    name: str
    siret: str
    hostname: str
    coordinator: str
    legal_form: str = ""
    commune: str = ""  # its INSEE code
    port: int = 443
    short_name: str = ""
    slug: str = ""
    first_name: str = ""
    last_name: str = ""
    with_starter: bool = True


@dataclass(frozen=True)
class Opened:
    organisation: Organisation
    site: Site
    coordinator: User
    is_new: bool


@transaction.atomic
def open_collectivite(asked: Opening) -> Opened:
    """Open the intranet, or complete it: safe to repeat. Raises OpeningRefused, nothing saved."""
    organisation, is_new = _organisation(asked)
    try:
        check_hostname(asked.hostname)
    except ValidationError as error:
        raise OpeningRefused("hostname", " ".join(error.messages)) from error
    hostname = asked.hostname.strip().lower()
    try:
        site = provision_site(organisation, hostname, asked.port)
    except ValueError as error:
        raise OpeningRefused("hostname", str(error)) from error
    if asked.with_starter:
        install_starter(site)
    return Opened(organisation, site, _coordinator(organisation, asked), is_new)


def _organisation(asked: Opening) -> tuple[Organisation, bool]:
    siret = compact(asked.siret)
    existing = Organisation.objects.filter(siret=siret).exclude(siret="").first()
    if existing is not None:
        if existing.kind != Organisation.Kind.COLLECTIVITE:
            raise OpeningRefused(
                "siret",
                f"Le SIRET {siret} est celui de {existing}, qui n’est pas une collectivité.",
            )
        if existing.closed_at is not None:
            raise OpeningRefused("siret", f"{existing} est fermée : ouvrez-la d’abord de nouveau.")
        return existing, False
    if asked.legal_form not in FORMS:
        raise OpeningRefused(
            "legal_form",
            f"Forme inconnue : {asked.legal_form}. Choisissez parmi : {', '.join(FORMS)}.",
        )
    commune = Commune.objects.filter(code=asked.commune).first()
    if commune is None:
        raise OpeningRefused(
            "commune",
            f"Commune inconnue : {asked.commune}. Donnez le code INSEE à cinq caractères "
            "(57463 pour Metz), pas le code postal.",
        )
    short_name = asked.short_name or asked.name
    organisation = Organisation(
        kind=Organisation.Kind.COLLECTIVITE,
        legal_form=asked.legal_form,
        name=asked.name,
        short_name=short_name[:60],
        slug=asked.slug or slugify(short_name)[:60],
        siret=siret,
        commune=commune,
        latitude=commune.latitude,
        longitude=commune.longitude,
    )
    try:
        organisation.full_clean()
    except ValidationError as error:
        field = next((f for f in error.message_dict if f in Opening.__annotations__), "siret")
        raise OpeningRefused(field, " ".join(error.messages)) from error
    organisation.save()
    return organisation, True


def _coordinator(organisation: Organisation, asked: Opening) -> User:
    email = asked.coordinator.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise OpeningRefused(
            "coordinator", f"« {email} » n’est pas une adresse électronique."
        ) from error
    person = person_at(email)
    if person is None:
        person = new_person(
            email, proven=False, first_name=asked.first_name, last_name=asked.last_name
        )
    elif not person.is_active:
        raise OpeningRefused("coordinator", f"Le compte de {email} est fermé.")
    if not coordinates(person, organisation):
        begin_membership(person, organisation, [Role.Kind.COORDINATOR])
        _tell(person, organisation)
    return person


def _tell(coordinator: User, organisation: Organisation) -> None:
    """Write to who has the coordination: nobody else would say where it is and how one enters."""
    tell(
        coordinator,
        kind="intranet_opened",
        subject=f"{organisation.short_name}{NBSP}: l’intranet est ouvert, il vous attend",
        body=(
            f"L’intranet de votre collectivité est prêt{NBSP}: {organisation.name}. Vous en tenez "
            f"la coordination.\n\nPour entrer, recevez un code à cette adresse{NBSP}: pas de mot "
            f"de passe à inventer. Une liste de trente jours vous attend{NBSP}: donner son nom et "
            "ses couleurs au site, relire les pages de départ, inviter peu à peu. Personne d’autre "
            "n’est prévenu tant que vous n’invitez personne."
        ),
        path=f"{reverse('account_request_login_code')}?next={reverse('launch')}",
        action="Entrer avec un code",
        organisation=organisation,
        must_send=True,
    )
