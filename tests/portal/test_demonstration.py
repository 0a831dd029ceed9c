"""The demonstration looks lived-in for every role, and loading it again changes nothing."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client, TestCase, override_settings
from django.utils import timezone

from accounts.letters import base_url_for
from accounts.models import Membership, Notice, Organisation, Role, User
from accounts.readers import reader_for
from accounts.todos.registry import todos_for
from home.media.models import EditorialDocument, EditorialImage
from home.models import ArticlePage, CallPage, EventPage, GuidePage, NewsPage, StoryPage, TrackPage
from home.provisioning.texts import starter as read_starter
from marketplace.booking.calendar import CLOSED, FREE, PAST, days_of
from marketplace.booking.models import Closure, Resource
from marketplace.choices import TRANSFERS_OF_NATURE, ExchangeState, ListingState
from marketplace.exchanges.answers.rules import offers_for
from marketplace.exchanges.policy import needs_offer
from marketplace.feeds.models import Feed
from marketplace.importing.rules import dry_run
from marketplace.insight import piles
from marketplace.insight.figures import GIVEN, INSIDE, RECEIVED, figures_of, years_of
from marketplace.models import (
    Consent,
    Exchange,
    Incident,
    Interruption,
    LateReminder,
    Listing,
    Photo,
    Record,
    Reminder,
    Report,
    Review,
    Slot,
    ThankYou,
    ThingsFile,
)
from portal.demonstration import hands
from portal.demonstration.source import read
from portal.desks.queries import piles_for, team_exchanges
from tests.portal.test_notices_everywhere import kinds_told

pytestmark = [pytest.mark.demo, pytest.mark.django_db]

MODELS = (
    *(Organisation, User, Membership, Role, Listing, Exchange, Photo, StoryPage, GuidePage),
    *(EditorialImage, EditorialDocument, Notice),
)


# What may wait for a person away from a writing desk, by the names of its to-dos.
TO_DO = {
    *("exchange_to_answer", "exchange_agreed", "exchange_booked", "exchange_offered"),
    *("exchange_to_record", "exchange_to_confirm", "exchange_review", "consent_to_give"),
    *("loan_due_back", "hand_over_to_confirm", "incident_open", "insurance_missing"),
    *("listing_returned", "listing_ends_soon", "join_request", "association_unverified"),
    *("exchange_unanswered", "exchange_stuck", "exchange_disputed", "decision_missing"),
    *("consent_stuck", "listing_to_review", "listing_reported", "thanks_to_moderate"),
    *("verification", "partnership", "event_tomorrow"),
}

# What is told of the life of listings and exchanges; not what happens when somebody leaves.
NOTICES = {
    *("exchange_asked", "exchange_accepted", "exchange_confirmed", "exchange_booked"),
    *("exchange_declined", "exchange_cancelled", "exchange_expired", "exchange_message"),
    *("exchange_waiting", "exchange_offered", "exchange_called_to_mind", "exchange_to_follow"),
    *("exchange_coming", "exchange_entered", "exchange_stopping", "exchange_stopped"),
    *("exchange_recorded", "exchange_record_confirmed", "exchange_record_uncontested"),
    *("consent_asked", "consent_given", "consent_refused", "consent_tacit", "consent_talk"),
    *("consent_dates", "mediation_asked", "mediation_taken", "mediation_word"),
    *("mediation_settled", "hand_over_noted", "loan_late", "incident_settled", "insurance_ends"),
    *("thanked", "thanks_to_moderate", "thanks_moderated", "story_offered"),
    *("listing_to_review", "listing_returned", "listing_published", "listing_entered"),
    *("listing_ends_soon", "coordination_monday", "page_to_reread", "page_sent_back"),
    *("event_changed", "event_cancelled", "event_place_found", "event_reminder"),
    *("deputy_named", "role_begun", "membership_ended"),
}
# What the marketplace tells and nobody has been told here yet, each with the reason why.
WITHOUT_EXAMPLE = {
    "consent_dates_taken": "the other dates proposed wait for an answer: that step is to be seen",
    "consent_expired": "comes by itself once what waits here has had its time",
    "listing_changed": "comes with the first word changed in what is public",
}


def _person(key):
    addresses = {item["key"]: item["email"] for item in read("people")["people"]}
    return User.objects.get(email=addresses[key])


def _load():
    call_command("load_demo", "--quiet-table")


def _counts():
    return {model.__name__: model.objects.count() for model in MODELS}


# Days that say nothing of what is taken.
QUIET = {PAST, CLOSED}


@override_settings(DEMO_MODE=True)
class TestLoaded(TestCase):
    """Loaded once for all that only look at it."""

    @classmethod
    def setUpTestData(cls):
        _load()

    def test_calendars_have_gaps_among_what_is_taken(self):
        first = timezone.localdate().replace(day=1)
        months = [first, (first + timedelta(days=32)).replace(day=1)]
        with_gaps = [
            resource
            for resource in Resource.objects.for_calendar()
            if {FREE} < {day.state for month in months for day in days_of(resource, month)} - QUIET
        ]
        assert len(with_gaps) >= 5

    def test_it_is_lived_in_and_loading_it_again_changes_nothing(self):
        first = _counts()

        assert Listing.objects.filter(direction="offer", state="published").count() >= 60
        assert Listing.objects.filter(direction="need", state="published").count() >= 30
        assert Exchange.objects.count() >= 20
        answers = set(Consent.objects.values_list("state", "stopped_for"))
        assert {("asked", ""), ("asked", "talk"), ("asked", "dates")} <= answers
        assert {("given", ""), ("refused", ""), ("tacit", "")} <= answers
        natures = set(Listing.objects.values_list("nature", flat=True))
        assert natures == {str(nature) for nature in TRANSFERS_OF_NATURE}
        assert (
            {"draft", "submitted", "published", "paused"}
            <= set(Listing.objects.values_list("state", flat=True))
            <= {str(state) for state in ListingState}
        )

        intranets = Organisation.objects.filter(site__isnull=False)
        assert intranets.count() == 4
        for intranet in intranets:
            home = intranet.site.root_page
            assert TrackPage.objects.live().descendant_of(home).count() == 3
            assert StoryPage.objects.live().descendant_of(home).count() >= 3
            assert GuidePage.objects.live().descendant_of(home).count() >= 8
            assert NewsPage.objects.live().descendant_of(home).count() >= 3
            front = [block.value.specific for block in home.specific.featured]
            assert any(page.image and page.image.description for page in front)
            assert Notice.objects.filter(organisation=intranet, read_at=None).exists()
            for role in ("editor", "coordinator", "manager", "agent"):
                assert Role.objects.filter(membership__organisation=intranet, kind=role).exists()

        assert EventPage.objects.live().count() >= 8
        assert CallPage.objects.live().filter(closes_at__gt=timezone.now()).count() >= 4
        assert CallPage.objects.live().filter(closes_at__lte=timezone.now()).count() >= 2
        assert {*ArticlePage.objects.live().values_list("genre", flat=True)} >= {
            "controversy", "log", "review",
        }  # fmt: skip

        _load()
        assert _counts() == first

    def test_every_state_of_an_exchange_is_there_and_each_thing_that_waits_for_somebody(self):
        assert set(Exchange.objects.values_list("state", flat=True)) == set(ExchangeState.values)
        waiting = {todo.kind for person in User.objects.all() for todo in todos_for(person)}
        assert waiting >= TO_DO, TO_DO - waiting
        sylvie = _person("sylvie-hoffmann")
        assert [pile.slug for pile, count in piles.overview(sylvie, None) if not count] == []

    def test_people_were_told_what_happened_to_what_is_theirs(self):
        told = set(Notice.objects.values_list("kind", flat=True))
        assert told >= NOTICES, NOTICES - told

    def test_each_kind_that_the_marketplace_tells_has_its_example(self):
        told = set(Notice.objects.values_list("kind", flat=True))
        assert kinds_told("marketplace") - told == set(WITHOUT_EXAMPLE)

    def test_each_notice_opens_a_page_for_whoever_was_told(self):
        """On the host where its letter leads; who left is no reader of it any more."""
        still_here = Membership.objects.live().values("user")
        notices = Notice.objects.exclude(path="").filter(recipient__in=still_here)
        asked, closed, browsers = set(), [], {}
        for notice in notices.select_related("recipient", "organisation__site"):
            person = notice.recipient
            host = urlsplit(base_url_for(person, notice.organisation)).hostname
            if (person.pk, host, notice.path) in asked:
                continue
            asked.add((person.pk, host, notice.path))
            if (person.pk, host) not in browsers:
                browsers[person.pk, host] = browser = Client(headers={"host": host})
                browser.force_login(person, "django.contrib.auth.backends.ModelBackend")
            answer = browsers[person.pk, host].get(notice.path, follow=True)
            ways = [url for url, _ in answer.redirect_chain]
            # A link that was handed to somebody else says so, and nothing more.
            fine = (200, 410) if notice.path.startswith("/accord/") else (200,)
            if answer.status_code not in fine or any("/connexion/" in url for url in ways):
                closed.append((notice.kind, person.email, host, notice.path, answer.status_code))
        assert asked
        assert closed == []

    def test_each_habit_of_the_marketplace_has_its_example(self):
        tuesdays = Exchange.objects.filter(series__every_weeks=1, listing__title__icontains="salle")
        assert {ExchangeState.PROPOSED, ExchangeState.CONFIRMED} <= {one.state for one in tuesdays}
        assert Feed.objects.filter(resource=None).exists()
        assert Feed.objects.exclude(resource=None).exists()
        imported = ThingsFile.objects.get(applied_at__isnull=False)
        assert Resource.objects.filter(organisation=imported.organisation, code="RAQ-01").exists()
        assert dry_run(ThingsFile.objects.get(applied_at=None)).problems
        assert Listing.objects.exclude(entered_by=None).exists()
        assert Exchange.objects.exclude(entered_by=None).exclude(slot=None).exists()
        for made in (Closure, Incident, Interruption, Review, Reminder, LateReminder, Report):
            assert made.objects.exists(), made
        thanks = set(ThankYou.objects.values_list("state", flat=True))
        assert thanks >= {"private", "to_moderate", "public"}
        assert ThankYou.objects.filter(skill_shown=True).exclude(skill="").exists()
        assert Record.objects.filter(state=Record.State.CONFIRMED).exists()
        assert Slot.objects.filter(exchanges__state=ExchangeState.WAITING).exists()

    def test_every_category_of_staff_offers_or_asks(self):
        titles = Membership.objects.filter(user__listings_written__state="published")
        words = " ".join(titles.values_list("job_title", flat=True)).lower()
        for trade in ("atsem", "cantinière", "cuisinier", "informatique", "voirie", "entretien"):
            assert trade in words, trade
        for trade in ("jardinier", "auxiliaire", "secrétaire", "juriste", "directeur"):
            assert trade in words, trade

    def test_figures_say_numbers_and_still_hide_what_too_few_did(self):
        hidden = 0
        for intranet in Organisation.objects.filter(site__isnull=False):
            years = [figures_of(intranet, year) for year in years_of(intranet)]
            best = max(years, key=lambda one: one.outcomes.total or 0)
            for label in (GIVEN, RECEIVED, INSIDE):
                assert best.outcomes.count_of(label), (intranet, label)
            shown = [one.count for one in best.months.cells]
            assert shown.count(None) < len(shown) / 2, intranet
            assert best.delay
            assert any(site.whole.rate for site in best.sites), intranet
            hidden += best.hides
        assert hidden

    def test_no_intranet_is_the_copy_of_another(self):
        homes = [
            one.site.root_page.specific for one in Organisation.objects.filter(site__isnull=False)
        ]
        assert len({home.intro for home in homes}) == len(homes)
        starter = {guide["slug"] for guide in read_starter("guides")}
        for home in homes:
            guides = GuidePage.objects.live().descendant_of(home)
            assert 10 <= guides.count() <= 14
            assert guides.exclude(slug__in=starter).count() >= 4
            calls = CallPage.objects.live().descendant_of(home)
            assert EventPage.objects.live().descendant_of(home).count() >= 3
            assert calls.filter(closes_at__gt=timezone.now()).exists()
            assert calls.filter(closes_at__lte=timezone.now()).exists()
            # Two cards of one front page never show the same picture.
            pictures = [block.value.specific.image_id for block in home.featured]
            assert len(pictures) == 3
            shown = [pk for pk in pictures if pk]
            assert len(shown) == len(set(shown))
        for kind in (StoryPage, NewsPage, EventPage):
            titles = list(kind.objects.live().values_list("title", flat=True))
            assert len(titles) == len(set(titles))

    def test_a_page_loaded_before_its_picture_was_drawn_gets_it_unless_an_editor_was_there(self):
        shown = StoryPage.objects.exclude(image=None).order_by("pk")
        untouched, edited = shown[0], shown[1]
        StoryPage.objects.update(image=None)
        edited.refresh_from_db()
        edited.save_revision()
        _load()
        untouched.refresh_from_db()
        edited.refresh_from_db()
        assert untouched.image_id
        assert edited.image_id is None

    def test_an_exchange_comes_after_its_listing_and_within_its_days(self):
        exchanges = Exchange.objects.all()
        assert not exchanges.filter(created_at__lt=F("listing__published_at")).exists()
        assert exchanges.filter(wanted_until__lt=F("listing__available_until")).exists()
        assert not exchanges.filter(wanted_until__gt=F("listing__available_until")).exists()
        assert not exchanges.filter(wanted_from__lt=F("listing__available_from")).exists()

    def test_a_body_lends_or_gives_to_another_with_an_offer_of_whoever_answers(self):
        answers = Exchange.objects.filter(listing__direction="need")
        by_message = answers.filter(offer=None).select_related("listing", "giver")
        assert [one for one in by_message if needs_offer(one.listing, one.giver)] == []
        for one in answers.exclude(offer=None).select_related("listing", "asked_by", "offer"):
            fitting = offers_for(one.listing, one.asked_by, [one.giver])
            assert one.offer in fitting, one.offer.title

    def test_each_account_of_the_table_has_something_to_look_at(self):
        addresses = {item["key"]: item["email"] for item in read("people")["people"]}
        for account in read("people")["accounts"]:
            person = User.objects.get(email=addresses[account["person"]])
            assert Listing.objects.visible_to(person).exists(), account["role"]
            assert person.is_superuser or reader_for(person).organisation_ids, account["role"]

    def test_someone_belongs_to_two_intranets_and_each_keeps_its_own_inside(self):
        """The account is in the printed table: both sides can be seen in the demonstration."""
        person = User.objects.get(email="lucas.perrin@trois-vallees.demo.example")
        sites = [one.site for one in Organisation.objects.belonging_to(person).order_by("slug")]
        assert [site.hostname for site in sites] == ["moeres.localhost", "trois-vallees.localhost"]
        for site in sites:
            pages = NewsPage.objects.visible_to(person, site)
            assert pages.filter(url_path__contains="/interne/").exists()
            assert not pages.exclude(path__startswith=site.root_page.path).exists()

    def test_managers_and_coordinators_find_work_on_their_desks(self):
        addresses = {item["key"]: item["email"] for item in read("people")["people"]}
        thomas = User.objects.get(email=addresses["thomas-wagner"])
        sylvie = User.objects.get(email=addresses["sylvie-hoffmann"])
        assert team_exchanges(thomas, None)
        piles = [title for title, _ in piles_for(sylvie)]
        assert {"Associations à vérifier", "Annonces à relire", "Demandes sans réponse"} <= set(
            piles
        )
        assert "Autres demandes" not in piles


def test_it_is_refused_outside_demonstration_mode(settings):
    settings.DEMO_MODE = False
    with pytest.raises(CommandError, match="DEMO_MODE"):
        _load()


def test_listings_keep_the_rules_they_show():
    for item in read("listings"):
        assert item["transfer"] in TRANSFERS_OF_NATURE[item["nature"]], item["key"]
        if gift := item.get("gift"):
            published = item.get("state", "published") == "published"
            assert not (published and (gift.get("unit_value") or 0) > 300), item["key"]


def test_what_is_said_of_the_collection_names_no_day_of_the_week():
    """Its moments fall so many days after the loading, whatever the day of the week is then."""
    week = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
    need = next(one for one in read("listings") if one["key"] == hands.NEED)
    asked = [one for one in read("exchanges") if one["listing"] == hands.NEED]
    said = f"{need} {[one['message'] for one in asked]}".lower()
    assert not [day for day in week if day in said]
    assert "novembre" not in said
