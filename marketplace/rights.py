"""Who may do what with a listing: one predicate a right, and beside it the sentence that says no.

`why_not_…` returns an empty text when it is allowed. Views, templates, admin and jobs ask here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation, Verification
from accounts.readers import reader_for
from marketplace.catalogue import guards
from marketplace.catalogue.belonging import organisations_of
from marketplace.catalogue.models import Listing
from marketplace.catalogue.moderation import moderators_of
from marketplace.choices import ListingState, Scope

EDITABLE = (
    ListingState.DRAFT,
    ListingState.RETURNED,
    ListingState.SUBMITTED,
    ListingState.PUBLISHED,
    ListingState.PAUSED,
)
# What moderation may still take off.
WITHDRAWABLE = (ListingState.SUBMITTED, ListingState.PUBLISHED, ListingState.PAUSED)

UNVERIFIED = (
    "Votre association n’est pas encore vérifiée par une collectivité. "
    "Vous pouvez préparer vos besoins : ils restent en brouillon jusqu’à la vérification."
)
UNVERIFIED_ASKS = (
    "Votre association pourra faire des demandes dès qu’une collectivité l’aura vérifiée."
)


def is_verified(association: Organisation) -> bool:
    """Return whether a collectivité knows this association today."""
    return Verification.objects.live().filter(association=association).exists()


# --- Writing -----------------------------------------------------------------------------------


def why_not_create(user: Any, organisation: Organisation | None = None) -> str:
    reader = reader_for(user)
    if reader.user_id is None:
        return "Connectez-vous pour proposer quelque chose ou dire un besoin."
    if not reader.organisation_ids:
        return (
            "Votre compte n’est rattaché à aucun organisme. "
            "Demandez une invitation à la coordination de votre collectivité."
        )
    if organisation is not None and organisation.pk not in reader.organisation_ids:
        return "Vous ne faites pas partie de cet organisme."
    return ""


def can_create(user: Any, organisation: Organisation | None = None) -> bool:
    return not why_not_create(user, organisation)


def why_not_edit(user: Any, listing: Listing) -> str:
    reader = reader_for(user)
    if listing.organisation_id not in reader.organisation_ids:
        return "Vous ne faites pas partie de l’organisme de cette annonce."
    own = reader.user_id in (listing.author_id, listing.keeper_id, listing.deputy_id)
    entered = listing.entered_by_id == reader.user_id and reader.has_role(
        "coordinator", listing.organisation_id
    )
    if not (own or entered) and listing.organisation_id not in reader.associations_represented:
        return "Seules les personnes qui répondent de cette annonce peuvent la modifier."
    if listing.state == ListingState.ARCHIVED:
        return "Cette annonce est archivée : elle ne change plus."
    if listing.state == ListingState.WITHDRAWN:
        return "Cette annonce a été retirée par la coordination : elle ne change plus."
    return ""


def can_edit(user: Any, listing: Listing) -> bool:
    return not why_not_edit(user, listing)


def why_not_publish(user: Any, listing: Listing) -> str:
    """Return the first thing in the way of publishing; see also `guards.missing`."""
    if refusal := why_not_edit(user, listing):
        return refusal
    if listing.organisation.is_association and not is_verified(listing.organisation):
        return UNVERIFIED
    for refusal in guards.refusals(listing):
        return refusal
    for _, sentence in guards.missing(listing):
        return sentence
    return ""


def can_publish(user: Any, listing: Listing) -> bool:
    return not why_not_publish(user, listing)


# --- Moderating --------------------------------------------------------------------------------


def why_not_moderate(user: Any, listing: Listing) -> str:
    reader = reader_for(user)
    if reader.user_id is None:
        return "Connectez-vous pour relire cette annonce."
    if reader.has_role("coordinator", listing.organisation_id):
        return ""
    if moderators_of(listing.organisation).filter(pk=reader.user_id).exists():
        return ""
    return "La relecture revient à la coordination de l’organisme de cette annonce."


def can_moderate(user: Any, listing: Listing) -> bool:
    return not why_not_moderate(user, listing)


def can_review(user: Any, listing: Listing) -> bool:
    """Return whether a page shows the way to moderation: no query for most readers."""
    reader = reader_for(user)
    if listing.state not in WITHDRAWABLE or reader.user_id is None:
        return False
    concerned = reader.has_role("coordinator") or getattr(user, "is_staff", False)
    return concerned and can_moderate(user, listing)


# --- Asking ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asking:
    """For which organisations a person may ask for (or answer) a listing, or why not."""

    organisations: tuple[Organisation, ...] = ()
    refusal: str = ""


def asking(user: Any, listing: Listing) -> Asking:
    """Return for whom `user` may ask: at most three queries.

    A public body asks whatever it may see. An association asks those that verified it and their
    partners. Nobody asks for what they answer for themselves.
    """
    reader = reader_for(user)
    if reader.user_id is None:
        return Asking(refusal="Connectez-vous pour faire une demande.")
    if refusal := _closed(listing):
        return Asking(refusal=refusal)
    if reader.user_id in (listing.author_id, listing.keeper_id, listing.deputy_id):
        return Asking(refusal="C’est votre annonce : les demandes des autres vous arriveront.")
    if not reader.organisation_ids:
        return Asking(
            refusal="Votre compte n’est rattaché à aucun organisme : demandez une invitation "
            "à la coordination de votre collectivité."
        )
    mine = organisations_of(user)
    bodies = [one for one in mine if one.is_public_body and _scope_reaches(one, listing, reader)]
    associations = [one for one in mine if one.is_association]
    # Narrower scopes are not open to an association, whatever else its member belongs to.
    is_open = listing.scope in (Scope.PUBLIC, Scope.VERIFIED)
    known = _known_associations(associations, listing) if is_open else set()
    allowed = [one for one in mine if one in bodies or one.pk in known]
    if allowed:
        return Asking(organisations=tuple(allowed))
    return Asking(refusal=_association_refusal(associations, listing, bool(reader.verifier_ids)))


def why_not_ask(user: Any, listing: Listing) -> str:
    return asking(user, listing).refusal


def can_ask(user: Any, listing: Listing) -> bool:
    return bool(asking(user, listing).organisations)


def _closed(listing: Listing) -> str:
    if listing.state == ListingState.PAUSED:
        return "Cette annonce est en pause : revenez dans quelque temps."
    if not listing.is_published or listing.is_expired:
        return "Cette annonce n’est plus ouverte aux demandes."
    if not listing.accepts_requests:
        return "Cette annonce n’accepte pas de nouvelle demande pour l’instant."
    return ""


def _scope_reaches(body: Organisation, listing: Listing, reader: Any) -> bool:
    """Return whether the scope is open to this body itself, not to another of the person's."""
    if listing.scope in (Scope.PUBLIC, Scope.VERIFIED) or body.pk == listing.organisation_id:
        return True
    if listing.scope == Scope.ORGANISATION:
        return False
    if len(reader.public_body_ids) == 1:
        return listing.organisation_id in reader.partner_ids
    partners = Organisation.objects.partners_of([listing.organisation_id])
    return partners.filter(pk=body.pk).exists()


def _known_associations(associations: list[Organisation], listing: Listing) -> set[int]:
    others = [one.pk for one in associations if one.pk != listing.organisation_id]
    if not others:
        return set()
    live = Verification.objects.live().filter(association__in=others)
    if not listing.organisation.is_association:
        partners = Organisation.objects.partners_of([listing.organisation_id]).order_by()
        known_by = [listing.organisation_id, *partners.values_list("pk", flat=True)]
        live = live.filter(by__in=known_by)
    return set(live.order_by().values_list("association_id", flat=True))


def _association_refusal(
    associations: list[Organisation], listing: Listing, verified_somewhere: bool
) -> str:
    if not associations:
        return "Cette annonce n’est pas ouverte à votre organisme."
    if all(one.pk == listing.organisation_id for one in associations):
        return "C’est une annonce de votre association."
    if listing.scope not in (Scope.PUBLIC, Scope.VERIFIED):
        return "Cette annonce n’est pas ouverte aux associations."
    if not verified_somewhere:
        return UNVERIFIED_ASKS
    return (
        "Votre association peut demander à la collectivité qui l’a vérifiée et à ses "
        f"partenaires ; {listing.organisation.short_name} n’en fait pas partie. "
        "Demandez à cet organisme de vérifier votre association."
    )
