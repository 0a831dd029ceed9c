"""Reading advice: what would make a page easier to read. Never an obligation.

Each rule takes the pieces of a page and returns what it would say, most useful first. The measures
are those of plain language in French administrations: about fifteen words a sentence, twenty-five
at the very most; an acronym said in full the first time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from home.advice.pieces import HEADING, IMAGE, LINK, OTHER, SUMMARY, TEXT, Piece
from home.advice.sentences import count_words, sentences
from home.typography import NBSP

LONGEST_SENTENCE = 25
LONG_WITHOUT_HEADINGS = 300  # words
AT_MOST = 5  # of one rule: mending some shows the others
EXCERPT = 90

_ACRONYM = re.compile(r"(?<![\w.-])[A-ZÀ-Þ](?:\.?[A-ZÀ-Þ]){1,6}\.?(?![\w-])")
_ROMAN = re.compile(r"(?=[IVXLC])(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
# Said more often short than in full; «RH» or «MATP» are not among them.
_KNOWN = {
    "CAP", "CD", "CV", "DVD", "FAQ", "GPS", "OK", "PDF", "SMS", "SNCF", "TER", "TGV", "TV", "TVA",
    "USB", "VTT", "WC",
}  # fmt: skip
_EMPTY_LINKS = {
    "ici", "cliquez ici", "cliquer ici", "là", "lien", "ce lien", "voir", "lire", "lire la suite",
    "en savoir plus", "plus", "plus d’informations", "télécharger", "suite",
}  # fmt: skip
_MIDDLE_DOT = re.compile(r"\w+[·•‧]\w+(?:[·•‧]\w+)*")


@dataclass(frozen=True)
class Advice:
    """One thing to look at: what, where, in which words."""

    key: str
    text: str
    place: str = ""
    excerpt: str = ""


Rule = Callable[[Sequence[Piece]], list[Advice]]


def missing_summary(pieces: Sequence[Piece]) -> list[Advice]:
    if any(piece.kind == SUMMARY and not piece.text for piece in pieces):
        return [
            Advice(
                "summary",
                "La page n’a pas encore de résumé. Deux phrases suffisent à qui n’a pas le temps, "
                "et elles paraissent dans les listes.",
            )
        ]
    return []


def missing_alternatives(pieces: Sequence[Piece]) -> list[Advice]:
    return [
        Advice(
            "alternative",
            "Cette image n’est pas décrite. Dites en une phrase ce qu’elle montre à qui ne la voit "
            "pas.",
            piece.place,
            piece.text,
        )
        for piece in pieces
        if piece.kind == IMAGE and not piece.described
    ]


def long_sentences(pieces: Sequence[Piece]) -> list[Advice]:
    found = []
    for piece in pieces:
        if piece.kind not in (SUMMARY, TEXT):
            continue
        for sentence in sentences(piece.text):
            words = count_words(sentence)
            if words > LONGEST_SENTENCE:
                found.append((words, piece.place, sentence))
    found.sort(key=lambda one: -one[0])
    return [
        Advice(
            "sentence",
            f"Cette phrase compte {words} mots. Deux phrases se liraient mieux.",
            place,
            excerpt(sentence),
        )
        for words, place, sentence in found
    ]


def unexplained_acronyms(pieces: Sequence[Piece]) -> list[Advice]:
    """Acronyms that the page never says in full; each once, where it first stands."""
    prose = [piece for piece in pieces if piece.kind in (SUMMARY, HEADING, TEXT)]
    whole = " ".join(piece.text for piece in prose)
    first: dict[str, Piece] = {}
    for piece in prose:
        if piece.text.upper() == piece.text:  # shouted: another matter
            continue
        for match in _ACRONYM.finditer(piece.text):
            name = match[0].replace(".", "")
            if name not in _KNOWN and not _is_roman(name):
                first.setdefault(name, piece)
    return [
        Advice(
            "acronym",
            f"«{NBSP}{name}{NBSP}» n’est pas expliqué. Dites-le en toutes lettres la première "
            "fois, puis entre parenthèses.",
            piece.place,
        )
        for name, piece in first.items()
        if not _is_explained(name, whole)
    ]


def headings_in_order(pieces: Sequence[Piece]) -> list[Advice]:
    found = []
    level, former = 1, None
    for piece in pieces:
        if piece.kind == HEADING:
            if piece.level > level + 1:
                found.append(
                    Advice(
                        "heading_level",
                        "Ce petit intertitre n’est sous aucun intertitre. Posez d’abord un bloc "
                        "Intertitre.",
                        piece.place,
                        excerpt(piece.text),
                    )
                )
            if former is not None and piece.level <= former.level:
                found.append(_without_text(former))
            level, former = piece.level, piece
        elif piece.kind in (TEXT, IMAGE, OTHER):
            former = None
    if former is not None:
        found.append(_without_text(former))
    return found


def long_without_headings(pieces: Sequence[Piece]) -> list[Advice]:
    if any(piece.kind == HEADING for piece in pieces):
        return []
    words = sum(count_words(piece.text) for piece in pieces if piece.kind == TEXT)
    if words < LONG_WITHOUT_HEADINGS:
        return []
    return [
        Advice(
            "no_headings",
            f"{words} mots sans un intertitre. Quelques intertitres aident à trouver ce que l’on "
            "cherche, et font le sommaire de la page.",
        )
    ]


def links_that_say_nothing(pieces: Sequence[Piece]) -> list[Advice]:
    found = []
    for piece in pieces:
        if piece.kind != LINK:
            continue
        words = piece.text.lower().strip(" .…:»«\u00a0")
        if words in _EMPTY_LINKS or words.startswith(("http://", "https://", "www.")):
            found.append(
                Advice(
                    "link",
                    "Ce lien ne dit pas où il mène. Mettez-le sur les mots qui nomment la page.",
                    piece.place,
                    excerpt(piece.text),
                )
            )
    return found


def middle_dots(pieces: Sequence[Piece]) -> list[Advice]:
    seen: dict[str, Piece] = {}
    for piece in pieces:
        if piece.kind in (SUMMARY, HEADING, TEXT):
            for match in _MIDDLE_DOT.finditer(piece.text):
                seen.setdefault(match[0].lower(), piece)
    return [
        Advice(
            "middle_dot",
            f"«{NBSP}{word}{NBSP}» fait trébucher les lecteurs d’écran. Un mot pour toutes et "
            "tous, ou les deux mots, se lisent mieux.",
            piece.place,
        )
        for word, piece in seen.items()
    ]


RULES: tuple[Rule, ...] = (
    missing_summary,
    missing_alternatives,
    headings_in_order,
    long_sentences,
    unexplained_acronyms,
    links_that_say_nothing,
    middle_dots,
    long_without_headings,
)


def advice_on(pieces: Sequence[Piece]) -> list[Advice]:
    """Return all that the rules would say, a few of each."""
    return [advice for rule in RULES for advice in rule(pieces)[:AT_MOST]]


def excerpt(text: str) -> str:
    """Return the beginning of the text, cut between two words."""
    if len(text) <= EXCERPT:
        return text
    return text[:EXCERPT].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _without_text(heading: Piece) -> Advice:
    return Advice(
        "empty_heading",
        (
            f"Rien n’est écrit sous cet intertitre{NBSP}: la page ne le montre pas."
            if heading.level == 2
            else "Rien n’est écrit sous ce petit intertitre."
        ),
        heading.place,
        excerpt(heading.text),
    )


def _is_roman(name: str) -> bool:
    return bool(_ROMAN.fullmatch(name))


def _is_explained(name: str, whole: str) -> bool:
    """Return whether the page says the acronym in full: «mission (MATP)», «MATP (mission…)»,
    «MATP : mission…»."""
    dotted = r"\.?".join(map(re.escape, name)) + r"\.?"
    return bool(
        re.search(rf"\w\s*\(\s*{dotted}\s*\)", whole)
        or re.search(rf"{dotted}\s*\(\s*[^)]*[a-zà-ÿ]{{3}}[^)]*\)", whole)
        or re.search(rf"{dotted}\s*[,:]?\s*(?:c’est-à-dire|c'est-à-dire|signifie|veut dire)", whole)
        or re.search(rf"\b{dotted}\s*:\s*[a-zà-ÿ]", whole)
    )
