"""What we write for spreadsheets: nothing that somebody typed may act as a formula."""

from __future__ import annotations

# What a spreadsheet may take for the beginning of a formula, full-width signs included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A spreadsheet may skip these before it looks at the first sign.
SKIPPED = " \u00a0\u202f\u200b\ufeff"


def inert(text: str) -> str:
    """Return the text, with an apostrophe before it where a spreadsheet would compute it."""
    return f"'{text}" if text.lstrip(SKIPPED).startswith(FORMULA_STARTS) else text
