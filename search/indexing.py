"""Keeping the indexes true: marking what changed, and sending it to Elasticsearch.

`mark` runs inside the transaction of the change: versions go up, the embedded index is rewritten,
so it is always current; Elasticsearch is told after the commit. Rows are the truth: a task may be
lost, repeated or late, and `catch_up` (run by `tick`) sends what is still pending.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task
from elastic_transport import TransportError
from elasticsearch import ApiError

from search.documents import all_kinds, kind_named
from search.elastic import indices
from search.elastic.client import breaker, client, is_configured
from search.elastic.indices import Write
from search.engines import storage
from search.models import IndexEntry

logger = logging.getLogger(__name__)

BATCH = 200
# A worker may wait; a page whose tasks run in the process may not.
WORKER_TIMEOUT = 30.0
IN_PROCESS_TIMEOUT = 2.0


# What else follows a change, in its transaction (`search.sense` makes vectors).
_when_marked: list[Callable[[str, list[int]], None]] = []


def when_marked(tell: Callable[[str, list[int]], None]) -> None:
    """Have `tell(kind, ids)` called at each change, in its transaction, once written."""
    if tell not in _when_marked:
        _when_marked.append(tell)


@task()
def index_pending(kind: str, ids: list[int]) -> None:
    """Send to Elasticsearch what is pending among these; may run twice, late or in any order."""
    if not is_configured():
        return
    if not settings.REDIS_URL and not breaker.allows():
        return  # in the process of a page: the node is known to be down, `tick` will do it
    try:
        send_pending(kind, ids)
    except (TransportError, ApiError) as error:
        breaker.failed()
        logger.warning("Elasticsearch did not take %s %s: %s", len(ids), kind, error)


def mark(kind: str, ids: Iterable[int]) -> None:
    """Say that these objects changed, came or went. Raises KeyError for an unknown kind.

    Must be called in the transaction of the change (it opens one if there is none).
    """
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), BATCH):
        _mark_batch(kind, wanted[start : start + BATCH])


def _mark_batch(kind: str, ids: list[int]) -> None:
    with transaction.atomic():
        IndexEntry.objects.bulk_create(
            [IndexEntry(kind=kind, object_id=pk) for pk in ids], ignore_conflicts=True
        )
        entries = IndexEntry.objects.filter(kind=kind, object_id__in=ids)
        # In one order, so that two changes of the same objects wait instead of deadlocking; who
        # waited then reads what the other committed.
        list(entries.select_for_update().order_by("object_id").values_list("pk", flat=True))
        entries.update(version=F("version") + 1, changed_at=timezone.now())
        write_embedded(kind, ids)
    if is_configured():
        index_pending.enqueue(kind, ids)
    for tell in _when_marked:
        tell(kind, ids)


def write_embedded(kind: str, ids: Sequence[int]) -> None:
    """Rewrite the embedded rows of these objects from the database as it is now."""
    documents = list(kind_named(kind).load(ids))
    storage.write(kind, ids, documents)
    present = [document.object_id for document in documents]
    entries = IndexEntry.objects.filter(kind=kind, object_id__in=ids)
    entries.filter(object_id__in=present, deleted=True).update(deleted=False)
    entries.exclude(object_id__in=present).filter(deleted=False).update(deleted=True)


def pending_ids(kind: str, limit: int) -> list[int]:
    """Return at most `limit` identifiers whose last change Elasticsearch does not hold yet."""
    pending = IndexEntry.objects.filter(kind=kind, indexed_version__lt=F("version"))
    return list(pending.order_by("object_id").values_list("object_id", flat=True)[:limit])


def send_pending(kind: str, ids: Sequence[int] | None = None, refresh: bool = False) -> int:
    """Send what is pending (among `ids` if given) and return how many objects were settled.

    Raises TransportError or ApiError when Elasticsearch does not answer; what was sent stays sent.
    """
    es = client(WORKER_TIMEOUT if settings.REDIS_URL else IN_PROCESS_TIMEOUT)
    aliases = ensure_index(kind)
    settled = 0
    for entries in _pending_batches(kind, ids):
        # Versions are read before the documents: a document may be newer than its version, never
        # older, and the change that made it newer will be sent again under its own version.
        documents = {
            document.object_id: document for document in kind_named(kind).load(list(entries))
        }
        writes = [Write(pk, version, documents.get(pk)) for pk, version in entries.items()]
        done = indices.send(es, aliases, writes, refresh=refresh)
        _settle(kind, {pk: version for pk, version in entries.items() if pk in done})
        settled += len(done)
        if not done:
            break  # refused for a reason that trying again at once will not mend
    return settled


def ensure_index(kind: str) -> list[str]:
    """Return the aliases to write through; makes the index, and calls everything pending, when
    there is none (a new server, or one that lost its data)."""
    es = client(WORKER_TIMEOUT if settings.REDIS_URL else IN_PROCESS_TIMEOUT)
    live, building = indices.targets(es, kind)
    if not live:
        indices.promote(es, kind, indices.create(es, kind))
        IndexEntry.objects.filter(kind=kind).update(indexed_version=0)
    return [indices.alias(kind), *([indices.next_alias(kind)] if building and live else [])]


def _pending_batches(kind: str, ids: Sequence[int] | None) -> Iterator[dict[int, int]]:
    pending = IndexEntry.objects.filter(kind=kind, indexed_version__lt=F("version"))
    if ids is not None:
        for start in range(0, len(ids), BATCH):
            found = pending.filter(object_id__in=ids[start : start + BATCH])
            if batch := dict(found.values_list("object_id", "version")):
                yield batch
        return
    last = -1
    while batch := dict(
        pending.filter(object_id__gt=last)
        .order_by("object_id")
        .values_list("object_id", "version")[:BATCH]
    ):
        last = max(batch)
        yield batch


def _settle(kind: str, versions: dict[int, int]) -> None:
    """Record what Elasticsearch holds; an object changed meanwhile stays pending."""
    by_version: dict[int, list[int]] = {}
    for pk, version in versions.items():
        by_version.setdefault(version, []).append(pk)
    for version, ids in by_version.items():
        IndexEntry.objects.filter(
            kind=kind, object_id__in=ids, indexed_version__lt=version, version__gte=version
        ).update(indexed_version=version)


def catch_up() -> int:
    """Send everything that is pending; returns how many objects were settled. For `tick`.

    Never raises for Elasticsearch's sake: what is not sent now will be at the next tick.
    """
    if not is_configured():
        return 0
    settled = 0
    for kind in all_kinds():
        try:
            settled += send_pending(kind.name)
        except (TransportError, ApiError) as error:
            logger.warning("Elasticsearch is behind on %s: %s", kind.name, error)
    return settled
