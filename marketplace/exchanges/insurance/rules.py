"""Who borrows shows an insurance certificate that holds until the end of the loan.

Deposited once for the organisation, it serves for all its loans. Where a listing asks for one, a
request may be agreed without it, but is confirmed only with it; what is booked directly wants it at
once. Between services of one organisation nothing is asked.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.days import in_words
from accounts.models import Organisation, User
from accounts.notices.rules import tell
from accounts.periods import live_q
from accounts.readers import reader_for
from marketplace.choices import ExchangeState
from marketplace.exchanges import decisions
from marketplace.exchanges.confirming import confirm_when_ready
from marketplace.exchanges.insurance.models import InsuranceCertificate
from marketplace.exchanges.insurance.needs import certificates_of, covered_day
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused

PAGE = "/mes-echanges/assurance/"
WARN_BEFORE = timedelta(days=30)
# Beyond, a year was mistyped.
LONGEST = timedelta(days=3 * 366)

# What was lent with a certificate, and is not over.
CONFIRMED = (ExchangeState.CONFIRMED, ExchangeState.UNDER_WAY, ExchangeState.DISPUTED)

NOT_A_CERTIFICATE = (
    "Ce fichier n’est ni un PDF ni une image lisible : envoyez l’attestation en PDF, ou sa photo "
    "en JPEG ou PNG."
)


def why_not_add(user: User, organisation: Organisation) -> str:
    """Return why `user` may not deposit a certificate of the organisation, or an empty text."""
    if organisation.pk in reader_for(user).organisation_ids:
        return ""
    return "Seuls les membres d’un organisme déposent son attestation."


@transaction.atomic
def add(
    organisation: Organisation, actor: User, upload: Any, valid_until: date, insurer: str = ""
) -> InsuranceCertificate:
    """Return the new certificate; what only waited for it is confirmed. Raises Refused."""
    if refusal := why_not_add(actor, organisation):
        raise Refused(refusal)
    today = timezone.localdate()
    if valid_until < today:
        raise Refused("Cette attestation n’est plus valable : demandez la nouvelle à l’assureur.")
    if valid_until > today + LONGEST:
        raise Refused("Vérifiez l’année : une attestation vaut rarement plus d’un an.")
    content = decisions.checked(upload, name="attestation", refusal=NOT_A_CERTIFICATE)
    certificate = InsuranceCertificate.objects.create(
        organisation=organisation,
        file=content,
        insurer=insurer.strip(),
        valid_until=valid_until,
        added_by=actor,
    )
    for exchange in waiting_for(organisation):
        confirm_when_ready(exchange, actor)
    return certificate


@transaction.atomic
def remove(certificate: InsuranceCertificate, actor: User) -> None:
    """Take a certificate deposited by mistake away, with its file. Raises Refused.

    Not while a loan that was confirmed with it has no other: who lends it counts on reading it.
    """
    if refusal := why_not_add(actor, certificate.organisation):
        raise Refused(refusal)
    if _resting_on(certificate):
        raise Refused(
            "Un prêt confirmé ou en cours repose sur cette attestation\u00a0: déposez d’abord "
            "celle qui la remplace, puis enlevez-la."
        )
    delete_all(InsuranceCertificate.objects.filter(pk=certificate.pk))


@transaction.atomic
def delete_all(found: QuerySet[InsuranceCertificate]) -> int:
    """Delete these certificates with their files; returns how many rows."""
    files = [(one.file.storage, str(one.file.name), one.pk) for one in found]
    gone = InsuranceCertificate.objects.filter(pk__in=[pk for _, _, pk in files]).delete()[0]
    for storage, name, _ in files:
        transaction.on_commit(partial(storage.delete, name))
    return gone


def waiting_for(organisation: Organisation) -> Any:
    """Return the agreed loans to the organisation that ask for a certificate."""
    return _loans(organisation, ExchangeState.AGREED).for_page()


def _loans(organisation: Organisation, *states: str) -> Any:
    wanting = Exchange.objects.filter(receiver=organisation, state__in=states).wanting_insurance()
    return wanting.exclude(giver=F("receiver"))


def _resting_on(certificate: InsuranceCertificate) -> bool:
    """Return whether some loan is covered by this certificate and by no other."""
    # The lock makes of two that are removed at once one that stays.
    kept = list(certificates_of(certificate.organisation).select_for_update())
    others = [one.valid_until for one in kept if one.pk != certificate.pk]
    ends = _loans(certificate.organisation, *CONFIRMED).values_list("wanted_until", flat=True)
    days = [covered_day(until) for until in ends]
    return any(
        day <= certificate.valid_until and not any(day <= until for until in others) for day in days
    )


def remind_due() -> int:
    """Warn of the certificates that end within 30 days, once each; returns how many.

    Nothing is said where a later one is there. May run twice.
    """
    today, warned = timezone.localdate(), 0
    ending = InsuranceCertificate.objects.filter(
        warned_at=None, valid_until__gte=today, valid_until__lte=today + WARN_BEFORE
    ).select_related("organisation", "added_by")
    for one in ending:
        with transaction.atomic():
            if not InsuranceCertificate.objects.filter(pk=one.pk, warned_at=None).update(
                warned_at=timezone.now()
            ):
                continue
            later = certificates_of(one.organisation).filter(valid_until__gt=one.valid_until)
            if later.exists():
                continue
            _warn(one)
            warned += 1
    return warned


def _warn(certificate: InsuranceCertificate) -> None:
    organisation = certificate.organisation
    members = User.objects.filter(
        live_q("memberships__"), is_active=True, memberships__organisation=organisation
    )
    kind = "representative" if organisation.is_association else "coordinator"
    speaks = Q(memberships__roles__kind=kind) & live_q("memberships__roles__")
    ends = in_words(certificate.valid_until)
    people = members.filter(Q(pk=certificate.added_by_id) | speaks).distinct()
    for person in people:
        tell(
            person,
            kind="insurance_ends",
            subject=f"Votre attestation d’assurance s’arrête le {ends}",
            body="Déposez la suivante : sans elle, les prêts qui la demandent ne pourront pas être "
            "confirmés.",
            path=f"{PAGE}?pour={organisation.ref}",
            action="Déposer la nouvelle",
            organisation=organisation,
        )
