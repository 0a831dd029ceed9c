"""The signed link by which a manager answers without an account.

It names the consent and the number of its link. It is stored nowhere but in the notice of who
received it, and says nothing by itself: it stops working once answered, once somebody else is
asked, and when the consent expires.
"""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from marketplace.exchanges.consents.models import Consent

SALT = "marketplace.consents"


def path_of(consent: Consent) -> str:
    """Return the path of the link; absolute on the host of who is asked, when it is sent."""
    token = signing.dumps([consent.ref, consent.link_number], salt=SALT, compress=False)
    return reverse("consent_link", args=[token])


def consent_of(token: str) -> tuple[Consent | None, bool]:
    """Return the consent that the link is about, and whether the link is the last one sent.

    (None, False) for what we never signed. The consent is returned whatever its state.
    """
    try:
        ref, number = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None, False
    found = Consent.objects.for_page().filter(ref=ref).first()
    return found, found is not None and found.link_number == number
