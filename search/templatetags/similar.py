"""What the page of a listing shows from this room: it stands below, and does not know us."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.catalogue import presentation
from marketplace.catalogue.places import home_of
from marketplace.models import Listing
from search.similar import similar_to

register = template.Library()


@register.inclusion_tag("search/similar.html", takes_context=True)
def similar_listings(context: dict[str, Any], listing: Listing) -> dict[str, Any]:
    request = context["request"]
    own = request.collectivite
    home = home_of(request.user, own)
    rows = [presentation.row(one, request.user, home) for one in similar_to(listing, request.user)]
    return {"rows": rows, "is_offer": listing.is_offer}
