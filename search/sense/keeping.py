"""Making vectors, by the worker, and keeping them: rows are the truth, a task only hastens them."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django_tasks import task

from search.documents import Document, kind_named
from search.engines.base import LISTING
from search.models import Row
from search.sense.encoders import Encoder, EncoderError, encoder
from search.sense.models import SenseVector

logger = logging.getLogger(__name__)

BATCH = 32
# Without a worker the page that publishes encodes, and does not wait for many.
MOST_IN_PROCESS = 4
# Seconds that one tick gives to what is behind (a new encoder, an import).
TICK_SECONDS = 30.0


def ask_for_vectors(kind: str, ids: list[int]) -> None:
    """Have the worker make what these lack, once the change is committed."""
    if kind == LISTING and encoder() is not None:
        encode_new.enqueue(ids)


@task()
def encode_new(ids: list[int]) -> None:
    """Make the vectors that these listings lack; may run twice, late or never."""
    in_force = encoder()
    if in_force is None or (not settings.REDIS_URL and len(ids) > MOST_IN_PROCESS):
        return
    try:
        encode(in_force, ids)
    except EncoderError as error:
        logger.warning("No vectors for %s listings: %s", len(ids), error)


def encode(in_force: Encoder, ids: Sequence[int]) -> int:
    """Make the vectors that these listings lack and return how many. Raises EncoderError."""
    made = 0
    for start in range(0, len(ids), BATCH):
        documents = {one.sense_hash: one for one in _documents(ids[start : start + BATCH])}
        known = SenseVector.objects.filter(encoder=in_force.name, text_hash__in=documents)
        for text_hash in known.values_list("text_hash", flat=True):
            del documents[text_hash]
        if not documents:
            continue
        vectors = in_force.passages([one.sense_text for one in documents.values()])
        SenseVector.objects.bulk_create(
            (
                SenseVector(
                    encoder=in_force.name,
                    text_hash=text_hash,
                    vector=_packed(vector),
                )
                for text_hash, vector in zip(documents, vectors, strict=True)
            ),
            ignore_conflicts=True,
        )
        made += len(documents)
    return made


def _documents(ids: Sequence[int]) -> list[Document]:
    """Return the documents, whose rows hold their hash: those written by an older version did
    not."""
    documents = list(kind_named(LISTING).load(ids))
    held = dict(
        Row.objects.filter(kind=LISTING, object_id__in=ids).values_list("object_id", "sense_hash")
    )
    for one in documents:
        if held.get(one.object_id) == "":
            Row.objects.filter(kind=LISTING, object_id=one.object_id, sense_hash="").update(
                sense_hash=one.sense_hash
            )
    return documents


def _packed(vector: object) -> bytes:
    import numpy

    return numpy.asarray(vector, dtype="f2").tobytes()


def without_vector(in_force: Encoder) -> QuerySet[Row]:
    """Return the rows of listings whose text has no vector yet."""
    known = SenseVector.objects.filter(encoder=in_force.name, text_hash=OuterRef("sense_hash"))
    return Row.objects.filter(~Exists(known), kind=LISTING)


def catch_up() -> int:
    """Make the vectors that are missing, for half a minute at most; returns how many. For `tick`.

    Never raises for the encoder's sake: what is not made now will be at the next tick.
    """
    in_force = encoder()
    if in_force is None:
        return 0
    made, end = 0, time.monotonic() + TICK_SECONDS
    after = 0
    while time.monotonic() < end:
        some = list(
            without_vector(in_force)
            .filter(object_id__gt=after)
            .order_by("object_id")
            .values_list("object_id", flat=True)[:BATCH]
        )
        if not some:
            break
        after = some[-1]
        try:
            made += encode(in_force, some)
        except EncoderError as error:
            logger.warning("Vectors are behind: %s", error)
            break
    return made


def forget_unused() -> int:
    """Delete the vectors of texts that nothing says any more, and return how many. For the purge.

    Those of another encoder than the one in force go too.
    """
    in_force = encoder()
    said = Row.objects.filter(sense_hash=OuterRef("text_hash"))
    unused = SenseVector.objects.filter(~Exists(said))
    gone = unused.delete()[0]
    if in_force is not None:
        gone += SenseVector.objects.exclude(encoder=in_force.name).delete()[0]
    return gone
