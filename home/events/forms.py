"""The form of an event in `/cms/`: days that follow each other, a place or a link."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from home.forms import EditorialPageForm
from home.typography import NBSP

# Beyond, a year was mistyped.
YEARS_AHEAD = 3


class EventPageForm(EditorialPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in (("starts_at", "du début"), ("ends_at", "de la fin")):
            self.fields[name].error_messages["required"] = f"Donnez le jour et l’heure {words}."
        self.fields["places"].error_messages |= {
            "min_value": "Au moins une place, ou rien du tout.",
            "max_value": f"Au-delà de 5{NBSP}000 places, laissez vide.",
        }

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be, each on its field with how to mend it."""
        data: dict[str, Any] = super().clean()
        self._check_days(data)
        self._check_sign_up_days(data)
        if not self.is_deferred_validation:  # a draft may not know yet
            self._check_where(data)
        return data

    def _check_days(self, data: dict[str, Any]) -> None:
        starts, ends = data.get("starts_at"), data.get("ends_at")
        for name, moment in (("starts_at", starts), ("ends_at", ends)):
            if moment and not _is_near(moment):
                self.add_error(
                    name,
                    "Vérifiez l’année\u00a0: un événement s’annonce au plus trois ans à l’avance.",
                )
                return
        if starts and ends and ends <= starts:
            self.add_error(
                "ends_at", f"La fin doit venir après le début{NBSP}: vérifiez le jour et l’heure."
            )
        elif ends and "ends_at" in self.changed_data and ends <= timezone.now():
            # What took place may still be told: only a new date has to be to come.
            self.add_error("ends_at", "Cette date est passée. Annoncez un jour à venir.")
        elif starts and "starts_at" in self.changed_data and starts <= timezone.now():
            self.add_error("starts_at", "Cette date est passée. Annoncez un jour à venir.")

    def _check_sign_up_days(self, data: dict[str, Any]) -> None:
        opens, closes = data.get("sign_up_opens_at"), data.get("sign_up_closes_at")
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if opens and closes and closes <= opens:
            self.add_error("sign_up_closes_at", "Les inscriptions ferment après leur ouverture.")
        if opens and starts and opens >= starts:
            self.add_error(
                "sign_up_opens_at", "Les inscriptions s’ouvrent avant le début de l’événement."
            )
        if closes and ends and closes > ends:
            self.add_error(
                "sign_up_closes_at",
                "Les inscriptions ferment au plus tard à la fin de l’événement.",
            )

    def _check_where(self, data: dict[str, Any]) -> None:
        online = data.get("online_url")
        if "online_url" in self.errors or "place" in self.errors or "address" in self.errors:
            return
        if not (data.get("place") or data.get("address") or online):
            self.add_error(
                "place", f"Dites où cela se passe{NBSP}: un lieu, ou un lien pour y assister."
            )
        if online and not data.get("takes_sign_ups"):
            self.add_error(
                "takes_sign_ups",
                "Le lien n’est montré qu’aux personnes inscrites\u00a0: gardez l’inscription, ou "
                "enlevez le lien.",
            )


def _is_near(moment: datetime) -> bool:
    return abs(moment.year - timezone.now().year) <= YEARS_AHEAD
