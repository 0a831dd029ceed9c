"""What the page of a booking proposes when what one wants is taken: other days, other places."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from marketplace.booking import alternatives
from marketplace.booking.alternatives import Elsewhere
from marketplace.booking.models import Resource
from marketplace.catalogue.models import Listing
from marketplace.catalogue.places import distance_words
from marketplace.exchanges.book_form import BookForm
from marketplace.words import span_words


def others(user: Any, listing: Listing, form: BookForm) -> dict[str, Any]:
    """Return the next days that are free, and what is free then nearby, as buttons of the form."""
    if listing.resource_id is None:
        return {}
    resource = listing.resource = Resource.objects.for_calendar().get(pk=listing.resource_id)
    day, shape = form.first_day(), form.shape()
    places = alternatives.elsewhere(user, listing, shape, [day]).get(day, [])
    return {
        "days": [
            {
                "words": span_words(one.starts, one.ends),
                "day": f"{timezone.localdate(one.starts):%Y-%m-%d}",
            }
            for one in alternatives.other_days(resource, shape.on(resource, day))
        ],
        "places": [
            {
                "words": place_words(one),
                "day": f"{day:%Y-%m-%d}",
                "url": reverse("exchange_ask", args=[one.listing.folder, one.listing.ref]),
            }
            for one in places
        ],
    }


def place_words(other: Elsewhere) -> str:
    """Return «Salle du haut, Woippy, à 3 km»."""
    listing = other.listing
    place = listing.commune.name if listing.commune else listing.organisation.short_name
    parts = [listing.display_title, place]
    if other.kilometres is not None:
        parts.append(distance_words(other.kilometres))
    return ", ".join(parts)


def series_url(listing: Listing) -> str:
    """Return where one books several dates of what has a calendar, else an empty text."""
    if not listing.has_calendar:
        return ""
    return reverse("series_ask", args=[listing.folder, listing.ref])
