"""Rooms asked for every Tuesday, calendars on a phone, files of things, and what others enter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import JoinRequest, Notice, Organisation, User
from marketplace.booking.models import Closure, Resource
from marketplace.booking.opening import stretches_on
from marketplace.booking.recurring import occurrences
from marketplace.booking.rules import Period
from marketplace.booking.shapes import Shape
from marketplace.catalogue import entering, rules
from marketplace.catalogue.naming import tell_newly_named
from marketplace.choices import Direction, ExchangeState
from marketplace.exchanges import rules as exchanges
from marketplace.exchanges import transitions, waiting
from marketplace.exchanges.coming import rules as coming
from marketplace.exchanges.following import rules as following
from marketplace.exchanges.following.conditions import unanswered_q
from marketplace.exchanges.handover.clock import remind_late
from marketplace.exchanges.series import rules as series_rules
from marketplace.exchanges.series.models import Series
from marketplace.exchanges.series.rules import Planned
from marketplace.exchanges.wishes import Wish
from marketplace.feeds.models import Feed
from marketplace.importing import rules as importing
from marketplace.models import Exchange, Listing, Reminder, ThingsFile
from marketplace.refusals import Refused
from portal.demonstration.house_rules import PAPER
from portal.demonstration.marketplace import people_by_key
from portal.demonstration.source import days, read, reference

# Far enough to find the tenth Tuesday that is free.
SEARCHED = 180


def load_habits() -> Iterator[str]:
    """Create what is missing; yields a word for each."""
    data = read("habits")
    people = people_by_key()
    bodies = {one.slug: one for one in Organisation.objects.all()}
    for item in data["series"]:
        yield _series(item, people, bodies)
    for item in data["closures"]:
        yield _closure(item)
    for item in data["feeds"]:
        resource = _listing(item["listing"]).resource if "listing" in item else None
        Feed.objects.get_or_create(owner=people[item["by"]], resource=resource)
        yield item["by"]
    for item in data["files"]:
        yield _file(item, bodies[item["organisation"]])
    for item in [*data["entered"], *data["returned"]]:
        yield _written_for(item, people, bodies[item["organisation"]])
    for item in data["coming"]:
        yield _comes(item, people, bodies[item["organisation"]])
    for item in data["joining"]:
        yield _joins(item, people, bodies[item["association"]])
    for item in data["decisions"]:
        yield _decision(item, people[item["by"]])
    for item in data["entrusted"]:
        yield _entrusted(item, people[item["deputy"]])
    for item in data["held"]:
        yield _held(item, people, bodies[item["for"]])
    for item in data["reminded"]:
        yield _reminded(item, bodies[item["organisation"]])
    remind_late()


def _listing(key: str) -> Listing:
    return Listing.objects.select_related("organisation", "keeper", "author", "resource").get(
        ref=reference("listing", key)
    )


def _calendar(listing: Listing) -> Resource:
    return Resource.objects.for_calendar().get(pk=listing.resource_id)


def _series(item: dict[str, Any], people: dict[str, User], bodies: dict[str, Organisation]) -> str:
    listing, asker = _listing(item["listing"]), people[item["by"]]
    ref = reference("series", item["listing"], item["by"])
    if Series.objects.filter(ref=ref).exists():
        return listing.title
    found = _free(listing, item)
    planned = [Planned(listing, Wish(item["message"], one.starts, one.ends)) for one in found]
    last = timezone.localdate(found[-1].starts)
    series = series_rules.ask_all(
        asker, bodies[item["for"]], planned, ref=ref, every_weeks=1, until=last
    )
    asked_at = days(-4, hour=11)
    exchanges = Exchange.objects.filter(series=series).order_by("wanted_from")
    if item["agreed"]:
        chosen = exchanges.values_list("ref", flat=True)[: item["agreed"]]
        series_rules.answer(series, listing.keeper or listing.author, list(chosen))
    exchanges.update(created_at=asked_at, state_since=asked_at)
    Series.objects.filter(pk=series.pk).update(created_at=asked_at)
    return listing.title


def _free(listing: Listing, item: dict[str, Any]) -> list[Period]:
    """Return the first dates of that weekday on which it is free: one that is taken is left out."""
    resource, today = _calendar(listing), timezone.localdate()
    later = (today + timedelta(days=number) for number in range(3, SEARCHED))
    shape = Shape(hours=(_clock(item["from"]), _clock(item["to"])))
    found = occurrences(resource, shape, [one for one in later if one.weekday() == item["weekday"]])
    return [one.period for one in found if one.is_free][: item["dates"]]


def _clock(text: str) -> time:
    return time.fromisoformat(text)


def _closure(item: dict[str, Any]) -> str:
    listing = _listing(item["listing"])
    first = timezone.localdate() + timedelta(days=item["in_days"])
    Closure.objects.get_or_create(
        ref=reference("closure", item["listing"]),
        defaults={
            "resource": listing.resource,
            "first_day": first,
            "last_day": first + timedelta(days=item["days"] - 1),
            "reason": item["reason"],
        },
    )
    return listing.title


def _file(item: dict[str, Any], body: Organisation) -> str:
    """Send a file of things, and import it where all its lines are right."""
    if not ThingsFile.objects.filter(organisation=body).exists():
        coordinator = User.objects.filter(
            memberships__organisation=body, memberships__roles__kind="coordinator"
        ).order_by("pk")[0]
        kept = importing.keep_file(body, coordinator, item["name"], item["text"].encode())
        if item.get("imported"):
            importing.import_file(kept, coordinator)
    return item["name"]


def _written_for(item: dict[str, Any], people: dict[str, User], body: Organisation) -> str:
    """Write a listing for somebody, or send one back to its author."""
    ref = reference("listing", item["key"])
    if Listing.objects.filter(ref=ref).exists():
        return item["title"]
    kind = {"nature": item["nature"], "transfer": item["transfer"], "direction": Direction.OFFER}
    actor = people[item["by"]]
    if "person" in item:
        made = entering.enter_for(actor, body, people[item["person"]], said_so=True, **kind)
    else:
        made = rules.create_draft(people[item["author"]], body, **kind)
    words = {"ref": ref, "title": item["title"], "summary": item["summary"]}
    Listing.objects.filter(pk=made.pk).update(**words)
    # What was told as it was entered leads to its lasting address.
    told = Notice.objects.filter(path=made.get_absolute_url())
    made.ref = ref
    told.update(path=made.get_absolute_url())
    if item.get("taken_back"):
        entering.take_back(Listing.objects.get(pk=made.pk), people[item["person"]])
    if reason := item.get("withdrawn"):
        Listing.objects.filter(pk=made.pk).update(state="submitted")
        rules.withdraw(Listing.objects.get(pk=made.pk), actor, reason)
    if reason := item.get("reason"):
        Listing.objects.filter(pk=made.pk).update(state="submitted")
        rules.send_back(Listing.objects.get(pk=made.pk), actor, reason)
    return item["title"]


def _comes(item: dict[str, Any], people: dict[str, User], body: Organisation) -> str:
    """Say that somebody comes, at their word, as the coordination does at the counter."""
    need, person = _listing(item["need"]), people[item["person"]]
    slot = reference("slot", item["need"], str(item["slot"]))
    if not Exchange.objects.filter(listing=need, asked_by=person).exists():
        by = people[item["by"]]
        coming.come(need, person, body, slot=slot, whose_time="own", entered_by=by)
    return need.title


def _joins(item: dict[str, Any], people: dict[str, User], association: Organisation) -> str:
    JoinRequest.objects.get_or_create(
        ref=reference("join", association.slug, item["person"]),
        defaults={
            "association": association,
            "user": people[item["person"]],
            "message": item["message"],
            "asked_at": days(-item["days_ago"], hour=17),
        },
    )
    return association.short_name


def _decision(item: dict[str, Any], person: User) -> str:
    """Have the agent who answers a need of an association add the decision of their house."""
    answer = Exchange.objects.for_page().filter(asked_by=person, state=ExchangeState.PROPOSED)
    for exchange in answer.filter(listing=_listing(item["need"]), decision=""):
        exchanges.add_decision(exchange, person, ContentFile(PAPER, name="decision.pdf"))
    return item["need"]


def _entrusted(item: dict[str, Any], deputy: User) -> str:
    """Name who answers when the keeper is away, and tell them."""
    listing = _listing(item["listing"])
    if Listing.objects.filter(pk=listing.pk, deputy=None).update(deputy=deputy):
        listing.refresh_from_db()
        tell_newly_named(listing, listing.author, (listing.keeper_id, None))
    return listing.title


def _held(item: dict[str, Any], people: dict[str, User], body: Organisation) -> str:
    listing = _listing(item["listing"])
    ref = reference("held", item["listing"], item["by"])
    if Exchange.objects.filter(ref=ref).exists() or listing.resource_id is None:
        return listing.title
    resource, today = _calendar(listing), timezone.localdate()
    later = (today + timedelta(days=number) for number in range(1, SEARCHED))
    day = [one for one in later if stretches_on(resource, one)][item["nth"] - 1]
    stretch = stretches_on(resource, day)[0]
    exchange = Exchange(
        ref=ref,
        listing=listing,
        giver=listing.organisation,
        receiver=body,
        transfer=listing.transfer,
        legal_basis=listing.legal_basis,
        asked_by=people[item["by"]],
        asked_for=body,
        keeper=listing.keeper or listing.author,
        resource=resource,
        wanted_from=stretch.starts,
        wanted_until=stretch.ends,
        state=ExchangeState.WAITING,
        created_at=days(-item["days_ago"], hour=9),
    )
    transitions.start(exchange, people[item["by"]], body)
    waiting.offer_next(resource)
    return listing.title


def _reminded(item: dict[str, Any], body: Organisation) -> str:
    """Call to mind the oldest request without an answer, as its coordination did some days ago."""
    at = days(-item["days_ago"], hour=10)
    late = Exchange.objects.filter(unanswered_q(timezone.now())).for_page().order_by("pk")
    for exchange in late.filter(listing__organisation=body, reminder__isnull=True):
        coordinator = exchange.coordinator
        if coordinator is None or Reminder.objects.filter(exchange__listing__organisation=body):
            continue
        try:
            following.remind(exchange, coordinator)
        except Refused:  # nobody else has the next word
            continue
        Reminder.objects.filter(exchange=exchange).update(at=at)
    return body.short_name
