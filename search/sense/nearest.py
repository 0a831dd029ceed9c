"""What is near in sense, among what a reader may see.

The vectors of all stand in memory, the reader's filter in SQL. Vectors are kept by their text, so
that what stands in memory is never wrong: what is no longer said, or may not be seen, has no row
that the filter lets through.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from search.engines.base import LISTING
from search.models import Row
from search.sense.encoders import EncoderError, encoder
from search.sense.models import SenseVector

logger = logging.getLogger(__name__)

# How many of the nearest texts are looked at at once: nearly always enough.
FIRST, MORE = 500, 2_000


@dataclass(frozen=True)
class Near:
    """Listings near in sense, the nearest first; `alike` says how near each is (cosine)."""

    ids: tuple[int, ...] = ()
    alike: dict[int, float] = field(default_factory=dict)
    floor: float = 1.0

    @property
    def ranks(self) -> dict[int, int]:
        return {pk: rank for rank, pk in enumerate(self.ids)}

    def beside(self, shown: Any, most: int) -> tuple[int, ...]:
        """Return the nearest that are not among those shown, none that is only not far."""
        near = (pk for pk in self.ids if pk not in shown and self.alike[pk] >= self.floor)
        return tuple(near)[:most]


NOTHING = Near()


def near(words: str, visible: QuerySet[Any], most: int) -> Near:
    """Return at most `most` of these listings, the nearest in sense to the words first.

    `visible` is what the reader may see, filters applied. Nothing without an encoder, or when it
    does not answer: the words answer alone.
    """
    in_force = encoder()
    if in_force is None or not words:
        return NOTHING
    try:
        wanted = in_force.query(words)
    except EncoderError as error:
        logger.warning("The words answer alone: %s", error)
        return NOTHING
    alike = _nearest(in_force.name, wanted, visible, most)
    return Near(tuple(alike), alike, in_force.floor)


def _nearest(name: str, wanted: Any, visible: QuerySet[Any], most: int) -> dict[int, float]:
    hashes, vectors = _kept(name).current()
    if not hashes or vectors.shape[1] != wanted.shape[0]:
        return {}
    likeness = vectors @ wanted
    order = (-likeness).argsort(kind="stable")
    found: dict[int, float] = {}
    start, size = 0, FIRST
    seen = visible.order_by().values("pk")
    while start < len(order) and len(found) < most:
        some = {hashes[place]: float(likeness[place]) for place in order[start : start + size]}
        rows = Row.objects.filter(kind=LISTING, sense_hash__in=some, object_id__in=seen)
        pairs = rows.values_list("sense_hash", "object_id")
        # Two of the same text: the latest first, as everywhere.
        ranked = sorted(pairs, key=lambda pair: (-some[pair[0]], -pair[1]))
        found |= {pk: some[text_hash] for text_hash, pk in ranked}
        start, size = start + size, MORE
    return dict(list(found.items())[:most])


class _Kept:
    """The vectors of one encoder in this process; only those made since the last look are read."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._last = 0
        self._hashes: list[str] = []
        self._vectors: Any = None
        self._lock = threading.Lock()

    def current(self) -> tuple[list[str], Any]:
        """Return the hashes and the matrix whose lines they name."""
        import numpy

        with self._lock:
            new = SenseVector.objects.filter(encoder=self._name, pk__gt=self._last)
            rows = list(new.order_by("pk").values_list("pk", "text_hash", "vector"))
            if rows:
                self._last = rows[-1][0]
                lines = numpy.array(
                    [numpy.frombuffer(vector, "f2") for _, _, vector in rows], dtype="f4"
                )
                self._hashes = [*self._hashes, *(text_hash for _, text_hash, _ in rows)]
                self._vectors = (
                    lines if self._vectors is None else numpy.vstack([self._vectors, lines])
                )
            return self._hashes, self._vectors


_all: dict[str, _Kept] = {}


def _kept(name: str) -> _Kept:
    return _all.setdefault(name, _Kept(name))


def forget() -> None:
    """Read all vectors again: for tests, whose database goes back in time."""
    _all.clear()
