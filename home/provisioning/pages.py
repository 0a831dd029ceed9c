"""Adding stories, guides, news, articles and events from written data; safe to repeat."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Page, Site

from accounts.days import day_start
from home.models import ArticlePage, EventPage, GuidePage, NewsPage, StoryPage, TrackPage
from home.pages.pictograms import PICTOGRAMS
from home.provisioning.texts import Words
from home.provisioning.tree import branch, ensure_child
from home.tags.rules import check_tags, tags_of_site


def words_for(site: Site) -> Words:
    """Return what fills the placeholders of the texts written for this site."""
    organisation = getattr(site, "organisation", None)
    name = organisation.name if organisation else site.site_name
    short_name = organisation.short_name if organisation else site.site_name
    return Words(name=name, short_name=short_name)


def add_guide(site: Site, data: dict[str, Any]) -> GuidePage:
    """Return the guide of that slug, added to the public or the restricted guides if missing.

    A `draft` is not published. `review_before` is in days from now; `reread_days_ago`, for one that
    someone has read again.
    """
    words = words_for(site)
    page = GuidePage(
        reread_on=_in_days(data, "reread_days_ago", -1),
        review_before=_in_days(data, "review_before"),
        author_name=words.plain(data.get("author")),
        track=_track(site, data.get("track")),
        **_text(words, data),
    )
    return _ensure(site, "guides", page, data)


def add_story(site: Site, data: dict[str, Any]) -> StoryPage:
    """Return the story of that slug, added if missing.

    `consent` says who agreed (`by`), when (`days_ago`) and to what (`scope`). Raises
    ValidationError for a public story without it.
    """
    words = words_for(site)
    consent = data.get("consent") or {}
    page = StoryPage(
        **{
            name: words.plain(data.get(name))
            for name in ("person", "from_service", "to_service", "before", "since")
        },
        consent_scope=consent.get("scope", ""),
        consent_by=words.plain(consent.get("by")),
        consent_at=day_start(_in_days(consent, "days_ago", -1)),
        track=_track(site, data.get("track")),
        **_text(words, data),
    )
    return _ensure(site, "recits", page, data)


def add_news(site: Site, data: dict[str, Any]) -> NewsPage:
    """Return the news of that slug, added if missing, dated `days_ago`."""
    return _ensure(site, "actualites", NewsPage(**_text(words_for(site), data)), data)


def add_article(site: Site, data: dict[str, Any]) -> ArticlePage:
    """Return the article of that slug, added if missing."""
    words = words_for(site)
    page = ArticlePage(
        genre=data.get("genre", ArticlePage.Genre.ARTICLE),
        author_name=words.plain(data.get("author")),
        track=_track(site, data.get("track")),
        **_text(words, data),
    )
    return _ensure(site, "articles", page, data)


def _text(words: Words, data: dict[str, Any]) -> dict[str, Any]:
    """Return what all pages that one reads have."""
    return {
        "title": words.plain(data["title"]),
        "slug": data["slug"],
        "summary": words.plain(data.get("summary_plain") or data.get("summary")),
        "body": words.body(data.get("body")),
        **_picture(data),
    }


def _ensure(site: Site, section: str, page: Any, data: dict[str, Any]) -> Any:
    """Return the page, added with its tags to the section of that slug if missing."""
    tags = check_tags(data.get("tags") or [])
    if tags:
        page.tags.set(tags_of_site(site, tags))
    live = not data.get("draft")
    return ensure_child(section_for(site, section, data), page, published_at(data), live=live)[0]


def add_event(site: Site, data: dict[str, Any]) -> EventPage:
    """Return the event of that slug, added if missing, `in_days` from today.

    `from` and `to` are hours («9:30»); `places` may be missing; what else it has is named as the
    fields of the page.
    """
    words = words_for(site)
    starts_at = _at(data["in_days"], data.get("from", "9:00"))
    texts = ("place", "address", "online_url", "organiser", "contact", "cancel_reason")
    page = EventPage(
        title=words.plain(data["title"]),
        slug=data["slug"],
        summary=words.plain(data.get("summary")),
        body=words.body(data.get("body")),
        starts_at=starts_at,
        ends_at=_at(data.get("until_days", data["in_days"]), data.get("to", "11:00")),
        places=data.get("places"),
        takes_sign_ups=data.get("takes_sign_ups", True),
        open_to_associations=data.get("open_to_associations", False),
        **{name: words.plain(data.get(name)) for name in texts},
        **_picture(data),
    )
    return ensure_child(section_for(site, "agenda", data), page, published_at(data))[0]


def _at(in_days: int, hour: str) -> datetime:
    day = timezone.localdate() + timedelta(days=int(in_days))
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(f"{hour:0>5}")))


def _in_days(data: dict[str, Any], name: str, direction: int = 1) -> Any:
    """Return the day that is so many days from now, or None when nothing is said."""
    days = data.get(name)
    return timezone.localdate() + direction * timedelta(days=int(days)) if days else None


def section_for(site: Site, slug: str, data: dict[str, Any]) -> Page:
    """Return the open section of that slug, or that of the restricted branch."""
    if data.get("audience") == "internal":
        return branch(site, "interne", slug)
    return branch(site, slug)


def _track(site: Site, slug: str | None) -> TrackPage | None:
    if not slug:
        return None
    return TrackPage.objects.filter(slug=slug, path__startswith=site.root_page.path).first()


def _picture(data: dict[str, Any]) -> dict[str, Any]:
    """Return the picture and the pictogram to set; `image` is an EditorialImage that the caller
    has made.

    Raises ValueError for a pictogram that an editor could not choose.
    """
    icon = data.get("icon") or data.get("reading_icon") or ""
    if icon and icon not in PICTOGRAMS:
        raise ValueError(f"Pictogramme inconnu : {icon}")
    return {"image": data.get("image"), "icon": icon}


def published_at(data: dict[str, Any]) -> Any:
    days = data.get("days_ago")
    return timezone.now() - timedelta(days=int(days)) if days is not None else None
