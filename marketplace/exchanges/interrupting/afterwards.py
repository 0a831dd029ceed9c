"""What an exchange that stopped leaves to do: give back what is out, say what was done before."""

from __future__ import annotations

from typing import Any

from marketplace.exchanges.handover import rights as handing_over
from marketplace.exchanges.handover.queries import is_out
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.recording.models import Record
from marketplace.exchanges.telling import tell_of
from marketplace.words import NBSP

ENDED = "L’échange s’est arrêté."
TO_SAY = "Dites ce qui a été fait jusque-là. Un côté l’écrit, l’autre le confirme, et cela compte."
GIVE_BACK = "Il reste à le rendre, et à noter le retour. Le calendrier n’est libre qu’ensuite."
TAKE_BACK = (
    "C’est encore dehors. La personne qui l’a est prévenue. Convenez du retour dans la "
    "conversation, et notez-le quand c’est revenu."
)


def tell_what_is_left(sender: Any, *, exchange: Exchange, **kwargs: Any) -> None:
    """Tell each side, once, what remains for it; nobody when nothing does."""
    exchange = Exchange.objects.for_page().get(pk=exchange.pk)
    out = is_out(exchange)
    settled = exchange.records.filter(state__in=[Record.State.CONFIRMED, Record.State.UNCONTESTED])
    to_say = not exchange.listing.is_booked_directly and not settled.exists()
    if not (out or to_say):
        return
    title = exchange.listing.display_title
    taker = handing_over.taker_of(exchange)
    for person in {one.pk: one for one in (exchange.asked_by, exchange.keeper)}.values():
        back = (GIVE_BACK if person.pk == taker.pk else TAKE_BACK) if out else ""
        tell_of(
            exchange,
            person,
            "exchange_left_to_do",
            f"À rendre{NBSP}: {title}" if out else f"Dire ce qui a été fait{NBSP}: {title}",
            " ".join(filter(None, [ENDED, back, TO_SAY if to_say else ""])),
            "Noter le retour" if out else "Le dire",
            path=f"{exchange.get_absolute_url()}{'remise' if out else 'releve'}/",
        )
