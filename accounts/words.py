"""What people type, cleaned, composed, folded; and names with the prepositions of French."""

from __future__ import annotations

import unicodedata

_OF = (("les ", "des "), ("le ", "du "), ("la ", "de la "), ("l’", "de l’"))
_TO = (("les ", "aux "), ("le ", "au "), ("la ", "à la "), ("l’", "à l’"))
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


def of_name(name: str) -> str:
    """Return «de» and the name: «des Trois-Vallées», «du garage», «d’Arcachon», «de Metz»."""
    joined = _joined(name, _OF)
    if joined:
        return joined
    return f"d’{name}" if fold(name[:1])[:1] in tuple("aeiouy") else f"de {name}"


def to_name(name: str) -> str:
    """Return «à» and the name: «aux Trois-Vallées», «au Tournevis», «à Arcachon»."""
    return _joined(name, _TO) or f"à {name}"


def _joined(name: str, articles: tuple[tuple[str, str], ...]) -> str:
    """Return the name with its article contracted, or nothing when it begins with none."""
    for article, contracted in articles:
        if name.lower().replace("'", "’").startswith(article):
            return contracted + name[len(article) :]
    return ""
