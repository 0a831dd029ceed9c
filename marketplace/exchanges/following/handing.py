"""Entrusting an exchange to somebody of the coordination."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.readers import reader_for
from marketplace.catalogue.moderation import coordinators_of
from marketplace.exchanges import succession_telling
from marketplace.exchanges.models import Exchange
from marketplace.exchanges.queries import OPEN_STATES
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import exchanges_changed


@transaction.atomic
def entrust(exchange: Exchange, person: User | None, actor: User, *, seen: str = "") -> None:
    """Make `person` the named contact of the exchange, and of all the dates asked with it.

    `seen` is the id of who followed it when the page was read, empty for nobody: of two
    coordinators at once, the second is told. Raises Refused or Overtaken.
    """
    if person is None:
        raise Refused("Choisissez à qui vous le confiez.")
    held = Exchange.objects.select_for_update(of=("self",)).order_by("pk")
    together = list(
        held.filter(series=exchange.series_id, state__in=OPEN_STATES)
        if exchange.series_id
        else held.filter(pk=exchange.pk, state__in=OPEN_STATES)
    )
    first = next((one for one in together if one.pk == exchange.pk), None)
    if first is None:
        raise Overtaken("Cet échange est terminé : personne n’a plus à le suivre.")
    body = first.coordinator_body
    if not reader_for(actor).has_role("coordinator", body.pk):
        raise Refused(f"Son suivi revient à la coordination de cet organisme : {body.short_name}.")
    if not coordinators_of([body.pk]).filter(pk=person.pk).exists():
        raise Refused(
            f"{person} n’assure pas la coordination de cet organisme : {body.short_name}."
        )
    if first.coordinator_id == person.pk:
        raise Overtaken(f"{person} le suit déjà.")
    if seen != str(first.coordinator_id or ""):
        raise Overtaken(f"Il vient d’être confié à quelqu’un d’autre : {first.coordinator}.")
    changed = [one for one in together if one.coordinator_id != person.pk]
    Exchange.objects.filter(pk__in=[one.pk for one in changed]).update(coordinator=person)
    exchanges_changed.send(sender=Exchange, exchange_ids=[one.pk for one in changed])
    if person.pk != actor.pk:
        succession_telling.entrusted(first, person, actor)
