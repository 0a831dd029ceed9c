"""What the editors of a collectivité are told about its calls."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, Role, User
from accounts.notices.rules import tell_all
from accounts.periods import live_q
from home.calls.models import CallAnswer
from home.rights import DESK_ROLES


def editors_of(organisation: Organisation) -> list[User]:
    """Return who writes for the collectivité now: its editors, or its coordination without any."""
    roles = Role.objects.live().filter(
        live_q("membership__"), membership__organisation=organisation, kind__in=DESK_ROLES
    )
    by_kind: dict[str, set[int]] = {}
    for kind, user_id in roles.values_list("kind", "membership__user_id"):
        by_kind.setdefault(kind, set()).add(user_id)
    wanted = next((by_kind[kind] for kind in DESK_ROLES if kind in by_kind), set())
    return list(User.objects.filter(pk__in=wanted, is_active=True).order_by("pk"))


def organisation_of(call: Any) -> Organisation | None:
    """Return the collectivité whose site holds the page."""
    site = call.get_site()
    return getattr(site, "organisation", None) if site else None


def tell_editors_it_changed(answer: CallAnswer, what: str) -> None:
    """Say that someone who signed an answer, of which a story was made, changed their mind."""
    organisation = organisation_of(answer.call)
    if organisation is None or answer.story is None:
        return
    tell_all(
        editors_of(organisation),
        kind="call_answer_changed",
        subject=f"{answer.who} {what}",
        body=(
            f"{answer.who} {what} à l’appel « {answer.call.title} ».\n\n"
            f"Un récit en a été tiré : « {answer.story.title} ». Relisez-le, et retirez-le si "
            "l’accord ne le permet plus."
        ),
        path=reverse("wagtailadmin_pages:edit", args=[answer.story_id]),
        action="Ouvrir le récit",
        organisation=organisation,
    )


@transaction.atomic
def tell_of_new_answers() -> int:
    """Tell editors, once a day, of the answers of the days before; returns how many were told.

    Never on the day itself: the hour of the notice would be that of an answer without a name.
    """
    today = timezone.localdate()
    fresh = CallAnswer.objects.filter(told_on__isnull=True, answered_on__lt=today)
    told = list(fresh.select_for_update().values_list("pk", "call_id", "state"))
    calls = CallAnswer.call.field.related_model.objects.in_bulk({row[1] for row in told})
    waiting = Counter(call_id for _, call_id, state in told if state == CallAnswer.State.NEW)
    for call_id, count in waiting.items():
        call = calls[call_id]
        organisation = organisation_of(call)
        if organisation is None:
            continue
        many = f"{count} nouvelles réponses" if count > 1 else "Une nouvelle réponse"
        tell_all(
            editors_of(organisation),
            kind="call_answers",
            subject=f"{many} à l’appel « {call.title} »",
            body=(
                f"{many} à l’appel « {call.title} » à lire dans la rédaction. "
                "Derrière chacune, il y a quelqu’un qui attend de savoir qu’on l’a lu."
            ),
            path=reverse("desk_call", args=[call.pk]),
            action="Lire",
            organisation=organisation,
        )
    CallAnswer.objects.filter(pk__in=[row[0] for row in told]).update(told_on=today)
    return len(told)
