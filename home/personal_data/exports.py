"""What the export of «mes données» says of what a person wrote for the intranets."""

from __future__ import annotations

from typing import Any

from wagtail.models import Comment, CommentReply, Page, Revision

from accounts.models import User
from accounts.personal_data.exports import moment
from accounts.personal_data.registry import Row, register_export
from home.media.models import EditorialDocument, EditorialImage


def pages(user: User) -> list[Row]:
    return [
        {
            "Page": one.title,
            "Adresse": one.url_path,
            "En ligne": one.live,
            "Parue le": moment(one.first_published_at),
            "Dernière parution": moment(one.last_published_at),
        }
        for one in Page.objects.filter(owner=user).order_by("path")
    ]


def versions(user: User) -> list[Row]:
    found = Revision.page_revisions.filter(user=user).order_by("created_at", "pk")
    return [
        {"Page": title, "Écrite le": moment(at)}
        for title, at in found.values_list("object_str", "created_at")
    ]


def comments(user: User) -> list[Row]:
    """Return the comments and answers that the person wrote, not those that they received."""
    made = Comment.objects.filter(user=user).select_related("page").order_by("created_at", "pk")
    answers = CommentReply.objects.filter(user=user).select_related("comment__page")
    return [
        {"Page": page.title, "Le": moment(one.created_at), "Commentaire": one.text}
        for one, page in [
            *((one, one.page) for one in made),
            *((one, one.comment.page) for one in answers.order_by("created_at", "pk")),
        ]
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
