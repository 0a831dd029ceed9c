"""How good the answers are: nDCG@10 and recall@50 by class of query and way of answering.

    .venv/bin/python -m benchmarks.relevance                # those one may tune on
    .venv/bin/python -m benchmarks.relevance --split final  # those kept for the figure

Uses a throw-away database (SQLite, or PostgreSQL when DATABASE_URL says so) and, when
ELASTICSEARCH_URL is set, indexes of its own prefix that it deletes. Corpus and judgements:
README.md. For the queries without an answer (class "zero") it prints the share that gets none.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
os.environ.setdefault("LOG_LEVEL", "ERROR")

from benchmarks.database import throwaway

NOTHING = "zero"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=["tune", "final", "all"], default="tune")
    parser.add_argument("--only", metavar="WORD", default="", help="the ways with it in their name")
    parser.add_argument("--without-synonyms", action="store_true")
    parser.add_argument("--without-sense", action="store_true", help="the words alone")
    parser.add_argument("--show", metavar="CLASS", help="also print the worst queries of a class")
    options = parser.parse_args()
    with throwaway("relevance"):
        run(options)


def run(options: argparse.Namespace) -> None:
    from django.conf import settings
    from django.db import connection

    from benchmarks.relevance import corpus, ways
    from search.elastic import indices
    from search.elastic.client import client
    from search.maintenance import rebuild_elasticsearch
    from search.sense.keeping import catch_up

    address, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, ""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("create extension if not exists pg_trgm")
    loaded = corpus.load(with_synonyms=not options.without_synonyms)
    settings.EMBEDDINGS = not options.without_sense
    while made := catch_up():
        sys.stderr.write(f"{made} vectors ")
    split = options.split
    queries = [one for one in corpus.judged_queries() if split in (one.split, "all")]
    if address:
        settings.ELASTICSEARCH_URL = address
        settings.ELASTICSEARCH_TIMEOUT = 5  # judged, not cut
        rebuild_elasticsearch("listing")
        client(10).indices.refresh(index=indices.alias("listing"))
    print(f"{len(loaded.names)} listings, {len(queries)} queries ({split})")
    try:
        tried = ways.available(bool(address))
        for name, way in tried.items():
            if options.only in name:
                report(name, way, loaded, queries, options.show)
    finally:
        if address:
            indices.delete_all(client(10))


def report(name, way, loaded, queries, show) -> None:  # type: ignore[no-untyped-def]
    from benchmarks.relevance.measures import ndcg, recall

    by_class: dict[str, list[tuple[float, float, str]]] = {}
    started = time.perf_counter()
    for number, one in enumerate(queries, 1):
        sys.stderr.write(f"\r{name}: {number}/{len(queries)} ")
        found = way(one.query, loaded.reader)
        answers = [loaded.names[pk] for pk in (*found.to_words, *found.beside)]
        if one.kind == NOTHING:
            quiet = float(not found.to_words)
            by_class.setdefault(one.kind, []).append((quiet, quiet, one.query))
        else:
            row = ndcg(answers, one.grades), recall(answers, one.grades), one.query
            by_class.setdefault(one.kind, []).append(row)
    sys.stderr.write("\n")
    milliseconds = (time.perf_counter() - started) * 1000 / max(1, len(queries))
    print(f"\n{name} ({milliseconds:.0f} ms a query)")
    print(f"    {'class':<14}{'queries':>8}{'nDCG@10':>9}{'recall@50':>11}")
    answered = [row for kind, rows in by_class.items() if kind != NOTHING for row in rows]
    for kind, rows in [*sorted(by_class.items()), ("all but zero", answered)]:
        first, second = (statistics.mean(row[i] for row in rows) if rows else 0 for i in (0, 1))
        values = f"{first:>9.2f}{'' if kind == NOTHING else f'{second:.2f}':>11}"
        print(f"    {kind:<14}{len(rows):>8}{values}")
        if show == kind:
            for gain, found, query in sorted(rows)[:12]:
                print(f"        {gain:.2f} {found:.2f}  {query}")


if __name__ == "__main__":
    main()
