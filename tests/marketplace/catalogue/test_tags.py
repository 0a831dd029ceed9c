"""Words to find a listing by: suggested from what one may see, written alike."""

from __future__ import annotations

import pytest

from marketplace.catalogue import tagging
from tests.marketplace.factories import draft, published, world

pytestmark = pytest.mark.django_db

WORDS = "/marche/publier/etiquettes/"


@pytest.fixture
def w():
    return world()


def tagged(listing, *words):
    listing.tags.set(words)
    return listing


def test_no_word_of_what_one_may_not_see_is_ever_suggested(w):
    tagged(published(w.nadia, w.metropole, scope="organisation"), "vélo secret")
    tagged(published(w.nadia, w.metropole, scope="partners"), "vélo partagé")
    tagged(draft(w.nadia, w.metropole, scope="public"), "vélo brouillon")
    tagged(published(w.nadia, w.metropole, scope="verified"), "vélo cargo")
    assert tagging.suggestions(w.karim, "velo") == ["vélo cargo", "vélo partagé", "vélo secret"]
    assert tagging.suggestions(w.paul, "VÉLO") == ["vélo cargo", "vélo partagé"]
    assert tagging.suggestions(w.sonia, "vélo") == ["vélo cargo"]
    assert tagging.suggestions(w.remi, "vélo") == []


def test_what_begins_as_typed_comes_first(w):
    tagged(published(w.nadia, w.metropole), "grand barnum", "barnum")
    assert tagging.suggestions(w.karim, "bar") == ["barnum", "grand barnum"]


def test_words_are_written_alike(w):
    assert tagging.tidy(["  Vélo ", "velo", "VÉLO  cargo", ""]) == ["vélo", "vélo cargo"]
    assert tagging.tidy(["VELO", "Kermesse"], known=["vélo"]) == ["vélo", "kermesse"]


def test_the_words_of_a_page_cost_the_same_for_few_and_many(w, django_assert_num_queries):
    for number in range(3):
        tagged(published(w.nadia, w.metropole), f"mot {number}", "commun")
    tagging.in_sight(w.karim)  # reads who is reading
    with django_assert_num_queries(1):
        assert len(tagging.in_sight(w.karim)) == 4


def test_one_ticks_what_is_already_in_use_without_javascript(client_for, w):
    tagged(published(w.nadia, w.metropole), "vélo", "cargo")
    listing = draft(w.karim, w.metropole)
    client, path = client_for(w.karim), f"/marche/publier/{listing.ref}/etape-2/"
    page = client.get(path).content.decode()
    assert 'name="more_tags" value="vélo"' in page
    data = {
        "title": "Triporteur",
        "quantity": "1",
        "exclusive_use": "True",
        "tags": "Velo, Remorque , <b>gras</b>",
        "more_tags": ["cargo", "inventé"],
    }
    assert client.post(path, data).status_code == 200  # a choice that is none
    data["more_tags"] = ["cargo"]
    assert client.post(path, data).status_code == 302
    names = {tag.name for tag in listing.tags.all()}
    assert names == {"vélo", "remorque", "<b>gras</b>", "cargo"}
    assert "<b>gras" not in client.get(listing.get_absolute_url()).content.decode()


def test_the_suggestions_are_for_members(client_for, w):
    tagged(published(w.nadia, w.metropole), "vélo")
    assert client_for(w.karim).get(WORDS, {"q": "ve"}).json() == {"words": ["vélo"]}
    assert client_for(None).get(WORDS, {"q": "ve"}).status_code == 302
    assert client_for(w.gone).get(WORDS, {"q": "ve"}).status_code == 403
