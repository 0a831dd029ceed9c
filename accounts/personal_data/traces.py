"""Finding a person's name and addresses in texts, and putting neutral words in their place.

A name is no key: somebody else may bear it, and many are also words («Rose», «Place»). Callers give
rows that a key ties to the person, and say whose words they are. In what the person wrote, a first
name alone is taken out too, as one signs. In what others wrote with them, and in our own sentences,
only the full name is, with its capitals. The names of organisations and services are left whole.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from accounts.models import Department, Organisation, User
from accounts.people.models import DEPARTED_FIRST_NAME, DEPARTED_LAST_NAME

NEUTRAL_NAME = f"{DEPARTED_FIRST_NAME} {DEPARTED_LAST_NAME}"
NEUTRAL_ADDRESS = "adresse effacée"
# Shorter ones are too often a part of something else.
SHORTEST = 3


class Traces:
    """The name and the addresses of one person, read before they are erased."""

    def __init__(self, user: User) -> None:
        self.first_name, self.last_name = user.first_name.strip(), user.last_name.strip()
        known = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
        self.addresses = sorted({user.email, *known}, key=len, reverse=True)

    @cached_property
    def _bodies(self) -> list[str]:
        """Return the names of organisations and services that hold a part of the person's name."""
        parts = [part for part in (self.first_name, self.last_name) if part]
        if not parts:
            return []
        found: set[str] = set()
        for model, field in (
            (Organisation, "name"),
            (Organisation, "short_name"),
            (Department, "name"),
        ):
            held = Q()
            for part in parts:
                held |= Q(**{f"{field}__icontains": part})
            rows = model._default_manager.filter(held).order_by()
            found.update(rows.values_list(field, flat=True))
        return sorted(filter(None, found), key=len, reverse=True)

    @cached_property
    def _full_name(self) -> re.Pattern[str] | None:
        """Both names with their capitals: «Pierre Blanche» and «Pierre BLANCHE», not a stone."""
        if not (self.first_name and self.last_name):
            return None
        return self._words(self._both)

    @cached_property
    def _own_name(self) -> re.Pattern[str] | None:
        alone = [
            re.escape(name)
            for name in (self.first_name, self.last_name)
            if len(name) >= SHORTEST and name not in (DEPARTED_FIRST_NAME, DEPARTED_LAST_NAME)
        ]
        both = [f"(?i:{'|'.join(self._both)})"] if self._full_name else []
        # Capitals count: «Rose» who signs is not the colour.
        return self._words([*both, *alone]) if alone or both else None

    @property
    def _both(self) -> list[str]:
        first, last = (
            f"(?:{'|'.join(map(re.escape, _ways_to_write(name)))})"
            for name in (self.first_name, self.last_name)
        )
        return [rf"{first}\s+{last}", rf"{last}\s+{first}"]

    def _words(self, names: list[str]) -> re.Pattern[str]:
        bodies = "|".join(map(re.escape, self._bodies))
        kept = f"(?P<kept>(?i:{bodies}))|" if bodies else "(?P<kept>(?!))|"
        return re.compile(rf"(?<!\w)(?:{kept}{'|'.join(names)})(?!\w)")

    def mentioned_in(self, text: str) -> bool:
        """Return whether the text holds the full name or an address."""
        return self.cleaned(text) != text

    def cleaned(self, text: str, *, own: bool = False) -> str:
        """Return the text without the full name and the addresses; `own`: nor one name alone."""
        for address in self.addresses:
            text = re.sub(re.escape(address), NEUTRAL_ADDRESS, text, flags=re.IGNORECASE)
        name = self._own_name if own else self._full_name
        if name is not None:
            text = name.sub(lambda found: found[0] if found["kept"] else NEUTRAL_NAME, text)
        return text

    def clean(self, rows: QuerySet[Any], *fields: str, own: bool = False) -> list[Any]:
        """Rewrite these text fields of the rows that say the person; returns their ids.

        Only rows that hold the last name or an address are read.
        """
        changed = []
        for pk, *texts in rows.filter(self.said_in(*fields, own=own)).values_list("pk", *fields):
            cleaned = [self.cleaned(text or "", own=own) for text in texts]
            if cleaned != [text or "" for text in texts]:
                rows.model._base_manager.filter(pk=pk).update(
                    **{
                        field: self._fitting(rows.model, field, text)
                        for field, text in zip(fields, cleaned, strict=True)
                    }
                )
                changed.append(pk)
        return changed

    def clean_json(self, rows: QuerySet[Any], field: str, *, own: bool = False) -> list[Any]:
        """Do the same inside JSON, in a field or a text, however deep; returns the ids."""
        changed = []
        for pk, value in rows.filter(self.said_in(field, own=own)).values_list("pk", field):
            cleaned = self._cleaned_json(value, own)
            if cleaned != value:
                rows.model._base_manager.filter(pk=pk).update(**{field: cleaned})
                changed.append(pk)
        return changed

    def _cleaned_json(self, value: Any, own: bool) -> Any:
        if isinstance(value, str):
            if value.startswith(("{", "[")):  # JSON within JSON, or kept as a text
                try:
                    return json.dumps(self._cleaned_json(json.loads(value), own))
                except ValueError:
                    pass
            return self.cleaned(value, own=own)
        if isinstance(value, dict):
            return {name: self._cleaned_json(inner, own) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._cleaned_json(inner, own) for inner in value]
        return value

    def said_in(self, *fields: str, own: bool = False) -> Q:
        """Return the condition that finds every row worth reading, texts and JSON alike.

        JSON writes accents as escapes, once more for each JSON within JSON.
        """
        names = [self.last_name or self.first_name]
        if own:
            names.append(self.first_name)
        words = [*self.addresses, *(way for name in names for way in _ways_to_write(name))]
        found = Q()
        for word in filter(None, words):
            once = json.dumps(word)[1:-1]
            for form in {word, once, json.dumps(once)[1:-1]}:
                for field in fields:
                    found |= Q(**{f"{field}__icontains": form})
        return found

    @staticmethod
    def _fitting(model: Any, field: str, text: str) -> str:
        """Return the text cut to the column, which neutral words may overflow."""
        longest = model._meta.get_field(field).max_length
        return text[:longest] if longest else text


def _ways_to_write(name: str) -> list[str]:
    """Return the name as it is known, with a capital, and all in capitals."""
    return list(dict.fromkeys([name, name[:1].upper() + name[1:], name.upper()]))
