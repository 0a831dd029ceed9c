"""Whether a loan wants a certificate, and what is missing: read by policies, pages and rules."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.days import in_words, last_day
from accounts.models import Organisation
from marketplace.catalogue.models import Listing
from marketplace.choices import Transfer
from marketplace.exchanges.insurance.models import InsuranceCertificate
from marketplace.exchanges.models import Exchange
from marketplace.refusals import Refused


def certificates_of(organisation: Organisation) -> QuerySet[InsuranceCertificate]:
    """Return all those of the organisation, the one that holds longest first."""
    return InsuranceCertificate.objects.filter(organisation=organisation)


def certificate_of(organisation: Organisation, day: date) -> InsuranceCertificate | None:
    """Return the organisation's certificate that holds on that day, or None."""
    return certificates_of(organisation).filter(valid_until__gte=day).first()


def covered_day(until: datetime | None) -> date:
    """Return the day on which the certificate of a loan has to hold: its last, or today."""
    today = timezone.localdate()
    return max(last_day(until) or today, today)


def is_asked(listing: Listing, borrower: Organisation) -> bool:
    """Return whether the listing asks this borrower for a certificate."""
    if not listing.is_offer or listing.organisation_id == borrower.pk:
        return False
    terms = getattr(listing, "loan_terms", None)
    lent = listing.transfer in (Transfer.LOAN, Transfer.HOSTING)
    return lent and terms is not None and terms.insurance_required


def lack(listing: Listing, borrower: Organisation, until: datetime | None) -> str:
    """Return what is missing for a loan that ends at `until` (half-open; today when not known)."""
    if not is_asked(listing, borrower):
        return ""
    if certificate_of(borrower, covered_day(until)):
        return ""
    last = certificates_of(borrower).first()
    name = borrower.short_name
    if last is None:
        return f"L’attestation d’assurance est à déposer pour {name}, avec sa date de fin."
    ends = in_words(last.valid_until)
    return f"L’attestation d’assurance de {name} s’arrête le {ends} : la suivante est à déposer."


def missing(exchange: Exchange) -> list[str]:
    """Return what `policy.missing_to_confirm` says of the insurance: one sentence, or none."""
    sentence = lack(exchange.terms_from, exchange.receiver, exchange.wanted_until)
    return [sentence] if sentence else []


def check_direct(listing: Listing, borrower: Organisation, until: datetime | None) -> None:
    """Refuse what is booked at once, without anybody's answer, while the certificate is missing."""
    if listing.is_booked_directly and (sentence := lack(listing, borrower, until)):
        raise Refused(f"{sentence} Elle servira ensuite pour tous vos prêts.")
