"""A listing lasts a year or until its own end, is called to mind, renewed, copied, and says why
it is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, Verification
from accounts.todos.registry import MINE, todos_for
from marketplace.catalogue import copying, lasting, photos, rules
from marketplace.catalogue.models import Listing
from marketplace.refusals import Refused
from tests.marketplace.factories import World, draft, picture, published, skill

Browser = Callable[..., Client]


def ends_in(listing: Listing, days: float, **fields: object) -> Listing:
    now = timezone.now()
    values = {"published_at": now - timedelta(days=300), "expires_at": now + timedelta(days=days)}
    Listing.objects.filter(pk=listing.pk).update(**values | fields)
    listing.refresh_from_db()
    return listing


def days_left(listing: Listing) -> int:
    assert listing.expires_at
    return round((listing.expires_at - timezone.now()).total_seconds() / 86_400)


def reminders() -> list[str]:
    found = Notice.objects.filter(kind="listing_ends_soon").order_by("pk")
    return [one.recipient.first_name for one in found]


def test_it_stays_online_for_a_year_or_until_its_own_end(w: World) -> None:
    assert days_left(published(w.nadia, w.metropole)) == 365
    soon = timezone.now() + timedelta(days=20)
    assert days_left(published(w.nadia, w.metropole, available_until=soon)) == 20


def test_changing_words_does_not_put_off_the_end_and_changing_dates_does(w: World) -> None:
    listing = ends_in(published(w.nadia, w.metropole), 3)
    assert days_left(rules.save(listing, w.nadia, {"summary": "Autrement dit."})) == 3
    later = timezone.now() + timedelta(days=40)
    assert days_left(rules.save(listing, w.nadia, {"available_until": later})) == 40


def test_the_end_is_called_to_mind_once_and_again_when_it_moved(w: World) -> None:
    listing = ends_in(published(w.nadia, w.metropole), 9)
    assert lasting.remind_due() == 1
    assert lasting.remind_due() == 0
    assert reminders() == ["Nadia"]
    assert f"/mes-annonces/{listing.ref}/prolonger/" == Notice.objects.get().path
    lasting.renew(listing, w.nadia)
    ends_in(listing, 5)
    assert lasting.remind_due() == 1
    assert "listing_ends_soon" in [todo.kind for todo in todos_for(w.nadia, MINE)]


@pytest.mark.parametrize(
    "fields",
    [
        {"expires_at": timezone.now() + timedelta(days=40)},
        {"expires_at": timezone.now() - timedelta(hours=1)},
        {"state": "paused"},
        {"published_at": timezone.now() - timedelta(days=3)},
    ],
    ids=["far", "over", "paused", "just put online"],
)
def test_what_does_not_end_soon_is_not_called_to_mind(w: World, fields: dict) -> None:
    ends_in(published(w.nadia, w.metropole), 9, **fields)
    assert lasting.remind_due() == 0


def test_the_link_shows_and_only_the_button_renews(w: World, client_for: Browser) -> None:
    listing = ends_in(published(w.nadia, w.metropole), 9)
    browser, url = client_for(w.nadia), f"/mes-annonces/{listing.ref}/prolonger/"
    assert "Est-ce toujours d’actualité" in browser.get(url).content.decode()
    listing.refresh_from_db()
    assert days_left(listing) == 9
    for _ in range(2):
        assert browser.post(url).headers["Location"] == listing.get_absolute_url()
    listing.refresh_from_db()
    assert days_left(listing) == 365
    assert listing.events.filter(from_state="published", to_state="published").count() == 1
    assert "il n’y a rien à faire" in browser.get(url).content.decode()
    for stranger in (w.paul, w.karim, w.chloe, w.odile):
        assert client_for(stranger).post(url).status_code == 404


def test_what_is_over_comes_back_and_its_last_day_moves(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole)
    yesterday = timezone.now() - timedelta(days=1)
    ends_in(listing, -1, available_until=yesterday, available_from=None)
    assert "Garder en ligne" in client_for(w.nadia).get("/mes-annonces/").content.decode()
    assert not Listing.objects.in_catalogue_for(w.paul).exists()
    lasting.renew(listing, w.nadia)
    assert Listing.objects.in_catalogue_for(w.paul).exists()
    assert listing.available_until == listing.expires_at


def test_a_dated_need_asks_for_new_dates_instead(w: World, client_for: Browser) -> None:
    need = published(w.odile, w.association, "need equipment loan")
    ends_in(need, 4, available_until=timezone.now() + timedelta(days=4))
    with pytest.raises(Refused, match="changez-les"):
        lasting.renew(need, w.odile)
    answer = client_for(w.odile).get(f"/mes-annonces/{need.ref}/prolonger/").content.decode()
    assert "Changer les dates" in answer


def test_an_association_no_longer_verified_does_not_renew(w: World) -> None:
    need = ends_in(published(w.odile, w.association, "need equipment loan"), 4)
    Verification.objects.all().delete()
    with pytest.raises(Refused):
        lasting.renew(need, w.odile)


# --- Copying -----------------------------------------------------------------------------------


def test_a_copy_is_a_draft_with_the_words_terms_tags_and_photos(w: World) -> None:
    listing = skill(w.nadia, w.metropole, "own", title="Animer", scope="public")
    rules.save(listing, w.nadia, {}, tags=["réunion"])
    photos.add(listing, w.nadia, picture(), "Une salle")
    made = copying.copy(listing, w.nadia)
    assert (made.state, made.title, made.scope) == ("draft", "Animer", "public")
    assert made.skill_terms.whose_time == "own"
    assert list(made.tags.names()) == ["réunion"]
    photo = made.photos.get()
    assert photo.description == "Une salle"
    assert made.ref in photo.file.name
    assert made.published_at is None


def test_pressing_twice_makes_one_copy(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole)
    browser, url = client_for(w.nadia), f"/mes-annonces/{listing.ref}/copier/"
    first, second = browser.post(url), browser.post(url)
    assert first.headers["Location"] == second.headers["Location"]
    assert Listing.objects.count() == 2


def test_dates_gone_by_stay_behind_and_so_does_the_calendar(w: World) -> None:
    over = timezone.now() - timedelta(days=2)
    listing = draft(w.nadia, w.metropole, available_until=over)
    assert copying.copy(listing, w.nadia).available_until is None


def test_only_whoever_answers_for_it_copies_and_never_what_was_taken_off(
    w: World, client_for: Browser
) -> None:
    listing = published(w.nadia, w.metropole, scope="public")
    assert client_for(w.karim).post(f"/mes-annonces/{listing.ref}/copier/").status_code == 404
    rules.withdraw(listing, w.chloe, "Une coordonnée privée.")
    with pytest.raises(Refused):
        copying.copy(listing, w.nadia)


# --- Gone --------------------------------------------------------------------------------------


def gone(browser: Client, listing: Listing) -> tuple[int, str]:
    answer = browser.get(listing.get_absolute_url())
    return answer.status_code, answer.content.decode()


def test_the_page_of_what_is_over_says_why_to_whom_could_read_it(
    w: World, client_for: Browser
) -> None:
    listing = ends_in(published(w.nadia, w.metropole, scope="partners"), -3)
    status, text = gone(client_for(w.paul), listing)
    assert status == 410
    assert "n’est plus dans le catalogue depuis" in text
    for other in (w.sonia, w.odile, None):
        status, text = gone(client_for(other), listing)
        assert (status, "Barnum" in text) == (404, False)


def test_what_was_put_away_says_nothing_more_of_itself(w: World, client_for: Browser) -> None:
    listing = published(w.nadia, w.metropole)
    rules.pause(listing, w.nadia)
    assert "est en pause" in gone(client_for(w.paul), listing)[1]
    rules.archive(listing, w.nadia)
    status, text = gone(client_for(w.paul), listing)
    assert (status, "rangée" in text, "Barnum" in text) == (410, True, False)


def test_what_moderation_took_off_looks_like_what_never_was(w: World, client_for: Browser) -> None:
    listing = published(w.chloe, w.metropole, scope="public")
    rules.withdraw(listing, w.chloe, "Erreur.")
    assert gone(client_for(w.paul), listing)[0] == 404
