"""«Je veux bien le raconter» becomes a draft for the editors of who gave, and nothing more."""

from __future__ import annotations

import pytest

from accounts.models import Notice
from accounts.personal_data.erasure import erase
from home.models import StoryPage
from marketplace.models import StoryOffer
from marketplace.recognition import stories
from marketplace.refusals import Refused
from tests.factories import AssociationFactory, VerificationFactory, member
from tests.home.factories import intranet
from tests.marketplace.factories import completed, published, under_way

pytestmark = pytest.mark.django_db
WORDS = {"beginning": "Un mardi <b>gris</b>.", "change": "Nous y retournons."}


@pytest.fixture
def told():
    """A loan that is over, given by a collectivité that has an intranet."""
    giver = intranet("vallees", name="Les Vallées").organisation
    association = AssociationFactory()
    VerificationFactory(association=association, by=giver)
    agent = member(giver, "agent", first_name="Nadia", last_name="Merle")
    editor = member(giver, "agent", "editor")
    odile = member(association, "representative", first_name="Odile", last_name="Kern")
    exchange = under_way(published(agent, giver), odile, association)
    completed(exchange, odile, agent, quantity="1", kind="units")
    return exchange, odile, agent, editor


def test_a_draft_waits_for_the_editors(told) -> None:
    exchange, odile, _, editor = told
    offer = stories.offer_story(exchange, odile, WORDS, may_name=False)
    story = StoryPage.objects.get()
    assert not story.live
    assert story.title == exchange.listing.title
    assert (story.person, story.consent_scope) == ("", "")
    assert story.path.startswith(exchange.giver.site.root_page.path)
    body = str(story.body)
    assert "&lt;b&gt;gris&lt;/b&gt;" in body
    assert "Odile" not in body + story.title
    assert offer.page_id == story.pk
    notice = Notice.objects.get(recipient=editor, kind="story_offered")
    assert str(story.pk) in notice.path


def test_once_an_exchange_whoever_says_it(told) -> None:
    exchange, odile, agent, _ = told
    stories.offer_story(exchange, odile, WORDS, may_name=True)
    for who in (odile, agent):
        with pytest.raises(Refused, match="déjà"):
            stories.offer_story(exchange, who, WORDS, may_name=True)
    assert StoryPage.objects.get().person == "Odile"


def test_nothing_without_words_nor_by_somebody_else(told) -> None:
    exchange, odile, _, editor = told
    with pytest.raises(Refused, match="quelques mots"):
        stories.offer_story(exchange, odile, {"moment": " "}, may_name=False)
    with pytest.raises(Refused):
        stories.offer_story(exchange, editor, WORDS, may_name=False)
    assert not StoryPage.objects.exists()


def test_without_an_intranet_it_is_said_kindly(w, client_for) -> None:
    exchange = under_way(published(w.nadia, w.metropole), w.odile, w.association)
    completed(exchange, w.odile, w.nadia, quantity="1", kind="units")
    with pytest.raises(Refused, match="pas d’intranet"):
        stories.offer_story(exchange, w.odile, WORDS, may_name=False)
    page = client_for(w.odile).get(f"/mes-echanges/{exchange.ref}/").text
    assert "pas encore d’endroit où raconter" in page


def test_from_the_page(told, client_for) -> None:
    exchange, odile, *_ = told
    page = f"/mes-echanges/{exchange.ref}/"
    client = client_for(odile)
    assert "Je veux bien le raconter" in client.get(page).text
    assert client.get(page + "raconter/").status_code == 200
    assert client.post(page + "raconter/", {"moment": ""}).status_code == 200
    assert client.post(page + "raconter/", WORDS).status_code == 302
    assert "déjà son récit" in client.get(page).text
    assert StoryOffer.objects.count() == 1


def test_whoever_has_their_account_erased_takes_their_words_back(told) -> None:
    exchange, odile, *_ = told
    stories.offer_story(exchange, odile, WORDS, may_name=True)
    erase(odile)
    assert not StoryPage.objects.exists()
    assert not StoryOffer.objects.exists()
