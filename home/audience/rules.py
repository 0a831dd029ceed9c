"""Who reads a page: everybody, or the people of the collectivité; passing from one to the other.

A page is public or kept inside by its place: below a public section, or below the section of the
same kind in the restricted branch. Moving it there and back is all that there is to do; its former
address then leads to the new one, for those who may read it (home/redirects.py).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.actions.move_page import MovePageAction
from wagtail.models import Page

from home.audience.files import (
    consent_problems,
    files_shown,
    only_on,
    reserved_collections,
)
from home.models import InternalPage, SectionPage
from home.queries import is_reserved, site_of
from home.tenancy.models import Tenancy
from home.typography import NBSP


class AudienceRefused(Exception):
    """The page stays where it is; each of `reasons` says why, and what to do."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def other_place(page: Page) -> SectionPage | None:
    """Return the section of the same kind on the other side; None when the page has none."""
    site = site_of(page.path)
    here = SectionPage.objects.filter(path=page.path[: -page.steplen]).first()
    if site is None or here is None:
        return None
    inside = InternalPage.objects.filter(path__startswith=site.root_page.path).first()
    if inside is None:
        return None
    sections = SectionPage.objects.filter(kind=here.kind, path__startswith=site.root_page.path)
    if here.path.startswith(inside.path):
        sections = sections.exclude(path__startswith=inside.path)
    else:
        sections = sections.filter(path__startswith=inside.path)
    return sections.order_by("depth", "path").first()


def may_change_audience(user: Any, page: Page) -> bool:
    """Return whether the person may make the page public, or keep it inside."""
    if not getattr(page.specific_class, "changes_sides", False):
        return False
    rights = page.permissions_for_user(user)
    return rights.can_publish() if page.live else rights.can_edit()


def versions(page: Page) -> list[Any]:
    """Return the page as it is read, and as it will be: at its date, or once re-read.

    A mere draft is the last that was written.
    """
    dated = page.revisions.filter(approved_go_live_at__isnull=False).order_by("pk")
    found = [page.specific] if page.live else []
    found += [revision.as_object() for revision in dated]
    if page.current_workflow_state or not found:
        found.append(page.get_latest_revision_as_object())
    return found


def _files_of(page: Page) -> list[Any]:
    """Return the pictures and documents of all its versions, each once."""
    shown = [file for found in versions(page) for some in files_shown(found) for file in some]
    return list({(type(file), file.pk): file for file in shown}.values())


def files_that_follow(page: Page) -> list[Any]:
    """Return the files whose readers change with the page's.

    Going public: those kept inside, all of them. Going inside: the public ones that only it shows.
    """
    reserved = reserved_collections(_tenancy(page))
    files = _files_of(page)
    if is_reserved(page.path):
        return [file for file in files if file.collection_id in reserved]
    return [file for file in files if file.collection_id not in reserved and only_on(file, page)]


@transaction.atomic
def make_public(page: Page, user: Any) -> Page:
    """Move the page to the public part of its site, with its files, and return it.

    Raises AudienceRefused when something is missing for everybody to read it. A draft may lack it:
    it is asked when it is published, or sent to be.
    """
    if not is_reserved(page.path):
        return page
    if page.live or page.scheduled_revision or page.current_workflow_state:
        problems: list[str] = []
        for found in versions(page):
            problems += found.publication_problems(public=True).values()
            problems += consent_problems(files_shown(found)[0])
        if problems:
            raise AudienceRefused(*dict.fromkeys(problems))
    return _move(page, user, _tenancy(page).collection)


@transaction.atomic
def keep_inside(page: Page, user: Any) -> Page:
    """Move the page to the restricted part of its site, with the files that only it shows.

    Raises AudienceRefused when it cannot go there.
    """
    if is_reserved(page.path):
        return page
    return _move(page, user, _tenancy(page).internal_collection)


def _move(page: Page, user: Any, collection: Any) -> Page:
    target = other_place(page)
    if target is None:
        raise AudienceRefused("Cette page n’a pas de place de l’autre côté.")
    if target.get_children().filter(slug=page.slug).exists():
        raise AudienceRefused(
            f"Une autre page a déjà l’adresse «{NBSP}{page.slug}{NBSP}» dans cette rubrique. "
            f"Changez l’adresse de celle-ci dans «{NBSP}Réglages{NBSP}», puis recommencez."
        )
    files = files_that_follow(page)
    # Nobody moves pages at a desk but so, and `may_change_audience` has been asked.
    move = MovePageAction(page, target, pos="first-child", user=user)
    move.execute(skip_permission_checks=True)
    for file in files:
        file.collection = collection
        file.save(update_fields=["collection"])
    return Page.objects.get(pk=page.pk).specific


def _tenancy(page: Page) -> Tenancy:
    tenancy = (
        Tenancy.objects.filter(site=site_of(page.path))
        .select_related("collection", "internal_collection")
        .first()
    )
    if tenancy is None:
        raise AudienceRefused("Ce site n’a pas de partie réservée.")
    return tenancy
