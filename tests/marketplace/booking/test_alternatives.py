"""When it is taken: another day with its own hours, another place nearby that one may have."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.booking import rules
from marketplace.booking.alternatives import elsewhere, other_days
from marketplace.booking.shapes import Shape
from marketplace.catalogue.models import Listing
from tests.factories import CategoryFactory, CommuneFactory
from tests.marketplace.booking.factories import again, hours, next_monday, period, room
from tests.marketplace.factories import World, published, world

pytestmark = pytest.mark.django_db
AFTERNOON = Shape(hours=(time(14), time(17)))


def a_room(w: World, north: float = 0.0, **fields) -> Listing:
    """Return a room of the partner, so many degrees north of the métropole's."""
    commune = CommuneFactory(code=f"57{north * 1000:03.0f}", latitude=49.1 + north)
    owner, author = fields.pop("owner", (w.partner, w.paul))
    resource = hours(room(owner), "0123456", 8, 20)
    values = {"access": "direct", "scope": "verified", "commune": commune} | fields
    return published(author, owner, "offer premises hosting", resource=resource, **values)


def mine(w: World, **fields) -> Listing:
    return a_room(w, owner=(w.metropole, w.nadia), **fields)


def titles(w: World, listing: Listing, who=None, **kw) -> list[str]:
    listing = Listing.objects.for_page().select_related("resource").get(pk=listing.pk)
    day = next_monday()
    return [
        one.listing.title
        for one in elsewhere(who or w.karim, listing, AFTERNOON, [day], **kw).get(day, [])
    ]


def test_another_day_has_its_own_hours() -> None:
    """By the clock alone, a whole Monday moved to Friday would come back after closing."""
    resource = hours(hours(room(step="day"), "0", 8, 18), "4", 10, 13)
    monday = next_monday()
    rules.book(resource, period(monday, 8, 18), None)
    found = other_days(again(resource), period(monday, 8, 18), shown=2)
    friday = monday + timedelta(days=4)
    assert found[0] == period(friday, 10, 13)
    assert timezone.localtime(found[1].starts).hour == 8


def test_other_places_the_nearest_first() -> None:
    w = world()
    category = CategoryFactory()
    asked = mine(w, category=category, title="Salle du bas")
    a_room(w, 0.5, category=category, title="Au loin")
    a_room(w, 0.01, category=category, title="À côté")
    assert titles(w, asked) == ["À côté", "Au loin"]


def test_of_the_same_category_or_nature_beside_it_only() -> None:
    w = world()
    above = CategoryFactory()
    category = CategoryFactory(parent=above)
    asked = mine(w, category=category)
    a_room(w, category=CategoryFactory(parent=above), title="Voisine")
    a_room(w, category=CategoryFactory(), title="Autre chose")
    assert titles(w, asked) == ["Voisine"]


def test_only_what_is_free_then() -> None:
    w = world()
    category = CategoryFactory()
    asked = mine(w, category=category)
    other = a_room(w, category=category)
    rules.book(other.resource, period(next_monday(), 16, 18), None)
    assert titles(w, asked) == []


def test_only_what_one_may_see_and_ask() -> None:
    w = world()
    category = CategoryFactory()
    asked = mine(w, category=category)
    a_room(w, category=category, scope="partners", title="Entre partenaires")
    a_room(w, category=category, scope="organisation", title="À nous seuls")
    own = mine(w, category=category, title="La même équipe")
    Listing.objects.filter(pk=own.pk).update(accepts_requests=False)
    assert titles(w, asked) == ["Entre partenaires"]
    assert titles(w, asked, w.sonia) == []
    # An association asks those that know it: the partner's partners do.
    a_room(w, category=category, title="Vue et connue")
    assert titles(w, asked, w.odile) == ["Vue et connue"]
    assert titles(w, asked, w.remi) == []


def test_nobody_is_sent_to_what_they_answer_for() -> None:
    w = world()
    category = CategoryFactory()
    asked = mine(w, category=category)
    a_room(w, category=category, title="Celle de Paul")
    assert titles(w, asked, w.paul) == []


def test_a_series_is_booked_on_the_same_terms() -> None:
    w = world()
    category = CategoryFactory()
    asked = mine(w, category=category)
    a_room(w, category=category, access="on_request", title="Sur demande")
    assert titles(w, asked) == ["Sur demande"]
    assert titles(w, asked, same_access=True) == []


def test_as_many_queries_for_many_places_and_days() -> None:
    w = world()
    category = CategoryFactory()
    asked = mine(w, category=category)
    asked = Listing.objects.for_page().select_related("resource").get(pk=asked.pk)
    a_room(w, category=category)
    w.karim.refresh_from_db()
    days = [next_monday() + timedelta(weeks=number) for number in range(20)]
    elsewhere(w.karim, asked, AFTERNOON, days)
    with CaptureQueriesContext(connection) as few:
        elsewhere(w.karim, asked, AFTERNOON, days[:1])
    for _ in range(8):
        a_room(w, category=category)
    with CaptureQueriesContext(connection) as many:
        assert len(elsewhere(w.karim, asked, AFTERNOON, days)[days[0]]) == 3
    assert len(few) == len(many) <= 7
