"""Who may read a certificate: its organisation, and who follows a loan that asks for it."""

from __future__ import annotations

from typing import Any

from accounts.readers import reader_for
from marketplace.exchanges.insurance.models import InsuranceCertificate
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.transitions import ENDED


def insurance_guard(path: str, user: Any, request: Any) -> bool:
    """Return whether `user` may have `insurance/<certificate>/<file>`."""
    parts = path.split("/")
    if len(parts) != 3:
        return False
    found = InsuranceCertificate.objects.filter(ref=parts[1], file=path).first()
    if found is None:
        return False
    if found.organisation_id in reader_for(user).organisation_ids:
        return True
    loans = Exchange.objects.visible_to(user).exclude(state__in=ENDED)
    return loans.filter(receiver=found.organisation_id).wanting_insurance().exists()
