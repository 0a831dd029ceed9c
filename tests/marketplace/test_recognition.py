"""Thanks stay between two people until one wants them read and another has read them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership, Notice
from accounts.todos.registry import COORDINATION, todos_for
from marketplace.catalogue.models import Listing
from marketplace.exchanges.models import Exchange
from marketplace.recognition import presentation, rules
from marketplace.recognition.models import ThankYou
from marketplace.refusals import Overtaken, Refused
from tests.marketplace.factories import World, completed, published, skill, under_way

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading(w: World) -> Exchange:
    w.nadia.skills = "Lecture à voix haute\nSoudure"
    w.nadia.save()
    exchange = under_way(
        skill(w.nadia, w.metropole, title="Lire à voix haute"), w.odile, w.association
    )
    Listing.objects.filter(pk=exchange.listing_id).update(scope="public")
    return completed(exchange, w.odile, w.nadia)


@pytest.fixture
def thanks(w: World, reading: Exchange) -> ThankYou:
    return rules.thank(reading, w.odile, "Le groupe en parle encore.", "Lecture à voix haute")


class TestSayingIt:
    def test_the_person_reads_it_at_once_and_nobody_else(self, w, reading, thanks):
        assert thanks.to == w.nadia
        assert thanks.state == "private"
        assert Notice.objects.filter(recipient=w.nadia, kind="thanked").count() == 1
        for user in (w.chloe, w.karim, w.paul, w.remi):
            assert not ThankYou.objects.visible_to(user).exists() or user == w.chloe
        assert not presentation.public_words(reading.listing)
        assert not todos_for(w.chloe, COORDINATION)

    def test_both_ways_once_each(self, w, reading, thanks):
        rules.thank(reading, w.nadia, "Merci de l’accueil.")
        for who in (w.nadia, w.odile):
            with pytest.raises(Refused, match="déjà"):
                rules.thank(reading, who, "Encore.")
        assert reading.thanks.count() == 2

    @pytest.mark.parametrize("who", ["karim", "chloe", "paul"])
    def test_nobody_thanks_in_their_place(self, w, reading, who):
        with pytest.raises(Refused):
            rules.thank(reading, getattr(w, who), "Merci.")

    def test_only_a_skill_of_the_person_by_whoever_received_it(self, w, reading):
        assert rules.skills_to_confirm(w.odile, reading) == [
            "Lire à voix haute",
            "Lecture à voix haute",
            "Soudure",
        ]
        assert rules.skills_to_confirm(w.nadia, reading) == []
        with pytest.raises(Refused):
            rules.thank(reading, w.odile, "Merci.", "Chirurgie")

    def test_not_before_the_end(self, w):
        early = under_way(published(w.nadia, w.metropole), w.odile, w.association)
        with pytest.raises(Refused, match="tout est fait"):
            rules.thank(early, w.odile, "Merci.")


class TestBeforeOthersReadIt:
    def test_it_takes_who_is_thanked_and_who_moderates(self, w, reading, thanks):
        for user in (w.odile, w.chloe):
            with pytest.raises(Refused):
                rules.ask_public(thanks, user, shows_name=False)
        with pytest.raises(Refused):
            rules.moderate(thanks, w.chloe, "public")
        rules.ask_public(thanks, w.nadia, shows_name=False)
        assert not presentation.public_words(reading.listing)
        w.chloe.__dict__.pop("_todos", None)
        assert [one.kind for one in todos_for(w.chloe, COORDINATION)] == ["thanks_to_moderate"]
        for user in (w.nadia, w.sonia, w.odile, w.paul):
            with pytest.raises(Refused):
                rules.moderate(thanks, user, "public")
        rules.moderate(thanks, w.chloe, "public")
        assert [one["words"] for one in presentation.public_words(reading.listing)] == [
            "Le groupe en parle encore."
        ]
        with pytest.raises(Overtaken):
            rules.moderate(thanks, w.chloe, "keep")

    def test_names_are_shown_only_if_the_person_wants_it(self, w, reading, thanks):
        rules.ask_public(thanks, w.nadia, shows_name=False)
        rules.moderate(thanks, w.chloe, "public")
        assert presentation.public_words(reading.listing)[0]["by"] == (
            "Lire en Moselle, aux Trois-Vallées"
        )
        rules.take_back(thanks, w.nadia)
        assert not presentation.public_words(reading.listing)
        rules.ask_public(thanks, w.nadia, shows_name=True)
        rules.moderate(thanks, w.chloe, "public")
        assert "Nadia Merle" in presentation.public_words(reading.listing)[0]["by"]

    @pytest.mark.parametrize("words", ["Merci Nadia !", "Bravo, madame MERLE.", "C’est nadia"])
    def test_words_that_say_the_name_do_not_go_out_without_it(self, w, reading, words):
        made = rules.thank(reading, w.odile, words)
        with pytest.raises(Refused, match="votre nom"):
            rules.ask_public(made, w.nadia, shows_name=False)
        rules.ask_public(made, w.nadia, shows_name=True)

    def test_colleagues_read_in_their_directory_the_skill_that_one_shows(
        self, w, reading, thanks, client_for
    ):
        own = w.nadia.memberships.get(organisation=w.metropole)
        Membership.objects.filter(pk=own.pk).update(in_directory=True)
        addresses = ("/annuaire/", f"/annuaire/{own.ref}/")
        colleague, elsewhere = client_for(w.karim), client_for(w.paul)
        words = f"{thanks.skill}\u00a0: {w.association.short_name}"
        assert not any(words in colleague.get(one).text for one in addresses)
        rules.show_skill(thanks, w.nadia, shown=True)
        assert all(words in colleague.get(one).text for one in addresses)
        assert words not in elsewhere.get(addresses[0]).text
        assert elsewhere.get(addresses[1]).status_code == 404

    def test_moderation_may_keep_it_between_them(self, w, thanks):
        rules.ask_public(thanks, w.nadia, shows_name=False)
        rules.moderate(thanks, w.chloe, "keep")
        with pytest.raises(Refused):
            rules.ask_public(thanks, w.nadia, shows_name=False)
        assert ThankYou.objects.visible_to(w.nadia).exists()

    def test_its_author_takes_it_back_and_may_say_it_again(self, w, reading, thanks):
        rules.show_skill(thanks, w.nadia, shown=True)
        with pytest.raises(Refused):
            rules.withdraw(thanks, w.nadia)
        rules.withdraw(thanks, w.odile)
        assert not ThankYou.objects.visible_to(w.nadia).standing()
        assert not presentation.confirmed_skills(reading.listing)
        rules.thank(reading, w.odile, "Autrement dit.")

    def test_a_report_is_read_and_hides_nothing_meanwhile(self, w, reading, thanks):
        with pytest.raises(Refused):
            rules.report(thanks, w.sonia, "Non.")
        rules.report(thanks, w.nadia, "Ces mots me gênent.")
        assert ThankYou.objects.moderated_by(w.chloe).to_moderate().get() == thanks
        rules.moderate(thanks, w.chloe, "withdraw")
        assert thanks.state == "withdrawn"
        assert Notice.objects.filter(kind="thanks_moderated").count() == 2

    def test_the_database_wants_it_read_before_it_is_public(self, thanks):
        with pytest.raises(IntegrityError), transaction.atomic():
            ThankYou.objects.filter(pk=thanks.pk).update(state="public")


class TestSkills:
    def test_a_skill_is_shown_if_the_person_wants_it(self, w, reading, thanks):
        assert presentation.confirmed_skills(reading.listing) == []
        with pytest.raises(Refused):
            rules.show_skill(thanks, w.odile, shown=True)
        rules.show_skill(thanks, w.nadia, shown=True)
        shown = presentation.confirmed_skills(reading.listing)
        assert shown == ["Lecture à voix haute\u00a0: Lire en Moselle"]
        rules.show_skill(thanks, w.nadia, shown=False)
        assert presentation.confirmed_skills(reading.listing) == []


class TestPages:
    def test_thanked_shown_moderated_read_by_everybody(self, w, reading, client_for):
        odile, nadia, chloe = client_for(w.odile), client_for(w.nadia), client_for(w.chloe)
        page = f"/mes-echanges/{reading.ref}/"
        assert "Dire merci" in odile.get(page).text
        data = {"words": "Quelle <b>voix</b> !", "skill": "Soudure"}
        assert odile.post(page + "merci/", data).status_code == 302
        assert odile.get(page + "merci/").status_code == 302
        mine = nadia.get("/mes-echanges/merci/").text
        assert "Quelle &lt;b&gt;voix&lt;/b&gt; !" in mine
        made = ThankYou.objects.get()
        change = f"/mes-echanges/merci/{made.ref}/"
        assert nadia.get(change).status_code == 405
        nadia.post(change, {"do": "public"})
        nadia.post(change, {"do": "show_skill"})
        assert client_for(w.karim).post(change, {"do": "keep"}).status_code == 404
        desk = f"/coordination/mercis/{made.ref}/"
        assert "Il peut paraître" in chloe.get(desk).text
        assert client_for(w.paul).get(desk).status_code == 404
        settled = chloe.post(desk, {"decision": "public"})
        assert settled["Location"] == "/coordination/suivi/mercis/"
        listing = client_for(None).get(reading.listing.get_absolute_url()).text
        assert "Quelle &lt;b&gt;voix&lt;/b&gt; !" in listing
        assert "Soudure" in listing
        assert "Nadia" not in listing

    def test_pages_cost_the_same_for_few_and_many(
        self, w, reading, thanks, client_for, django_assert_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        nadia = client_for(w.nadia)
        nadia.get("/mes-echanges/merci/")
        with CaptureQueriesContext(
            connection,
        ) as few:
            nadia.get("/mes-echanges/merci/")
        for _ in range(4):
            other = under_way(skill(w.nadia, w.metropole), w.odile, w.association)
            rules.thank(completed(other, w.odile, w.nadia), w.odile, "Merci.")
        with django_assert_num_queries(len(few)):
            nadia.get("/mes-echanges/merci/")
