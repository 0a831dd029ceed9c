"""People who left: what they kept changes hands, what others wrote of them is to be read again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.members.rules import end_membership
from accounts.models import Department, Membership, Organisation, User
from accounts.personal_data.erasure import erase
from marketplace.catalogue import rules as listings
from marketplace.catalogue.moderation import coordinators_of
from marketplace.exchanges import rules as exchanges
from marketplace.exchanges.wishes import Wish
from marketplace.models import Listing
from portal.demonstration.marketplace import people_by_key
from portal.demonstration.source import days, read, reference


def load_leavers() -> Iterator[str]:
    """Have them come, keep something, and leave, once; yields their names."""
    people = people_by_key()
    for item in read("leavers"):
        yield item["last_name"]
        organisation = Organisation.objects.get(slug=item["organisation"])
        gone = Membership.objects.filter(organisation=organisation, ends_at__isnull=False)
        # An erased account keeps nothing by which to know it.
        known: dict[str, Any] = {"user__anonymised_at__isnull": False}
        if not item.get("erased"):
            known = {"user__email": item["email"]}
        if gone.filter(**known).exists():
            continue
        membership = _came(item, organisation)
        if "keeps" in item:
            _kept(item, membership.user, organisation, people)
        if item.get("erased"):
            erase(membership.user)
        else:
            end_membership(membership, coordinators_of([organisation.pk])[0])


def _came(item: dict[str, Any], organisation: Organisation) -> Membership:
    person = User.objects.create(
        ref=reference("user", item["key"]),
        email=item["email"],
        first_name=item["first_name"],
        last_name=item["last_name"],
    )
    department = Department.objects.get(organisation=organisation, name=item["department"])
    return Membership.objects.create(
        user=person,
        organisation=organisation,
        department=department,
        job_title=item["job_title"],
        starts_at=days(-400),
    )


def _kept(
    item: dict[str, Any], person: User, organisation: Organisation, people: dict[str, User]
) -> None:
    """Have them answer for a thing that somebody asks, and agree on another with a colleague."""
    thing = _listing(item["keeps"])
    Listing.objects.filter(pk=thing.pk).update(deputy=thing.author)
    listings.hand_over(thing, person)
    asked = item["asked"]
    exchanges.ask(
        _listing(item["keeps"]), people[asked["by"]], organisation, Wish(asked["message"])
    )
    agreed = item["agreed"]
    other = _listing(agreed["listing"])
    made = exchanges.ask(other, person, organisation, Wish(agreed["message"]))
    exchanges.accept(made, other.keeper or other.author)


def _listing(key: str) -> Listing:
    return Listing.objects.select_related("organisation", "author", "keeper").get(
        ref=reference("listing", key)
    )
