"""Keeping a search, naming it, choosing how often it tells; nobody else ever reads it."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Organisation, User
from accounts.readers import reader_for
from accounts.words import clean
from marketplace.refusals import Refused
from marketplace.words import NBSP
from search.query import CatalogueQuery
from search.saved.keys import groups_of, rarest
from search.saved.matching import thesaurus_version, words_of
from search.saved.models import AlertRhythm, Finding, SavedSearch, SearchKey
from search.saved.naming import described, suggested_name
from search.saved.storing import pack, signature_of

MOST = 50
LONGEST_NAME = 80
# How many keys one tick writes anew: the others are found without keys, only slower.
AT_ONCE = 1_000


@transaction.atomic
def keep(
    user: User,
    query: CatalogueQuery,
    *,
    organisation: Organisation | None,
    name: str = "",
    rhythm: str = AlertRhythm.DAILY,
) -> SavedSearch:
    """Keep a search of `user`; returns it. What is online today is not news, and is not told.

    Raises Refused when it is kept already, or when the person keeps too many.
    """
    mine = SavedSearch.objects.filter(owner=user)
    signature = signature_of(query)
    if same := mine.filter(signature=signature).first():
        raise Refused(f"Vous gardez déjà cette recherche, sous le nom «{NBSP}{same.name}{NBSP}».")
    if mine.count() >= MOST:
        raise Refused(f"Vous gardez déjà {MOST} recherches{NBSP}: enlevez-en, puis revenez.")
    words = described(query)
    try:
        with transaction.atomic():
            search = SavedSearch.objects.create(
                owner=user,
                organisation=speaking_for(user, organisation),
                name=clean(name, LONGEST_NAME) or suggested_name(query),
                words=words,
                query=pack(query),
                signature=signature,
                rhythm=rhythm,
                last_day=query.date_to or query.date_from,
            )
    except IntegrityError as error:  # the same form sent twice at once
        raise Refused("Vous gardez déjà cette recherche.") from error
    index(search)
    return search


def change(
    search: SavedSearch, *, name: str, rhythm: str, organisation: Organisation | None
) -> SavedSearch:
    """Rename a search and choose its rhythm; from then on this intranet speaks. Returns it."""
    changed = search.rhythm != rhythm
    search.name = clean(name, LONGEST_NAME) or search.name
    search.rhythm = rhythm
    search.organisation = speaking_for(search.owner, organisation)
    search.save(update_fields=["name", "rhythm", "organisation"])
    index(search)  # the synonyms are those of who speaks
    if changed and rhythm == AlertRhythm.NEVER:
        forget_untold(search)
    return search


def stop(search: SavedSearch) -> None:
    """Have one alert tell nothing more; the search is kept."""
    SavedSearch.objects.filter(pk=search.pk).update(rhythm=AlertRhythm.NEVER)
    forget_untold(search)


def forget_untold(search: SavedSearch) -> None:
    """What was found and not told is not news for another day."""
    Finding.objects.filter(search=search, told_at__isnull=True).delete()


def speaking_for(user: Any, here: Organisation | None) -> Organisation | None:
    """Return in whose name alerts are told: this host's if the person belongs to it, else that of
    the first body of theirs, else nobody's."""
    mine = reader_for(user).organisation_ids
    if here is not None and here.pk in mine:
        return here
    bodies = Organisation.objects.filter(pk__in=mine)
    return bodies.order_by("site", "pk").exclude(site__isnull=True).first() or (
        bodies.order_by("pk").first()
    )


def index(search: SavedSearch) -> None:
    """Write the keys by which new listings find the search."""
    version, query = thesaurus_version(), search.catalogue_query
    groups = groups_of(query, words_of(search, query))
    rows = SavedSearch.objects.filter(pk=search.pk)
    rows.update(groups=groups, indexed_with=version)
    SearchKey.objects.filter(search=search).delete()
    SearchKey.objects.bulk_create(
        SearchKey(search=search, key=key) for key in dict.fromkeys(rarest(groups))
    )


def index_stale() -> int:
    """Write anew the keys made with other synonyms; returns how many searches. For `tick`."""
    number = 0
    stale = SavedSearch.objects.exclude(indexed_with=thesaurus_version()).order_by("pk")
    for pk in list(stale.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            index(SavedSearch.objects.get(pk=pk))
        number += 1
    return number
