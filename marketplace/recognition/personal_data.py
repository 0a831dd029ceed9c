"""Thanks and offers of stories, among what is kept of people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Organisation, User
from accounts.personal_data.durations import held_by
from accounts.personal_data.exports import moment
from accounts.personal_data.registry import (
    EVERYBODY,
    Retention,
    Row,
    register_erasure,
    register_export,
    register_retention,
)
from marketplace.recognition.models import StoryOffer, ThankYou
from marketplace.recognition.presentation import offered_by
from marketplace.recognition.stories import PROMPTS
from marketplace.signals import story_offers_erased

SIDES = ("exchange__giver", "exchange__receiver")


def thanks_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    return held_by(ThankYou.objects.filter(at__lt=before), organisation, "thanks", *SIDES)


def offers_due(organisation: Organisation | None, before: datetime) -> QuerySet[Any]:
    offers = StoryOffer.objects.filter(at__lt=before)
    return held_by(offers, organisation, "story_offers", *SIDES)


def erase_thanks(found: QuerySet[Any]) -> int:
    ids = list(found.order_by().values_list("pk", flat=True))
    return ThankYou.objects.filter(pk__in=ids).delete()[0]


def erase_offers(found: QuerySet[Any]) -> int:
    ids = list(found.order_by().values_list("pk", flat=True))
    return StoryOffer.objects.filter(pk__in=ids).delete()[0]


def received(user: Any) -> list[Row]:
    return [
        {
            "Échange": one.exchange.listing.title,
            "De la part de": one.for_organisation.name,
            "Le": moment(one.at),
            "Merci": one.words,
            "Savoir-faire confirmé": one.skill,
            "Montré": one.skill_shown,
            "État": one.get_state_display(),
        }
        for one in ThankYou.objects.filter(to=user).for_page()
    ]


def given(user: Any) -> list[Row]:
    return [
        {"Échange": one.exchange.listing.title, "Le": moment(one.at), "Merci": one.words}
        for one in ThankYou.objects.filter(author=user).for_page()
    ]


def told(user: Any) -> list[Row]:
    return [
        {
            "Échange": one.exchange.listing.title,
            "Le": moment(one.at),
            **{prompt: getattr(one, name) for name, prompt in PROMPTS},
            "Mon prénom peut paraître": one.may_name,
        }
        for one in offered_by(user)
    ]


def forget(user: User) -> None:
    """Take away what the person wrote, and what was written to them: it was about them."""
    ThankYou.objects.filter(author=user).delete()
    ThankYou.objects.filter(to=user).delete()
    offers = StoryOffer.objects.filter(by=user)
    pages = [pk for pk in offers.values_list("page_id", flat=True) if pk is not None]
    offers.delete()
    if pages:
        story_offers_erased.send(sender=StoryOffer, page_ids=pages)


def register() -> None:
    register_retention(
        Retention(
            key="thanks",
            label="Mercis",
            counted_from="le jour où ils sont dits",
            default_months=36,
            least_months=12,
            most_months=60,
            due=thanks_due,
            erase=erase_thanks,
            why="Un merci se relit avec plaisir quelque temps ; il n’est pas un dossier.",
            held_by=EVERYBODY,
        )
    )
    register_retention(
        Retention(
            key="story_offers",
            label="Mots donnés pour un récit",
            counted_from="le jour où ils sont donnés",
            default_months=12,
            least_months=3,
            most_months=24,
            due=offers_due,
            erase=erase_offers,
            why="Le temps d’écrire le récit, qui a sa propre durée.",
            held_by=EVERYBODY,
        )
    )
    register_export("Les mercis que j’ai reçus", received)
    register_export("Les mercis que j’ai dits", given)
    register_export("Ce que j’ai proposé de raconter", told)
    register_erasure(forget)
