"""Names of places as people type them: «st etienne», «Saint-Étienne», «la ferte ss jouarre»."""

from __future__ import annotations

import re
import unicodedata

_ARTICLES = ("le", "la", "les", "l")
_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "ss": "sous"}


def fold(name: str) -> str:
    """Return the name in lower case without accents, hyphens nor leading article, «saint» in full.

    An empty text when nothing is left to compare.
    """
    name = name.lower().replace("œ", "oe").replace("æ", "ae")
    letters = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name)
        if not unicodedata.combining(letter)
    )
    words = [_SHORT.get(word, word) for word in re.findall(r"[a-z0-9]+", letters)]
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return " ".join(words)
