"""What was asked over a year, and what became of it: always the same, for whatever day it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from marketplace.choices import ExchangeState
from portal.demonstration.source import read, reference

S = ExchangeState
# Days ago. All is over at the last one; at the first, listings were online already.
FIRST, LAST = 296, 24
# What becomes of one request after the other.
GIVEN, INSIDE, RECEIVED, DECLINED, GONE = "given", "inside", "received", "declined", "gone"
PATTERN = (GIVEN, INSIDE, GIVEN, RECEIVED, DECLINED, GIVEN, INSIDE, GIVEN, RECEIVED, GONE, GIVEN)
ENDS = {DECLINED: (S.DECLINED,), GONE: (S.EXPIRED, S.CANCELLED)}
DAYS_TO_ANSWER = (1, 3, 2, 6, 1, 4, 2)


@dataclass(frozen=True)
class Planned:
    """One request of the year: what was asked, by whom, when, and what became of it."""

    ref: str
    listing: str
    person: str
    asked_for: str
    days_ago: int
    state: str
    after: int
    words: Sequence[str] = field(repr=False)
    rank: int = 0


def planned() -> list[Planned]:
    """Return the requests of the year, the oldest of each intranet first: always the same."""
    found = []
    natures = {item["key"]: item["nature"] for item in read("listings")}
    for item in read("year"):
        turns: Counter[str] = Counter()
        own = item["organisation"]
        for rank, ago in enumerate(range(FIRST, LAST, -item["every"])):
            kind = PATTERN[rank % len(PATTERN)]
            listing = _next(item["theirs" if kind == RECEIVED else "ours"], turns, kind)
            inside = kind in (INSIDE, RECEIVED)
            who = _next(item["staff" if inside else "outside"], turns, f"{kind} by")
            person, _, body = who.partition("@")
            ends = ENDS.get(kind, (S.CLOSED,))
            found.append(
                Planned(
                    ref=reference("year", own, str(rank)),
                    listing=listing,
                    person=person,
                    asked_for=body or own,
                    days_ago=ago,
                    state=ends[turns[kind] % len(ends)],
                    after=DAYS_TO_ANSWER[rank % len(DAYS_TO_ANSWER)],
                    words=item["words"][natures[listing]],
                    rank=rank,
                )
            )
    return found


def _next(things: Sequence[str], turns: Counter[str], name: str) -> str:
    turns[name] += 1
    return things[(turns[name] * 5 + len(name)) % len(things)]
