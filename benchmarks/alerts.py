"""How long a new listing takes to find its alerts, next to running every alert one by one.

    .venv/bin/python -m benchmarks.alerts --alerts 10000 --listings 100

Uses a throw-away database (SQLite, or PostgreSQL when DATABASE_URL says so). Both ways are measured
in the same run on the same alerts, and must find the same ones; the slow one on a few listings.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
os.environ.setdefault("LOG_LEVEL", "ERROR")

from benchmarks.database import throwaway
from benchmarks.search import QUALITIES, THINGS, build

NATURES = ["equipment", "vehicle", "premises", "skill"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--listings", type=int, default=100, help="new listings")
    parser.add_argument("--live", type=int, default=3000, help="listings already there")
    parser.add_argument("--slow", type=int, default=1, help="listings also run one by one")
    options = parser.parse_args()
    with throwaway():
        run(options)


def run(options: argparse.Namespace) -> None:
    from django.db import connection

    from marketplace.models import Listing
    from search.known import load_themes
    from search.saved.keys import keys_of
    from search.saved.matching import alerts_for, candidates, found_by, speaking

    build(options.live)
    new = list(Listing.objects.order_by("?")[: options.listings])
    started = time.perf_counter()
    keep(options.alerts)
    seconds = time.perf_counter() - started
    print(f"\n{options.alerts} alerts kept in {seconds:.0f} s; {options.live} listings there")
    times, few, found, told = [], [], [], {}
    for listing in new:
        started = time.perf_counter()
        answers = alerts_for(listing)
        times.append((time.perf_counter() - started) * 1000)
        told[listing.pk] = {one.pk for one in answers}
        few.append(len(candidates(listing, keys_of(listing))))
        found.append(len(answers))
    times.sort()
    print(
        f"{connection.vendor}, by keys: p50 {statistics.median(times):.0f} ms, "
        f"p95 {times[int(len(times) * 0.95) - 1]:.0f} ms a listing; "
        f"{statistics.mean(few):.1f} candidates and {statistics.mean(found):.1f} alerts each"
    )
    themes = load_themes()
    slow = []
    for listing in new[: options.slow]:
        own = {listing.author_id, listing.keeper_id, listing.deputy_id, listing.entered_by_id}
        started = time.perf_counter()
        every = speaking().select_related("owner").exclude(owner__in=own - {None})
        right = {one.pk for one in every.iterator() if found_by(one, [listing.pk], themes)}
        slow.append((time.perf_counter() - started) * 1000)
        assert right == told[listing.pk], (right, told[listing.pk])
    if slow:
        print(
            f"one by one: {statistics.mean(slow):,.0f} ms a listing "
            f"({statistics.mean(slow) / statistics.median(times):,.0f} times as long), same alerts"
        )


def keep(number: int) -> None:
    """Keep so many searches: words for most of them, filters for some."""
    from django.utils import timezone

    from accounts.models import Organisation
    from marketplace.models import Category
    from search.query import CatalogueQuery, Place
    from search.saved import rules
    from tests.factories import UserFactory, join

    chance = random.Random(11)
    bodies = list(Organisation.objects.order_by("pk"))
    themes = list(Category.objects.values_list("slug", flat=True))
    people: list[Any] = []
    for _ in range(max(1, number // 10)):
        person = UserFactory(password="!")
        join(person, chance.choice(bodies))
        people.append(person)
    today = timezone.localdate()
    made = 0
    while made < number:
        words = [chance.choice(THINGS)] if chance.random() < 0.85 else []
        if words and chance.random() < 0.4:
            words.append(chance.choice(QUALITIES))
        near = chance.random() < 0.3
        lat, lon = 49.1 + chance.gauss(0, 0.4), 6.2 + chance.gauss(0, 0.6)
        first = today + timedelta(days=chance.randrange(90)) if chance.random() < 0.1 else None
        query = CatalogueQuery(
            text=" ".join(words),
            directions=("offer",) if chance.random() < 0.5 else (),
            natures=(chance.choice(NATURES),) if chance.random() < 0.2 else (),
            categories=(chance.choice(themes),) if chance.random() < 0.2 else (),
            commune=Place("57463", "Metz", "Metz", lat, lon) if near else None,
            distance=chance.choice([5, 20, 50]) if near else None,
            date_from=first,
            date_to=first,
        )
        try:
            rules.keep(people[made % len(people)], query, organisation=None, rhythm="daily")
        except rules.Refused:
            continue
        made += 1
        if made % 500 == 0:
            sys.stderr.write(f"\ralerts: {made}/{number}")


if __name__ == "__main__":
    main()
