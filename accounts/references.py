"""Opaque public references: addresses and letters never carry a row number."""

import secrets

# Crockford's base 32: no I, L, O, U, so that a reference can be read aloud or copied from paper.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 10


def new_reference() -> str:
    """Return a random reference of 10 characters (50 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_reference(text: str) -> bool:
    """Return whether the text, which a browser sent back, could be a reference of ours."""
    return len(text) == LENGTH and set(text) <= set(ALPHABET)
