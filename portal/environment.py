"""Reading the environment: every setting is named, typed, and explained when it is wrong.

The messages never repeat a value that may hold a password.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from email.utils import parseaddr
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

T = TypeVar("T")


def refuse(name: str, problem: str, mend: str) -> ImproperlyConfigured:
    """Return the exception that stops the start: which variable, what is wrong, how to mend it."""
    return ImproperlyConfigured(f"{name} : {problem} {mend}")


def text(name: str, default: str | None = None, *, mend: str = "") -> str:
    """Return the variable as text; one that holds only spaces counts as missing.

    Raises ImproperlyConfigured when it is missing and has no default.
    """
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise refuse(name, "la variable d’environnement manque.", mend or f"Définissez {name}.")
    return default


def _typed(name: str, default: T, parse: Callable[[str], T], expected: str) -> T:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return parse(value)
    except ValueError:
        raise refuse(name, f"la valeur « {value} » n’est pas comprise.", expected) from None


def boolean(name: str, default: bool = False) -> bool:
    """Return the variable as a boolean; raises ImproperlyConfigured for any other word."""
    words = {"1": True, "true": True, "yes": True, "on": True, "oui": True}
    words |= {"0": False, "false": False, "no": False, "off": False, "non": False}

    def parse(value: str) -> bool:
        if value.lower() not in words:
            raise ValueError(value)
        return words[value.lower()]

    return _typed(name, default, parse, "Écrivez « oui » ou « non ».")


def integer(name: str, default: int, *, least: int = 0) -> int:
    """Return the variable as a whole number, at least `least`.

    Raises ImproperlyConfigured otherwise.
    """

    def parse(value: str) -> int:
        number = int(value)
        if number < least:
            raise ValueError(value)
        return number

    return _typed(name, default, parse, f"Écrivez un nombre entier, {least} au moins.")


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """Return the variable as one of the choices, whatever its case.

    Raises ImproperlyConfigured for any other word.
    """

    def parse(value: str) -> str:
        found = [word for word in choices if word.lower() == value.lower()]
        if not found:
            raise ValueError(value)
        return found[0]

    return _typed(name, default, parse, f"Choisissez entre {', '.join(choices)}.")


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return a list of comma-separated words."""
    value = os.environ.get(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] or list(default)


def url(name: str, schemes: tuple[str, ...], default: str | None = None, *, mend: str = "") -> str:
    """Return the variable as a URL with one of the schemes, and a host when the scheme has one.

    Raises ImproperlyConfigured when it is missing without a default, or has another form.
    """
    value = text(name, default, mend=mend)
    if not value:
        return value
    known = ", ".join(f"{scheme}://" for scheme in schemes)
    if value.split("://")[0] not in schemes:
        raise refuse(name, "l’adresse n’a pas la forme attendue.", f"Elle commence par {known}.")
    if value.split("://")[0] in ("sqlite", "unix"):  # a path, no server
        return value
    try:
        parts = urlsplit(value)
        has_host = bool(parts.hostname)
        _ = parts.port  # raises ValueError when it is no port
    except ValueError:
        raise refuse(
            name,
            "l’adresse n’a pas la forme attendue.",
            "Le port est un nombre, et le mot de passe s’écrit en codage d’URL (« @ » : %40).",
        ) from None
    if not has_host:
        raise refuse(name, "le nom du serveur manque dans l’adresse.", mend or f"Forme : {known}…")
    return value


def email(name: str, default: str | None = None, *, mend: str = "") -> str:
    """Return the variable as an e-mail address, with or without a name before it.

    Raises ImproperlyConfigured when it is missing without a default, or is no address.
    """
    value = text(name, default, mend=mend)
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError:
        raise refuse(
            name,
            f"« {value} » n’est pas une adresse électronique.",
            mend or "Par exemple : Entraide <entraide@exemple.fr>",
        ) from None
    return value


def with_timeouts(redis_url: str, seconds: int) -> str:
    """Return the Redis URL with these time limits, unless it already has its own.

    redis-py reads them from the query; without them a frozen Redis would hold a page for ever.
    """
    parts = urlsplit(redis_url)
    query = {
        "socket_connect_timeout": str(seconds),
        "socket_timeout": str(seconds),
        **dict(parse_qsl(parts.query)),
    }
    return parts._replace(query=urlencode(query)).geturl()


def check_settings() -> None:
    """Read the settings, and leave with their one sentence instead of a traceback when wrong."""
    try:
        _ = settings.INSTALLED_APPS
    except ImproperlyConfigured as error:
        sys.exit(f"Réglage à corriger. {error}")
