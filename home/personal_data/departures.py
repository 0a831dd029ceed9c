"""When a person has their account erased: their name in the intranets and at the writing desk.

What they signed (by-lines, comments, the history) is emptied here, by the key that ties it to them:
a name alone may be somebody else's, or a word. Where it stands in what others wrote, the editors of
their collectivités are told, and decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.urls import reverse
from wagtail.admin.models import EditingSession, FormState
from wagtail.fields import StreamField
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    Page,
    PageSubscription,
    Revision,
    Site,
    UploadedFile,
)
from wagtail.search.index import insert_or_update_object

from accounts.models import Organisation, Role, User
from accounts.notices.rules import tell_all
from accounts.organisations.rules import people_with_role
from accounts.personal_data.traces import NEUTRAL_NAME, Traces
from home.changes import tell as pages_have_changed
from home.media.models import EditorialDocument, EditorialImage
from home.pages.articles import ArticlePage
from home.pages.guides import GuidePage
from home.pages.mixins import EditorialPage
from home.personal_data.desk_words import forget_words

LISTED = 10  # titles in the notice to the editors
SIGNED = (GuidePage, ArticlePage)


def leave(person: User) -> None:
    """Take the person out of what they signed, and say to editors where pages speak of them."""
    traces = Traces(person)
    _forget_by_lines(person, traces)
    _leave_desk(person)
    forget_words(person, traces)
    homes = Organisation.objects.filter(
        pk__in=person.memberships.order_by().values("organisation"), site__isnull=False
    ).select_related("site__root_page")
    for organisation in homes:
        _tell_editors(organisation, traces)


def _leave_desk(person: User) -> None:
    """Delete what the desk keeps for one person, and unlock what they had locked.

    Pages that they answered for are answered for by nobody in particular.
    """
    for signed in SIGNED:
        signed.objects.filter(author=person).update(author=None)
    for model in (APIToken, EditingSession, FormState, PageSubscription):
        model._default_manager.filter(user=person).delete()
    # What Wagtail keeps of an upload that still wanted a title.
    for upload in UploadedFile.objects.filter(uploaded_by_user=person):
        transaction.on_commit(partial(upload.file.storage.delete, upload.file.name))
        upload.delete()
    Page.objects.filter(locked_by=person).update(locked=False, locked_by=None, locked_at=None)
    # The platform's staff may have changed their account here.
    ModelLogEntry.objects.for_instance(person).update(label=NEUTRAL_NAME)


def _forget_by_lines(person: User, traces: Traces) -> None:
    """Empty the by-lines of the pages that the person answers for, and of versions that say so."""
    changed = []
    for model in SIGNED:
        theirs = model.objects.filter(author=person)
        for page in theirs.filter(traces.said_in("author_name")).order_by():
            line = _by_line(page.author_name, traces)
            if line != page.author_name:
                model.objects.filter(pk=page.pk).update(author_name=line)
                page.author_name = line
                insert_or_update_object(page)
                changed.append(page.pk)
    # Drafts and former versions say who answered for the page when they were written.
    kinds = ContentType.objects.get_for_models(*SIGNED).values()
    former = Revision.page_revisions.filter(content_type__in=kinds, content__author=person.pk)
    for revision in former.order_by().iterator(chunk_size=100):
        line = _by_line(revision.content.get("author_name") or "", traces)
        Revision.objects.filter(pk=revision.pk).update(
            content={**revision.content, "author": None, "author_name": line}
        )
    pages_have_changed(changed)


def _by_line(text: str, traces: Traces) -> str:
    """Return who else signs; nobody where the person signed alone."""
    cleaned = traces.cleaned(text)
    return "" if cleaned.strip() == NEUTRAL_NAME else cleaned


def _tell_editors(organisation: Organisation, traces: Traces) -> None:
    """Tell the editors which pages and files speak of the person; nobody when none does."""
    site = organisation.site
    found = [
        *_pages_about(site, traces),
        *_comments_about(site, traces),
        *_files_about(site, traces),
    ]
    if not found:
        return
    listed = "\n".join(f"– {traces.cleaned(title)}" for title in found[:LISTED])
    more = "\n\nEt d’autres encore." if len(found) > LISTED else ""
    editors = people_with_role([organisation.pk], Role.Kind.EDITOR, Role.Kind.COORDINATOR)
    tell_all(
        editors,
        kind="page_about_departed",
        subject="Le nom d’une personne partie se lit encore sur le site",
        body=(
            "Le compte d’une personne est effacé. Le nom qu’elle portait se lit encore ici\u00a0:"
            f"\n\n{listed}{more}\n\n"
            "Nous n’avons rien changé à ce que d’autres ont écrit\u00a0: ce peut être le nom de "
            "quelqu’un d’autre. Voyez s’il doit rester\u00a0: c’est à la rédaction d’en décider."
        ),
        path=reverse("wagtailadmin_home"),
        action="Ouvrir l’atelier",
        organisation=organisation,
    )


def _pages_about(site: Site | None, traces: Traces) -> Iterator[str]:
    """Return the titles of the pages whose text, as it is now, holds the name."""
    if site is None:
        return
    for model in apps.get_models():
        if not issubclass(model, EditorialPage):
            continue
        fields = model._meta.concrete_fields
        texts = [field.name for field in fields if _is_text(field)]
        bodies = [field.name for field in fields if isinstance(field, StreamField)]
        pages = model._default_manager.filter(path__startswith=site.root_page.path)
        for page in pages.filter(traces.said_in(*texts, *bodies)).order_by("path"):
            words = [str(getattr(page, name) or "") for name in texts]
            if traces.mentioned_in(" ".join([*words, page.search_text()])):
                yield page.title


def _comments_about(site: Site | None, traces: Traces) -> Iterator[str]:
    """Return the titles of the pages where somebody else's comment holds the name."""
    if site is None:
        return
    root = site.root_page.path
    comments = Comment.objects.filter(traces.said_in("text"), page__path__startswith=root)
    replies = CommentReply.objects.filter(
        traces.said_in("text"), comment__page__path__startswith=root
    )
    said = [
        *comments.values_list("page__path", "page__title", "text"),
        *replies.values_list("comment__page__path", "comment__page__title", "text"),
    ]
    pages = {(path, title) for path, title, text in said if traces.mentioned_in(text)}
    for _, title in sorted(pages):
        yield f"{title} (commentaire)"


def _is_text(field: Any) -> bool:
    own = field.model._meta.app_label == "home" or field.name in ("title", "search_description")
    return own and isinstance(field, models.CharField | models.TextField)


def _files_about(site: Site | None, traces: Traces) -> Iterator[str]:
    tenancy = getattr(site, "tenancy", None)
    if tenancy is None:
        return
    fields: dict[Any, tuple[str, ...]] = {
        EditorialImage: ("title", "description", "credit"),
        EditorialDocument: ("title",),
    }
    for model, texts in fields.items():
        files = model._default_manager.filter(collection__path__startswith=tenancy.collection.path)
        for file in files.filter(traces.said_in(*texts)).order_by("pk"):
            if traces.mentioned_in(" ".join(getattr(file, name) for name in texts)):
                yield file.title
