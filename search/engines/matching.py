"""Full text on each database: a queryset of (object_id, score, sort_at), from the same words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    F,
    FloatField,
    Func,
    QuerySet,
    Value,
    When,
)

from search.boosts import ALTERNATIVE, POSTGRES_WEIGHTS, WEIGHTS
from search.models import FullText, Row, VectorRow
from search.text import Alternative, Group, Term, TextQuery


class Plain(Func):
    """The same value through SQLite's unary plus, which keeps its planner from using an index.

    Left to itself it walks the rows by their unique index and asks FTS5 for each one: 360 ms
    instead of 3 on 3,000 listings. The full text must come first.
    """

    template = "+%(expressions)s"
    arity = 1


def matching(kind: str, text: TextQuery) -> QuerySet[Any]:
    """Return the rows of a kind that hold the words, with their `score` (more is better).

    Filter them on `found_id`, which is their `object_id`.

    Nothing about who may see them: callers intersect with a queryset that is scoped.
    """
    if connection.vendor == "postgresql":
        return _on_postgresql(kind, text)
    return _on_sqlite(kind, text)


def _on_sqlite(kind: str, text: TextQuery) -> QuerySet[Any]:
    # bm25 is better when smaller; one weight for each column, in their order.
    bm25 = Func(
        F("full_text__table"),
        *(Value(weight) for weight in WEIGHTS),
        function="bm25",
        output_field=FloatField(),
    )
    score: Any = Value(0.0) - bm25
    if text.alternatives:
        # bm25 has no weight by word: what does not hold the words typed has less as a whole.
        # (the groups stay, for `enough` counts them)
        typed_groups = tuple(replace(one, alternatives=()) for one in text.groups)
        as_typed = fts5_query(replace(text, groups=typed_groups))
        typed = FullText.objects.filter(table__matches=as_typed)
        score *= Case(
            When(pk__in=typed.values("pk"), then=Value(1.0)),
            default=Value(ALTERNATIVE),
            output_field=FloatField(),
        )
    return (
        Row.objects.annotate(
            found_kind=Plain(F("kind"), output_field=CharField()),
            found_id=Plain(F("object_id"), output_field=BigIntegerField()),
        )
        .filter(found_kind=kind, full_text__table__matches=fts5_query(text))
        .annotate(score=score)
    )


def fts5_query(text: TextQuery) -> str:
    """Return the words in FTS5's language, each quoted: nothing typed is an operator."""

    def term(term: Term) -> str:
        forms = [f'"{form}"' for form in term.forms]
        if term.prefix:
            forms.append(f'"{term.prefix}"*')
        return f"({' OR '.join(forms)})"

    def group(group: Group) -> str:
        ways = [" AND ".join(term(one) for one in group.terms)]
        for other in group.alternatives:
            ways += [f'"{form}"' for form in other.forms] or [f'"{" ".join(other.phrase)}"']
        return _either(ways, " OR ")

    parts = [group(one) for one in text.wanted]
    phrases = [f'"{" ".join(phrase)}"' for phrase in text.phrases]
    return _combined(parts, phrases, text, " OR ", " AND ")


def _combined(parts: list[str], phrases: list[str], text: TextQuery, either: str, both: str) -> str:
    """Return the condition on the words and phrases of a query in the language of an engine."""
    if text.enough:
        sets = [both.join(parts[place] for place in places) for places in text.enough]
        return both.join([_either(sets, either), *phrases])
    return (either if text.any_word else both).join([*parts, *phrases])


def _either(ways: list[str], word: str) -> str:
    return f"({word.join(f'({way})' for way in ways)})" if len(ways) > 1 else f"({ways[0]})"


def _on_postgresql(kind: str, text: TextQuery) -> QuerySet[Any]:
    score = _rank(tsquery(replace(text.as_typed(), any_word=True, enough=())))
    if names := tsquery_of_names(text):
        score = score + Value(ALTERNATIVE) * _rank(names)
    query = SearchQuery(tsquery(text), config="simple", search_type="raw")
    return VectorRow.objects.filter(kind=kind, vector=query).annotate(
        found_id=F("object_id"), score=score
    )


def _rank(query: str) -> Any:
    """Return the rank of a row, as if any word were enough: for «all of them» PostgreSQL minds how
    near the words stand more than in which field."""
    return SearchRank(
        # F: a name alone would be made a vector again, of its text, and lose the weights.
        F("vector"),
        SearchQuery(query, config="simple", search_type="raw"),
        weights=POSTGRES_WEIGHTS,
        # 1: divided by 1 + the logarithm of the length, as bm25 minds it too.
        normalization=Value(1),
    )


def tsquery(text: TextQuery) -> str:
    """Return the words in PostgreSQL's language; every word is quoted."""

    def term(term: Term) -> str:
        forms = [_quoted(form) for form in term.forms]
        if term.prefix:
            forms.append(f"{_quoted(term.prefix)}:*")
        return f"({' | '.join(forms)})"

    def group(group: Group) -> str:
        ways = [" & ".join(term(one) for one in group.terms)]
        return _either([*ways, *map(_name, group.alternatives)], " | ")

    parts = [group(one) for one in text.wanted]
    phrases = [f"({' <-> '.join(_quoted(form) for form in phrase)})" for phrase in text.phrases]
    return _combined(parts, phrases, text, " | ", " & ")


def tsquery_of_names(text: TextQuery) -> str:
    """Return «any of the other names» in the same language, empty when there are none."""
    return " | ".join(f"({_name(other)})" for other in text.alternatives)


def _name(other: Alternative) -> str:
    if other.forms:
        return " | ".join(_quoted(form) for form in other.forms)
    return " <-> ".join(_quoted(form) for form in other.phrase)


def _quoted(form: str) -> str:
    return "'" + form.replace("\\", "").replace("'", "") + "'"
