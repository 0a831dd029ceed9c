"""The demonstration looks lived-in for every role, and loading it again changes nothing."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from accounts.models import Membership, Notice, Organisation, Role, User
from accounts.readers import reader_for
from home.media.models import EditorialDocument, EditorialImage
from home.models import ArticlePage, CallPage, EventPage, GuidePage, NewsPage, StoryPage, TrackPage
from home.provisioning.texts import starter as read_starter
from marketplace.choices import TRANSFERS_OF_NATURE, ExchangeState, ListingState
from marketplace.models import Consent, Exchange, Listing, Photo
from portal.demonstration.source import read
from portal.desks.queries import piles_for, team_exchanges

pytestmark = [pytest.mark.demo, pytest.mark.django_db]

MODELS = (
    *(Organisation, User, Membership, Role, Listing, Exchange, Photo, StoryPage, GuidePage),
    *(EditorialImage, EditorialDocument, Notice),
)


def _load():
    call_command("load_demo", "--quiet-table")


def _counts():
    return {model.__name__: model.objects.count() for model in MODELS}


def test_it_is_lived_in_and_loading_it_again_changes_nothing(settings):
    settings.DEMO_MODE = True
    _load()
    first = _counts()

    assert Listing.objects.filter(direction="offer", state="published").count() >= 60
    assert Listing.objects.filter(direction="need", state="published").count() >= 30
    assert Exchange.objects.count() >= 20
    shown = {"proposed", "agreed", "confirmed", "declined", "cancelled", "expired"}
    assert (
        shown
        <= set(Exchange.objects.values_list("state", flat=True))
        <= {str(state) for state in ExchangeState}
    )
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


def test_no_intranet_is_the_copy_of_another(settings):
    settings.DEMO_MODE = True
    _load()
    homes = [one.site.root_page.specific for one in Organisation.objects.filter(site__isnull=False)]
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


def test_a_page_loaded_before_its_picture_was_drawn_gets_it_unless_an_editor_was_there(settings):
    settings.DEMO_MODE = True
    _load()
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


def test_an_exchange_comes_after_its_listing_and_within_its_days(settings):
    settings.DEMO_MODE = True
    _load()
    exchanges = Exchange.objects.all()
    assert not exchanges.filter(created_at__lt=F("listing__published_at")).exists()
    assert exchanges.filter(wanted_until__lt=F("listing__available_until")).exists()
    assert not exchanges.filter(wanted_until__gt=F("listing__available_until")).exists()
    assert not exchanges.filter(wanted_from__lt=F("listing__available_from")).exists()


def test_each_account_of_the_table_has_something_to_look_at(settings):
    settings.DEMO_MODE = True
    _load()
    addresses = {item["key"]: item["email"] for item in read("people")["people"]}
    for account in read("people")["accounts"]:
        person = User.objects.get(email=addresses[account["person"]])
        assert Listing.objects.visible_to(person).exists(), account["role"]
        assert person.is_superuser or reader_for(person).organisation_ids, account["role"]


def test_someone_belongs_to_two_intranets_and_each_keeps_its_own_inside(settings):
    """The account is in the printed table: both sides can be seen in the demonstration."""
    settings.DEMO_MODE = True
    _load()
    person = User.objects.get(email="lucas.perrin@trois-vallees.demo.example")
    sites = [one.site for one in Organisation.objects.belonging_to(person).order_by("slug")]
    assert [site.hostname for site in sites] == ["moeres.localhost", "trois-vallees.localhost"]
    for site in sites:
        pages = NewsPage.objects.visible_to(person, site)
        assert pages.filter(url_path__contains="/interne/").exists()
        assert not pages.exclude(path__startswith=site.root_page.path).exists()


def test_managers_and_coordinators_find_work_on_their_desks(settings):
    settings.DEMO_MODE = True
    _load()
    addresses = {item["key"]: item["email"] for item in read("people")["people"]}
    thomas = User.objects.get(email=addresses["thomas-wagner"])
    sylvie = User.objects.get(email=addresses["sylvie-hoffmann"])
    assert team_exchanges(thomas, None)
    piles = [title for title, _ in piles_for(sylvie)]
    assert {"Associations à vérifier", "Annonces à relire", "Demandes sans réponse"} <= set(piles)
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
