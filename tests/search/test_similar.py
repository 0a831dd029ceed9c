"""Similar listings: of the same theme, else of the same kind, and only those one may see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from marketplace.catalogue import rules
from marketplace.catalogue.models import Listing
from search.similar import FEW, similar_to
from tests.factories import CategoryFactory
from tests.marketplace.factories import World, published, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def w() -> World:
    return world()


def titles(listing: Listing, user: User) -> list[str]:
    return [one.title for one in similar_to(listing, user)]


def test_those_of_the_same_theme_come_first_then_those_of_the_same_kind(w: World) -> None:
    theme = CategoryFactory()
    one = published(w.nadia, w.metropole, title="Barnum", category=theme)
    published(w.nadia, w.metropole, title="Chaises")
    published(w.nadia, w.metropole, title="Tente", category=theme)
    published(w.odile, w.association, "need equipment loan", title="Un besoin", category=theme)
    assert titles(one, w.paul) == ["Tente", "Chaises"]


def test_one_sees_only_what_one_may(w: World) -> None:
    one = published(w.nadia, w.metropole, scope="public")
    rules.approve(one, w.chloe)
    published(w.nadia, w.metropole, title="Entre nous", scope="organisation")
    assert titles(one, w.karim) == ["Entre nous"]
    assert titles(one, w.paul) == []


def test_there_are_few_and_never_itself(w: World) -> None:
    theme = CategoryFactory()
    made = [
        published(w.nadia, w.metropole, title=f"N° {number}", category=theme)
        for number in range(FEW + 3)
    ]
    found = titles(made[0], w.paul)
    assert len(found) == FEW
    assert made[0].title not in found


def test_the_page_shows_them(w: World, client_for: Callable[..., Client]) -> None:
    one = published(w.nadia, w.metropole, title="Barnum")
    published(w.nadia, w.metropole, title="Tente pliante")
    text = client_for(w.paul).get(one.get_absolute_url()).content.decode()
    assert "Offres semblables" in text
    assert "Tente pliante" in text


METZ, NANCY, PARIS = (49.1191, 6.1727), (48.6921, 6.1844), (48.8566, 2.3522)


def there(w: World, title: str, place: tuple[float, float] | None, **fields: object) -> Listing:
    """Return a published loan that is at this point, or nowhere that one knows."""
    one = published(w.nadia, w.metropole, title=title)
    latitude, longitude = place or (None, None)
    values = {"latitude": latitude, "longitude": longitude, "commune": None} | fields
    Listing.objects.filter(pk=one.pk).update(**values)
    return Listing.objects.get(pk=one.pk)


def test_the_nearest_come_first_and_none_is_too_far_to_be_fetched(w: World) -> None:
    """On both databases: the distance is theirs to compute."""
    theme = CategoryFactory()
    one = there(w, "Barnum", METZ, category=theme)
    there(w, "À Nancy", NANCY, category=theme)
    there(w, "À Paris", PARIS, category=theme)
    there(w, "À Metz", (49.12, 6.18))
    assert titles(one, w.paul) == ["À Metz", "À Nancy"]


def test_what_is_also_done_at_a_distance_may_be_anywhere_but_comes_last(w: World) -> None:
    one = there(w, "Barnum", METZ)
    there(w, "De Paris, à distance", PARIS, remote=True)
    there(w, "On ne sait où", None)
    there(w, "À Nancy", NANCY)
    found = titles(one, w.paul)
    assert found[0] == "À Nancy"
    assert set(found[1:]) == {"De Paris, à distance", "On ne sait où"}


def test_a_listing_without_a_place_is_like_others_wherever_they_are(w: World) -> None:
    one = there(w, "Barnum", None)
    there(w, "À Paris", PARIS)
    assert titles(one, w.paul) == ["À Paris"]
