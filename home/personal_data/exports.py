"""What the export of «mes données» says of what a person wrote for the intranets."""

from __future__ import annotations

from typing import Any

from wagtail.models import Comment, CommentReply, Page, Revision

from accounts.models import User
from accounts.personal_data.exports import moment
from accounts.personal_data.registry import Row, register_export
from home.media.models import EditorialDocument, EditorialImage
from home.queries import NO_LONGER, root_path_of, site_of, titles_for
from home.rights import can_open_desk


def _titles(user: User, pages: list[Page]) -> dict[int, str]:
    """Return the titles of the pages by their ids: what one reads, and the drafts of one's desk."""
    titles = titles_for(user, pages)
    at_desk: dict[str, bool] = {}
    for page in pages:
        if titles[page.pk] != NO_LONGER:
            continue
        root = root_path_of(page.path)
        if root not in at_desk:
            site = site_of(page.path)
            at_desk[root] = site is not None and can_open_desk(user, site)
        if at_desk[root]:
            titles[page.pk] = page.title
    return titles


def pages(user: User) -> list[Row]:
    mine = list(Page.objects.filter(owner=user).order_by("path"))
    titles = _titles(user, mine)
    return [
        {
            "Page": titles[one.pk],
            "Adresse": "" if titles[one.pk] == NO_LONGER else one.url_path,
            "En ligne": one.live,
            "Parue le": moment(one.first_published_at),
            "Dernière parution": moment(one.last_published_at),
        }
        for one in mine
    ]


def versions(user: User) -> list[Row]:
    """Return the versions that the person wrote, by the title of each while they read the page."""
    found = list(Revision.page_revisions.filter(user=user).order_by("created_at", "pk"))
    of = {str(one.pk): one for one in Page.objects.filter(pk__in={one.object_id for one in found})}
    titles = _titles(user, list(of.values()))
    readable = {key for key, page in of.items() if titles[page.pk] != NO_LONGER}
    return [
        {
            "Page": one.object_str if one.object_id in readable else NO_LONGER,
            "Écrite le": moment(one.created_at),
        }
        for one in found
    ]


def comments(user: User) -> list[Row]:
    """Return the comments and answers that the person wrote, not those that they received."""
    made = Comment.objects.filter(user=user).select_related("page").order_by("created_at", "pk")
    answers = CommentReply.objects.filter(user=user).select_related("comment__page")
    found = [
        *((one, one.page) for one in made),
        *((one, one.comment.page) for one in answers.order_by("created_at", "pk")),
    ]
    titles = _titles(user, [page for _, page in found])
    return [
        {"Page": titles[page.pk], "Le": moment(one.created_at), "Commentaire": one.text}
        for one, page in found
    ]


def files(user: User) -> list[Row]:
    return [
        {"Sorte": kind, "Titre": one.title, "Déposé le": moment(one.created_at)}
        for kind, model in (("Image", EditorialImage), ("Document", EditorialDocument))
        for one in model._default_manager.filter(uploaded_by_user=user).order_by("created_at", "pk")
    ]


EXPORTS: dict[str, Any] = {
    "Mes pages": pages,
    "Versions de pages que j’ai écrites": versions,
    "Mes commentaires de relecture": comments,
    "Images et documents que j’ai déposés": files,
}


def register() -> None:
    """Say what this room exports; called once the models are loaded."""
    for title, rows in EXPORTS.items():
        register_export(title, rows)
