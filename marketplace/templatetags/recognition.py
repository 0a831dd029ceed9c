"""What others say of a listing, on its page: one line there, two queries."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.catalogue.models import Listing
from marketplace.recognition.presentation import confirmed_skills, public_words

register = template.Library()


@register.inclusion_tag("marketplace/recognition/listing_thanks.html", takes_context=True)
def listing_thanks(context: dict[str, Any], listing: Listing) -> dict[str, Any]:
    return {
        "words": public_words(listing),
        "skills": confirmed_skills(listing),
        "user": context["request"].user,
    }
