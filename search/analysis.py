"""The French analyser: what a word becomes before it is stored or looked for.

Order, and why: accents composed and apostrophes straight first, so that one word has one spelling;
lower case; elision (« l’atelier » is « atelier »); stop words; a plural step, because Snowball's
French leaves « vélos » apart from « vélo »; the stem, made while accents are still there, for its
rules read them (« animée »); accents folded last. As people also type without accents, a second
form is made from the word folded first; the two are the same for most words, and a document keeps
the second apart (`variants`), so that positions stay true for phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from accounts.words import fold

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
ELIDED = ("l", "d", "j", "m", "t", "s", "n", "c", "qu", "lorsqu", "puisqu", "jusqu", "quoiqu")
ELISION = re.compile(rf"^(?:{'|'.join(ELIDED)})'", re.IGNORECASE)
LONGEST_WORD = 40


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that say nothing of the subject. « sur », « sous », « entre », « avec » and the like go too:
# nobody looks for them alone.
STOP_WORDS = _listed(
    """
    a à ai aie aujourd ait alors après au aucun aucune aussi autre autres aux avant avec avez
    avoir avons c car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci comme
    comment d dans de depuis des dès donc du dont elle elles en encore entre es est et étaient
    était êtes être eu eux fait faire fois font hui il ils j je l la là le les leur leurs lors
    lui m ma mais me même mes moi mon n ne ni nos notre nous on ont or ou où par parce pas peu
    peut peuvent plus plusieurs pour pourquoi puis qu quand que quel quelle quelles quels qui
    quoi s sa sans se sera ses si sien soit sommes son sont sous sur t ta tandis te tes toi
    ton tous tout toute toutes très trop tu un une vers via voici voilà vos votre vous y
    """
)

# What people write around what they look for; dropped from a query when something else is left.
QUERY_FILLERS = _listed(
    """
    besoin besoins cherche cherchons chercher recherche recherchons voudrais voudrait
    voudrions aimerais souhaite souhaitons trouver trouve quelqu quelque quelques pourrait
    pourrais pouvez faut faudrait svp merci bonjour
    """
)

# Acronyms and short technical words that a stemmer would spoil: kept as they are.
PROTECTED_WORDS = _listed(
    """
    asl bafa bts caces ccas cias cnfpt crous dgs drh dsi epci epi erp esat ess ehpad gps hdmi
    insee mjc ofii pao pass pcs pmi pmr psc1 rh rgpd rna rsa scop sdis sig siren siret sms
    sono sst tnt ulis usb vae vhf wifi yoga lsf fls fle bus vtt
    """
)

_stemmer = Stemmer.Stemmer("french")
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "´": "'", "`": "'"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word found in a text: where it stands, and its forms (the first is the main one)."""

    surface: str  # lower case, elision removed, accents kept
    start: int
    end: int
    forms: tuple[str, ...]

    @property
    def form(self) -> str:
        return self.forms[0]


def singular(word: str) -> str:
    """Return the word without a plain plural mark that Snowball leaves: vélos, jeux."""
    if len(word) > 3 and word.endswith("os"):
        return word[:-1]
    if len(word) > 3 and word.endswith(("eux", "oux", "eaux")):
        return word[:-1]
    return word


@lru_cache(maxsize=50_000)
def forms_of(surface: str) -> tuple[str, ...]:
    """Return the forms under which a lower-case word is stored: one, or two if accents matter."""
    folded = fold(surface)
    if folded in PROTECTED_WORDS or not folded.isascii() or any(c.isdigit() for c in folded):
        return (folded,)
    main = fold(_stemmer.stemWord(singular(surface)))
    other = _stemmer.stemWord(singular(folded))
    return (main,) if main == other else (main, other)


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of the text with where it stands: lower case, elision removed."""
    # One character stays one character: positions are those of the text itself.
    straight = text.translate(_APOSTROPHES)
    for found in WORD.finditer(straight):
        start, end = found.span()
        word = found.group()
        elided = ELISION.match(word)
        if elided:
            start += elided.end()
            word = word[elided.end() :]
        if "'" in word:
            # « aujourd'hui », « o'brien »: the parts are words of their own.
            for part in re.finditer(r"[^']+", word):
                yield _lower(part.group()), start + part.start(), start + part.end()
            continue
        if word:
            yield _lower(word), start, end


def _lower(word: str) -> str:
    return word.lower()[:LONGEST_WORD]


def analyse(text: str) -> list[Token]:
    """Return the tokens of a text (in composed form), in order, stop words left out."""
    tokens = []
    for surface, start, end in words(text):
        if surface in STOP_WORDS:
            continue
        forms = tuple(form for form in forms_of(surface) if form)
        if forms:
            tokens.append(Token(surface, start, end, forms))
    return tokens


def joined_forms(tokens: Iterable[Token]) -> str:
    """Return the main forms, in order, as one string: what a column of the index holds."""
    return " ".join(token.form for token in tokens)


def joined_variants(tokens: Iterable[Token]) -> str:
    """Return the second forms, once each."""
    return " ".join(sorted({form for token in tokens for form in token.forms[1:]}))


def joined_words(tokens: Iterable[Token]) -> str:
    """Return the whole words folded, once each: what the beginning of a word is looked for in."""
    return " ".join(sorted({fold(token.surface) for token in tokens}))
