"""What a person of the directory proposes, and what others confirm: rooms above fill it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from accounts.models import Membership

# (title, address) of each, those that the reader may open.
Links = list[tuple[str, str]]
Provider = Callable[[Any, Membership], Links]
# The skills confirmed of each that they want shown, by the id of the membership: one query.
Skills = dict[int, list[str]]
SkillProvider = Callable[[Collection[Membership]], Skills]
_providers: list[Provider] = []
_skill_providers: list[SkillProvider] = []


def register(provider: Provider) -> Provider:
    _providers.append(provider)
    return provider


def register_skills(provider: SkillProvider) -> SkillProvider:
    _skill_providers.append(provider)
    return provider


def confirmed_of(memberships: Collection[Membership]) -> Skills:
    """Return what others confirmed of these persons and they want shown, by membership."""
    found: Skills = {}
    for provider in _skill_providers:
        for pk, words in provider(memberships).items():
            found.setdefault(pk, []).extend(words)
    return found


def proposed_by(membership: Membership, reader: Any) -> Links:
    """Return what the person proposes that `reader` may see."""
    return [link for provider in _providers for link in provider(reader, membership)]
