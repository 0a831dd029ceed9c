"""From what a provider says to an account of ours: reconciled by address, never given rights."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.identifiers import compact, validate_siret
from accounts.invitations.rules import InvitationRefused, accept, waiting_for
from accounts.models import Invitation, Membership, Organisation, Role, User
from accounts.openid.models import HandOver, IdentityProvider
from accounts.openid.refusals import Refused
from accounts.organisations.rules import begin_membership
from accounts.people.arrivals import new_person, person_at

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claims:
    """What we read of an answer; all the rest is left unread."""

    email: str
    first_name: str
    last_name: str
    email_verified: bool | None
    siret: str


def read_claims(provider: IdentityProvider, answer: dict[str, Any]) -> Claims:
    """Return the claims that count here, whatever their type was: an answer is typed by others."""

    def text(name: str, longest: int) -> str:
        value = answer.get(name)
        return " ".join(str(value).split())[:longest] if isinstance(value, str | int) else ""

    verified = answer.get("email_verified")
    return Claims(
        email=text("email", 254).lower(),
        first_name=text("given_name", 150),
        last_name=text(provider.preset.family_name_claim, 150),
        email_verified=None if verified is None else verified in (True, "true"),
        siret=compact(text("siret", 30)),
    )


def person_of(provider: IdentityProvider, answer: dict[str, Any]) -> User:
    """Return whose account it is, made if the collectivité so chose; raises Refused.

    Somebody new gets at most an agent's membership of this collectivité, or the post that an
    import prepared for that address. A membership that has ended is not begun again: the
    coordination ended it, a directory does not undo that.
    """
    if not provider.is_on or provider.organisation.closed_at is not None:
        raise Refused("off")
    claims = read_claims(provider, answer)
    _refuse_unproven(provider, claims)
    _refuse_other_employer(provider, claims)
    try:
        with transaction.atomic():
            return _reconcile(provider, claims)
    except IntegrityError:  # the same first visit in two tabs: the other one made the account
        with transaction.atomic():
            return _reconcile(provider, claims)


def refuse_closed(user: User) -> None:
    """Raise Refused when the account may not be opened by a collectivité's provider."""
    if not user.is_active or user.anonymised_at is not None:
        raise Refused("closed_account")
    if user.is_staff or user.is_superuser:
        raise Refused("staff")


def _refuse_unproven(provider: IdentityProvider, claims: Claims) -> None:
    try:
        validate_email(claims.email)
    except ValidationError:
        raise Refused("no_email") from None
    if claims.email.rpartition("@")[2] not in provider.domains:
        raise Refused("wrong_domain")
    vouched = claims.email_verified is None and provider.preset.vouches_for_addresses
    if not (claims.email_verified or vouched):
        raise Refused("unproven_email")


def _refuse_other_employer(provider: IdentityProvider, claims: Claims) -> None:
    """An establishment of the same legal unit (same SIREN) is the same employer."""
    if not claims.siret:
        if provider.preset.siret_required:
            raise Refused("no_siret")
        return
    try:
        validate_siret(claims.siret)
    except ValidationError:
        raise Refused("wrong_siret") from None
    if claims.siret[:9] != siren_of(provider.organisation):
        raise Refused("wrong_siret")


def siren_of(organisation: Organisation) -> str:
    return organisation.siret[:9] or organisation.siren


def _reconcile(provider: IdentityProvider, claims: Claims) -> User:
    user = person_at(claims.email)
    prepared = _prepared_for(provider, claims)
    if user is None:
        if not provider.opens_membership and prepared is None:
            raise Refused("no_account")
        user = new_person(
            claims.email, proven=True, first_name=claims.first_name, last_name=claims.last_name
        )
        logger.info("Account %s opened by the provider of %s", user.ref, provider.organisation.ref)
    else:
        refuse_closed(user)
        _prove_address(user)
    if prepared is not None:
        # Somebody of the collectivité already, or who accepts it in another tab: nothing to do.
        with suppress(InvitationRefused):
            accept(prepared, user)
    known = Membership.objects.filter(user=user, organisation=provider.organisation).exists()
    if provider.opens_membership and not known:
        begin_membership(user, provider.organisation, [Role.Kind.AGENT])
    return user


def _prepared_for(provider: IdentityProvider, claims: Claims) -> Invitation | None:
    """Return what the coordination prepared for the address; one that gives more is opened by hand.

    Coming in by one's employer's door is accepting it.
    """
    found = waiting_for(provider.organisation, claims.email)
    given = {Role.Kind.AGENT, Role.Kind.MANAGER}
    return found if found is not None and given.issuperset(found.roles) else None


def _prove_address(user: User) -> None:
    """Mark the address as proven; a password set before that may be somebody else's: it goes."""
    address, _ = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True}
    )
    if address.verified:
        return
    user.set_unusable_password()
    user.save(update_fields=["password"])
    address.verified = address.primary = True
    address.save(update_fields=["verified", "primary"])


def forget_passages(user: User) -> None:
    """Take away the passages that somebody whose account is being erased has not used."""
    HandOver.objects.filter(user=user).delete()
