"""Several dates at once: all of them or none, one letter, one lock, and each keeps its own path."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from accounts.references import new_reference
from marketplace.booking.models import Allocation, Resource
from marketplace.catalogue.models import Listing
from marketplace.exchanges import ending, todos
from marketplace.exchanges import rules as exchange_rules
from marketplace.exchanges.models import Exchange, Message
from marketplace.exchanges.series import rules
from marketplace.exchanges.series.models import Series
from marketplace.exchanges.series.rules import Planned
from marketplace.exchanges.wishes import Wish
from marketplace.personal_data.kinds import erase_exchanges
from marketplace.refusals import Refused
from tests.marketplace.booking.factories import at, bikes, next_monday
from tests.marketplace.booking.test_exchanges import bike_listing, book
from tests.marketplace.factories import World, world

pytestmark = pytest.mark.django_db


def dates(listing: Listing, weeks: int = 3, message: str = "Pour la chorale.") -> list[Planned]:
    mondays = [next_monday() + timedelta(weeks=number) for number in range(weeks)]
    return [Planned(listing, Wish(message, at(day, 9), at(day, 12))) for day in mondays]


def ask_all(w: World, planned: list[Planned], who=None, body=None, **kw) -> Series:
    values = {"ref": new_reference(), "every_weeks": 1, "until": timezone.localdate()} | kw
    return rules.ask_all(who or w.karim, body or w.metropole, planned, **values)


def every_day(w: World) -> Resource:
    """Return a bike that is lent every day of the year."""
    return bikes(1, organisation=w.metropole, closed_on_public_holidays=False)


def on_request(w: World) -> Listing:
    return bike_listing(w, every_day(w), access="on_request")


def states(series: Series) -> list[str]:
    return list(series.exchanges.order_by("wanted_from").values_list("state", flat=True))


def refs(series: Series) -> list[str]:
    return list(series.exchanges.order_by("wanted_from").values_list("ref", flat=True))


def told(person) -> list[Notice]:
    return list(Notice.objects.filter(recipient=person))


def test_every_date_is_booked_and_its_keeper_is_told_once() -> None:
    w = world()
    series = ask_all(w, dates(bike_listing(w)))
    assert states(series) == ["confirmed"] * 3
    assert Allocation.objects.live().count() == 3
    (notice,) = told(w.nadia)
    assert notice.subject.replace("\u00a0", " ").startswith("3 dates réservées par")
    assert notice.path == series.get_absolute_url()
    assert Message.objects.count() == 1, "one word for all of them"


def test_one_date_in_the_way_and_nothing_is_booked() -> None:
    w = world()
    listing = bike_listing(w)
    book(listing, w.paul, w.partner)
    with pytest.raises(Refused, match=r"^Le lundi .*: c’est déjà pris"):
        ask_all(w, dates(listing))
    assert Exchange.objects.count() == Allocation.objects.count() == 1
    assert not Series.objects.exists()


def test_the_same_page_sent_twice_is_one_series() -> None:
    w = world()
    planned, ref = dates(bike_listing(w)), new_reference()
    series = ask_all(w, planned, ref=ref)
    with pytest.raises(rules.AlreadyPlanned) as again:
        ask_all(w, planned, ref=ref)
    assert again.value.series == series
    assert Exchange.objects.count() == 3


def test_a_taken_date_may_be_waited_for() -> None:
    w = world()
    listing = bike_listing(w)
    other = book(listing, w.paul, w.partner)
    first, *rest = dates(listing)
    waits = Planned(listing, Wish("", first.wish.wanted_from, first.wish.wanted_until, waits=True))
    series = ask_all(w, [waits, *rest])
    assert states(series) == ["waiting", "confirmed", "confirmed"]
    exchange_rules.cancel(other, w.paul)
    assert any(notice.kind == "exchange_offered" for notice in told(w.karim))


def test_a_date_may_be_of_another_listing() -> None:
    w = world()
    here, there = bike_listing(w), bike_listing(w)
    series = ask_all(w, [*dates(here, 1), dates(there, 2)[1]])
    assert set(series.exchanges.values_list("listing", flat=True)) == {here.pk, there.pk}


def test_at_least_one_date_and_not_too_many() -> None:
    w = world()
    listing = bike_listing(w, every_day(w))
    with pytest.raises(Refused, match="Gardez au moins une date"):
        ask_all(w, [])
    with pytest.raises(Refused, match="Pas plus de 40 dates"):
        ask_all(w, dates(listing, 41))
    assert states(ask_all(w, dates(listing, 40))) == ["confirmed"] * 40


def test_who_may_not_ask_for_one_may_not_ask_for_forty() -> None:
    w = world()
    with pytest.raises(Refused):
        ask_all(w, dates(bike_listing(w)), w.remi, w.newcomers)


def test_the_keeper_says_yes_to_all_or_to_some() -> None:
    w = world()
    series = ask_all(w, dates(on_request(w)))
    assert states(series) == ["proposed"] * 3
    assert not Allocation.objects.exists()
    (todo,) = [one for one in todos.mine(w.nadia) if one.kind == "exchange_to_answer"]
    assert todo.url == series.get_absolute_url()
    first, second, third = refs(series)
    rules.answer(series, w.nadia, [first, third])
    assert [one.state for one in series.exchanges.order_by("wanted_from")][1] == "proposed"
    assert Allocation.objects.live().count() == 2
    (notice,) = [one for one in told(w.karim) if one.kind == "exchange_accepted"]
    assert "2 dates" in notice.subject.replace("\u00a0", " ")
    rules.answer(series, w.nadia, [second], code="not_now")
    assert states(series)[1] == "declined"


def test_a_yes_that_one_calendar_refuses_is_a_yes_to_none() -> None:
    w = world()
    listing = on_request(w)
    series = ask_all(w, dates(listing))
    other = book(listing, w.paul, w.partner)
    exchange_rules.accept(other, w.nadia)
    assert states(series) == ["waiting", "proposed", "proposed"]
    Exchange.objects.filter(ref=refs(series)[0]).update(state="proposed")
    with pytest.raises(Refused, match="C’est pris à ces dates"):
        rules.answer(series, w.nadia, refs(series))
    assert states(series)[1:] == ["proposed", "proposed"]


def test_only_who_answers_says_yes() -> None:
    w = world()
    series = ask_all(w, dates(on_request(w)))
    for stranger in (w.karim, w.paul, w.sonia):
        with pytest.raises(Refused, match="Cochez au moins une date"):
            rules.answer(series, stranger, refs(series))
    assert states(series) == ["proposed"] * 3


def test_one_date_is_given_up_or_all_that_follow() -> None:
    w = world()
    series = ask_all(w, dates(bike_listing(w), 4))
    one, two, *_ = series.exchanges.order_by("wanted_from")
    exchange_rules.cancel(one, w.karim)
    assert states(series) == ["cancelled", "confirmed", "confirmed", "confirmed"]
    Notice.objects.all().delete()
    rules.cancel_from(series, w.karim, two)
    assert states(series) == ["cancelled"] * 4
    assert not Allocation.objects.live().exists()
    (notice,) = told(w.nadia)
    assert "3 dates annulées" in notice.subject.replace("\u00a0", " ")
    with pytest.raises(Refused, match="plus rien à annuler"):
        rules.cancel_from(series, w.karim, two)


def test_who_counts_on_it_is_told_why() -> None:
    w = world()
    series = ask_all(w, dates(on_request(w)))
    rules.answer(series, w.nadia, refs(series))
    first = series.exchanges.order_by("wanted_from")[0]
    with pytest.raises(Refused, match="dites en quelques mots pourquoi"):
        rules.cancel_from(series, w.karim, first)
    rules.cancel_from(series, w.nadia, first, "Le vélo est cassé.")
    assert states(series) == ["cancelled"] * 3


def test_what_stays_unanswered_is_told_in_one_letter() -> None:
    w = world()
    series = ask_all(w, dates(on_request(w)))
    Notice.objects.all().delete()
    assert ending.expire_due(timezone.now() + timedelta(days=60)) == 3
    assert len(told(w.karim)) == len(told(w.nadia)) == 1
    assert states(series) == ["expired"] * 3


def test_whoever_may_see_a_date_sees_the_series_and_nobody_else() -> None:
    w = world()
    series = ask_all(w, dates(bike_listing(w)))
    seen = [one for one in vars(w).values() if getattr(one, "email", "")]
    may = {one for one in seen if Series.objects.visible_to(one).filter(pk=series.pk).exists()}
    assert may == {w.karim, w.nadia, w.chloe}


def test_a_series_leaves_with_its_last_date() -> None:
    w = world()
    series = ask_all(w, dates(bike_listing(w)))
    erase_exchanges(series.exchanges.filter(ref=refs(series)[0]))
    assert Series.objects.filter(pk=series.pk).exists()
    erase_exchanges(series.exchanges.all())
    assert not Series.objects.exists()


def test_mes_echanges_has_one_line_a_series() -> None:
    w = world()
    listing = bike_listing(w)
    ask_all(w, dates(listing))
    alone = book(listing, w.karim, w.metropole, (14, 15))
    mine = Exchange.objects.of_person(w.karim).one_a_series()
    found = {one.pk: one.dates_together for one in mine}
    assert len(found) == 2
    assert found.pop(alone.pk) == 1
    assert list(found.values()) == [3]
