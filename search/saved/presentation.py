"""What a person reads of each of their searches."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User
from accounts.people.models import DigestRhythm
from accounts.readers import reader_for
from accounts.words import of_name
from marketplace.words import NBSP, day_words
from search.saved.models import AlertRhythm, SavedSearch


def state_words(search: SavedSearch, person: User) -> str:
    """Return what its alert does, or why it is silent."""
    if search.rhythm == AlertRhythm.NEVER:
        return "Sans alerte"
    if search.last_day and search.last_day < timezone.localdate():
        return f"Alerte terminée{NBSP}: les jours cherchés sont passés"
    body = search.organisation
    if body is not None and body.pk not in reader_for(person).organisation_ids:
        return (
            f"Alerte en silence{NBSP}: vous n’êtes plus membre {of_name(body.short_name)}. "
            "Enregistrez-la à nouveau pour la reprendre"
        )
    where = "alerte ici, sans courriel" if _wants_no_mail(person) else "alerte par courriel"
    words = f"{where[0].upper()}{where[1:]}, {search.get_rhythm_display()}"
    if search.told_at:
        words += f"{NBSP}; la dernière {day_words(search.told_at)}"
    return words


def _wants_no_mail(person: User) -> bool:
    return person.notice_rhythm == DigestRhythm.NEVER
