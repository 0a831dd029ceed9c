"""The one-time code of an invitation: computed, never kept, easy to copy from paper."""

from __future__ import annotations

import secrets

from django.utils.crypto import salted_hmac

from accounts.invitations.models import Invitation
from accounts.references import ALPHABET

LENGTH = 12
# What people read on paper and what they may type instead (Crockford's base 32).
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def code_of(invitation: Invitation) -> str:
    """Return the 12 characters of the invitation's code (60 bits), for its present version."""
    value = f"{invitation.ref}:{invitation.code_version}"
    digest = salted_hmac("accounts.invitations.code", value, algorithm="sha256").digest()
    number = int.from_bytes(digest[:8], "big")
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(LENGTH)).upper()


def display(code: str) -> str:
    """Return the code in three groups: K7QM-3XRT-9PZW."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalise(typed: str) -> str:
    """Return what was typed without spaces nor hyphens, with misread letters put right."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return letters.translate(_MISREAD)[:40]


def lookup_hash(code: str) -> str:
    """Return what finds the invitation of a code, and tells nothing of the code itself."""
    return salted_hmac("accounts.invitations.lookup", code, algorithm="sha256").hexdigest()


def is_right(invitation: Invitation, typed: str) -> bool:
    # As bytes: strings with an accent cannot be compared in constant time.
    return secrets.compare_digest(code_of(invitation).encode(), normalise(typed).encode())
