"""The platform's own site, which every test that serves pages needs."""

from __future__ import annotations

from wagtail.models import Collection, Locale, Page, Site


def first_site() -> Site:
    """Return the platform's own site, on localhost.

    Puts back what Wagtail's migrations make, after a transactional test emptied the tables.
    """
    site = Site.objects.filter(is_default_site=True).first() or _made_again()
    site.hostname, site.port, site.site_name = "localhost", 80, "Entraide"
    site.save()
    return site


def _made_again() -> Site:
    Locale.objects.get_or_create(language_code="fr")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    return Site.objects.create(hostname="localhost", root_page=root, is_default_site=True)
