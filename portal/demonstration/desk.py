"""A writing desk in use: pages in each state of their re-reading, a stale guide, a lost link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wagtail.models import Comment, Site

from accounts.models import Organisation, User
from home.models import GuidePage
from home.provisioning.pages import add_guide
from home.rereading.models import PublishingMode
from home.rereading.rules import policy_of
from home.typography import french
from home.upkeep.links import look_at_links
from portal.demonstration.source import read, reference, some


def load_desk() -> Iterator[str]:
    """Set who publishes, then add the pages that are missing; yields their titles."""
    written = read("desk")
    for slug, mode in written["modes"].items():
        policy = policy_of(_site(slug))
        if policy.mode == PublishingMode.DIRECT:  # else its coordination has chosen
            policy.mode = mode
            policy.save()
    for data in written["guides"]:
        site = _site(data["site"])
        known = GuidePage.objects.filter(
            slug=data["slug"], path__startswith=site.root_page.path
        ).exists()
        if not known:
            yield _write(site, data).title
    while look_at_links():
        pass


def _site(slug: str) -> Site:
    organisation = Organisation.objects.select_related("site__root_page").get(slug=slug)
    return organisation.site  # type: ignore[attr-defined]


def _write(site: Site, data: dict[str, Any]) -> GuidePage:
    """Add the guide by its author, and have it asked about and sent back as people do."""
    author = _person(data["by"])
    guide = add_guide(site, data)
    guide.owner = author
    guide.save()
    waiting = data.get("waiting")
    if waiting is not None:
        guide.title = french(waiting.get("title") or guide.title)
        guide.save_revision(user=author)
        state = guide.get_workflow().start(guide, author)
        if sent_back := waiting.get("sent_back"):
            reader = _person(sent_back["by"])
            state.current_task_state.reject(user=reader, comment=french(sent_back["word"]))
    for comment in some(data.get("comments")):
        Comment.objects.create(
            page=guide,
            user=_person(comment["by"]),
            text=french(comment["text"]),
            contentpath="title",
        )
    return guide


def _person(key: str) -> User:
    return User.objects.get(ref=reference("user", key))
