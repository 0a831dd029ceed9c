"""Ways of answering a query, ours and the ordinary ones; each returns listing numbers in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_

from django.contrib.postgres.search import (
    SearchQuery,
    SearchRank,
    SearchVector,
    TrigramWordSimilarity,
)
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Greatest
from django.http import QueryDict

from accounts.models import User
from marketplace.models import Listing
from search.catalogue import search_catalogue
from search.elastic import indices
from search.elastic.client import client
from search.parsing import parse_query

DEPTH = 50
TEXTS = ("title", "summary", "description")


@dataclass(frozen=True)
class Answers:
    """Listing numbers in order: those that answer the words, then those near in sense only."""

    to_words: list[int]
    beside: list[int] = field(default_factory=list)


Way = Callable[[str, User], Answers]


def ours(engine: str) -> Way:
    """Return our whole search, by the engine of that name."""

    def ask(text: str, reader: User) -> Answers:
        data = QueryDict(mutable=True)
        data["q"] = text
        query = replace(parse_query(data, reader).query, size=DEPTH)
        found = search_catalogue(query, reader, engine=engine)
        assert found.engine == engine, f"{engine} did not answer"
        return Answers([hit.item.pk for hit in found.hits], [hit.item.pk for hit in found.kindred])

    return ask


def icontains(text: str, reader: User) -> list[int]:
    """Every word somewhere in the texts, the latest first: what a site without search does."""
    words = [reduce(Q.__or__, (Q(**{f"{name}__icontains": word}) for name in TEXTS))
             for word in text.split()]  # fmt: skip
    return list(_visible(reader).filter(reduce(and_, words)).order_by("-pk").values_list(
        "pk", flat=True)[:DEPTH])  # fmt: skip


def plain_fts5(text: str, reader: User) -> list[int]:
    """FTS5 as it comes: its own words without accents, any of them, ranked by bm25."""
    words = " OR ".join('"' + word.replace('"', "") + '"' for word in text.split())
    with connection.cursor() as cursor:
        cursor.execute(
            "create virtual table if not exists temp.plain using"
            " fts5(title, summary, description, tokenize='unicode61 remove_diacritics 2')"
        )
        cursor.execute("select count(*) from temp.plain")
        if not cursor.fetchone()[0]:
            cursor.execute(
                "insert into temp.plain(rowid, title, summary, description)"
                " select id, title, summary, description from marketplace_listing"
            )
        cursor.execute(
            "select rowid from temp.plain where plain match %s order by rank limit %s",
            [words, DEPTH],
        )
        return [row[0] for row in cursor.fetchall()]


def plain_french(text: str, reader: User) -> list[int]:
    """PostgreSQL's own French, any word, as its documentation shows it."""
    words = [SearchQuery(word, config="french") for word in text.split()]
    vector = SearchVector(*TEXTS, config="french")
    query = reduce(SearchQuery.__or__, words)
    return list(_visible(reader).annotate(found=vector, rank=SearchRank(vector, query)).filter(
        found=query).order_by("-rank").values_list("pk", flat=True)[:DEPTH])  # fmt: skip


def trigrams(text: str, reader: User) -> list[int]:
    """PostgreSQL's trigrams (pg_trgm) over the texts."""
    near = Greatest(*(TrigramWordSimilarity(text, name) for name in TEXTS))
    return list(_visible(reader).annotate(near=near).filter(near__gt=0.3).order_by(
        "-near").values_list("pk", flat=True)[:DEPTH])  # fmt: skip


def plain_elasticsearch(text: str, reader: User) -> list[int]:
    """Elasticsearch's `french` analyser and a fuzzy match over the same texts."""
    es, name = client(10), f"{indices.alias('listing')}-plain"
    if not es.indices.exists(index=name):
        es.indices.create(
            index=name,
            settings={"number_of_shards": 1, "number_of_replicas": 0},
            mappings={"properties": {one: {"type": "text", "analyzer": "french"} for one in TEXTS}},
        )
        operations = []
        for pk, *texts in _visible(reader).values_list("pk", *TEXTS):
            operations += [{"index": {"_id": str(pk)}}, dict(zip(TEXTS, texts, strict=True))]
        es.bulk(index=name, operations=operations, refresh=True)
    query = {"multi_match": {"query": text, "fields": list(TEXTS), "fuzziness": "AUTO"}}
    found = es.search(index=name, query=query, size=DEPTH, source=False)
    return [int(hit["_id"]) for hit in found["hits"]["hits"]]


def _visible(reader: User):  # type: ignore[no-untyped-def]
    return Listing.objects.in_catalogue_for(reader).order_by()


def _only_words(ask: Callable[[str, User], list[int]]) -> Way:
    return lambda text, reader: Answers(ask(text, reader))


def available(with_elasticsearch: bool) -> dict[str, Way]:
    """Return the ways that can be tried here, by name, the ordinary ones first."""
    plain: dict[str, Callable[[str, User], list[int]]] = {"icontains": icontains}
    if connection.vendor == "postgresql":
        plain |= {"plain French (PostgreSQL)": plain_french, "trigrams (PostgreSQL)": trigrams}
    else:
        plain["plain FTS5"] = plain_fts5
    if with_elasticsearch:
        plain["plain French (Elasticsearch)"] = plain_elasticsearch
    ways: dict[str, Way] = {name: _only_words(ask) for name, ask in plain.items()}
    ways[f"ours, embedded ({connection.vendor})"] = ours("embedded")
    if with_elasticsearch:
        ways["ours, Elasticsearch"] = ours("elasticsearch")
    return ways
