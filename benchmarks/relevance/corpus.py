"""The corpus as listings of a throw-away database, and the judged queries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Commune, Department, User
from accounts.places.reference import load_reference
from marketplace.models import Category, Listing, ListingTag
from search.maintenance import rebuild_embedded
from search.synonyms.shipped import load_synonyms
from tests.factories import OrganisationFactory, member

HERE = Path(__file__).parent
CATEGORIES = Path("portal/demonstration/data/categories.yaml")


@dataclass(frozen=True)
class Judged:
    """A query that a person judged; `split` is tune (to look at) or final (for the figure)."""

    id: str
    kind: str
    split: str
    query: str
    grades: dict[str, int] = field(default_factory=dict)


def judged_queries() -> list[Judged]:
    """Return every judged query."""
    return [
        Judged(row["id"], row["class"], row["split"], row["query"], row["grades"])
        for row in _rows(HERE / "queries.jsonl")
    ]


@dataclass(frozen=True)
class Corpus:
    """Who searches, and the corpus's own reference of each listing's number."""

    reader: User
    names: dict[int, str]


def load(with_synonyms: bool = True) -> Corpus:
    """Write the corpus, about 3,000 listings, in the current database and its embedded index, with
    the synonyms that ship with the product."""
    load_reference()
    if with_synonyms:
        load_synonyms()
    communes = {commune.code: commune for commune in Commune.objects.all()}
    categories = _categories()
    rows = [row for path in sorted(HERE.glob("corpus/*.jsonl")) for row in _rows(path)]
    homes = {
        department: OrganisationFactory(
            name=f"Territoire du {department}", short_name=f"Territoire {department}"
        )
        for department in sorted({communes[row["commune"]].department_code for row in rows})
    }
    services: dict[tuple[int, str], Department] = {}
    reader = member(next(iter(homes.values())), "agent")
    listings = []
    for row in rows:
        commune = communes[row["commune"]]
        home = homes[commune.department_code]
        key = home.pk, row["service"]
        if key not in services:
            services[key] = Department.objects.create(organisation=home, name=row["service"])
        listings.append(_listing(row, commune, categories[row["category"]], services[key], reader))
    listings = Listing.objects.bulk_create(listings, batch_size=500)
    _tag(rows, listings)
    rebuild_embedded("listing")
    return Corpus(reader, {one.pk: row["id"] for one, row in zip(listings, rows, strict=True)})


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _categories() -> dict[str, Category]:
    found: dict[str, Category] = {}

    def add(nodes: list[dict[str, Any]], parent: Category | None) -> None:
        for node in nodes:
            found[node["key"]] = Category.objects.create(
                slug=node["key"], name=node["name"], icon=node["icon"], parent=parent
            )
            add(node.get("children", []), found[node["key"]])

    add(yaml.safe_load((Path(settings.BASE_DIR) / CATEGORIES).read_text(encoding="utf-8")), None)
    return found


def _listing(
    row: dict[str, Any], commune: Commune, category: Category, service: Department, author: User
) -> Listing:
    return Listing(
        direction=row["direction"],
        nature=row["nature"],
        transfer=row["transfer"],
        title=row["title"][:120],
        summary=row["summary"][:200],
        description=row["description"],
        category=category,
        organisation=service.organisation,
        department=service,
        author=author,
        commune=commune,
        latitude=commune.latitude,
        longitude=commune.longitude,
        scope="public",
        state="published",
        published_at=timezone.now(),
    )


def _tag(rows: list[dict[str, Any]], listings: list[Listing]) -> None:
    # Two tags that differ by an accent only share their word in the address.
    names = {slugify(name): name for row in rows for name in row["tags"] if slugify(name)}
    tags = {
        tag.slug: tag
        for tag in ListingTag.objects.bulk_create(
            [ListingTag(slug=slug, name=name) for slug, name in sorted(names.items())]
        )
    }
    through = Listing.tags.through
    through.objects.bulk_create(
        through(tag=tags[slug], content_object=listing)
        for row, listing in zip(rows, listings, strict=True)
        for slug in {slugify(name) for name in row["tags"] if slugify(name)}
    )
