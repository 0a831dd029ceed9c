"""Every address of the admin, with the values that its parameters may take."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
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
    plain = _GROUP.sub(r"<\1>", route)
    plain = plain.replace("^", "").replace("$", "").replace("\\.", ".").replace(".*/", "xyz/")
    names = _CONVERTER.findall(plain)
    choices = [values.get(name, values["*"]) for name in names]
    for combination in itertools.islice(itertools.product(*choices), at_most):
        path = plain
        for value in combination:
            path = _CONVERTER.sub(str(value), path, count=1)
        yield f"/{path}"


def is_open(path: str) -> bool:
    """Return whether the address is on the list of what is open."""
    try:
        return resolve(path.split("?")[0]).view_name in OPENED
    except Resolver404:
        return False
