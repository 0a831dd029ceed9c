"""Every address of the admin, with the values that its parameters may take."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import Resolver404, get_resolver, resolve
from django.urls.resolvers import URLPattern, URLResolver

from home.tenancy.opened import OPENED

MOST = 6  # addresses a pattern, when it is open

_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def patterns() -> Iterator[tuple[str, str]]:
    """Return (name with its namespaces, route) of every pattern below cms/."""
    yield from _below(get_resolver().url_patterns, "", "")


def _below(entries: list[Any], namespace: str, route: str) -> Iterator[tuple[str, str]]:
    for entry in entries:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = namespace + (f"{entry.namespace}:" if entry.namespace else "")
            yield from _below(entry.url_patterns, inner, here)
        elif isinstance(entry, URLPattern) and here.startswith("cms/"):
            yield namespace + (entry.name or "?"), here


def addresses(route: str, values: dict[str, list[Any]], at_most: int = MOST) -> Iterator[str]:
    """Return the paths of a route for the combinations of the values, at most so many."""
    plain, choices = _taken_apart(route, values)
    for combination in itertools.islice(itertools.product(*choices), at_most):
        yield _filled(plain, combination)


def with_each_value(route: str, values: dict[str, list[Any]]) -> Iterator[str]:
    """Return the paths of a route in which each value of each parameter comes once at least."""
    plain, choices = _taken_apart(route, values)
    for turn in range(max(map(len, choices), default=1)):
        yield _filled(plain, [choice[turn % len(choice)] for choice in choices])


def _taken_apart(route: str, values: dict[str, list[Any]]) -> tuple[str, list[list[Any]]]:
    plain = _GROUP.sub(r"<\1>", route)
    plain = plain.replace("^", "").replace("$", "").replace("\\.", ".").replace(".*/", "xyz/")
    return plain, [values.get(name, values["*"]) for name in _CONVERTER.findall(plain)]


def _filled(plain: str, combination: Iterable[Any]) -> str:
    for value in combination:
        plain = _CONVERTER.sub(str(value), plain, count=1)
    return f"/{plain}"


def is_open(path: str) -> bool:
    """Return whether the address is on the list of what is open."""
    try:
        return resolve(path.split("?")[0]).view_name in OPENED
    except Resolver404:
        return False
