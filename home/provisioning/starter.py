"""The first pages of a site, written once in `home/starter/` and adapted by each collectivité."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.models import Site

from home.models import ContentPage, SchemePage, TrackPage
from home.provisioning.calls import add_call
from home.provisioning.legal import add_legal_pages
from home.provisioning.pages import add_guide, words_for
from home.provisioning.texts import Words, sources, starter
from home.provisioning.tree import branch, ensure_child

FIRST_CALL = {"model": "initiative", "slug": "racontez-nous-une-initiative"}


@transaction.atomic
def install_starter(site: Site) -> None:
    """Add what is missing of the starter content; what editors have changed stays as it is."""
    words = words_for(site)
    pages = starter("pages") or {}
    _intros(site, pages, words)
    _how_it_works(site, pages, words)
    for data in starter("tracks") or []:
        add_track(site, data, words)
    for data in starter("guides") or []:
        add_guide(site, data)
    add_free_pages(site, pages, words)
    # A draft: its editors choose when they have the time to read answers.
    add_call(site, {**FIRST_CALL, "draft": True})


def add_track(site: Site, data: dict[str, Any], words: Words) -> TrackPage:
    """Return the track of that slug with its schemes, added if missing."""
    action = data.get("call_to_action") or {}
    track, _ = ensure_child(
        branch(site, "pistes"),
        TrackPage(
            title=words.plain(data["title"]),
            slug=data["slug"],
            icon=data.get("icon") or "compass",
            summary=words.plain(data.get("summary")),
            call_to_action_label=words.plain(action.get("label")),
            call_to_action_path=_path(action.get("page")),
            body=words.body(data.get("body")),
            sources=sources(data.get("sources")),
        ),
    )
    for scheme in data.get("schemes") or []:
        ensure_child(
            track,
            SchemePage(
                title=words.plain(scheme["title"]),
                slug=scheme["slug"],
                summary=words.plain(scheme.get("summary")),
                body=words.body(scheme.get("body")),
            ),
        )
    return track


def add_free_pages(site: Site, pages: dict[str, Any], words: Words) -> None:
    """Add what is missing of the page about the site, the legal pages and the calls to action."""
    about = pages.get("about")
    add_legal_pages(site, pages.get("legal") or {}, words)
    # The tracks' calls to action lead to these.
    entries = list((pages.get("actions") or {}).values())
    if about:
        entries.insert(0, {"slug": "a-propos", **about})
    for data in entries:
        ensure_child(
            site.root_page.specific,
            ContentPage(
                title=words.plain(data["title"]),
                slug=data["slug"],
                summary=words.plain(data.get("summary")),
                body=words.body(data.get("body")),
            ),
        )


def _intros(site: Site, pages: dict[str, Any], words: Words) -> None:
    """Write the introductions that are still empty."""
    intros = pages.get("intros") or {}
    for slugs, key in [
        ((), "home"),
        (("interne",), "interne"),
        (("pistes",), "pistes"),
        (("guides",), "guides"),
        (("recits",), "recits"),
        (("actualites",), "actualites"),
        (("agenda",), "agenda"),
        (("articles",), "articles"),
        (("appels",), "appels"),
    ]:
        page = branch(site, *slugs)
        text = words.plain(intros.get(key))
        if text and not page.intro:
            page.intro = text
            page.save()


def _how_it_works(site: Site, pages: dict[str, Any], words: Words) -> None:
    """Write the steps of the home page, if there are none yet."""
    home = site.root_page.specific
    steps = pages.get("how_it_works") or []
    if steps and not home.how_it_works:
        home.how_it_works = words.body([{"step": step} for step in steps])
        home.save()


def _path(target: Any) -> str:
    """Return an address of the site from «/marche/» or «guides/premier-pas»."""
    text = str(target or "").strip()
    if not text:
        return ""
    text = "/" + text.strip("/")
    return text if "?" in text or text == "/" else text + "/"


def install_platform_pages(site: Site) -> None:
    """Add the page about the platform, its legal pages, how it works: what is missing."""
    pages = starter("pages") or {}
    _how_it_works(site, pages, words_for(site))
    wanted = {key: pages[key] for key in ("about", "legal") if key in pages}
    add_free_pages(site, wanted, words_for(site))
