"""What this room keeps of people: requests, conversations, decisions, dossiers, listings.

An exchange between two public bodies follows the longer of their rules; one with an association
follows the public body's. Sources: domain reference §4 (proposals, to be set with the DPO); ten
years for what accounts are based on (décret 2012-1246 and the archives' DUA, to be confirmed by a
jurist).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Organisation
from accounts.personal_data.durations import held_by
from accounts.personal_data.registry import (
    EVERYBODY,
    Fixed,
    Retention,
    register_erasure,
    register_fixed,
    register_retention,
)
from marketplace.booking.models import Allocation
from marketplace.catalogue import photos
from marketplace.catalogue.models import Listing, ListingEvent, Photo
from marketplace.catalogue.terms import SkillTerms
from marketplace.choices import ExchangeState, ListingState
from marketplace.exchanges import departures
from marketplace.exchanges.attaching.rules import delete_of
from marketplace.exchanges.following import rules as following
from marketplace.exchanges.interrupting.models import Interruption
from marketplace.exchanges.mediation.personal_data import forget_words
from marketplace.exchanges.models import Exchange, ExchangeEvent, Message
from marketplace.exchanges.series.models import Series
from marketplace.exchanges.transitions import ENDED
from marketplace.insight import monday
from marketplace.signals import exchanges_changed, listings_changed

S = ExchangeState
# Written over a reason: the database wants one for what was declined.
FORGOTTEN = "Effacé après la durée de conservation."
# What a person says of themselves in an offer of their time.
NO_WORDS = {"wish": "", "call_me_for": "", "rhythm": "", "conditions": ""}
ONLINE = [ListingState.PUBLISHED, ListingState.PAUSED]
OVER = Q(state__in=[*ENDED, S.COMPLETED])
UNANSWERED = Q(state=S.EXPIRED) | Q(
    state__in=[S.DECLINED, S.CANCELLED], contact_accepted_at__isnull=True
)


def _over_since(before: datetime, organisation: Organisation | None, key: str) -> QuerySet[Any]:
    over = Exchange.objects.filter(OVER, state_since__lt=before)
    return held_by(over, organisation, key, "giver", "receiver")


def requests_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    """Return the requests that came to nothing: no answer, or refused before any contact."""
    return _over_since(before, organisation, "requests").filter(UNANSWERED)


def conversations_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    """Return the exchanges that are over and whose messages are still there."""
    written = Message.objects.filter(exchange=OuterRef("pk"))
    return _over_since(before, organisation, "messages").filter(Exists(written))


def decisions_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    return _over_since(before, organisation, "decisions").exclude(decision="")


def dossiers_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    """Return the dossiers that are over, but those whose decision is still to be kept."""
    return _over_since(before, organisation, "dossiers").filter(decision="")


def listings_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    """Return the listings that nobody has touched since they stopped being of use.

    Archived, withdrawn, never finished, or past their end. One that past exchanges point to keeps
    its title: what is left to erase of it is its words and its photos.
    """
    stopped = Q(
        state__in=[
            ListingState.ARCHIVED,
            ListingState.WITHDRAWN,
            ListingState.DRAFT,
            ListingState.RETURNED,
        ],
        updated_at__lt=before,
    )
    past = Q(
        state__in=ONLINE,
        expires_at__lt=before,
        updated_at__lt=before,
    )
    exchanges = Exchange.objects.filter(listing=OuterRef("pk"))
    own_words = SkillTerms.objects.filter(listing=OuterRef("pk")).exclude(**NO_WORDS)
    left = (
        ~Q(summary="", description="")
        | Q(Exists(Photo.objects.filter(listing=OuterRef("pk"))))
        | Q(Exists(own_words))
    )
    listings = Listing.objects.filter(stopped | past).filter(~Exists(exchanges) | left)
    return held_by(listings, organisation, "listings", "organisation")


def erase_exchanges(exchanges: QuerySet[Any]) -> int:
    """Delete the dossiers with all that hangs on them, the decision's file included."""
    found = list(exchanges.order_by().values_list("pk", flat=True))
    _delete_decisions(Exchange.objects.filter(pk__in=found))
    # The calendar still says when a thing was out, and to whom no more.
    Allocation.objects.filter(exchange__in=found).update(exchange=None, made_by=None, note="")
    delete_of(found)
    Exchange.objects.filter(pk__in=found).delete()
    Series.objects.filter(exchanges__isnull=True).delete()
    exchanges_changed.send(sender=Exchange, exchange_ids=found)
    return len(found)


def erase_conversations(exchanges: QuerySet[Any]) -> int:
    """Delete what was written in the exchanges: messages, and the words of refusals."""
    found = list(exchanges.order_by().values_list("pk", flat=True))
    delete_of(found)
    Message.objects.filter(exchange__in=found).delete()
    Interruption.objects.filter(exchange__in=found).exclude(words="").update(words=FORGOTTEN)
    forget_words(found, FORGOTTEN)
    ExchangeEvent.objects.filter(exchange__in=found).exclude(reason="").update(reason=FORGOTTEN)
    Exchange.objects.filter(pk__in=found).exclude(reason="").update(reason=FORGOTTEN)
    exchanges_changed.send(sender=Exchange, exchange_ids=found)
    return len(found)


def erase_decisions(exchanges: QuerySet[Any]) -> int:
    """Delete the signed decisions: the files, and that they were there."""
    found = list(exchanges.order_by().values_list("pk", flat=True))
    rows = Exchange.objects.filter(pk__in=found)
    _delete_decisions(rows)
    rows.update(decision="", decision_added_by=None, decision_added_at=None)
    exchanges_changed.send(sender=Exchange, exchange_ids=found)
    return len(found)


def _delete_decisions(exchanges: QuerySet[Any]) -> None:
    stored = [(one.decision.storage, one.decision.name) for one in exchanges.exclude(decision="")]
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in stored])


def erase_listings(listings: QuerySet[Any]) -> int:
    """Delete the listings, their photos and their place in the index; returns how many.

    Of those that past exchanges point to, only what was written in them.
    """
    found = list(listings.order_by().values_list("pk", flat=True))
    rows = Listing.objects.filter(pk__in=found)
    pictures = Photo.objects.filter(listing__in=found)
    photos.delete_files_after_commit(pictures)
    pictures.delete()
    rows.filter(exchanges__isnull=True).delete()
    rows.update(summary="", description="", availability="")
    rows.exclude(return_reason="").update(return_reason=FORGOTTEN)
    # What was still online went past its end long ago.
    rows.filter(state__in=ONLINE).update(state=ListingState.ARCHIVED)
    SkillTerms.objects.filter(listing__in=found).update(**NO_WORDS)
    ListingEvent.objects.filter(listing__in=found).exclude(reason="").update(reason=FORGOTTEN)
    listings_changed.send(sender=Listing, listing_ids=found)
    return len(found)


RETENTIONS = (
    Retention(
        key="requests",
        label="Demandes restées sans suite",
        counted_from="le jour où elles se sont arrêtées",
        default_months=12,
        least_months=3,
        most_months=24,
        due=requests_due,
        erase=erase_exchanges,
        why="Elles n’ont mené à rien : un an suffit pour comprendre ce qui a manqué.",
        held_by=EVERYBODY,
    ),
    Retention(
        key="messages",
        label="Messages des échanges",
        counted_from="la fin de l’échange",
        default_months=12,
        least_months=1,
        most_months=36,
        due=conversations_due,
        erase=erase_conversations,
        why="Le temps de régler ce qui reste à dire. Le dossier garde les dates et les accords.",
        held_by=EVERYBODY,
    ),
    Retention(
        key="decisions",
        label="Décisions et conventions signées",
        counted_from="la fin de l’échange",
        default_months=120,
        least_months=120,
        most_months=180,
        due=decisions_due,
        erase=erase_decisions,
        why="Elles justifient une mise à disposition : les pièces des comptes se gardent dix ans.",
        held_by=EVERYBODY,
    ),
    Retention(
        key="dossiers",
        label="Dossiers d’échange",
        counted_from="la fin de l’échange",
        default_months=120,
        least_months=24,
        most_months=180,
        due=dossiers_due,
        erase=erase_exchanges,
        why="Ils disent ce qui a été donné ou prêté, à qui et quand ; les valeurs en découlent.",
        held_by=EVERYBODY,
    ),
    Retention(
        key="listings",
        label="Annonces archivées, périmées ou jamais finies",
        counted_from="la dernière fois qu’elles ont changé",
        default_months=24,
        least_months=6,
        most_months=60,
        due=listings_due,
        erase=erase_listings,
        why="Une annonce qui ne sert plus n’a pas à dire ce que quelqu’un aimait faire.",
        held_by=EVERYBODY,
    ),
)


def register() -> None:
    """Say what this room keeps, and what it does when somebody leaves."""
    for one in RETENTIONS:
        register_retention(one)
    register_erasure(departures.leave)
    register_erasure(following.forget)
    register_erasure(monday.forget)
    register_fixed(
        Fixed(
            label="Recherches",
            counted_from="",
            kept="Jamais gardées, sauf si vous le demandez",
            why="Ce que vous cherchez n’est rattaché à personne.",
        )
    )
