"""How a new listing finds the searches that ask for it, without asking each of them.

A query is a conjunction: every word, one of its themes, one of its directions… Each of these
demands is a group of keys, of which a listing must have one. The keys of the rarest group of each
search are rows of one table; the listing has its own keys, and one query gives the searches that
share one. Their other groups are then compared in memory, and only what is left is asked of the
true rule. A group may let too much through, never too little: what cannot be said as a key makes
no group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from marketplace.models import Listing
from search.boosts import FIELDS
from search.models import Row
from search.query import CatalogueQuery
from search.text import SHORTEST_PREFIX, Group, Term, TextQuery

Groups = list[list[str]]

# What each database's full text takes for one word, whatever its tables of characters say.
ONE_WORD = re.compile(r"[a-z][a-z0-9]*|[0-9]+")
# Searches that ask for nothing in particular.
EVERYTHING = "*"
# The rarest first: a word says more than a theme, a theme more than a direction.
RARITY = "wtocnmd"


def groups_of(query: CatalogueQuery, text: TextQuery) -> Groups:
    """Return the groups of the query: a listing that answers it has a key of each.

    `text` is its words with their other names.
    """
    groups = _of_words(text)
    for letter, values in (
        ("t", query.tags),
        ("o", query.organisations),
        ("c", query.categories),
        ("n", query.natures),
        ("m", query.transfers),
        ("d", query.directions),
    ):
        if values:
            groups.append([f"{letter}:{value!s}" for value in values])
    return groups


def _of_words(text: TextQuery) -> Groups:
    if text.any_word:
        return []
    found = [_of_term(term, group) for group in text.wanted for term in group.terms]
    found += [[f"w:{form}"] for phrase in text.phrases for form in phrase if _is_word(form)]
    return [group for group in found if group]


def _of_term(term: Term, group: Group) -> list[str]:
    """Return the keys of which one must be there for the word, empty when that cannot be said.

    It is there itself, or one of the other names of its group is: for a name of several words, the
    longest of them.
    """
    forms = [*term.forms]
    for other in group.alternatives:
        forms += other.forms or (max(other.phrase, key=len),)
    if not all(_is_word(form) for form in [*forms, *([term.prefix] if term.prefix else [])]):
        return []
    keys = [f"w:{form}" for form in dict.fromkeys(forms)]
    if term.prefix:
        keys.append(f"b:{term.prefix}")
    return keys


def _is_word(form: str) -> bool:
    return ONE_WORD.fullmatch(form) is not None


def rarest(groups: Groups) -> list[str]:
    """Return the group to be found by: of words, the longest, which few listings hold."""

    def rank(group: list[str]) -> tuple[int, int]:
        letter = "w" if group[0][0] == "b" else group[0][0]
        return RARITY.index(letter), -min(len(key) for key in group)

    return min(groups, key=rank) if groups else [EVERYTHING]


def keys_of(listing: Listing) -> frozenset[str]:
    """Return every key that the listing has; its words are those of the embedded index."""
    theme = listing.category
    keys = {
        EVERYTHING,
        f"o:{listing.organisation.slug}",
        f"n:{listing.nature}",
        f"m:{listing.transfer}",
        f"d:{listing.direction}",
        *(f"t:{tag.slug}" for tag in listing.tags.all()),
    }
    if theme:
        keys.add(f"c:{theme.slug}")
        if theme.parent:
            keys.add(f"c:{theme.parent.slug}")
    return frozenset(keys | _keys_of_words(listing.pk))


def _keys_of_words(listing_id: int) -> set[str]:
    row = Row.objects.filter(kind="listing", object_id=listing_id).values_list(*FIELDS).first()
    words = {word for column in row or () for word in column.split()}
    keys = {f"w:{word}" for word in words}
    for word in words:
        keys.update(f"b:{word[:end]}" for end in range(SHORTEST_PREFIX, len(word) + 1))
    return keys


def has_all(keys: frozenset[str], groups: Iterable[list[str]]) -> bool:
    """Return whether there is a key of each group."""
    return all(not keys.isdisjoint(group) for group in groups)
