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
class Alternative:
    """Another name of what was typed: a word, or several that stand one after the other."""

    text: str
    tokens: tuple[Token, ...]

    @property
    def phrase(self) -> tuple[str, ...]:
        """Return the main forms in order."""
        return tuple(token.form for token in self.tokens)

    @property
    def forms(self) -> tuple[str, ...]:
        """Return the forms of the only word, or nothing for several words."""
        return self.tokens[0].forms if len(self.tokens) == 1 else ()


@dataclass(frozen=True)
class Group:
    """Words typed together, all of which are wanted, or one of their other names instead."""

    terms: tuple[Term, ...]
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True)
class TextQuery:
    """The words of a query. All must be found, or any when `any_word` (the second try).

    `groups` are the same `terms` with their other names, once synonyms were looked up
    (`search.synonyms.thesaurus`): the last thing that happens to a query.
    """

    terms: tuple[Term, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    phrase_texts: tuple[str, ...] = ()
    any_word: bool = False
    groups: tuple[Group, ...] = ()
    # Sets of positions in `wanted`: an answer must hold all of one set (`search.coverage`). Empty:
    # all the words, or any.
    enough: tuple[tuple[int, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.phrases)

    @property
    def wanted(self) -> tuple[Group, ...]:
        """Return what is to be found, in groups: each word alone where there are no synonyms."""
        return self.groups or tuple(Group((term,)) for term in self.terms)

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        return tuple(other for group in self.groups for other in group.alternatives)

    def as_typed(self) -> TextQuery:
        """Return the same words without their other names."""
        return replace(self, groups=())

    @property
    def can_relax(self) -> bool:
        return not self.any_word and len(self.terms) + len(self.phrases) > 1

    def relaxed(self) -> TextQuery:
        """Return the same words, one of which is enough; phrases become words."""
        loose = [term for text in self.phrase_texts for term in _terms(analyse(text))]
        terms = _once([*self.terms, *loose])
        if not self.groups:
            return TextQuery(terms=terms, any_word=True)
        others = {group.terms[0]: group.alternatives for group in self.groups}
        groups = tuple(Group((term,), others.get(term, ())) for term in terms)
        return TextQuery(terms=terms, any_word=True, groups=groups)

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
