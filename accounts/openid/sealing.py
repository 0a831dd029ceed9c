"""Secrets at rest: encrypted with a key drawn from SECRET_KEY, so a database dump is mute."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


class SecretLost(Exception):
    """SECRET_KEY changed since the secret was written."""


def _box() -> MultiFernet:
    def key(secret: str | bytes) -> Fernet:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"accounts.openid client secret")
        return Fernet(base64.urlsafe_b64encode(derived.derive(force_bytes(secret))))

    return MultiFernet([key(k) for k in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def encrypt(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Return the secret; raises SecretLost when no key of today opens it."""
    try:
        return _box().decrypt(encrypted.encode()).decode()
    except InvalidToken as error:
        raise SecretLost("client secret unreadable: SECRET_KEY changed, type it again") from error
