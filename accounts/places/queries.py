"""Finding a commune by what a person types."""

from __future__ import annotations

import re
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.places.names import fold

_CODE = re.compile(r"^(?:\d{5}|2[AB]\d{3})$")
# «Metz, 57463 (57000 57050)», as the completion list writes it: the code settles it.
_EXACT = re.compile(r",\s*(\d{5}|2[AB]\d{3})\s*\(", re.IGNORECASE)
# «Metz (57)», as a Commune writes itself.
_WITH_DEPARTMENT = re.compile(r"^(.+?)\s*\(\s*(\d{2,3}|2[AB])\s*\)\s*$", re.IGNORECASE)
# «Metz 57000» or «57000 Metz».
_NAME_THEN_CODE = re.compile(r"^(\D+?)[\s,]+(\d{5}|2[AB]\d{3})$", re.IGNORECASE)
_CODE_THEN_NAME = re.compile(r"^(\d{5}|2[AB]\d{3})[\s,]+(\D+)$", re.IGNORECASE)


class CommuneQuerySet(models.QuerySet):
    def named(self, text: str) -> Self:
        """Return the communes that `text` may mean exactly, the most populated first.

        `text` is a name (any spelling of accents, hyphens, article, saint), an INSEE code, a
        postal code, a name with its department in brackets or beside its postal code.
        """
        text = "".join(letter for letter in " ".join(text.split())[:200] if letter.isprintable())
        found = self.order_by("-population", "code")
        if exact := _EXACT.search(text):
            return found.filter(code=exact[1].upper())
        if _CODE.match(text.upper()):
            return found.filter(_has_code(text.upper()))
        if parts := _WITH_DEPARTMENT.match(text):
            return found.filter(folded_name=fold(parts[1]), department_code=parts[2].upper())
        if parts := _NAME_THEN_CODE.match(text):
            return found.filter(_has_code(parts[2].upper()), folded_name=fold(parts[1]))
        if parts := _CODE_THEN_NAME.match(text):
            return found.filter(_has_code(parts[1].upper()), folded_name=fold(parts[2]))
        return found.filter(folded_name=fold(text)) if fold(text) else self.none()

    def beginning_with(self, text: str) -> Self:
        """Return the communes whose name or postal code begins so, the most populated first."""
        # A NUL or another control character would break PostgreSQL, not only the search.
        text = "".join(letter for letter in " ".join(text.split())[:80] if letter.isprintable())
        if not fold(text):
            return self.none()
        found = self.order_by("-population", "code")
        if text[0].isdigit():
            return found.filter(
                Q(code__startswith=text.upper())
                | Q(postal_codes__startswith=text)
                | Q(postal_codes__contains=f" {text}")
            )
        start = fold(text)
        # A range reads the index on both databases, which LIKE does not.
        return found.filter(folded_name__gte=start, folded_name__lt=start + "\uffff")


def _has_code(code: str) -> Q:
    return Q(code=code) | Q(postal_codes__contains=code)
