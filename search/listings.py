"""Listings as findable things: their document, never with the name of a person in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from accounts.words import fold
from marketplace.catalogue.places import point_of_listing
from marketplace.catalogue.queries import scope_tokens
from marketplace.choices import ListingState
from marketplace.models import Listing
from search.documents import Document, Kind, register
from search.engines.base import LISTING

# What the terms of each kind say in words.
TERMS = {
    "skill_terms": ("wish", "call_me_for", "rhythm", "conditions"),
    "loan_terms": ("conditions", "hand_over"),
    "gift_terms": ("recipients",),
    "need_terms": ("for_whom", "slots_text"),
}


def load_listings(ids: Sequence[int]) -> Iterable[Document]:
    """Return the documents of the published listings among `ids`, in two queries.

    Those past their end are kept: they leave by the clock, at query time.
    """
    listings: QuerySet[Listing] = (
        Listing.objects.filter(pk__in=ids, state=ListingState.PUBLISHED)
        .select_related("organisation", "department", "commune", "category__parent", *TERMS)
        .prefetch_related("tags")  # type: ignore[misc]  # a manager of taggit
    )
    for listing in listings:
        yield document_of(listing)


def document_of(listing: Listing) -> Document:
    """Return the document of a listing loaded with what `load_listings` fetches."""
    tags = list(listing.tags.all())
    themes = [listing.category, listing.category and listing.category.parent]
    keywords = [
        *(theme.name for theme in themes if theme),
        *(tag.name for tag in tags),
        listing.get_nature_display(),
        listing.get_transfer_display(),
        listing.organisation.short_name,
        listing.organisation.name,
        listing.department.name if listing.department else "",
        listing.commune.name if listing.commune else "",
        listing.place_label,
    ]
    point = point_of_listing(listing)
    return Document(
        object_id=listing.pk,
        title=listing.title,
        keywords=" ".join(keywords),
        summary=listing.summary,
        body="\n".join([listing.description, listing.availability, *_terms(listing)]),
        sort_at=listing.published_at,
        attributes={
            "readers": scope_tokens(listing.scope, listing.organisation_id),
            "ref": listing.ref,
            "direction": listing.direction,
            "nature": listing.nature,
            "transfer": listing.transfer,
            "categories": [theme.pk for theme in themes if theme],
            "organisation": listing.organisation_id,
            "tags": [tag.slug for tag in tags],
            "tag_names": [f"{fold(tag.name)} {tag.slug}" for tag in tags],
            "commune": (
                f"{listing.commune.folded_name} {listing.commune_id}" if listing.commune else None
            ),
            "point": {"lat": point[0], "lon": point[1]} if point else None,
            "available_from": listing.available_from,
            "available_until": listing.available_until,
            "expires_at": listing.expires_at,
            "published_at": listing.published_at,
        },
    )


def _terms(listing: Listing) -> Iterable[str]:
    for relation, fields in TERMS.items():
        try:
            terms = getattr(listing, relation)
        except ObjectDoesNotExist:
            continue
        for field in fields:
            yield getattr(terms, field)


def all_listing_ids() -> Iterable[int]:
    return (
        Listing.objects.filter(state=ListingState.PUBLISHED)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


register(Kind(LISTING, load_listings, all_listing_ids))
