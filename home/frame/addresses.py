"""Addresses that editors type: those of this site, and https ones of others."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from home.typography import NBSP

LONGEST = 300
_OWN = re.compile(r"/(?![/\\])[^\s\\<>\"]*")
_is_url = URLValidator(schemes=["https"])


def is_own_path(address: str) -> bool:
    """Return whether the address is a path of this site: «/marche/?q=velo»."""
    return bool(_OWN.fullmatch(address))


def check_own_path(address: str) -> None:
    """Refuse what leads elsewhere than to a path of this site. Raises ValidationError."""
    if not is_own_path(address):
        raise ValidationError(
            "Donnez une adresse de ce site, qui commence par une barre oblique, comme /guides/."
        )


def check_address(address: str) -> None:
    """Refuse what is neither a path of this site nor an https address, saying how to mend it.

    Raises ValidationError.
    """
    if len(address) > LONGEST:
        raise ValidationError(f"Cette adresse est trop longue{NBSP}: {LONGEST} signes au plus.")
    if is_own_path(address):
        return
    if address.lower().startswith("http://"):
        raise ValidationError(
            f"Cette adresse n’est pas protégée{NBSP}: écrivez https:// si le site le permet."
        )
    try:
        _is_url(address)
        parts = urlsplit(address)
    except (ValidationError, ValueError):
        raise ValidationError(
            "Ce n’est pas une adresse complète. Écrivez https://… pour un autre site, ou une "
            "adresse d’ici qui commence par une barre oblique, par exemple /marche/."
        ) from None
    if parts.username is not None or parts.password is not None:
        raise ValidationError(
            f"Cette adresse contient un nom ou un mot de passe{NBSP}: enlevez ce qui précède le "
            "signe @."
        )
