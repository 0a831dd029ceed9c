"""Indexes: one for each kind under a versioned name, reached through an alias.

`portal-listing` is the alias that answers; `portal-listing-next` stands on an index being rebuilt,
which receives the same writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from elasticsearch import Elasticsearch, NotFoundError
from elasticsearch.helpers import streaming_bulk

from accounts.words import composed
from search.analysis import analyse, joined_words
from search.documents import Document
from search.elastic.mapping import body_of


def alias(kind: str) -> str:
    return f"{settings.ELASTICSEARCH_INDEX_PREFIX}-{kind}"


def next_alias(kind: str) -> str:
    return f"{alias(kind)}-next"


def create(es: Elasticsearch, kind: str) -> str:
    """Create a new empty index of this kind, not yet answering; returns its name."""
    name = f"{alias(kind)}-{timezone.now():%Y%m%d%H%M%S%f}"
    body = body_of(kind)
    es.indices.create(index=name, settings=body["settings"], mappings=body["mappings"])
    return name


def targets(es: Elasticsearch, kind: str) -> tuple[list[str], list[str]]:
    """Return the names of the indexes that answer and of those being built, often none."""
    try:
        known: dict[str, Any] = dict(
            es.indices.get_alias(name=f"{alias(kind)},{next_alias(kind)}").body
        )
    except NotFoundError as error:
        body: Any = error.body
        known = {name: value for name, value in body.items() if isinstance(value, dict)}
    live = [name for name, value in known.items() if alias(kind) in value.get("aliases", {})]
    building = [
        name for name, value in known.items() if next_alias(kind) in value.get("aliases", {})
    ]
    return sorted(live), sorted(building)


def promote(es: Elasticsearch, kind: str, name: str) -> None:
    """Make `name` the index that answers, in one step, and delete those that it replaces."""
    live, building = targets(es, kind)
    actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": alias(kind)}}]
    actions += [{"remove": {"index": old, "alias": alias(kind)}} for old in live if old != name]
    actions += [{"remove": {"index": old, "alias": next_alias(kind)}} for old in building]
    es.indices.update_aliases(actions=actions)
    for old in {*live, *building} - {name}:
        es.indices.delete(index=old, ignore_unavailable=True)


def delete_all(es: Elasticsearch) -> None:
    """Delete every index of this installation (tests, or to leave a server clean)."""
    names = es.indices.get(index=f"{settings.ELASTICSEARCH_INDEX_PREFIX}-*")
    for name in names:
        es.indices.delete(index=name)


def source_of(document: Document) -> dict[str, Any]:
    """Return what Elasticsearch stores of a document."""
    texts = {
        "title": composed(document.title),
        "keywords": composed(document.keywords),
        "summary": composed(document.summary),
        "body": composed(document.body),
    }
    words = joined_words(
        token for name in ("title", "keywords", "summary") for token in analyse(texts[name])
    )
    return {"object_id": document.object_id, **texts, "words": words, **document.attributes}


@dataclass(frozen=True)
class Write:
    """One document to write, or to delete when there is none, at a version."""

    object_id: int
    version: int
    document: Document | None


def send(
    es: Elasticsearch, names: Sequence[str], writes: Iterable[Write], refresh: bool = False
) -> set[int]:
    """Write through each alias and return the identifiers that every one now holds at their version
    or a later one. Raises TransportError when the server does not answer."""
    writes = list(writes)
    done = {write.object_id for write in writes}
    actions = [_action(name, write) for name in names for write in writes]
    for ok, answer in streaming_bulk(
        es,
        actions,
        raise_on_error=False,
        raise_on_exception=True,
        chunk_size=500,
        max_chunk_bytes=5 * 1024 * 1024,
        refresh=refresh,
        # An alias that is gone must not come back as an index that nobody described.
        require_alias=True,
    ):
        ((_, result),) = answer.items()
        later_is_there = result.get("status") == 409
        nothing_to_delete = result.get("status") == 404 and "error" not in result
        if not (ok or later_is_there or nothing_to_delete):
            done.discard(int(result["_id"]))
    return done


def _action(name: str, write: Write) -> dict[str, Any]:
    action: dict[str, Any] = {
        "_index": name,
        "_id": str(write.object_id),
        "version": write.version,
        "version_type": "external",
    }
    if write.document is None:
        return {**action, "_op_type": "delete"}
    return {**action, "_op_type": "index", "_source": source_of(write.document)}
