"""What managers said of the working time that is agreed: given, refused, tacit, in discussion."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Notice, Organisation
from accounts.notices.delivery import MOST_FAILURES
from marketplace.catalogue.moderation import coordinators_of
from marketplace.choices import ExchangeState
from marketplace.exchanges.consents import asking, due, rules
from marketplace.exchanges.consents.models import Consent, ConsentEvent, TacitConsent
from marketplace.models import Exchange, Listing
from portal.demonstration.marketplace import people_by_key
from portal.demonstration.source import days, read, reference

Kind, State = Consent.Kind, Consent.State
ANSWERED_AFTER = timedelta(hours=26)


def load_consents() -> Iterator[str]:
    """Ask for the consents of what is agreed, and answer some; yields the listings' titles."""
    data = read("consents")
    for item in data["tacit"]:
        organisation = Organisation.objects.get(slug=item["organisation"])
        TacitConsent.objects.get_or_create(
            organisation=organisation, defaults={"days": item["days"]}
        )
    answers = _answers(data["answers"])
    agreed = Exchange.objects.filter(state=ExchangeState.AGREED, consents__isnull=True)
    for exchange in agreed.for_page().order_by("pk"):
        agreed_at = exchange.state_since
        made = asking.ask_for(exchange, exchange.keeper)
        if not made:
            continue
        yield exchange.listing.title
        _answer(exchange, answers.get((exchange.listing_id, exchange.asked_by_id), {}))
        _backdate(exchange, agreed_at)


def _answers(items: list[dict[str, Any]]) -> dict[tuple[int, int], dict[str, Any]]:
    """Return what was answered, by the listing and who asked."""
    people = people_by_key()
    listings = dict(
        Listing.objects.filter(
            ref__in=[reference("listing", item["listing"]) for item in items]
        ).values_list("ref", "pk")
    )
    return {
        (listings[reference("listing", item["listing"])], people[item["requester"]].pk): item
        for item in items
    }


def _answer(exchange: Exchange, item: dict[str, Any]) -> None:
    ends = exchange.wanted_until or exchange.wanted_from
    is_past = ends is not None and ends < timezone.now()
    said = item.get("home") or (State.GIVEN if is_past else State.ASKED)
    waiting = exchange.consents.filter(state=State.ASKED)
    if cover := item.get("cover"):
        waiting.filter(kind=Kind.HOME_MANAGER).update(cover=cover)
    for consent in waiting.for_page().order_by("pk"):
        if consent.asked_of is None:
            continue
        own = consent.kind == Kind.HOME_MANAGER
        _say(consent, said if own else State.GIVEN, item)


def _say(consent: Consent, said: str, item: dict[str, Any]) -> None:
    person = consent.in_place_of or consent.asked_of
    if person is None:
        return
    words = item.get("words") or ""
    if said == State.GIVEN:
        rules.agree(consent, person, by_link=bool(item.get("by_link")))
    elif said == "reminded":
        due.remind(consent, coordinators_of([consent.organisation_id])[0])
    elif said == State.REFUSED:
        rules.refuse(consent, person, item["code"], words)
    elif said == "talk":
        rules.talk(consent, person, words)
    elif said == "dates":
        first = days(item["in_days"], hour=0)
        rules.propose_dates(consent, person, first, first + timedelta(days=1), words)
    elif said == State.TACIT:
        Notice.objects.filter(pk=consent.notice_id).update(sent_at=timezone.now())
        Consent.objects.filter(pk=consent.pk, stopped_for="").update(tacit_at=timezone.now())
        due.settle_due()
    elif said == "withdrawn":
        rules.withdraw(rules.agree(consent, person), person, words)
    elif said == "handed":
        asking.ask_next(consent, coordinators_of([consent.organisation_id])[0])
    elif said == "bounce":
        letter = Notice.objects.filter(pk=consent.notice_id)
        letter.update(sent_at=None, failures=MOST_FAILURES)
        due.settle_due()


def _backdate(exchange: Exchange, agreed_at: datetime) -> None:
    """Put what has just been written where it would have happened."""
    answered_at = min(agreed_at + ANSWERED_AFTER, timezone.now())
    rows = Consent.objects.filter(exchange=exchange)
    rows.update(asked_at=agreed_at)
    rows.exclude(state=State.ASKED).update(decided_at=answered_at)
    events = ConsentEvent.objects.filter(consent__exchange=exchange)
    events.filter(what=ConsentEvent.What.ASKED).update(at=agreed_at)
    events.exclude(what=ConsentEvent.What.ASKED).update(at=answered_at)
    exchange.refresh_from_db(fields=["state"])
    if exchange.state == ExchangeState.CONFIRMED:
        exchange.events.filter(to_state=ExchangeState.CONFIRMED).update(at=answered_at)
        Exchange.objects.filter(pk=exchange.pk).update(state_since=answered_at)
