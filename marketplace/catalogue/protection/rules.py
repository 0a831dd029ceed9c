"""What protects whoever gives time: the words to show, and who may change them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.readers import reader_for
from marketplace.catalogue.protection.models import ProtectionText
from marketplace.choices import WhoseTime
from marketplace.refusals import Refused

# What one reads, in this order.
WORDS = ("short", "pay", "accident", "replacement", "stopping")


@dataclass(frozen=True)
class Words:
    """The five texts of one kind of time, and where they come from."""

    short: str
    pay: str
    accident: str
    replacement: str
    stopping: str
    source: str = ""


# Neutral, until an organisation says better. None of it was confirmed by a jurist: pages say so.
DEFAULTS = {
    WhoseTime.WORKING: Words(
        short="Sur temps de travail, votre employeur continue de vous payer et de vous couvrir.",
        pay="Votre employeur continue de vous payer, comme un jour ordinaire.",
        accident="Vous êtes en service : un accident se déclare à votre employeur, comme à votre "
        "poste. L’organisme d’accueil est assuré pour ce qui arrive chez lui.",
        replacement="Votre encadrement dit, avant l’accord, qui prend le relais et ce qui attend.",
        stopping="Vous arrêtez quand vous voulez, en prévenant. Refuser ou arrêter n’a pas de "
        "conséquence pour vous.",
        source="texte d’attente de la plateforme",
    ),
    WhoseTime.OWN: Words(
        short="Sur temps personnel, vous êtes bénévole : c’est l’assurance de l’organisme "
        "d’accueil, ou la vôtre, qui vous couvre.",
        pay="Ni salaire ni heures récupérées : ce temps est à vous, et votre employeur n’a pas à "
        "le savoir.",
        accident="Votre employeur ne couvre pas ce temps. Demandez à l’organisme d’accueil si son "
        "assurance couvre les bénévoles, et vérifiez votre responsabilité civile.",
        replacement="Personne n’a à vous remplacer : c’est en dehors de vos heures.",
        stopping="Vous arrêtez quand vous voulez : prévenez seulement qui vous attend.",
        source="texte d’attente de la plateforme",
    ),
}


def why_not_edit(user: User, organisation: Organisation) -> str:
    """Return why `user` may not change the texts of the organisation, or an empty text."""
    if reader_for(user).has_role("coordinator", organisation.pk):
        return ""
    return "Ces textes sont tenus par la coordination de l’organisme."


def texts_of(organisation: Organisation) -> dict[str, ProtectionText]:
    """Return the organisation's own texts by kind of time; one query."""
    return {one.whose_time: one for one in ProtectionText.objects.filter(organisation=organisation)}


@transaction.atomic
def save(
    organisation: Organisation,
    actor: User,
    whose_time: str,
    words: Words,
    *,
    confirmed_by: str = "",
    confirmed_on: date | None = None,
    valid_until: date | None = None,
) -> ProtectionText:
    """Keep the texts of one kind of time; returns them.

    Words that change are to be confirmed again: a confirmation of before them falls. Raises
    Refused.
    """
    if refusal := why_not_edit(actor, organisation):
        raise Refused(refusal)
    if any(not getattr(words, name).strip() for name in WORDS):
        raise Refused("Écrivez les cinq textes : un agent qui lit un blanc s’inquiète.")
    if bool(confirmed_by.strip()) != bool(confirmed_on):
        raise Refused("Dites à la fois qui a confirmé ces textes, et quel jour.")
    if confirmed_on and confirmed_on > timezone.localdate():
        raise Refused("La confirmation ne peut pas dater de demain.")
    if confirmed_on and valid_until and valid_until < confirmed_on:
        raise Refused("La fin de validité vient après la confirmation.")
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    former = ProtectionText.objects.filter(organisation=organisation, whose_time=whose_time).first()
    changed = former is not None and any(
        getattr(former, name) != getattr(words, name) for name in WORDS
    )
    said_before = former is not None and confirmed_on == former.confirmed_on
    if changed and said_before and confirmed_on != timezone.localdate():
        confirmed_by, confirmed_on = "", None
    return ProtectionText.objects.update_or_create(
        organisation=organisation,
        whose_time=whose_time,
        defaults={
            **{name: getattr(words, name).strip() for name in WORDS},
            "source": words.source.strip(),
            "confirmed_by": confirmed_by.strip(),
            "confirmed_on": confirmed_on,
            "valid_until": valid_until,
            "changed_by": actor,
            "changed_at": timezone.now(),
        },
    )[0]
