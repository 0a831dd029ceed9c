"""The platform's site, the four intranets, and their stories, guides and news."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import Organisation
from home.provisioning.pages import add_guide, add_news, add_story
from home.provisioning.sites import provision_platform, provision_site
from home.provisioning.starter import install_starter
from portal.demonstration.source import read, some


def load_sites(port: int) -> Iterator[str]:
    """Provision the platform and each intranet on `port`; yields their host names."""
    yield provision_platform("localhost", port).hostname
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
    sites = {
        item["key"]: Organisation.objects.select_related("site").get(slug=item["key"]).site
        for item in read("organisations")
        if item.get("intranet")
    }
    for name, add in (("stories", add_story), ("guides", add_guide), ("news", add_news)):
        for data in some(read(name)):
            yield add(sites[data["site"]], data).title
