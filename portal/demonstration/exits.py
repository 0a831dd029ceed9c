"""Fictitious ways out of exchanges: stopped, in mediation, cancelled, declined, expired."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from accounts.days import day_end
from accounts.models import Organisation, User
from marketplace.exchanges.mediation.rights import mediators_of
from marketplace.models import (
    Attachment,
    Exchange,
    ExchangeEvent,
    Interruption,
    Listing,
    Mediation,
    MediationNote,
    Message,
)
from portal.demonstration.hand_overs import hand_over
from portal.demonstration.source import addresses, days, read, reference, some


def load_exits() -> Iterator[str]:
    """Create what is missing; yields the listings' titles."""
    organisations = {org.slug: org for org in Organisation.objects.all()}
    by_email = {user.email: user for user in User.objects.all()}
    people = {key: by_email[email] for key, email in addresses().items()}
    for item in read("exits"):
        listing = Listing.objects.select_related("organisation", "keeper").get(
            ref=reference("listing", item["listing"])
        )
        yield listing.title
        ref = reference("exit", item["listing"], item["requester"])
        if not Exchange.objects.filter(ref=ref).exists():
            asked_for = organisations[item["for_organisation"]]
            _exchange(ref, listing, people[item["requester"]], asked_for, people, item)


def _at(days_ago: float, hour: int = 10) -> datetime:
    moment = days(-days_ago, hour=hour)
    assert moment is not None  # noqa: S101 - an offset is given
    return moment


def _exchange(
    ref: str,
    listing: Listing,
    asker: User,
    asked_for: Organisation,
    people: dict[str, User],
    item: dict[str, Any],
) -> None:
    giver, receiver = listing.organisation, asked_for
    if not listing.is_offer:
        giver, receiver = receiver, giver
    first, last = item["path"][0], item["path"][-1]
    agreed = next((one for one in item["path"] if one["state"] == "agreed"), None)
    until = days(item["wanted_until"], hour=18)
    if item.get("interruption"):
        until = _stops_at(item["interruption"])
    exchange = Exchange.objects.create(
        ref=ref,
        listing=listing,
        giver=giver,
        receiver=receiver,
        transfer=listing.transfer,
        legal_basis=listing.legal_basis,
        asked_by=asker,
        asked_for=asked_for,
        keeper=listing.keeper or listing.author,
        wanted_from=days(item["wanted_from"]),
        wanted_until=until,
        state=last["state"],
        reason=last.get("reason") or "",
        created_at=_at(first["days_ago"]),
        state_since=_at(last["days_ago"], 14),
        contact_accepted_at=_at(agreed["days_ago"], 14) if agreed else None,
    )
    _events(exchange, item["path"])
    if left := item.get("left"):
        hand_over(exchange, "leaving", left, exchange.wanted_from, 0)
    for rank, line in enumerate(some(item.get("messages"))):
        _message(exchange, people[line["author"]], line, rank)
    if item.get("interruption"):
        _interruption(exchange, item["interruption"])
    if item.get("mediation"):
        _mediation(exchange, item["mediation"])


def _who(exchange: Exchange, by: str) -> tuple[User | None, Organisation | None]:
    if by == "asker":
        return exchange.asked_by, exchange.asked_for
    if by == "keeper":
        return exchange.keeper, exchange.listing.organisation
    if by == "mediator":
        return mediators_of(exchange).first(), exchange.listing.organisation
    return None, None


def _events(exchange: Exchange, path: list[dict[str, Any]]) -> None:
    former = ""
    for rank, step in enumerate(path):
        actor, acting_for = _who(exchange, step["by"])
        ExchangeEvent.objects.create(
            exchange=exchange,
            from_state=former,
            to_state=step["state"],
            actor=actor,
            for_organisation=acting_for,
            reason=step.get("reason") or "",
            reason_code=step.get("code") or "",
            at=_at(step["days_ago"], 10 if rank == 0 else 14),
        )
        former = step["state"]


def _message(exchange: Exchange, author: User, line: dict[str, Any], rank: int) -> None:
    of_asker = author.memberships.filter(organisation=exchange.asked_for).exists()
    message = Message.objects.create(
        exchange=exchange,
        author=author,
        for_organisation=exchange.asked_for if of_asker else exchange.listing.organisation,
        body=line["text"],
        at=_at(line["days_ago"], 10 + min(rank, 9)),
    )
    for name in some(line.get("files")):
        content = _picture() if name.endswith(".jpg") else _document()
        attachment = Attachment(message=message, name=name, size=content.size, at=message.at)
        attachment.file.save(str(content.name), content, save=False)
        attachment.save()


def _stops_at(stop: dict[str, Any]) -> datetime:
    """Return the end of its last day, or the moment itself when it stopped at once."""
    moment = _at(-stop["stops_at"], 14)
    return moment if stop["code"] == "safety" else day_end(moment.date())


def _interruption(exchange: Exchange, stop: dict[str, Any]) -> None:
    actor, acting_for = _who(exchange, stop["by"])
    Interruption.objects.create(
        exchange=exchange,
        code=stop["code"],
        words=stop["words"],
        stops_at=_stops_at(stop),
        planned_until=days(stop["planned_until"], hour=18),
        announced_by=actor,
        announced_for=acting_for,
        announced_at=_at(stop["days_ago"], 14),
    )


def _mediation(exchange: Exchange, told: dict[str, Any]) -> None:
    actor, acting_for = _who(exchange, told["by"])
    mediator = mediators_of(exchange).first() if told.get("taken_days_ago") else None
    settled = mediator is not None and told.get("settled_days_ago")
    mediation = Mediation.objects.create(
        ref=reference("mediation", exchange.ref),
        exchange=exchange,
        from_state="under_way",
        asked_by=actor,
        asked_for=acting_for,
        asked_at=_at(told["days_ago"], 14),
        mediator=mediator,
        mediator_for=exchange.listing.organisation if mediator else None,
        taken_at=_at(told["taken_days_ago"]) if mediator else None,
        settled_at=_at(told["settled_days_ago"], 14) if settled else None,
        outcome=told["outcome"] if settled else "",
        sentence=told["sentence"] if settled else "",
    )
    for line in told["words"]:
        author, organisation = _speaker(exchange, line["side"], mediator)
        if author is None or organisation is None:
            continue
        MediationNote.objects.create(
            mediation=mediation,
            audience=line.get("audience") or "side",
            side=line["side"],
            author=author,
            for_organisation=organisation,
            body=line["text"],
            at=_at(line["days_ago"], 15),
        )


def _speaker(
    exchange: Exchange, side: str, mediator: User | None
) -> tuple[User | None, Organisation | None]:
    if side:
        return _who(exchange, "asker" if side == "asking" else "keeper")
    return mediator, exchange.listing.organisation


def _picture() -> ContentFile:
    """Return a drawn screen with its tear: no photo of a real place."""
    drawn = Image.new("RGB", (1200, 800), "#d9d2c3")
    pen = ImageDraw.Draw(drawn)
    pen.polygon([(80, 640), (600, 140), (1120, 640)], fill="#f4f0e6", outline="#33302a", width=8)
    pen.line([(640, 330), (680, 380), (650, 430), (700, 500)], fill="#33302a", width=10)
    out = BytesIO()
    drawn.save(out, "JPEG", quality=80)
    return ContentFile(out.getvalue(), name="photo.jpg")


def _document() -> ContentFile:
    """Return the smallest page that a reader opens."""
    text = b"BT /F1 18 Tf 72 720 Td (Bon de sortie : un projecteur, un pied, un ecran.) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    data += b"xref\n0 6\n0000000000 65535 f \n" + table
    data += b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return ContentFile(data, name="document.pdf")
