"""The calendar beside the form that asks: turned, and pressed, without losing a word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.models import Exchange
from tests.marketplace.booking.factories import next_monday
from tests.marketplace.booking.test_exchanges import bike_listing
from tests.marketplace.factories import world
from tests.marketplace.series.test_pages import signed_in

pytestmark = pytest.mark.django_db


def test_another_month_or_a_day_of_the_calendar_loses_nothing_that_was_typed() -> None:
    """Its pages and its days are buttons of the form: it works without a script, and without an
    address that would carry private words."""
    w = world()
    client, listing = signed_in(w.karim), bike_listing(w)
    ask = f"{listing.get_absolute_url()}demander/"
    monday = next_monday()
    later = monday.replace(day=1) + timedelta(days=32)
    typed = {"day": f"{monday:%Y-%m-%d}", "from_hour": "09:15", "message": "Pour la chorale."}
    for turned in ({"mois": f"{later:%Y-%m}"}, {"other_day": f"{monday + timedelta(days=7)}"}):
        page = client.post(ask, typed | turned).content.decode()
        assert "Pour la chorale." in page
        assert "09:15" in page
        # Nothing is refused before one asks.
        assert "error-summary" not in page
    assert f'value="{monday + timedelta(days=7)}"' in page
    page = client.post(ask, typed | {"mois": f"{later:%Y-%m}"}).content.decode()
    assert f'value="{typed["day"]}"' in page
    assert f'name="mois" value="{monday:%Y-%m}"' in page
    assert not Exchange.objects.exists()
