"""What a person typed, understood: the words to find, whole phrases, what is only begun."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from accounts.words import fold
from search.analysis import QUERY_FILLERS, Token, analyse

# Beyond, a sentence was pasted: the first words say enough.
MOST_TERMS = 12
# A beginning shorter than this would answer with half of the catalogue.
SHORTEST_PREFIX = 4
# Operators of search engines weigh nothing here, in capitals as engines want them.
OPERATORS = re.compile(r"\b(?:AND|OR|NOT|NEAR|TO)\b")
PHRASE = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”')


@dataclass(frozen=True)
class Term:
    """A word to find: any of its forms, or a word that begins with `prefix`."""

    surface: str
    forms: tuple[str, ...]
    prefix: str = ""

    def matches(self, token: Token) -> bool:
        """Return whether a token of a document is what this term looks for."""
        if not set(self.forms).isdisjoint(token.forms):
            return True
        return bool(self.prefix) and (
            fold(token.surface).startswith(self.prefix) or token.form.startswith(self.prefix)
        )


@dataclass(frozen=True)
class TextQuery:
    """The words of a query. All must be found, or any when `any_word` (the second try)."""

    terms: tuple[Term, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    phrase_texts: tuple[str, ...] = ()
    any_word: bool = False

    def __bool__(self) -> bool:
        return bool(self.terms or self.phrases)

    @property
    def can_relax(self) -> bool:
        return not self.any_word and len(self.terms) + len(self.phrases) > 1

    def relaxed(self) -> TextQuery:
        """Return the same words, one of which is enough; phrases become words."""
        loose = [term for text in self.phrase_texts for term in _terms(analyse(text))]
        terms = _once([*self.terms, *loose])
        return TextQuery(terms=terms, any_word=True)

    @classmethod
    def parse(cls, text: str) -> TextQuery:
        """Return what `text` asks for; empty when nothing in it can be looked for."""
        phrases: list[tuple[str, ...]] = []
        phrase_texts: list[str] = []
        plain: list[str] = []
        position = 0
        for found in PHRASE.finditer(text):
            plain.append(text[position : found.start()])
            position = found.end()
            inside = next((group for group in found.groups() if group), "")
            forms = tuple(token.form for token in analyse(inside))[:MOST_TERMS]
            if len(forms) > 1 and len(phrases) < 3:
                phrases.append(forms)
                phrase_texts.append(inside)
            else:
                plain.append(inside)
        plain.append(text[position:])
        rest = OPERATORS.sub(" ", " ".join(plain))
        tokens = analyse(rest)
        meaningful = [token for token in tokens if fold(token.surface) not in QUERY_FILLERS]
        terms = _once(_terms(meaningful or ([] if phrases else tokens)))[:MOST_TERMS]
        # The last word may be still being typed.
        if terms and meaningful and rest.rstrip() == rest.rstrip(".,;:!?»\"'"):
            last = terms[-1]
            beginning = fold(last.surface)
            if len(beginning) >= SHORTEST_PREFIX and beginning.isalnum():
                terms = (*terms[:-1], replace(last, prefix=beginning))
        return cls(terms, tuple(phrases), tuple(phrase_texts))


def _terms(tokens: Iterable[Token]) -> list[Term]:
    return [Term(token.surface, token.forms) for token in tokens]


def _once(terms: Iterable[Term]) -> tuple[Term, ...]:
    kept: dict[tuple[str, ...], Term] = {}
    for term in terms:
        kept.setdefault(term.forms, term)
    return tuple(kept.values())
