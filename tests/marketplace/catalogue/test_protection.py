"""What protects whoever gives time: the organisation's words, or «à confirmer»."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.catalogue.protection import presentation, rules
from marketplace.catalogue.protection.models import ProtectionText
from marketplace.choices import WhoseTime
from marketplace.refusals import Refused
from tests.factories import DepartmentFactory, member
from tests.marketplace.factories import skill, world

pytestmark = pytest.mark.django_db

WORDS = rules.Words(
    short="Payé et couvert, comme au bureau.",
    pay="Le salaire est maintenu.",
    accident="C’est un accident de service.",
    replacement="Le chef de service s’organise.",
    stopping="Un mot à la coordination suffit.",
    source="note 2026-14",
)
PATH = "/coordination/protection/"


@pytest.fixture
def w():
    return world()


def confirmed(w, words=WORDS, days_ago=10, **dates):
    day = timezone.localdate() - timedelta(days=days_ago)
    return rules.save(
        w.metropole,
        w.chloe,
        WhoseTime.WORKING,
        words,
        confirmed_by="le service juridique",
        confirmed_on=day,
        **dates,
    )


def test_without_words_of_its_own_the_box_says_that_they_are_to_be_confirmed(w):
    working, own = presentation.boxes_of(w.metropole)
    assert working["confirmation"].startswith("À confirmer")
    assert not working["is_confirmed"]
    # Volunteers are covered otherwise.
    assert "bénévole" in own["short"]
    assert working["facts"] != own["facts"]


def test_words_that_the_legal_service_confirmed_say_so_with_the_date_and_the_source(w):
    confirmed(w)
    box = presentation.boxes_of(w.metropole)[0]
    assert box["is_confirmed"]
    assert box["confirmation"].startswith("Confirmé par le service juridique le ")
    assert box["source"] == "note 2026-14"


def test_a_confirmation_lapses_after_its_last_day(w):
    text = confirmed(w, valid_until=timezone.localdate() - timedelta(days=1))
    assert not text.is_confirmed
    assert presentation.confirmation(text).startswith("À confirmer de nouveau")
    ProtectionText.objects.update(valid_until=timezone.localdate())
    text.refresh_from_db()
    assert text.is_confirmed


def test_a_text_that_changes_is_to_be_confirmed_again(w):
    text = confirmed(w)
    again = confirmed(w)
    assert again.is_confirmed
    changed = confirmed(w, replace(WORDS, pay="Le salaire est maintenu, sauf les primes."))
    assert changed.pk == text.pk
    assert changed.confirmed_on is None
    newly = confirmed(w, changed_words(), days_ago=2)
    assert newly.is_confirmed


def changed_words():
    return replace(WORDS, pay="Le salaire est maintenu, primes comprises.")


@pytest.mark.parametrize("who", ["nadia", "sonia", "odile", "gone", "staff"])
def test_only_its_coordination_changes_them(w, who):
    with pytest.raises(Refused):
        rules.save(w.metropole, getattr(w, who), WhoseTime.OWN, WORDS)


def test_half_a_confirmation_a_day_to_come_and_a_blank_are_refused(w):
    day = timezone.localdate()
    for wrong in (
        {"confirmed_by": "le service juridique"},
        {"confirmed_on": day},
        {"confirmed_by": "le juriste", "confirmed_on": day + timedelta(days=1)},
        {
            "confirmed_by": "le juriste",
            "confirmed_on": day,
            "valid_until": day - timedelta(days=1),
        },
    ):
        with pytest.raises(Refused):
            rules.save(w.metropole, w.chloe, WhoseTime.OWN, WORDS, **wrong)
    with pytest.raises(Refused):
        rules.save(w.metropole, w.chloe, WhoseTime.OWN, replace(WORDS, pay=" "))


def test_the_person_their_manager_and_the_coordination_read_it_whole_the_others_one_sentence(w):
    listing = skill(w.nadia, w.metropole)
    team = DepartmentFactory(organisation=w.metropole)
    w.nadia.memberships.update(department=team)
    manager = member(w.metropole, "agent", "manager")
    manager.memberships.update(department=team)
    other = member(w.metropole, "agent", "manager")
    other.memberships.update(department=DepartmentFactory(organisation=w.metropole))

    def box(user):
        return presentation.of_listing(listing, user)

    assert box(w.nadia)["is_whole"]
    assert box(manager)["is_whole"]
    assert box(w.chloe)["is_whole"]
    for reader in (w.karim, other, w.paul, w.odile):
        assert box(reader)["is_whole"] is False
    assert box(w.gone) is None
    assert box(None) is None


def test_the_page_shows_each_what_is_theirs(client_for, w):
    listing = skill(w.nadia, w.metropole)
    hers = client_for(w.nadia).get(listing.get_absolute_url()).content.decode()
    assert "Ce qui me protège" in hers
    assert "Qui me remplace" in hers
    theirs = client_for(w.odile).get(listing.get_absolute_url()).content.decode()
    assert "Ce qui protège cette personne" in theirs
    assert "Qui me remplace" not in theirs


def test_who_writes_reads_both_kinds_of_time_beside_the_question(client_for, w):
    listing = skill(w.nadia, w.metropole)
    page = client_for(w.nadia).get(f"/marche/publier/{listing.ref}/etape-2/").content.decode()
    assert page.index("Sur quel temps") < page.index("J’aimerais")
    assert "Sur mon temps de travail" in page
    assert "Sur mon temps personnel" in page


def form_data(**changes):
    words = {name: getattr(WORDS, name) for name in (*rules.WORDS, "source")}
    return {
        "whose_time": "working",
        **{f"working-{name}": value for name, value in (words | changes).items()},
    }


def test_the_coordination_writes_them_on_its_page(client_for, w):
    client = client_for(w.chloe)
    page = client.get(PATH).content.decode()
    assert "À confirmer" in page
    day = timezone.localdate().isoformat()
    answer = client.post(
        f"{PATH}?pour={w.metropole.ref}",
        form_data(confirmed_by="le service juridique", confirmed_on=day),
    )
    assert answer.status_code == 302
    saved = ProtectionText.objects.get()
    assert saved.is_confirmed
    assert saved.changed_by == w.chloe
    refused = client.post(PATH, form_data(pay=""))
    assert "Écrivez ce texte" in refused.content.decode()


def test_html_is_shown_as_it_was_typed(client_for, w):
    confirmed(w, replace(WORDS, short="<b>gras</b>", pay="<script>alert(1)</script>"))
    listing = skill(w.nadia, w.metropole)
    page = client_for(w.nadia).get(listing.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
