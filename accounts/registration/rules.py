"""Registering an association, or finding that it is known already."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify

from accounts.identifiers import compact, compact_court
from accounts.models import Commune, Organisation, Role, User, Verification
from accounts.organisations.rules import begin_membership
from accounts.references import new_reference
from accounts.signals import organisations_changed
from accounts.verifications.rules import ask


@dataclass(frozen=True)
class Identifiers:
    """What names an association in a register; normalised, each may be empty."""

    siret: str = ""
    siren: str = ""
    rna: str = ""
    register_court: str = ""
    register_volume: str = ""
    register_folio: str = ""

    @classmethod
    def typed(cls, **values: str) -> Identifiers:
        """Return them as they are kept: no spaces, capitals, the court by its town."""
        return cls(
            siret=compact(values.get("siret", "")),
            siren=compact(values.get("siren", "")),
            rna=compact(values.get("rna", "")),
            register_court=compact_court(values.get("register_court", "")),
            register_volume=compact(values.get("register_volume", "")),
            register_folio=compact(values.get("register_folio", "")),
        )

    @property
    def any(self) -> bool:
        return bool(self.siret or self.siren or self.rna or self.register_court)


class AlreadyKnown(Exception):
    """An organisation has one of these identifiers."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(organisation.name)
        self.organisation = organisation


def known_organisation(identifiers: Identifiers) -> Organisation | None:
    """Return the organisation that has one of the identifiers, or None.

    A SIREN and a SIRET that begins with it are the same body, unless both sides give a SIRET:
    two establishments of one association are registered apart.
    """
    same = Q()
    if identifiers.siret:
        same |= Q(siret=identifiers.siret) | Q(siret="", siren=identifiers.siret[:9])
    elif identifiers.siren:
        same |= Q(siren=identifiers.siren) | Q(siret__startswith=identifiers.siren)
    if identifiers.rna:
        same |= Q(rna=identifiers.rna)
    if identifiers.register_court:
        same |= Q(
            register_court__iexact=identifiers.register_court,
            register_volume__iexact=identifiers.register_volume,
            register_folio__iexact=identifiers.register_folio,
        )
    return Organisation.objects.filter(same).order_by("pk").first() if same else None


def register_association(
    user: User,
    *,
    name: str,
    purpose: str,
    commune: Commune,
    identifiers: Identifiers,
    verifier: Organisation,
    message: str = "",
) -> Verification:
    """Create the association, make `user` its representative and ask for its verification.

    All or nothing. Raises AlreadyKnown when an organisation has one of the identifiers, even one
    that another request has just created.
    """
    if known := known_organisation(identifiers):
        raise AlreadyKnown(known)
    try:
        with transaction.atomic():
            association = Organisation.objects.create(
                kind=Organisation.Kind.ASSOCIATION,
                legal_form=Organisation.LegalForm.ASSOCIATION,
                name=name,
                short_name=name[:60],
                slug=_free_slug(name),
                purpose=purpose,
                commune=commune,
                latitude=commune.latitude,
                longitude=commune.longitude,
                siret=identifiers.siret,
                siren=identifiers.siren,
                rna=identifiers.rna,
                register_court=identifiers.register_court,
                register_volume=identifiers.register_volume,
                register_folio=identifiers.register_folio,
            )
            begin_membership(user, association, [Role.Kind.AGENT, Role.Kind.REPRESENTATIVE])
            verification = ask(association, verifier, user, message)
            organisations_changed.send(sender=Organisation, organisation_ids=[association.pk])
    except IntegrityError:
        known = known_organisation(identifiers)
        if known is None:
            raise
        raise AlreadyKnown(known) from None
    return verification


def _free_slug(name: str) -> str:
    slug = slugify(name)[:48].strip("-") or "association"
    if Organisation.objects.filter(slug=slug).exists():
        slug = f"{slug}-{new_reference()[:6]}"
    return slug
