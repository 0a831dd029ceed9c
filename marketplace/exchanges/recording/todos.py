"""What the end of an exchange leaves to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone

from accounts.readers import reader_for
from accounts.todos.registry import MINE, ToDo
from accounts.todos.steps import Step
from marketplace.choices import Access, ExchangeState
from marketplace.exchanges.closing.models import Review
from marketplace.exchanges.mediation.models import Mediation
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.models import ANSWERING, ASKING, Record
from marketplace.exchanges.recording.rights import SAYABLE
from marketplace.words import NBSP

S = ExchangeState
# How long one is asked what was done before an exchange ended; its page takes it later, too.
ASKED_FOR = timedelta(days=60)


def _rows(user: Any) -> QuerySet[Exchange]:
    """Return where something is to be said or confirmed, or a word is still to come."""
    reader = reader_for(user)
    member, now = list(reader.organisation_ids), timezone.now()
    asking = Q(asked_by=reader.user_id, asked_for__in=member)
    answering = Q(listing__organisation__in=member) & (
        Q(keeper=reader.user_id) | Q(listing__deputy=reader.user_id)
    )
    said = Record.objects.filter(exchange=OuterRef("pk")).exclude(state=Record.State.CORRECTED)
    written = Review.objects.filter(exchange=OuterRef("pk"), side=OuterRef("my_side"))
    ended = Q(state=S.INTERRUPTED) | Q(mediated=True, state__in=[S.COMPLETED, S.CLOSED])
    over = Q(wanted_until__lte=now) | Q(wanted_until__isnull=True, state_since__lt=now)
    return (
        Exchange.objects.filter(asking | answering, state__in=SAYABLE)
        .exclude(resource__isnull=False, listing__access=Access.DIRECT)
        .annotate(
            my_side=Case(
                When(asked_by=reader.user_id, then=Value(ASKING)),
                default=Value(ANSWERING),
                output_field=CharField(),
            ),
            mediated=Exists(Mediation.objects.filter(exchange=OuterRef("pk"))),
            record_state=Subquery(said.values("state")[:1]),
            record_side=Subquery(said.values("side")[:1]),
            answer_by=Subquery(said.values("answer_by")[:1]),
        )
        .filter(
            Q(state=S.UNDER_WAY, record_state__isnull=True) & over
            | Q(ended, record_state__isnull=True, state_since__gt=now - ASKED_FOR)
            | Q(state__in=SAYABLE, record_state=Record.State.SAID) & ~Q(record_side=F("my_side"))
            | Q(state=S.COMPLETED) & ~Exists(written)
        )
        .select_related("listing")
        .order_by("state_since", "pk")
    )


def _todo(exchange: Any) -> ToDo:
    title = exchange.listing.display_title
    url = exchange.get_absolute_url()
    due = None
    if exchange.record_state is None and (exchange.mediated or exchange.state != S.COMPLETED):
        kind, icon, action = "exchange_to_record", "writing", "Le dire"
        text = f"Dire ce qui a été fait{NBSP}: {title}"
        url += "releve/"
    elif exchange.record_state == Record.State.SAID and exchange.record_side != exchange.my_side:
        kind, icon, action = "exchange_to_confirm", "circle-check", "Confirmer"
        text, due = f"Ce qui a été fait, à confirmer{NBSP}: {title}", exchange.answer_by
    else:
        kind, icon, action = "exchange_review", "message", "Dire un mot"
        text, due = f"Un mot pour finir{NBSP}: {title}", exchange.expires_at
        url += "retour/"
    return ToDo(
        desk=MINE,
        kind=kind,
        icon=icon,
        text=text,
        strong=title,
        url=url,
        action=action,
        since=exchange.state_since,
        due=due,
    )


STEPS = (Step(_rows, _todo),)
