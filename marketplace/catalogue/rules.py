"""The life of a listing: written, read, put online, taken off; who is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, TextField
from django.utils import timezone

from accounts.models import Department, Organisation, User
from marketplace import rights
from marketplace.catalogue import guards, photos, telling, transitions
from marketplace.catalogue.models import Listing
from marketplace.catalogue.terms import GiftTerms, LoanTerms, NeedTerms, SkillTerms
from marketplace.choices import (
    TRANSFERS_OF_NATURE,
    Direction,
    ListingState,
    Nature,
    Transfer,
)
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import listing_archived, listing_withdrawn

S = ListingState
# How long what has no end of its own stays in the catalogue, unless it is renewed.
ONLINE_FOR = timedelta(days=365)
# Changed on a moderated listing, these send it back to those who read it.
MODERATED_FIELDS = ("scope", "nature", "transfer", "legal_basis")
# What is read, with the texts of its terms and its tags: changed on a moderated listing that is
# online or paused, those who read it are told.
READ_FIELDS = ("title", "summary", "description", "availability", "place_label")
TERMS = {
    "skill_terms": SkillTerms,
    "loan_terms": LoanTerms,
    "gift_terms": GiftTerms,
    "need_terms": NeedTerms,
}


def terms_of(listing: Listing) -> str:
    """Return the name of the one-to-one terms that this listing has."""
    if listing.direction == Direction.NEED:
        return "need_terms"
    return {Transfer.TIME: "skill_terms", Transfer.GIFT: "gift_terms"}.get(
        Transfer(listing.transfer), "loan_terms"
    )


@transaction.atomic
def create_draft(
    author: User,
    organisation: Organisation,
    *,
    direction: str,
    nature: str,
    transfer: str,
    title: str = "",
) -> Listing:
    """Return a new draft of `author` for `organisation`, its title begun or empty.

    Raises Refused when the author is no member, or when nature and transfer do not go together.
    """
    if refusal := rights.why_not_create(author, organisation):
        raise Refused(refusal)
    listing = Listing(
        direction=direction,
        nature=nature,
        transfer=transfer,
        title=title,
        organisation=organisation,
        department=_department_of(author, organisation),
        author=author,
        keeper=author,
        access=guards.default_access(nature, transfer),
        scope=guards.default_scope(organisation.is_association),
        commune=organisation.commune,
    )
    _check_kind(listing)
    listing.save()
    transitions.record(listing, "", author)
    return listing


@transaction.atomic
def save(
    listing: Listing,
    actor: User,
    fields: dict,
    terms: dict | None = None,
    *,
    tags: list[str] | None = None,
) -> Listing:
    """Save one step of a listing; returns it as it now is.

    What is online stays online and changes at once, unless a moderated field of a moderated
    listing changes: then it goes back to submitted. When its words change, those who read it
    before are told and may send it back: a light control afterwards rather than a second wait.
    Raises Refused when the actor may not edit,
    or when what is online would break a guard.
    """
    current = _locked(listing)
    if refusal := rights.why_not_edit(actor, current):
        raise Refused(refusal)
    was_moderated = guards.needs_moderation(current)
    before = {name: getattr(current, name) for name in MODERATED_FIELDS}
    words_before = _words(current)
    before_end = current.available_until
    kind_changed = False
    for name, value in fields.items():
        kind_changed |= name in ("direction", "nature", "transfer") and (
            getattr(current, name) != value
        )
        setattr(current, name, value)
    if kind_changed:
        if current.published_at and fields.get("direction", listing.direction) != listing.direction:
            raise Refused("Une annonce déjà parue reste une offre, ou reste un besoin.")
        _check_nothing_under_way(current)
        current.access = guards.default_access(current.nature, current.transfer)
        current.legal_basis = None
        if current.transfer not in (Transfer.LOAN, Transfer.HOSTING):
            current.resource = None  # a gift does not come back, and nobody's time has one
    _check_kind(current)
    new_end = current.available_until != before_end or current.expires_at is None
    if new_end and current.state in (S.PUBLISHED, S.PAUSED):
        current.expires_at = online_until(current)
    current.save()
    _save_terms(current, terms)
    if tags is not None:
        current.tags.set(tags)
    if current.state in (S.PUBLISHED, S.PAUSED, S.SUBMITTED):
        for refusal in guards.refusals(current):
            raise Refused(refusal)
    changed = any(getattr(current, name) != before[name] for name in MODERATED_FIELDS)
    moderated = was_moderated or guards.needs_moderation(current)
    if changed and moderated and current.state in (S.PUBLISHED, S.PAUSED):
        _submit(current, actor)
    elif moderated and _words(current) != words_before:
        telling.changed_online(current, actor)
    transitions.say_changed(current)
    return current


@transaction.atomic
def publish(listing: Listing, actor: User) -> Listing:
    """Put a draft online, or submit it to those who read it first; returns it.

    Raises Refused with what is missing or forbidden, Overtaken when it changed meanwhile.
    """
    transitions.hold(listing)
    if refusal := rights.why_not_publish(actor, listing):
        raise Refused(refusal)
    if guards.needs_moderation(listing) and not rights.can_moderate(actor, listing):
        _submit(listing, actor)
    else:
        transitions.move(listing, S.PUBLISHED, actor, return_reason="", **_going_online(listing))
    return listing


@transaction.atomic
def approve(listing: Listing, actor: User, read_at: str | None = None) -> Listing:
    """Publish what was submitted. Raises Refused or Overtaken.

    `read_at` is the `version` of the text that the moderator read: another one is not published.
    """
    transitions.hold(listing)
    if read_at is not None and read_at != listing.version:
        raise Overtaken(
            "L’annonce a été modifiée pendant que vous la lisiez : la voici telle qu’elle est."
        )
    _check_moderator(actor, listing)
    for refusal in guards.refusals(listing):
        raise Refused(refusal)
    transitions.move(
        listing, S.PUBLISHED, actor, only_from=(S.SUBMITTED,), **_going_online(listing)
    )
    telling.published(listing, actor)
    return listing


@transaction.atomic
def send_back(listing: Listing, actor: User, reason: str) -> Listing:
    """Return what was submitted to its author with a reason. Raises Refused or Overtaken."""
    _check_moderator(actor, listing)
    reason = _said(reason)
    transitions.move(listing, S.RETURNED, actor, reason=reason, return_reason=reason)
    telling.returned(listing, actor)
    return listing


@transaction.atomic
def withdraw(listing: Listing, actor: User, reason: str) -> Listing:
    """Take a listing off, by its moderation, with a reason. Raises Refused or Overtaken."""
    _check_moderator(actor, listing)
    reason = _said(reason)
    transitions.move(listing, S.WITHDRAWN, actor, reason=reason, return_reason=reason)
    telling.withdrawn(listing, actor)
    listing_withdrawn.send(sender=Listing, listing=listing, actor=actor, reason=reason)
    return listing


@transaction.atomic
def pause(listing: Listing, actor: User) -> Listing:
    _check_editor(actor, listing)
    transitions.move(listing, S.PAUSED, actor)
    return listing


@transaction.atomic
def resume(listing: Listing, actor: User) -> Listing:
    """Put a paused listing online again: the rules of the day are asked again."""
    transitions.hold(listing)
    if refusal := rights.why_not_publish(actor, listing):
        raise Refused(refusal)
    transitions.move(
        listing, S.PUBLISHED, actor, only_from=(S.PAUSED,), expires_at=online_until(listing)
    )
    return listing


@transaction.atomic
def archive(listing: Listing, actor: User) -> Listing:
    _check_editor(actor, listing)
    transitions.move(listing, S.ARCHIVED, actor)
    listing_archived.send(sender=Listing, listing=listing)
    return listing


@transaction.atomic
def close_without_its_person(listing: Listing, actor: User | None, reason: str) -> None:
    """Archive what a person offered of their own time, for they are there no more."""
    try:
        with transaction.atomic():
            transitions.move(listing, S.ARCHIVED, actor, reason=reason)
    except Overtaken:  # already archived, or withdrawn: not online either
        return
    listing_archived.send(sender=Listing, listing=listing)


@transaction.atomic
def hand_over(listing: Listing, keeper: User) -> None:
    """Have somebody else answer for the listing."""
    Listing.objects.filter(pk=listing.pk).update(keeper=keeper)
    transitions.say_changed(listing)


@transaction.atomic
def delete_draft(listing: Listing, actor: User) -> None:
    """Delete a draft that was never online, with its photos. Raises Refused or Overtaken."""
    _check_editor(actor, listing)
    if listing.state != S.DRAFT:
        raise Refused("Seul un brouillon se supprime : cette annonce peut être archivée.")
    photos.delete_files_after_commit(listing.photos.all())
    deleted, _ = Listing.objects.filter(pk=listing.pk, state=S.DRAFT).delete()
    if not deleted:
        raise Overtaken


def _check_nothing_under_way(listing: Listing) -> None:
    """Keep the kind that people agree or agreed to, of the listing or of answers made with it."""
    if listing.exchanges.open().exists() or listing.answers.open().exists():
        raise Refused(
            "Des échanges sont en cours à son sujet\u00a0: menez-les à leur terme, ou "
            "écrivez une autre annonce."
        )


def _words(listing: Listing) -> list[str]:
    """Return all that one types and others read of a listing, its photos apart."""
    terms = getattr(listing, terms_of(listing), None)
    fields = terms._meta.concrete_fields if terms else ()
    typed = [
        one.name for one in fields if isinstance(one, (CharField, TextField)) and not one.choices
    ]
    texts = [
        *(getattr(listing, name) for name in READ_FIELDS),
        *(getattr(terms, name) for name in typed),
        *sorted(listing.tags.names()),
    ]
    return [text for text in texts if text]


# --- Pieces ------------------------------------------------------------------------------------


def _submit(listing: Listing, actor: User) -> None:
    transitions.move(listing, S.SUBMITTED, actor)
    telling.to_moderate(listing, actor)


def online_until(listing: Listing) -> datetime:
    """Return when it leaves the catalogue: at its own end, else in a year."""
    return listing.available_until or timezone.now() + ONLINE_FOR


def _going_online(listing: Listing) -> dict:
    first = listing.published_at or timezone.now()
    return {"published_at": first, "expires_at": online_until(listing)}


def _locked(listing: Listing) -> Listing:
    return (
        Listing.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=listing.pk)
    )


def _check_kind(listing: Listing) -> None:
    if Transfer(listing.transfer) not in TRANSFERS_OF_NATURE[Nature(listing.nature)]:
        raise Refused("Cette façon de passer la main ne convient pas à ce que vous proposez.")
    wrong = listing.organisation.is_association and listing.direction == Direction.OFFER
    if wrong and (listing.nature, listing.transfer) not in guards.ASSOCIATION_OFFERS:
        raise Refused(guards.ASSOCIATION_OFFER)


def _save_terms(listing: Listing, values: dict | None) -> None:
    """Keep the one kind of terms that fits; another kind's terms go with the change of kind."""
    kept = terms_of(listing)
    for name, model in TERMS.items():
        if name != kept:
            model._default_manager.filter(listing=listing).delete()
    model = TERMS[kept]
    if values is not None:
        model._default_manager.update_or_create(listing=listing, defaults=values)
    listing.refresh_from_db()


def _check_editor(actor: User, listing: Listing) -> None:
    if refusal := rights.why_not_edit(actor, listing):
        raise Refused(refusal)


def _check_moderator(actor: User, listing: Listing) -> None:
    if refusal := rights.why_not_moderate(actor, listing):
        raise Refused(refusal)


def _said(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused("Dites pourquoi : la personne qui a écrit l’annonce lira vos mots.")
    return reason


def _department_of(user: User, organisation: Organisation) -> Department | None:
    membership = user.memberships.live().filter(organisation=organisation).first()
    return membership.department if membership else None
