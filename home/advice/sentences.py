"""Cutting French into sentences and words, well enough to advise whoever writes it."""

from __future__ import annotations

import re

# A full stop after these does not end a sentence.
_SHORT = {
    "m", "mm", "mme", "mmes", "mlle", "dr", "me", "pr", "st", "ste", "art", "al", "cf", "p", "pp",
    "ex", "etc", "env", "min", "max", "n", "no", "vol", "chap", "fig", "tél", "av", "bd", "pl",
}  # fmt: skip
_SPACE = r"[\s\u00a0\u202f]"
_END = re.compile(rf"([.!?…]+)(?:{_SPACE}*[»”\")])?{_SPACE}+(?=[«“\"(]?{_SPACE}*[A-ZÀ-ÖØ-Þ0-9])")
_LAST_WORD = re.compile(r"(\w+)\.$")
# l’agent counts for two, porte-à-porte for one: it is what the eye takes in at once.
_WORD = re.compile(r"\w+(?:-\w+)*")


def sentences(text: str) -> list[str]:
    """Return the sentences of one paragraph, without the spaces around them."""
    found, start = [], 0
    for match in _END.finditer(text):
        before = text[start : match.end(1)]
        last = _LAST_WORD.search(before)
        if last and (last[1].lower() in _SHORT or re.fullmatch(r"[A-Z]", last[1])):
            continue  # «M. Klein», «J. Klein», «art. 209»
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def count_words(sentence: str) -> int:
    return len(_WORD.findall(sentence))
