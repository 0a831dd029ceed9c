"""A listing written once serves again: its words, terms, tags and photos, in a new draft."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.forms import model_to_dict
from django.utils import timezone

from accounts.models import User
from marketplace import rights
from marketplace.catalogue import focus, photos, rules, transitions
from marketplace.catalogue.models import Listing
from marketplace.choices import ListingState
from marketplace.refusals import Refused

# A second press within this time is the same wish.
SAME_WISH = timedelta(seconds=30)
COPIED = (
    "direction",
    "nature",
    "transfer",
    "legal_basis",
    "title",
    "summary",
    "description",
    "category",
    "organisation",
    "department",
    "scope",
    "access",
    "commune",
    "place_label",
    "latitude",
    "longitude",
    "remote",
    "quantity",
    "availability",
    "charter",
)


def why_not_copy(user: User, listing: Listing) -> str:
    if listing.state == ListingState.WITHDRAWN:
        return "La coordination a retiré cette annonce : elle ne se copie pas."
    return rights.why_not_create(user, listing.organisation)


@transaction.atomic
def copy(listing: Listing, actor: User) -> Listing:
    """Return a new draft of `actor` with all that the listing says, but its past dates.

    It starts without a calendar: the thing of the copy may be another one. Raises Refused.
    """
    source = Listing.objects.select_for_update(of=("self",)).for_page().get(pk=listing.pk)
    if refusal := why_not_copy(actor, source):
        raise Refused(refusal)
    now = timezone.now()
    just_made = Listing.objects.filter(
        author=actor,
        organisation=source.organisation,
        state=ListingState.DRAFT,
        title=source.title,
        created_at__gt=now - SAME_WISH,
    ).exclude(pk=source.pk)
    if found := just_made.first():
        return found
    made = Listing(
        author=actor,
        keeper=actor,
        deputy=source.deputy if source.deputy_id != actor.pk else None,
        **{name: getattr(source, name) for name in COPIED},
    )
    if source.available_until is None or source.available_until > now:
        made.available_from, made.available_until = source.available_from, source.available_until
    made.save()
    name = rules.terms_of(source)
    if terms := getattr(source, name, None):
        values = model_to_dict(terms, exclude=["listing"])
        rules.TERMS[name]._default_manager.create(listing=made, **values)
    made.tags.set([tag.name for tag in source.tags.all()])
    transitions.record(made, "", actor)
    # Last: the files of a copy that fails are taken away by whoever wrote them.
    for photo in source.photos.all():
        _copy_photo(photo, made, actor)
    return made


def _copy_photo(photo: photos.Photo, made: Listing, actor: User) -> None:
    try:
        with photo.file.open("rb") as content:
            copied = photos.add(made, actor, content, photo.description or photo.title)
        if photo.focal_point_x is not None:
            photos.keep_in_sight(made, actor, copied.ref, focus.point_of(photo))
    except (OSError, Refused):
        return  # a lost file leaves its place to the pictogram
