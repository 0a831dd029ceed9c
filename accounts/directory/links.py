"""What a person of the directory proposes: rooms above fill it, this one only shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Membership

# (title, address) of each, those that the reader may open.
Links = list[tuple[str, str]]
Provider = Callable[[Any, Membership], Links]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    _providers.append(provider)
    return provider


def proposed_by(membership: Membership, reader: Any) -> Links:
    """Return what the person proposes that `reader` may see."""
    return [link for provider in _providers for link in provider(reader, membership)]
