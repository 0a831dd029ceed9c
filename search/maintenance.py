"""Rebuilding and checking the indexes, with their progress told to whoever runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from elasticsearch.helpers import scan

from search.boosts import FIELDS
from search.documents import Kind, all_kinds, kind_named
from search.elastic import indices
from search.elastic.client import client, is_configured
from search.elastic.indices import Write
from search.indexing import (
    BATCH,
    WORKER_TIMEOUT,
    mark,
    send_pending,
    write_embedded,
)
from search.models import IndexEntry, Row

# More than an object changes between two checks.
LEAP = 1_000

Progress = Callable[[int, int], None]


def silently(done: int, total: int) -> None:
    """Tell nobody."""


def rebuild_embedded(kind: str, progress: Progress = silently) -> int:
    """Rewrite every embedded row of a kind, and drop those of objects that are gone.

    Returns how many objects were read. Versions stay: nothing changed for Elasticsearch.
    """
    ids = sorted({*kind_named(kind).all_ids(), *_embedded_ids(kind)})
    done = 0
    for batch in _batches(ids):
        with transaction.atomic():
            IndexEntry.objects.bulk_create(
                [IndexEntry(kind=kind, object_id=pk, version=1) for pk in batch],
                ignore_conflicts=True,
            )
            write_embedded(kind, batch)
        done += len(batch)
        progress(done, len(ids))
    return len(ids)


def rebuild_elasticsearch(kind: str, progress: Progress = silently) -> str:
    """Build a new index beside the one that answers, then put it in its place.

    Returns its name. Writes go on meanwhile: workers write to both, and what changed while the
    place was taken is sent again. Raises TransportError or ApiError; the old index then stays.
    """
    es = client(WORKER_TIMEOUT)
    _, abandoned = indices.targets(es, kind)
    for name in abandoned:
        es.indices.delete(index=name, ignore_unavailable=True)
    name = indices.create(es, kind)
    es.indices.put_alias(index=name, name=indices.next_alias(kind))
    loaded: dict[int, int] = {}
    total = IndexEntry.objects.filter(kind=kind).count()
    for versions in _entry_batches(kind):
        documents = {
            document.object_id: document for document in kind_named(kind).load(list(versions))
        }
        writes = [
            Write(pk, version, documents[pk]) for pk, version in versions.items() if pk in documents
        ]
        done = indices.send(es, [indices.next_alias(kind)], writes) if writes else set()
        gone = set(versions) - set(documents)
        loaded |= {pk: version for pk, version in versions.items() if pk in done | gone}
        progress(len(loaded), total)
    es.indices.refresh(index=name)
    indices.promote(es, kind, name)
    _reconcile(kind, loaded)
    send_pending(kind)
    return name


def _reconcile(kind: str, loaded: dict[int, int]) -> None:
    """Make the entries say what the new index holds; what changed meanwhile becomes pending."""
    for versions in _entry_batches(kind):
        held: dict[int, list[int]] = {}
        for pk in versions:
            held.setdefault(loaded.get(pk, 0), []).append(pk)
        for version, ids in held.items():
            IndexEntry.objects.filter(kind=kind, object_id__in=ids, version__gte=version).update(
                indexed_version=version
            )


def forget_gone() -> int:
    """Take out of both indexes what is no longer there to be found; returns how many objects.

    A safety net for each night: rules say what goes when it goes, but a row deleted by another hand
    must not leave its words behind. Elasticsearch is told as of any other change.
    """
    gone = 0
    for kind in all_kinds():
        present = set(kind.all_ids())
        left = {pk for pk in _embedded_ids(kind.name) if pk not in present}
        live = IndexEntry.objects.filter(kind=kind.name, deleted=False)
        left |= {pk for pk in live.values_list("object_id", flat=True) if pk not in present}
        mark(kind.name, left)
        gone += len(left)
    return gone


@dataclass(frozen=True)
class Check:
    """How a kind stands: what should be found, and what each index has wrong."""

    kind: str
    expected: int
    embedded_missing: int
    embedded_extra: int
    embedded_stale: int
    elastic_missing: int | None = None
    elastic_extra: int | None = None
    elastic_stale: int | None = None

    @property
    def is_right(self) -> bool:
        return not any(
            (
                self.embedded_missing,
                self.embedded_extra,
                self.embedded_stale,
                self.elastic_missing,
                self.elastic_extra,
                self.elastic_stale,
            )
        )


def check(kind: str, mend: bool = True, progress: Progress = silently) -> Check:
    """Compare the database with both indexes, deletions included, and mend what differs.

    What is wrong is marked as changed: the embedded rows are rewritten at once and Elasticsearch
    is sent the object again under a new version, which no late write can undo. Raises
    TransportError or ApiError when Elasticsearch is configured and does not answer.
    """
    known = kind_named(kind)
    documents: dict[int, dict[str, str]] = {}
    ids = sorted(known.all_ids())
    for batch in _batches(ids):
        documents |= {document.object_id: document.columns() for document in known.load(batch)}
        progress(len(documents), len(ids))
    rows = {
        pk: columns
        for pk, *columns in Row.objects.filter(kind=kind).values_list("object_id", *FIELDS)
    }
    missing, extra = documents.keys() - rows.keys(), rows.keys() - documents.keys()
    stale = {
        pk
        for pk in documents.keys() & rows.keys()
        if list(documents[pk].values()) != list(rows[pk])
    }
    wrong = missing | extra | stale
    elastic: dict[str, set[int]] = {}
    if is_configured():
        elastic = _check_elasticsearch(known, set(documents))
        wrong |= set().union(*elastic.values())
    if mend:
        _outrun(kind, set().union(*elastic.values()))
        mark(kind, wrong)
    if mend and is_configured():
        send_pending(kind)
    return Check(
        kind,
        len(documents),
        len(missing),
        len(extra),
        len(stale),
        **{f"elastic_{name}": len(found) for name, found in elastic.items()},
    )


def _outrun(kind: str, ids: set[int]) -> None:
    """Put the versions of these objects beyond whatever another hand wrote in Elasticsearch, traces
    of deletions included: at an equal version the server would keep its own."""
    for batch in _batches(sorted(ids)):
        IndexEntry.objects.bulk_create(
            [IndexEntry(kind=kind, object_id=pk) for pk in batch], ignore_conflicts=True
        )
        IndexEntry.objects.filter(kind=kind, object_id__in=batch).update(
            version=F("version") + LEAP
        )


def _check_elasticsearch(kind: Kind, expected: set[int]) -> dict[str, set[int]]:
    """Return what the index lacks, has too much, or holds at another version than the entries say.

    Pending objects are not wrong: they are on their way.
    """
    es = client(WORKER_TIMEOUT)
    entries = dict(IndexEntry.objects.filter(kind=kind.name).values_list("object_id", "version"))
    pending = set(
        IndexEntry.objects.filter(kind=kind.name, indexed_version__lt=F("version")).values_list(
            "object_id", flat=True
        )
    )
    live, _ = indices.targets(es, kind.name)
    held: dict[int, int] = {}
    if live:
        es.indices.refresh(index=indices.alias(kind.name))
        held = {
            int(hit["_id"]): hit["_version"]
            for hit in scan(
                es, index=indices.alias(kind.name), query={"_source": False, "version": True}
            )
        }
    return {
        "missing": expected - held.keys() - pending,
        "extra": held.keys() - expected - pending,
        "stale": {pk for pk in expected & held.keys() - pending if held[pk] != entries.get(pk)},
    }


def _embedded_ids(kind: str) -> Iterable[int]:
    return Row.objects.filter(kind=kind).values_list("object_id", flat=True)


def _entry_batches(kind: str) -> Iterator[dict[int, int]]:
    last = -1
    entries = IndexEntry.objects.filter(kind=kind).order_by("object_id")
    while batch := dict(
        entries.filter(object_id__gt=last).values_list("object_id", "version")[:BATCH]
    ):
        last = max(batch)
        yield batch


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
