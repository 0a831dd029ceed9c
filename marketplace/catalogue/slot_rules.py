"""Giving a need its slots: added one by one, taken off while nobody comes."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from marketplace import rights
from marketplace.catalogue.models import Listing
from marketplace.catalogue.slots import MOST_PLACES, MOST_SLOTS, Slot, is_of_hands
from marketplace.catalogue.transitions import say_changed
from marketplace.refusals import Refused
from marketplace.signals import places_added
from marketplace.words import counted

COUNTED_ON = (
    "Quelqu’un a dit qu’il venait alors : écrivez-lui d’abord, ou gardez ce créneau jusqu’au bout."
)


@transaction.atomic
def add(need: Listing, actor: User, starts: datetime, ends: datetime, places: int) -> Slot:
    """Return the new slot of the need. Raises Refused with what is wrong with it."""
    need = _held(need, actor)
    if ends <= starts:
        raise Refused("La fin doit venir après le début.")
    if ends <= timezone.now():
        raise Refused("Ce moment est passé : choisissez-en un à venir.")
    _check_places(places)
    if need.slots.count() >= MOST_SLOTS:
        raise Refused(f"Un besoin a {MOST_SLOTS} créneaux au plus : écrivez-en un autre.")
    whole = need.slots.filter(starts_at=None).first()
    if whole is not None:
        if _is_counted_on(whole):
            raise Refused(
                "Des personnes ont déjà dit qu’elles viennent, sans créneau : écrivez un autre "
                "besoin pour ceux-ci."
            )
        if not whole.exchanges.exists():
            whole.delete()
    try:
        with transaction.atomic():
            slot = Slot.objects.create(listing=need, starts_at=starts, ends_at=ends, places=places)
    except IntegrityError:
        raise Refused("Ce créneau est déjà dans la liste.") from None
    say_changed(need)
    return slot


@transaction.atomic
def change_places(need: Listing, actor: User, ref: str, places: int) -> Slot:
    """Return the slot with another number of places; who has one keeps it. Raises Refused.

    Fewer than are taken is allowed: nobody who was told yes loses theirs, and nobody more comes.
    """
    need = _held(need, actor)
    _check_places(places)
    slot = _slot(need, ref)
    Slot.objects.filter(pk=slot.pk).update(places=places)
    slot.places = places
    places_added.send(sender=Slot, slot=slot)
    say_changed(need)
    return slot


def change_words(slot: Slot) -> str:
    """Return what one reads after the change: who is there beyond the places, and what follows."""
    taken = slot.exchanges.filter(place__isnull=False).count()  # type: ignore[attr-defined]
    if taken <= slot.places:
        return "C’est changé."
    have = counted(taken, "personne a déjà une place", "personnes ont déjà une place")
    return (
        f"C’est changé. {have}, pour {slot.places} : toutes la gardent, et personne d’autre ne "
        "vient tant qu’il ne s’en libère pas assez. Si c’est trop, écrivez-leur depuis "
        "« Qui vient »."
    )


@transaction.atomic
def remove(need: Listing, actor: User, ref: str) -> None:
    """Take a slot off. Raises Refused when somebody counts on it."""
    need = _held(need, actor)
    slot = _slot(need, ref)
    if slot.exchanges.exists():
        raise Refused(COUNTED_ON)
    slot.delete()
    say_changed(need)


def _held(need: Listing, actor: User) -> Listing:
    need = (
        Listing.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=need.pk)
    )
    if refusal := rights.why_not_edit(actor, need):
        raise Refused(refusal)
    if not is_of_hands(need):
        raise Refused("Les créneaux servent aux besoins de coups de main.")
    return need


def _slot(need: Listing, ref: str) -> Slot:
    found = need.slots.select_for_update().filter(ref=ref).first()
    if found is None:
        raise Refused("Ce créneau n’est plus là.")
    return found


def _is_counted_on(slot: Slot) -> bool:
    return slot.exchanges.open().exists()  # type: ignore[attr-defined]


def _check_places(places: int) -> None:
    if not 1 <= places <= MOST_PLACES:
        raise Refused(f"Comptez de 1 à {MOST_PLACES} places.")
