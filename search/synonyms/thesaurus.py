"""Other names of what is typed: a thesaurus, and how it widens a query. Knows no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import product

from accounts.words import composed
from search.analysis import Token, analyse
from search.text import Alternative, Group, Term, TextQuery

# Beyond, a group is a theme, not the names of one thing.
MOST_ALTERNATIVES = 16
# More words than this are a sentence.
LONGEST_NAME = 6

# Never said for one another: giving one's own time is not being lent by an employer, and the law
# treats them apart (reference §7). Whatever a group says, neither widens to the other.
APART = (
    ("bénévole", "bénévolat", "volontaire", "volontariat"),
    ("mécénat", "mécène"),
)

Key = tuple[str, ...]


@dataclass(frozen=True)
class SynonymRule:
    """Looking for one of `asked` also finds `found`: the same names when they are equal."""

    asked: tuple[str, ...]
    found: tuple[str, ...]


@dataclass(frozen=True)
class Thesaurus:
    """The names known, by the words they are made of."""

    names: dict[Key, tuple[Alternative, ...]] = field(default_factory=dict)
    longest: int = 0

    @classmethod
    def of(cls, rules: Iterable[SynonymRule]) -> Thesaurus:
        """Return the thesaurus of these rules; one step only: a name of a name is not looked for.

        What is not a name (no word, or too many) is left aside.
        """
        names: dict[Key, dict[Key, Alternative]] = {}
        for rule in rules:
            found = [other for text in rule.found if (other := name_of(text))]
            for asked in (name for text in rule.asked if (name := name_of(text))):
                for key in keys_of(asked.tokens):
                    kept = names.setdefault(key, {})
                    for other in found:
                        if other.phrase != asked.phrase and not are_apart(asked, other):
                            kept.setdefault(other.phrase, other)
        return cls(
            {key: tuple(others.values())[:MOST_ALTERNATIVES] for key, others in names.items()},
            max((len(key) for key in names), default=0),
        )

    def expand(self, text: TextQuery) -> TextQuery:
        """Return the query with the other names of its words, the longest expressions first.

        What is between quotation marks is wanted as it is.
        """
        groups: list[Group] = []
        terms = text.terms
        position = 0
        while position < len(terms):
            length, others = self._longest_at(terms, position)
            groups.append(Group(terms[position : position + length], others))
            position += length
        if not any(group.alternatives for group in groups):
            return text
        return replace(text, groups=tuple(groups))

    def _longest_at(
        self, terms: tuple[Term, ...], position: int
    ) -> tuple[int, tuple[Alternative, ...]]:
        for length in range(min(self.longest, len(terms) - position), 0, -1):
            key = tuple(term.forms[0] for term in terms[position : position + length])
            if key in self.names:
                return length, self.names[key]
        return 1, ()


NONE = Thesaurus()


def name_of(text: str) -> Alternative | None:
    """Return a name as it is looked for, or None when nothing in it can be, or too much."""
    tokens = tuple(analyse(composed(text)))
    return Alternative(text, tokens) if 0 < len(tokens) <= LONGEST_NAME else None


def keys_of(tokens: tuple[Token, ...]) -> set[Key]:
    """Return what the name is recognised by, with its accents or without."""
    return set(product(*(token.forms for token in tokens)))


def are_apart(one: Alternative, other: Alternative) -> bool:
    """Return whether a rule above forbids that one widens to the other."""
    sides = {_side(one), _side(other)}
    return None not in sides and len(sides) > 1


def _side(name: Alternative) -> int | None:
    forms = {form for token in name.tokens for form in token.forms}
    return next((n for n, side in enumerate(_APART) if not side.isdisjoint(forms)), None)


_APART = [
    {form for word in side for token in analyse(word) for form in token.forms} for side in APART
]
