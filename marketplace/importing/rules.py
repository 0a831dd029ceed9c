"""A file of things: kept for its dry run, then imported once, all or nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.importing.reading import table_of, text_of
from accounts.models import Organisation, User
from accounts.readers import reader_for
from marketplace.booking import rules as booking
from marketplace.booking.models import Resource, Unit
from marketplace.booking.setting_up import check_room
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue.models import Listing
from marketplace.choices import Direction, Nature, Transfer
from marketplace.importing.columns import COLUMNS, MOST_LINES, REQUIRED
from marketplace.importing.models import ThingsFile
from marketplace.importing.plan import NEW, Plan, Thing, plan_for
from marketplace.refusals import Refused
from marketplace.signals import calendar_freed

TRANSFERS = {
    Nature.EQUIPMENT: Transfer.LOAN,
    Nature.VEHICLE: Transfer.LOAN,
    Nature.PREMISES: Transfer.HOSTING,
    Nature.DESK: Transfer.HOSTING,
}


def keep_file(organisation: Organisation, by: User, name: str, content: bytes) -> ThingsFile:
    """Return the file, kept for its dry run. Raises Unreadable."""
    text = text_of(content)
    table_of(text, COLUMNS, REQUIRED, MOST_LINES)
    return ThingsFile.objects.keep(organisation, by, name, text)


def dry_run(kept: ThingsFile) -> Plan:
    """Return what importing the file would do today. Raises Unreadable or Refused."""
    if not kept.text:
        raise Refused("Ce fichier a été importé, ou n’est plus gardé : envoyez-le de nouveau.")
    return plan_for(kept.organisation, table_of(kept.text, COLUMNS, REQUIRED, MOST_LINES))


def import_file(kept: ThingsFile, actor: User) -> ThingsFile:
    """Import the file, once; returns it with what was done. Raises Refused, nothing written."""
    try:
        with transaction.atomic():
            return _import(kept, actor)
    except IntegrityError:
        raise Refused(
            "Quelqu’un a changé les mêmes choses au même moment : rien n’a été importé. "
            "Recommencez."
        ) from None


def _import(kept: ThingsFile, actor: User) -> ThingsFile:
    kept = (
        ThingsFile.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=kept.pk)
    )
    if not reader_for(actor).has_role("coordinator", kept.organisation_id):
        raise Refused("L’import est réservé à la coordination de l’organisme.")
    plan = dry_run(kept)
    if plan.problems:
        raise Refused("Le fichier a des lignes à corriger : rien n’a été importé.")
    known = [thing.existing.pk for thing in plan.changing() if thing.existing]
    booking.lock(known)
    # As things are under the lock: their keepers may have changed them while one waited.
    plan = dry_run(kept)
    for thing in plan.changing():
        if thing.kind == NEW:
            _create(kept.organisation, actor, thing)
        else:
            _change(thing)
    kept.text, kept.by, kept.applied_at = "", actor, timezone.now()
    kept.counts = plan.counts
    kept.save()
    return kept


def _create(organisation: Organisation, actor: User, thing: Thing) -> None:
    """Make the thing, with a draft of its listing for whoever answers for it."""
    resource = Resource.objects.create(
        organisation=organisation,
        department=thing.department,
        code=thing.code,
        name=thing.name,
        kind=Resource.Kind.ITEMISED if thing.units else Resource.Kind.BULK,
        quantity=thing.quantity or 1,
        commune=organisation.commune,
        place_label=thing.place,
    )
    _add_units(resource, thing)
    nature = Nature(thing.nature)
    draft = listing_rules.create_draft(
        actor, organisation, direction=Direction.OFFER, nature=nature, transfer=TRANSFERS[nature]
    )
    keeper = thing.keeper or actor
    Listing.objects.filter(pk=draft.pk).update(
        title=thing.name,
        resource=resource,
        quantity=len(thing.units) or resource.quantity,
        place_label=thing.place,
        department=thing.department or draft.department_id,
        keeper=keeper,
        entered_by=actor if keeper != actor else None,
    )


def _change(thing: Thing) -> None:
    resource = thing.existing
    if resource is None:
        return
    resource.name = thing.name
    resource.place_label = thing.place or resource.place_label
    resource.department = thing.department or resource.department
    if not resource.is_itemised:
        resource.quantity = thing.quantity or resource.quantity
    resource.save(update_fields=["name", "place_label", "department", "quantity"])
    here = {unit.label: unit for unit in resource.units.all()}
    for label, condition in thing.units.items():
        unit = here.get(label)
        if unit is not None and condition and condition != unit.condition:
            Unit.objects.filter(pk=unit.pk).update(
                condition=condition, in_service=condition != Unit.Condition.BROKEN
            )
    _add_units(resource, thing, but=here)
    try:
        check_room(resource)
    except Refused as refusal:
        raise Refused(f"{thing.code}, {thing.name} : {refusal}") from None
    calendar_freed.send(sender=Resource, resource=resource)


def _add_units(resource: Resource, thing: Thing, but: dict[str, Unit] | None = None) -> None:
    before = but or {}
    Unit.objects.bulk_create(
        Unit(
            resource=resource,
            label=label,
            condition=condition or Unit.Condition.GOOD,
            in_service=condition != Unit.Condition.BROKEN,
            position=len(before) + rank,
        )
        for rank, (label, condition) in enumerate(
            (label, condition) for label, condition in thing.units.items() if label not in before
        )
    )


def forget_old(now: datetime | None = None) -> int:
    """Forget old files of things; returns how many. `tick` runs it."""
    return ThingsFile.objects.forget_old(now)


def forget_person(user: User) -> None:
    """Whoever erases their account is in no file that waits."""
    ThingsFile.objects.forget_person(user)
