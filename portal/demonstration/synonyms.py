"""The words of each territory that its coordination added to the search."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import Organisation
from portal.demonstration.source import read
from search.models import SynonymGroup
from search.synonyms import rules


def load_words() -> Iterator[str]:
    """Add what is missing; yields the words of each group."""
    bodies = {one.slug: one for one in Organisation.objects.all()}
    for item in read("synonyms"):
        own = rules.own_groups(bodies[item["organisation"]])
        if own.filter(asked=item["asked"]).exists():
            continue
        body = bodies[item["organisation"]]
        asked, found = rules.check(item["asked"], item.get("found", ""), body)
        SynonymGroup.objects.create(organisation=body, asked=asked, found=found)
        yield asked
