"""Full text on each database: a queryset of (object_id, score, sort_at), from the same words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import BigIntegerField, CharField, F, FloatField, Func, QuerySet, Value

from search.boosts import POSTGRES_WEIGHTS, WEIGHTS
from search.models import Row, VectorRow
from search.text import Term, TextQuery


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
    score = Func(
        F("full_text__table"),
        *(Value(weight) for weight in WEIGHTS),
        function="bm25",
        output_field=FloatField(),
    )
    return (
        Row.objects.annotate(
            found_kind=Plain(F("kind"), output_field=CharField()),
            found_id=Plain(F("object_id"), output_field=BigIntegerField()),
        )
        .filter(found_kind=kind, full_text__table__matches=fts5_query(text))
        .annotate(score=Value(0.0) - score)
    )


def fts5_query(text: TextQuery) -> str:
    """Return the words in FTS5's language, each quoted: nothing typed is an operator."""

    def term(term: Term) -> str:
        forms = [f'"{form}"' for form in term.forms]
        if term.prefix:
            forms.append(f'"{term.prefix}"*')
        return f"({' OR '.join(forms)})"

    parts = [term(one) for one in text.terms]
    parts += [f'"{" ".join(phrase)}"' for phrase in text.phrases]
    return (" OR " if text.any_word else " AND ").join(parts)


def _on_postgresql(kind: str, text: TextQuery) -> QuerySet[Any]:
    query = SearchQuery(tsquery(text), config="simple", search_type="raw")
    # Ranked as if any word were enough: for «all of them» PostgreSQL minds how near the words
    # stand more than in which field.
    ranking = SearchQuery(tsquery(replace(text, any_word=True)), config="simple", search_type="raw")
    return VectorRow.objects.filter(kind=kind, vector=query).annotate(
        # 1: divided by 1 + the logarithm of the length, as bm25 minds it too.
        found_id=F("object_id"),
        # F: a name alone would be made a vector again, of its text, and lose the weights.
        score=SearchRank(F("vector"), ranking, weights=POSTGRES_WEIGHTS, normalization=Value(1)),
    )


def tsquery(text: TextQuery) -> str:
    """Return the words in PostgreSQL's language; every word is quoted."""

    def quoted(form: str) -> str:
        return "'" + form.replace("\\", "").replace("'", "") + "'"

    def term(term: Term) -> str:
        forms = [quoted(form) for form in term.forms]
        if term.prefix:
            forms.append(f"{quoted(term.prefix)}:*")
        return f"({' | '.join(forms)})"

    parts = [term(one) for one in text.terms]
    parts += [f"({' <-> '.join(quoted(form) for form in phrase)})" for phrase in text.phrases]
    return (" | " if text.any_word else " & ").join(parts)
