"""Who may read which page, and what reading costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from accounts.models import Membership
from accounts.readers import forget_reader
from home.models import (
    ContentPage,
    GuidePage,
    HomePage,
    NewsPage,
    SchemePage,
    SectionPage,
    StoryPage,
    TrackPage,
)
from home.provisioning.pages import words_for
from home.provisioning.sites import provision_platform
from home.provisioning.starter import add_track, install_platform_pages, install_starter
from home.queries import audience_tokens, pages_visible_to, public_elsewhere
from home.signals import pages_changed
from portal.templatetags.icons import drawing
from tests.factories import AssociationFactory, UserFactory, VerificationFactory, join
from tests.home.factories import Intranet, guide, news, picture, story

MOST_QUERIES = 20


def titles(pages: Any) -> set[str]:
    return {page.title for page in pages}


@pytest.fixture
def written(vallees: Intranet, dunes: Intranet) -> Intranet:
    guide(vallees, "ouvert", title="Ouvert")
    guide(vallees, "entre-nous", title="Entre nous", audience="internal")
    guide(vallees, "brouillon", title="Brouillon").unpublish()
    guide(dunes, "ailleurs", title="Ailleurs")
    guide(dunes, "chez-eux", title="Chez eux", audience="internal")
    return vallees


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ("nobody", {"Ouvert"}),
        ("stranger", {"Ouvert"}),
        ("neighbour", {"Ouvert"}),
        ("agent", {"Ouvert", "Entre nous"}),
    ],
)
def test_the_restricted_branch_is_for_members_of_this_collectivite(
    written: Intranet, dunes: Intranet, reader: str, seen: set[str]
) -> None:
    people = {
        "nobody": AnonymousUser(),
        "stranger": UserFactory(),
        "neighbour": dunes.person("agent", "coordinator"),
        "agent": written.person("agent"),
    }
    pages = pages_visible_to(people[reader], written.site).filter(content_type__model="guidepage")
    assert titles(pages) == seen


def test_a_membership_that_ends_closes_the_branch_at_once(written: Intranet) -> None:
    agent = written.person("agent")
    assert "Entre nous" in titles(pages_visible_to(agent, written.site))
    Membership.objects.filter(user=agent).update(ends_at=timezone.now())
    forget_reader(agent)
    assert "Entre nous" not in titles(
        pages_visible_to(agent, written.site).filter(content_type__model="guidepage")
    )


def test_only_the_public_pages_of_others_are_found_elsewhere(written: Intranet) -> None:
    found = titles(public_elsewhere(written.site).filter(content_type__model="guidepage"))
    assert found == {"Ailleurs"}


def test_tokens_say_who_may_find_a_page(written: Intranet, dunes: Intranet) -> None:
    by_slug = {page.slug: page.pk for page in Page.objects.all()}
    tokens = audience_tokens(list(by_slug.values()))
    assert tokens[by_slug["ouvert"]] == ["public"]
    assert tokens[by_slug["entre-nous"]] == [f"org:{written.organisation.pk}"]
    assert tokens[by_slug["chez-eux"]] == [f"org:{dunes.organisation.pk}"]
    assert by_slug["brouillon"] not in tokens
    assert Page.get_first_root_node().pk not in tokens


def test_a_restricted_page_is_kept_by_no_cache(
    written: Intranet, client_for: Callable[..., Client]
) -> None:
    browser = client_for(written.person("agent"), written.host)
    assert "no-store" in browser.get("/interne/guides/entre-nous/")["Cache-Control"]
    assert "Cache-Control" not in browser.get("/guides/ouvert/")


def test_a_home_page_may_be_restricted_too(
    written: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    PageViewRestriction.objects.create(
        page=written.site.root_page, restriction_type=PageViewRestriction.LOGIN
    )
    assert client_for(None, written.host).get("/").status_code == 404
    assert client_for(dunes.person("agent"), written.host).get("/").status_code == 404
    assert "no-store" in client_for(written.person("agent"), written.host).get("/")["Cache-Control"]


@pytest.mark.parametrize(
    ("reader", "status"), [("nobody", 404), ("neighbour", 404), ("agent", 200)]
)
@pytest.mark.parametrize("path", ["/interne/", "/interne/guides/", "/interne/guides/entre-nous/"])
def test_a_restricted_page_answers_as_if_it_did_not_exist(
    written: Intranet,
    dunes: Intranet,
    client_for: Callable[..., Client],
    reader: str,
    status: int,
    path: str,
) -> None:
    people = {
        "nobody": None,
        "neighbour": dunes.person("agent", "editor"),
        "agent": written.person("agent"),
    }
    answer = client_for(people[reader], written.host).get(path)
    assert answer.status_code == status
    if reader == "nobody":
        assert "Se connecter" in answer.content.decode()


def test_a_page_restricted_elsewhere_is_refused_to_other_members_too(
    written: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    page = written.page("guides", "ouvert")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    neighbour = client_for(dunes.person("agent"), written.host)
    assert neighbour.get("/guides/ouvert/").status_code == 404
    agent = client_for(written.person("agent"), written.host)
    assert agent.get("/guides/ouvert/").status_code == 200


def test_the_site_map_leads_to_pages_however_deep_they_stand(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    above = vallees.root
    for depth in range(6):
        above = above.add_child(instance=ContentPage(title=f"Étage {depth}", slug=f"e{depth}"))
    site_map = client_for(None, vallees.host).get("/plan-du-site/").content.decode()
    assert '<a href="/e0/e1/e2/e3/e4/e5/">Étage 5</a>' in site_map


PATHS = [
    "/",
    "/pistes/",
    "/pistes/portage/",
    "/guides/",
    "/guides/ouvert/",
    "/recits/",
    "/recits/recit/",
    "/actualites/",
    "/actualites/nouvelle/",
    "/interne/",
    "/interne/guides/entre-nous/",
    "/plan-du-site/",
    "/theme.css",
]


@pytest.mark.parametrize(
    "roles",
    [
        ("agent",),
        ("agent", "editor"),
        ("agent", "coordinator"),
        ("agent", "manager"),
        ("agent", "editor", "coordinator", "manager"),
    ],
    ids="-".join,
)
def test_each_page_costs_at_most_twenty_queries_few_or_many(
    written: Intranet,
    client_for: Callable[..., Client],
    roles: tuple[str, ...],
) -> None:
    image = picture(written)
    track = add_track(written.site, {"slug": "portage", "title": "P"}, words_for(written.site))
    told = story(written, image=image, track="portage")
    news(written, image=image)
    news(written, "entre-nous", image=image, audience="internal")
    home = written.root
    home.featured = [("page", told), ("page", track)]
    home.save()
    person = written.person(*roles)
    # Someone who also acts for a verified association costs more to know.
    association = AssociationFactory()
    VerificationFactory(association=association, by=written.organisation)
    join(person, association, "representative")
    browser = client_for(person, written.host)
    few = {path: _queries(browser, path) for path in PATHS}
    for number in range(15):
        guide(written, f"guide-{number}", track="portage")
        story(written, f"recit-{number}", image=image, track="portage")
        news(written, f"nouvelle-{number}", image=image, audience="internal")
    for path in PATHS:
        many = _queries(browser, path)
        assert len(many) <= MOST_QUERIES, f"{path}: {len(many)}"
        assert len(many) - len(few[path]) <= 1, f"{path}: " + _difference(few[path], many)


def test_the_front_page_of_the_platform_costs_as_little(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    install_platform_pages(provision_platform("localhost"))
    browser = client_for(vallees.person("agent", "coordinator"))
    assert len(_queries(browser, "/")) <= MOST_QUERIES


def _queries(browser: Client, path: str) -> CaptureQueriesContext:
    browser.get(path)  # fills the renditions and Wagtail's cache of addresses
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200, path
    return captured


def _difference(few: CaptureQueriesContext, many: CaptureQueriesContext) -> str:
    known = {query["sql"] for query in few.captured_queries}
    return "\n".join(q["sql"][:200] for q in many.captured_queries if q["sql"] not in known)


def test_a_section_lists_by_track_and_by_screen(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    add_track(vallees.site, {"slug": "portage", "title": "Portage"}, words_for(vallees.site))
    guide(vallees, "avec", title="Avec la piste", track="portage")
    for number in range(13):
        guide(vallees, f"sans-{number}", title=f"Sans {number}")
    browser = client_for(None, vallees.host)
    first = browser.get("/guides/").content.decode()
    assert "Page </span>2" in first
    only = browser.get("/guides/?piste=portage").content.decode()
    assert "Avec la piste" in only
    assert "Sans 1" not in only
    assert browser.get("/guides/?piste=inconnue&page=999999").status_code == 200
    assert browser.get("/guides/?page=abc").status_code == 200


def test_a_page_of_another_site_is_not_served_here(
    written: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    assert client_for(None, written.host).get("/guides/ailleurs/").status_code == 404
    assert client_for(None, dunes.host).get("/guides/ailleurs/").status_code == 200


def test_what_editors_type_is_shown_as_text(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    story(
        vallees,
        title="<script>alert(1)</script>",
        summary="<img src=x onerror=alert(1)>",
        person="<b>Léa</b>",
        body=[{"quote": {"text": "<script>1</script>", "author": "<i>x</i>"}}],
    )
    text = client_for(None, vallees.host).get("/recits/recit/").content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "<script>1" not in text


def test_the_parents_of_each_type_are_strict(vallees: Intranet) -> None:
    guides, stories = vallees.page("guides"), vallees.page("recits")
    assert GuidePage.can_create_at(guides)
    assert not GuidePage.can_create_at(stories)
    assert StoryPage.can_create_at(vallees.page("interne", "recits"))
    assert not NewsPage.can_create_at(vallees.root)
    assert not SchemePage.can_create_at(guides)
    assert not SectionPage.can_create_at(vallees.root)
    assert not HomePage.can_create_at(Page.get_first_root_node())


def test_a_page_without_a_picture_carries_the_pictogram_of_its_kind_or_one_chosen(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    assert guide(vallees).icon_name == "book-2"
    assert story(vallees, reading_icon="music").icon_name == "music"
    assert news(vallees, icon="bike").icon_name == "bike"
    with pytest.raises(ValueError, match="Pictogramme inconnu"):
        guide(vallees, "autre", icon="inconnu")
    page = client_for(None, vallees.host).get("/recits/recit/").content.decode()
    assert drawing("music") in page
    listed = client_for(None, vallees.host).get("/actualites/").content.decode()
    assert drawing("bike") in listed


def test_who_discovers_the_site_reads_how_it_works(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    install_starter(vallees.site)
    install_platform_pages(provision_platform("localhost"))
    for browser in (client_for(None, vallees.host), client_for()):
        text = browser.get("/").content.decode()
        assert "Comment ça marche" in text
        assert text.count('class="how-to-title"') == 3
    agent = client_for(vallees.person("agent"), vallees.host)
    assert "Comment ça marche" not in agent.get("/").content.decode()


def test_changes_are_told_with_the_pages_they_reach(vallees: Intranet) -> None:
    told: list[set[int]] = []

    def note(page_ids: list[int], **kwargs: Any) -> None:
        told.append(set(page_ids))

    pages_changed.connect(note)
    try:
        page = guide(vallees)
        assert {page.pk} in told
        told.clear()
        page.save_revision().publish()
        assert {page.pk} in told
        told.clear()
        page.unpublish()
        assert {page.pk} in told
        told.clear()
        section = vallees.page("guides")
        PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)
        assert {section.pk, page.pk} in told
        told.clear()
        page.delete()
        assert {page.pk} in told
    finally:
        pages_changed.disconnect(note)


def test_the_platform_presents_the_collectivites(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    provision_platform("localhost")
    install_platform_pages(provision_platform("localhost"))
    text = client_for().get("/").content.decode()
    assert "/mentions-legales/" in text
    assert "Les Vallées" in text
    assert Site.objects.filter(is_default_site=True).count() == 1
    assert not Page.objects.filter(title__startswith="Welcome").exists()


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "/\\/evil.example", "https://evil.example", "guides/"],
)
def test_the_invitation_of_a_track_leads_nowhere_else(address: str) -> None:
    field = TrackPage._meta.get_field("call_to_action_path")
    with pytest.raises(ValidationError, match="barre oblique"):
        field.clean(address, None)
    assert field.clean("/guides/?q=velo", None) == "/guides/?q=velo"


def test_a_page_on_paper_says_where_it_is_read_as_it_has_become(
    written: Intranet, client_for: Callable[..., Client]
) -> None:
    page = client_for(None, written.host).get("/guides/ouvert/").content.decode()
    assert f"Cette page, à jour&nbsp;: {written.host}/guides/ouvert/" in page


def test_its_editors_change_a_page_from_the_page(
    vallees: Intranet, dunes: Intranet, client_for: Callable[..., Client]
) -> None:
    """Who saw a slip while reading had to find the page again in the explorer."""
    address = f"/cms/pages/{guide(vallees).pk}/edit/"
    for role in ("editor", "coordinator"):
        browser = client_for(vallees.person(role), vallees.host)
        assert address in browser.get("/guides/premier-pas/").content.decode()
        assert browser.get(address).status_code == 200
    for reader in (None, vallees.person("agent"), dunes.person("editor")):
        page = client_for(reader, vallees.host).get("/guides/premier-pas/").content.decode()
        assert "Modifier cette page" not in page
