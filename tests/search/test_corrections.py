"""Another spelling, made of words that the reader may see, at a bounded price."""

from __future__ import annotations

from search.corrections import better_words, rewritten
from search.text import TextQuery

SEEN = {"barnum", "sonorisation", "velo", "cuisine", "atelier"}


def correct(text: str) -> str:
    return rewritten(text, better_words(TextQuery.parse(text).terms, SEEN))


def test_a_slip_of_the_finger_is_corrected() -> None:
    assert correct("barnun") == "barnum"
    assert correct("sonorisaton barnum") == "sonorisation barnum"


def test_a_sentence_of_unknown_words_is_not_compared_with_every_word() -> None:
    text = "barnun cuisne atelir sonorisaton"
    assert correct(text) == text
