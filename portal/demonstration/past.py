"""What was exchanged over the last months: the figures of the year need a past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accounts.models import Organisation, User
from marketplace.choices import ExchangeState
from marketplace.models import Exchange, ExchangeEvent, Listing, Message
from portal.demonstration.marketplace import people_by_key
from portal.demonstration.source import days, read, reference

S = ExchangeState
WENT_WELL = (S.AGREED, S.CONFIRMED, S.UNDER_WAY, S.COMPLETED, S.CLOSED)


def load_past() -> Iterator[str]:
    """Create the exchanges of the last months that are missing; yields the listings' titles."""
    organisations = {one.slug: one for one in Organisation.objects.all()}
    people = people_by_key()
    for rank, item in enumerate(read("past_exchanges")):
        ref = reference("past", item["listing"], item["requester"], str(rank))
        if Exchange.objects.filter(ref=ref).exists():
            continue
        listing = Listing.objects.select_related("organisation", "keeper").get(
            ref=reference("listing", item["listing"])
        )
        yield listing.title
        _exchange(
            ref, listing, people[item["requester"]], organisations[item["for_organisation"]], item
        )


def _exchange(
    ref: str, listing: Listing, person: User, asked_for: Organisation, item: dict[str, Any]
) -> None:
    asked_at = days(-item["days_ago"], hour=10)
    answered_at = asked_at + timedelta(days=item["after"], hours=2)
    state = item["state"]
    path = [S.PROPOSED, *(WENT_WELL if state == S.CLOSED else (S(state),))]
    exchange = Exchange.objects.create(
        ref=ref,
        listing=listing,
        giver=listing.organisation,
        receiver=asked_for,
        transfer=listing.transfer,
        legal_basis=listing.legal_basis,
        asked_by=person,
        asked_for=asked_for,
        keeper=listing.keeper or listing.author,
        state=state,
        reason=item.get("reason") or "",
        created_at=asked_at,
        state_since=answered_at + timedelta(days=len(path)),
        contact_accepted_at=answered_at if state == S.CLOSED else None,
    )
    for rank, (before, after) in enumerate(zip(["", *path], path, strict=False)):
        by_asker = rank == 0 or after == S.CANCELLED
        ExchangeEvent.objects.create(
            exchange=exchange,
            from_state=before,
            to_state=after,
            actor=None if after == S.EXPIRED else (person if by_asker else exchange.keeper),
            for_organisation=asked_for if by_asker else listing.organisation,
            reason=exchange.reason if after == state else "",
            reason_code=item.get("reason_code", "") if after == S.DECLINED else "",
            at=asked_at if rank == 0 else answered_at + timedelta(days=rank - 1),
        )
    Message.objects.create(
        exchange=exchange,
        author=person,
        for_organisation=asked_for,
        body=item["message"],
        at=asked_at,
    )
