"""The platform's site, the four intranets, and their stories, guides and news."""

from __future__ import annotations

from collections.abc import Iterator

from wagtail.models import Site

from accounts.models import Organisation
from home.provisioning.pages import add_guide, add_news, add_story
from home.provisioning.sites import provision_platform, provision_site
from home.provisioning.starter import install_platform_pages, install_starter
from portal.demonstration.source import read, some


def load_sites(port: int) -> Iterator[str]:
    """Provision the platform and each intranet on `port`; yields their host names."""
    platform = provision_platform("localhost", port)
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
            identity={key: intranet[key] for key in ("tagline", "accent", "second", "mark")},
        )
        install_starter(site)
        yield site.hostname


def load_pages() -> Iterator[str]:
    """Add the demonstration's stories, guides and news to each intranet; yields their titles."""
    intranets = {
        item["key"]: item["intranet"] for item in read("organisations") if item.get("intranet")
    }
    sites = {
        organisation.slug: organisation.site
        for organisation in Organisation.objects.select_related("site").filter(slug__in=intranets)
    }
    for name, add in (("stories", add_story), ("guides", add_guide), ("news", add_news)):
        for data in some(read(name)):
            yield add(sites[data["site"]], data).title
    for key, intranet in intranets.items():
        _compose_front_page(sites[key], some(intranet.get("featured")))


def _compose_front_page(site: Site, slugs: list[str]) -> None:
    """Put the pages on the front page, unless its editors have already chosen."""
    home = site.root_page.specific
    if home.featured:
        return
    pages = {page.slug: page for page in home.get_descendants().live().filter(slug__in=slugs)}
    home.featured = [("page", pages[slug]) for slug in slugs if slug in pages]
    home.save()
