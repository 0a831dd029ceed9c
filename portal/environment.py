"""Reading the environment: every setting is named, typed, and explained when it is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")


def refuse(name: str, problem: str, mend: str) -> ImproperlyConfigured:
    """Return the exception that stops the start: which variable, what is wrong, how to mend it."""
    return ImproperlyConfigured(f"{name} : {problem} {mend}")


def text(name: str, default: str | None = None, *, mend: str = "") -> str:
    """Return the variable as text.

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


def integer(name: str, default: int) -> int:
    """Return the variable as a whole number; raises ImproperlyConfigured otherwise."""
    return _typed(name, default, int, "Écrivez un nombre entier.")


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return a list of comma-separated words."""
    value = os.environ.get(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] or list(default)


def url(name: str, schemes: tuple[str, ...], default: str | None = None, *, mend: str = "") -> str:
    """Return the variable as a URL with one of the schemes.

    Raises ImproperlyConfigured when it is missing without a default, or has another scheme.
    """
    value = text(name, default, mend=mend)
    if value and urlsplit(value).scheme not in schemes:
        known = ", ".join(f"{scheme}://" for scheme in schemes)
        raise refuse(name, "l’adresse n’a pas la forme attendue.", f"Elle commence par {known}.")
    return value
