"""The platform's site, the four intranets, their stories, guides, articles, news, events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Site
from wagtail.query import PageQuerySet

from accounts.models import Organisation, User
from home.events.pages import CANCELLED
from home.media.models import EditorialImage
from home.models import EventPage, GuidePage, SignUp
from home.provisioning.pages import add_article, add_event, add_guide, add_news, add_story
from home.provisioning.sites import provision_platform, provision_site
from home.provisioning.starter import install_platform_pages, install_starter
from home.typography import french
from portal.demonstration.legal import load_legal_pages
from portal.demonstration.media import Library, library
from portal.demonstration.source import addresses, days, read, some

WRITTEN = (
    ("stories", add_story),
    ("guides", add_guide),
    ("articles", add_article),
    ("news", add_news),
)
IDENTITY = ("tagline", "accent", "second", "mark", "whom_to_ask")
STARTER_AUTHOR = "la coordination de l’entraide"
STARTER_AGE = 60  # days: the intranets were opened then
BETWEEN_PAGES = 5
FRIDAY = 4


def load_sites(port: int) -> Iterator[str]:
    """Provision the platform and each intranet on `port`; yields their host names."""
    platform = provision_platform("localhost", port)
    load_legal_pages(platform, "plateforme")
    install_platform_pages(platform)
    yield platform.hostname
    for item in read("organisations"):
        intranet = item.get("intranet")
        if not intranet:
            continue
        organisation = Organisation.objects.get(slug=item["key"])
        site = provision_site(
            organisation,
            f"{intranet['host_prefix']}.localhost",
            port,
            identity={key: intranet[key] for key in IDENTITY},
        )
        known = set(site.root_page.get_descendants(inclusive=True).values_list("pk", flat=True))
        load_legal_pages(site, organisation.slug)
        _introduce(site, intranet["intro"])
        install_starter(site)
        starter = site.root_page.get_descendants().exclude(pk__in=known)
        # A draft keeps no date: it was never read.
        _date_back(starter.live(), STARTER_AGE)
        GuidePage.objects.filter(pk__in=starter, author_name="").update(author_name=STARTER_AUTHOR)
        yield site.hostname


def load_pages() -> Iterator[str]:
    """Add the demonstration's stories, guides, articles, news and events to each intranet; yields
    their titles."""
    intranets = {
        item["key"]: item["intranet"] for item in read("organisations") if item.get("intranet")
    }
    sites = {
        organisation.slug: organisation.site
        for organisation in Organisation.objects.select_related("site").filter(slug__in=intranets)
    }
    shown = library()
    for name, add in WRITTEN:
        for number, data in enumerate(some(read(name))):
            # Those without a date were written one after the other, the first the newest.
            dated = {"days_ago": BETWEEN_PAGES * number + 4} | data
            written = shown.illustrated(dated)
            page = add(sites[data["site"]], written)
            _illustrate(page, written["image"])
            yield page.title
    yield from _load_events(sites, shown)
    for key, intranet in intranets.items():
        _compose_front_page(sites[key], some(intranet.get("featured")))


def _load_events(sites: dict[str, Site], shown: Library) -> Iterator[str]:
    emails = addresses()
    for data in read("events"):
        written = shown.illustrated(data | {"in_days": _in_days(data)})
        event = add_event(sites[data["site"]], written)
        _illustrate(event, written["image"])
        people = User.objects.in_bulk(
            [emails[key] for key in some(data.get("people"))], field_name="email"
        )
        if not event.sign_ups.exists():
            _sign_up(event, [people[emails[key]] for key in some(data.get("people"))], data)
        yield event.title


def _introduce(site: Site, text: str) -> None:
    """Open the front page with words of its own, unless it has some."""
    home = site.root_page.specific
    if not home.intro:
        home.intro = french(text)
        home.save()


def _illustrate(page: Any, picture: EditorialImage | None) -> None:
    """Give its picture to a page loaded before it was drawn, unless an editor has been there."""
    if picture and page.image_id is None and page.latest_revision_id is None:
        page.image = picture
        page.save(clean=False, update_fields=["image"])


def _in_days(data: dict[str, Any]) -> int:
    """Return how far the day is, moved away from today when it falls on a week-end and may not."""
    wanted = int(data["in_days"])
    step = 1 if wanted > 0 else -1
    while data.get("on_a_working_day") and _weekday(wanted) > FRIDAY:
        wanted += step
    return wanted


def _weekday(in_days: int) -> int:
    return (timezone.localdate() + timedelta(days=in_days)).weekday()


def _sign_up(event: EventPage, people: list[User], data: dict[str, Any]) -> None:
    """Sign these people up in their order, past and cancelled events too: as it would have been."""
    host = event.host_organisation()
    for rank, person in enumerate(people):
        theirs = list(Organisation.objects.belonging_to(person).order_by("pk"))
        coming = event.places is None or rank < event.places
        at = days(-int(data["days_ago"]), hour=8 + rank)
        SignUp.objects.create(
            event=event,
            user=person,
            organisation=host if host in theirs else theirs[0],
            state=SignUp.State.COMING if coming else SignUp.State.WAITING,
            signed_up_at=at,
            placed_at=at if coming else None,
            told=CANCELLED if event.is_cancelled else event.announcement,
        )


def _date_back(pages: PageQuerySet, age: int) -> None:
    """Make the pages as old as the intranet: else all of them would be news."""
    then = days(-age)
    pages.update(first_published_at=then, last_published_at=then, latest_revision_created_at=then)


def _compose_front_page(site: Site, slugs: list[str]) -> None:
    """Put the pages on the front page, unless its editors have already chosen."""
    home = site.root_page.specific
    if home.featured:
        return
    pages = {page.slug: page for page in home.get_descendants().live().filter(slug__in=slugs)}
    home.featured = [("page", pages[slug]) for slug in slugs if slug in pages]
    home.save()
