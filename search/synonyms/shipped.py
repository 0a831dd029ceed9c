"""The thesaurus of the field that ships with the product, and writing it in the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from accounts.words import fold
from search.models import SynonymGroup
from search.synonyms.in_force import renew

FILE = Path(__file__).parent / "thesaurus.txt"


@dataclass(frozen=True)
class Shipped:
    """A group of the file: names between commas, as the model holds them."""

    asked: str
    found: str

    @property
    def key(self) -> str:
        """Return what the group is known by from release to release: its first name."""
        first = fold(self.asked.split(",")[0]).strip()
        return f"{first} >" if self.found else first


def shipped_groups() -> Iterator[Shipped]:
    """Yield the groups of the file, in its order."""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#") and not line.endswith(":"):
            asked, _, found = line.partition(" > ")
            yield Shipped(asked.strip(), found.strip())


@transaction.atomic
def load_synonyms() -> tuple[int, int]:
    """Write the groups of the file, for the whole platform; returns how many are new or changed,
    and how many went.

    Safe to repeat. A group that somebody edited or put out of force is left as it is.
    """
    known = {group.key: group for group in SynonymGroup.objects.exclude(key="")}
    new, changed = [], []
    wanted = {one.key: one for one in shipped_groups()}
    for key, one in wanted.items():
        group = known.get(key)
        if group is None:
            new.append(SynonymGroup(key=key, asked=one.asked, found=one.found))
        elif not group.edited and (group.asked, group.found) != (one.asked, one.found):
            group.asked, group.found = one.asked, one.found
            changed.append(group)
    SynonymGroup.objects.bulk_create(new)
    SynonymGroup.objects.bulk_update(changed, ["asked", "found"])
    gone = SynonymGroup.objects.exclude(key="").filter(edited=False, in_force=True)
    count, _ = gone.exclude(key__in=wanted).delete()
    if new or changed:
        renew()
    return len(new) + len(changed), count
