"""What the intranets of the demonstration have confirmed, and the charters of their things."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from marketplace.catalogue.moderation import coordinators_of
from marketplace.catalogue.protection.rules import WORDS
from marketplace.models import (
    Charter,
    CharterAcceptance,
    CharterVersion,
    InsuranceCertificate,
    Listing,
    ProtectionText,
)
from portal.demonstration.source import days, read, reference

# The smallest page that a reader of PDF opens, with one line on it.
PAPER = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 200]/Contents 4 0 R
/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 66>>stream
BT /F1 16 Tf 30 120 Td (Attestation d'assurance - exemple fictif) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def load_house_rules() -> Iterator[str]:
    """Add what is missing; yields the titles."""
    data = read("house_rules")
    bodies = {one.slug: one for one in Organisation.objects.all()}
    addresses = {item["key"]: item["email"].lower() for item in read("people")["people"]}
    people = {key: User.objects.get(email=email) for key, email in addresses.items()}
    for item in data["protection"]:
        _protection(bodies[item["organisation"]], item)
        yield item["short"]
    for item in data["charters"]:
        _charter(bodies[item["organisation"]], item, people)
        yield item["title"]
    for item in data["certificates"]:
        _certificate(bodies[item["organisation"]], item, people)
        yield item["organisation"]


def _certificate(body: Organisation, item: dict[str, Any], people: dict[str, User]) -> None:
    ref = reference("certificate", body.slug)
    members = Membership.objects.live().filter(organisation=body).order_by("pk")
    first = members.select_related("user").first()
    if first is None or InsuranceCertificate.objects.filter(ref=ref).exists():
        return
    InsuranceCertificate.objects.create(
        ref=ref,
        organisation=body,
        file=ContentFile(PAPER, name="attestation.pdf"),
        insurer=item.get("insurer", ""),
        valid_until=timezone.localdate() + timedelta(days=item["until"]),
        added_by=people[item["person"]] if "person" in item else first.user,
        added_at=days(-60, hour=9),
    )


def _protection(body: Organisation, item: dict[str, Any]) -> None:
    today = timezone.localdate()
    ProtectionText.objects.get_or_create(
        organisation=body,
        whose_time=item["time"],
        defaults={
            **{name: item[name] for name in (*WORDS, "source", "confirmed_by")},
            "confirmed_on": today + timedelta(days=item["confirmed"]),
            "valid_until": today + timedelta(days=item["until"]),
            "changed_by": coordinators_of([body.pk]).first(),
        },
    )


def _charter(body: Organisation, item: dict[str, Any], people: dict[str, User]) -> None:
    charter, created = Charter.objects.get_or_create(
        ref=reference("charter", item["title"]),
        defaults={"organisation": body, "title": item["title"]},
    )
    if not created:
        return
    refs = [reference("listing", key) for key in item["listings"]]
    Listing.objects.filter(ref__in=refs).update(charter=charter)
    author = coordinators_of([body.pk])[0]
    for number, each in enumerate(item["versions"], 1):
        version = CharterVersion.objects.create(
            charter=charter,
            number=number,
            text=each["text"],
            changes=each.get("changes", ""),
            made_by=author,
            made_at=days(-each["days_ago"], hour=9),
        )
        for key in each["accepted"]:
            CharterAcceptance.objects.create(
                version=version, user=people[key], for_organisation=body, at=version.made_at
            )
