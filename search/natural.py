"""French as people say it: what a sentence adds around the thing looked for.

«J'ai besoin de quelqu'un pour…», «qui pourrait nous prêter…», «nous avons … à donner» say which way
a listing should go and nothing of its subject: the way is kept as a preference, the words are left
aside. Numbers and moments go with them, in a sentence only: «deux» and «soir» are details there,
but may be the subject of a short query («cours du soir»).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from marketplace.choices import Direction

# In patterns: ' stands for both apostrophes, and letters with an accent may come without.
_LETTERS = {
    "e": "[eéèê]", "a": "[aàâ]", "o": "[oô]", "u": "[uùû]", "c": "[cç]",
    "'": r"(?:['’ʼ]|[\s-]+)", " ": r"[\s-]+",
}  # fmt: skip


# Words that stand for one another in the patterns below.
_WORDS = {
    "number": "un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente"
    "|quarante|cinquante|cent",
    "day": "soir|matin|midi|week end|samedi|dimanche|lundi|mardi|mercredi|jeudi|vendredi",
    "wish": "voudrais|voudrait|voudrions|aimerais|aimerait|aimerions|souhaite|souhaitons"
    "|souhaiterais|souhaiterait",
    "can": "peut|pourrait|saurait|sait|sache|puisse",
    "do": "preter|aider|donner|faire",
    "looks": "cherche|veut|voudrait|aurait besoin|a besoin|souhaite",
    "someone": "qui|quelqu'un|est ce que quelqu'un|y a t il quelqu'un qui",
    "who": "qui|quelle association|quel service|quelle ecole",
    "whose": "quelle|quelles|notre|nos|une|des|l'|votre",
    "ours": "pouvons|peut|proposons|propose|donnons|donne|offrons|offre|pretons|prete",
    "of": "d'|de|du|des",
    "may": "peux|peut|pouvons|pourrais|pourrait|pourrions",
    "take": "emprunter|louer|avoir|trouver|reserver|utiliser|disposer",
    "give": "donner|preter|offrir|ceder|partager|proposer",
}


def _patterns(lines: str) -> re.Pattern[str]:
    """Return one expression of several, the longest first; a space stands for any white space."""
    for name, words in _WORDS.items():
        lines = lines.replace(f"<{name}>", f"(?:{words})")
    longest_first = sorted((line.strip() for line in lines.strip().splitlines()), key=len)[::-1]
    ways = ["".join(_LETTERS.get(letter, letter) for letter in line) for line in longest_first]
    # (a word goes on after «d’», and nowhere else)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(ways)})(?:(?<=['’ʼ])|(?![^\W_]))", re.IGNORECASE)


# Asked by who would use something: «peut» alone is said by both.
_ASKS = _patterns(
    """
    (?:est ce que )?(?:je|on|nous) <may>(?: nous)? <take>(?: <of>)?
    (?:puis je|peut on|pouvons nous|pourrait on|pourrions nous) <take>(?: <of>)?
    """
)
# Said by who has something and looks for whom it would serve.
_HAS = _patterns(
    """
    (?:a|pour) <give>
    <who> (?:en )?<looks>(?: <of>)?
    qui en veut
    je (?:peux|pourrais|sais|propose|donne|offre|prete|parle|me propose)
    (?:nous|on) <ours>
    (?:je|on|nous) <wish> <give>
    je suis (?:libre|disponible|pret|prete)
    """
)
# Of one's own things only: «quelle salle est libre ?» is asked by who looks for one.
_FREE = _patterns(
    """
    est (?:libre|disponible|inutilise|inutilisee)
    sont (?:libres|disponibles|inutilises|inutilisees)
    """
)
_OWN = _patterns("(?:notre|nos|mon|ma|mes)")
# Said by who looks for something.
_SEEKS = _patterns(
    """
    (?:je|on|nous) (?:re)?cherch(?:e|ons|ait|ais)(?: a)?
    j'ai(?: vraiment)? besoin <of>
    (?:nous avons|on a|on aurait|nous aurions|j'aurais) besoin <of>
    besoin <of>
    il (?:me |nous )?(?:faut|faudrait|manque)
    <someone>(?: qui)? <can>(?: (?:me|nous))?(?: <do>)?(?: a)?
    quelqu'un (?:pour|qui)
    (?:(?:je|j'|on|nous)(?: |))?<wish>
    comment (?:faire|s'y prendre)(?: pour)?
    (?:ou|comment) trouver
    a (?:emprunter|louer)
    """
)
# Said besides, in a sentence.
_ASIDE = _patterns(
    """
    (?:je|nous|on|j') ?(?:suis|sommes|est|ai|avons|a|vais|allons|va)
    <number> (?:heures?|jours?|semaines?|mois)
    (?:par|chaque|cette|la) semaine
    (?:le|ce|les|du) <day>s?
    pendant (?:quelques|plusieurs) (?:jours|heures|semaines)
    quelques (?:jours|heures|semaines)
    (?:pour )?<whose> ?(?:nouvelle |petite )?associations?
    (?:une?|mon|ma|notre) collegue
    <do>(?: a)?
    quelqu'un
    est ce que
    <number>
    (?:bonjour|merci|svp|s'il vous plait|stp)
    nouvelle?s?
    """
)


# How many will come is a detail that listings do not say in the same words.
_FOR_HOW_MANY = re.compile(
    r"(?:pour|de|d['’])\s*(?:environ\s+)?\d+\s+(?:personnes?|places?|enfants?|adultes?|invit[ée]s?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Said:
    """A query without what was said around; `direction` is the listing's way, "" when unsaid."""

    text: str
    direction: str = ""


def listen(text: str) -> Said:
    """Return what is looked for, and whether among offers or needs when the words tell."""
    direction = ""
    asked = _ASKS.sub(" ", text)
    if asked != text:
        direction = Direction.OFFER.value
    asked = _FOR_HOW_MANY.sub(" ", asked)
    left = _HAS.sub(" ", asked)
    if _OWN.search(left):
        left = _FREE.sub(" ", left)
    if left != asked and not direction:
        direction = Direction.NEED.value
    sought = _SEEKS.sub(" ", left)
    if sought != left and not direction:
        direction = Direction.OFFER.value
    if not direction:
        return Said(" ".join(_FOR_HOW_MANY.sub(" ", text).split()) or text)
    said = " ".join(_ASIDE.sub(" ", sought).split())
    return Said(said or text, direction)
