"""How much each field of a document weighs: one table for every engine, a reason each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Boost:
    field: str
    weight: float
    reason: str


BOOSTS = (
    Boost("title", 8, "written to name the thing: a word there is nearly always its subject"),
    Boost("keywords", 5, "category, tags, place and organisation: chosen words, but broader"),
    Boost("summary", 3, "one sentence on the thing, with few words about anything else"),
    Boost("body", 1, "says also how, when and with what: the word may be a detail"),
    Boost("variants", 1, "the same words typed without accents: a detour, not a better answer"),
    Boost("words", 0.5, "a word that only begins like the one typed: it may be another word"),
)
FIELDS = tuple(boost.field for boost in BOOSTS)
WEIGHTS = tuple(boost.weight for boost in BOOSTS)


def weight(field: str) -> float:
    """Return the weight of a field; raises KeyError for an unknown one."""
    return {boost.field: boost.weight for boost in BOOSTS}[field]


# What an answer found by another name (`search.synonyms`) keeps of its score: near in meaning, but
# not what was typed.
ALTERNATIVE = 0.5

# PostgreSQL has four labels: the last one is shared by what weighs least.
POSTGRES_WEIGHTS = [
    round(value / weight("title"), 3)
    for value in (weight("body"), weight("summary"), weight("keywords"), weight("title"))
]
