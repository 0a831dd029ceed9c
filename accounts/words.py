"""What people type, cleaned, composed, folded: before any knowledge of a language."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


def clean(text: str, limit: int | None = None) -> str:
    """Return the text without control, direction, private or unpaired characters, cut to `limit`.

    White space becomes single spaces.
    """
    if limit is not None:
        text = text[: limit * 4]  # before the slow part: 10,000 characters may come
    # (tabs and line ends are category Cc, but they separate words)
    kept = (
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    return composed(" ".join("".join(kept).split())[:limit].strip())


def composed(text: str) -> str:
    """Return the text with each accent in one character with its letter, as most keyboards do."""
    return unicodedata.normalize("NFC", text)


def fold(word: str) -> str:
    """Return the word in lower case, ligatures opened, without accents."""
    opened = word.lower().translate(_LIGATURES)
    decomposed = unicodedata.normalize("NFKD", opened)
    return "".join(char for char in decomposed if not unicodedata.combining(char))
