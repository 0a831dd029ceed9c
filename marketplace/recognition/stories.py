"""«Je veux bien le raconter»: what one side would tell, for the editors of who gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.rights import organisation_of
from marketplace.recognition.models import StoryOffer
from marketplace.recognition.rules import OVER, side_of
from marketplace.refusals import Refused
from marketplace.signals import story_offered

PROMPTS = (
    ("beginning", "Comment cela a commencé"),
    ("moment", "Un moment que vous retenez"),
    ("change", "Ce que cela a changé"),
)
ALREADY = "Cet échange a déjà son récit en préparation."
NO_INTRANET = (
    "L’organisme qui a donné n’a pas d’intranet ici, donc pas encore d’endroit où raconter. "
    "Gardez vos mots pour le retour de l’échange, ou pour un merci."
)


def why_not_tell(user: Any, exchange: Exchange) -> str:
    """Return why `user` may not offer to tell the story of this exchange, or an empty text."""
    if not side_of(user, exchange):
        return "Un échange se raconte par celles et ceux qui l’ont vécu."
    if exchange.state not in OVER:
        return "Un échange se raconte une fois que tout est fait."
    if StoryOffer.objects.filter(exchange=exchange).exists():
        return ALREADY
    return "" if exchange.giver.site_id else NO_INTRANET


@transaction.atomic
def offer_story(
    exchange: Exchange, actor: User, words: Mapping[str, str], *, may_name: bool
) -> StoryOffer:
    """Hand the words over to the editors, once an exchange. Raises Refused."""
    if refusal := why_not_tell(actor, exchange):
        raise Refused(refusal)
    said = {name: words.get(name, "").strip()[:1500] for name, _ in PROMPTS}
    if not any(said.values()):
        raise Refused("Écrivez quelques mots, là où ils vous viennent.")
    try:
        with transaction.atomic():
            offer = StoryOffer.objects.create(
                exchange=exchange,
                by=actor,
                for_organisation=organisation_of(side_of(actor, exchange), exchange),
                may_name=may_name,
                **said,
            )
    except IntegrityError:
        raise Refused(ALREADY) from None
    story_offered.send(sender=StoryOffer, offer=offer)
    return offer
