"""The letter that each coordinator receives on Monday: what is theirs to follow first.

`tick` calls `write_due`. The letter is a notice like the others: who chose a digest finds it in the
one of that morning, and it is written an hour before the digests leave for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.letters import base_url_for
from accounts.models import Membership, Organisation, User
from accounts.notices.rules import tell
from accounts.periods import live_q
from marketplace.exchanges.following.queries import followed_by_others
from marketplace.insight.models import MondayLetter
from marketplace.insight.piles import PILES, Desk, Line, Pile
from marketplace.words import NBSP, counted, day_words

HOUR = time(6, 0)  # local time, before the digests of seven o'clock
# A scheduler that was down on Monday still writes on Tuesday; later, the week is left.
STILL_MONDAY = timedelta(days=2)
# What is said of one pile; the desk shows the rest.
AT_MOST = 5
# New requests are good to know, and wait for nothing: alone they make no letter.
ONLY_NEWS = "nouveautes"


def monday_of(now: datetime) -> tuple[date, datetime]:
    """Return the last Monday whose hour has come, in local time, and that moment."""
    local = timezone.localtime(now)
    monday = local.date() - timedelta(days=local.weekday())
    begins = timezone.make_aware(datetime.combine(monday, HOUR))
    if begins > now:
        monday -= timedelta(days=7)
        begins = timezone.make_aware(datetime.combine(monday, HOUR))
    return monday, begins


def write_due(now: datetime | None = None) -> int:
    """Write the letters of this Monday that are not written yet; returns how many.

    May run twice, or in two processes at once. Whoever has nothing waiting gets none.
    """
    now = now or timezone.now()
    monday, begins = monday_of(now)
    if now - begins > STILL_MONDAY:
        return 0
    return sum(_write(person, body, monday) for person, body in _coordinators(begins, monday))


def _coordinators(begins: datetime, monday: date) -> Iterator[tuple[User, Organisation]]:
    """Yield who coordinates what since before that moment, and was not looked at this week."""
    held = (
        Membership.objects.filter(
            live_q(""),
            live_q("roles__"),
            roles__kind="coordinator",
            roles__starts_at__lte=begins,
            user__is_active=True,
            organisation__closed_at__isnull=True,
        )
        .select_related("user", "organisation__site")
        .order_by("organisation", "user")
        .distinct()
    )
    done = set(
        MondayLetter.objects.filter(Q(week__gte=monday) | Q(is_wanted=False)).values_list(
            "coordinator_id", "organisation_id"
        )
    )
    for one in held:
        if (one.user_id, one.organisation_id) not in done:
            yield one.user, one.organisation


@transaction.atomic
def _write(person: User, organisation: Organisation, monday: date) -> bool:
    """Write one letter, unless somebody else does or nothing waits; returns whether it is told."""
    if not _take(person, organisation, monday):
        return False
    piles = waiting(person, organisation)
    if not any(pile.slug != ONLY_NEWS for pile, _, _ in piles):
        return False
    base_url = base_url_for(person, organisation)
    number = sum(count for pile, count, _ in piles if pile.slug != ONLY_NEWS)
    tell(
        person,
        kind="coordination_monday",
        subject=f"{organisation.short_name}{NBSP}: {counted(number, 'chose', 'choses')} à suivre "
        "cette semaine",
        body="\n\n".join(
            [
                "Voici ce qui vous revient d’abord. Chaque ligne mène à la page où elle se règle.",
                *(_words(*one, base_url) for one in piles),
                "Pour ne plus recevoir cette lettre et garder vos autres nouvelles, allez au bas "
                "de la page de la coordination.",
            ]
        ),
        path=reverse("coordination"),
        action="Ouvrir la coordination",
        organisation=organisation,
    )
    return True


def _take(person: User, organisation: Organisation, monday: date) -> bool:
    """Keep this week's letter for who calls; returns False when somebody else has it."""
    rows = MondayLetter.objects.filter(coordinator=person, organisation=organisation)
    earlier = rows.filter(Q(week__lt=monday) | Q(week__isnull=True), is_wanted=True)
    if earlier.update(week=monday):
        return True
    if rows.exists():
        return False
    try:
        with transaction.atomic():
            MondayLetter.objects.create(coordinator=person, organisation=organisation, week=monday)
    except IntegrityError:
        return False
    return True


def waiting(person: User, organisation: Organisation) -> list[tuple[Pile, int, list[Line]]]:
    """Return the piles that hold something for this person first: how much, and the first lines.

    What a service asks goes to who follows it; what nobody follows goes to everybody.
    """
    others = followed_by_others(person, organisation)
    desk = Desk(person, frozenset({organisation.pk}), leaving_out=frozenset(others))
    found = []
    for pile in PILES:
        rows = pile.rows(desk)
        if pile.in_letters:
            rows = rows.order_by(*pile.in_letters)
        if count := rows.order_by().count():
            found.append((pile, count, [pile.line(one) for one in rows[:AT_MOST]]))
    return found


def _words(pile: Pile, count: int, lines: list[Line], base_url: str) -> str:
    """Return one pile in a paragraph: a line for each thing, with the page that settles it."""
    said = [f"{pile.title} ({count})"]
    for line in lines:
        detail = f" ({line.detail})" if line.detail else ""
        said.append(f"– {line.title}{detail}, depuis le {day_words(line.since)}")
        said.append(f"{line.action}{NBSP}: {base_url}{line.url}")
    if count > len(lines):
        all_of_it = f"{base_url}{reverse('desk_pile', args=[pile.slug])}"
        others = counted(count - len(lines), "autre", "autres")
        said.append(f"– et {others}{NBSP}: {all_of_it}")
    return "\n".join(said)


def want(person: User, organisation: Organisation, wanted: bool) -> None:
    """Receive this letter, or no more; other news is left as the person chose."""
    MondayLetter.objects.update_or_create(
        coordinator=person, organisation=organisation, defaults={"is_wanted": wanted}
    )


def is_wanted(person: User, organisation: Organisation) -> bool:
    """Return whether this person receives the letter."""
    stopped = MondayLetter.objects.filter(is_wanted=False)
    return not stopped.filter(coordinator=person, organisation=organisation).exists()


def forget(person: User) -> None:
    """Leave nothing of somebody whose account is emptied."""
    MondayLetter.objects.filter(coordinator=person).delete()
