"""The demonstration's data files, and references that stay the same from one load to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.references import ALPHABET, LENGTH
from home.provisioning.texts import read_yaml

DATA = Path(__file__).parent / "data"
# Twelve characters at least, easy to say aloud; only ever set in the demonstration.
PASSWORD = "demonstration"  # noqa: S105


@lru_cache
def read(name: str) -> Any:
    """Return the content of `data/<name>.yaml`."""
    return read_yaml(DATA / f"{name}.yaml")


def reference(*parts: str) -> str:
    """Return the opaque reference of a demonstration object: same words, same reference."""
    digest = hashlib.sha256("/".join(parts).encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])


def days(offset: float | None, *, hour: int = 9) -> datetime | None:
    """Return the moment `offset` days from today at `hour` o'clock in Paris, or None."""
    if offset is None:
        return None
    today = timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0)
    return today + timedelta(days=offset)


def addresses() -> dict[str, str]:
    """Return the address of each person of the demonstration by the key that data files use."""
    return {item["key"]: item["email"].lower() for item in read("people")["people"]}


def some(values: Sequence[Any] | None) -> list[Any]:
    """Return a list, empty for null."""
    return list(values or [])
