"""The documents of Elasticsearch: French analysis with the words of our own analyser.

The filters are those of `search.analysis` (elision, lower case, stop words, protected acronyms),
but accents are folded before the stemmer: `light_french` does not read them, so that «électrique»
and «electrique» are one word without a second form.
"""

from __future__ import annotations

from typing import Any

from elasticsearch.dsl import (
    Date,
    Document,
    GeoPoint,
    Integer,
    Keyword,
    Long,
    Text,
    analyzer,
    char_filter,
    token_filter,
)

from accounts.words import fold
from search.analysis import ELIDED, PROTECTED_WORDS, STOP_WORDS

_apostrophes = char_filter(
    "portal_apostrophes", type="mapping", mappings=["’ => '", "‘ => '", "ʼ => '"]
)
_elision = token_filter(
    "portal_elision", type="elision", articles=sorted(ELIDED), articles_case=True
)
_stop = token_filter("portal_stop", type="stop", stopwords=sorted(STOP_WORDS))
_protected = token_filter(
    "portal_protected", type="keyword_marker", keywords=sorted(fold(w) for w in PROTECTED_WORDS)
)
_stemmer = token_filter("portal_stemmer", type="stemmer", language="light_french")

FRENCH = analyzer(
    "portal_french",
    char_filter=[_apostrophes],
    tokenizer="standard",
    filter=[_elision, "lowercase", _stop, "asciifolding", _protected, _stemmer],
)
WORDS = analyzer(
    "portal_words",
    char_filter=[_apostrophes],
    tokenizer="standard",
    filter=[_elision, "lowercase", "asciifolding"],
)
# What begins as typed: each word is kept with its beginnings, a query is not cut.
LONGEST_BEGINNING = 20
_beginnings = token_filter(
    "portal_beginnings", type="edge_ngram", min_gram=1, max_gram=LONGEST_BEGINNING
)
BEGINNINGS = analyzer(
    "portal_begun",
    char_filter=[_apostrophes],
    tokenizer="standard",
    filter=[_elision, "lowercase", "asciifolding", _beginnings],
)


class _Findable(Document):
    """What every kind has."""

    title = Text(analyzer=FRENCH)
    keywords = Text(analyzer=FRENCH)
    summary = Text(analyzer=FRENCH)
    body = Text(analyzer=FRENCH)
    # The beginning of the word being typed.
    words = Text(
        analyzer=WORDS, index_prefixes={"min_chars": 4, "max_chars": 8}, index_options="docs"
    )
    object_id = Long()
    readers = Keyword()
    published_at = Date()


class ListingDocument(_Findable):
    title = Text(
        analyzer=FRENCH,
        fields={
            "begun": Text(
                analyzer=BEGINNINGS, search_analyzer=WORDS, index_options="docs", norms=False
            )
        },
    )
    ref = Keyword()
    direction = Keyword()
    nature = Keyword()
    transfer = Keyword()
    categories = Integer()  # the category and those above it
    organisation = Integer()
    tags = Keyword()
    # For completion, each a folded name, a space, a key: the beginning of a word is found in it.
    tag_names = Keyword()
    commune = Keyword()
    point = GeoPoint()
    available_from = Date()
    available_until = Date()
    expires_at = Date()

    class Index:
        name = "unused"  # the real name carries a prefix and a version (`search.elastic.indices`)


class PageDocument(_Findable):
    site = Integer()
    page_type = Keyword()

    class Index:
        name = "unused"


DOCUMENTS: dict[str, type[_Findable]] = {"listing": ListingDocument, "page": PageDocument}


def body_of(kind: str) -> dict[str, Any]:
    """Return the settings and mapping with which an index of this kind is created."""
    body: dict[str, Any] = DOCUMENTS[kind]._index.to_dict()
    body.pop("aliases", None)
    body["settings"] = {
        **body.get("settings", {}),
        "number_of_shards": 1,
        "number_of_replicas": 0,
        "refresh_interval": "1s",
    }
    body["mappings"]["dynamic"] = "strict"
    return body
