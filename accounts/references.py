"""Opaque public references: addresses and letters never carry a row number."""

from __future__ import annotations

import secrets

from django.db import models

# Crockford's base 32: no I, L, O, U, so that a reference can be read aloud or copied from paper.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 10


def new_reference() -> str:
    """Return a random reference of 10 characters (50 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def reference_field() -> models.CharField[str, str]:
    """Return the field by which addresses name a row of its model."""
    return models.CharField(
        "référence", max_length=LENGTH, unique=True, default=new_reference, editable=False
    )


def sent_back(text: str) -> str:
    """Return the reference that a form carried and a browser sent back, or a new one in the place
    of what cannot be one of ours."""
    is_ours = len(text) == LENGTH and set(text) <= set(ALPHABET)
    return text if is_ours else new_reference()
