"""The launch kit of one intranet, as it looks half-way through."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.importing.applying import apply
from accounts.importing.plan import plan_for
from accounts.importing.reading import table_of
from accounts.models import Organisation, User
from home.models import Guest, Tick, Wave
from portal.demonstration.source import days, read, reference


def load_launch() -> Iterator[str]:
    """Tick the first half, import a file and send one wave, unless somebody began.

    Yields what it did. The letters of the wave left long ago, and an import sends nothing.
    """
    item = read("launch")
    organisation = Organisation.objects.get(slug=item["organisation"])
    coordinator = User.objects.get(ref=reference("user", item["coordinator"]))
    for line in item["ticks"]:
        Tick.objects.get_or_create(
            organisation=organisation,
            key=line["key"],
            defaults={"done_by": coordinator, "done_at": days(line["days"])},
        )
        yield line["key"]
    table = table_of(item["file"])
    if any(plan_for(organisation, table).changes()):
        apply(organisation, table, coordinator)
        yield "import"
    if Wave.objects.filter(organisation=organisation).exists():
        return
    wanted = item["wave"]
    people = User.objects.filter(ref__in=[reference("user", key) for key in wanted["people"]])
    wave = Wave.objects.create(
        organisation=organisation,
        source=Wave.Source.NEVER,
        sent_by=coordinator,
        sent_at=days(wanted["days"]),
        number_sent=len(people),
    )
    for person in people:
        Guest.objects.create(wave=wave, organisation=organisation, user=person)
    arrived = [reference("user", key) for key in wanted["arrived"]]
    came = days(wanted["days"] + 2)
    User.objects.filter(ref__in=arrived, last_login__isnull=True).update(last_login=came)
    yield wave.ref
