"""What the intranets keep of people: old versions, their history, unused files, and by-lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from wagtail.admin.models import FormState
from wagtail.models import (
    Comment,
    CommentReply,
    ModelLogEntry,
    PageLogEntry,
    ReferenceIndex,
    Revision,
    Task,
    Workflow,
    WorkflowTask,
)

from accounts.models import Notice, User
from accounts.personal_data.archive import archive_of
from accounts.personal_data.durations import choose
from accounts.personal_data.erasure import erase
from accounts.personal_data.purging import due_for, purge
from home.desk.comments import tell_about_comments
from home.models import EditorialImage, SiteIdentity
from home.signals import pages_changed
from tests.home.factories import Intranet, document, guide, news, picture

pytestmark = pytest.mark.django_db


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def counted(place: Intranet | None, key: str) -> int:
    organisation = place.organisation if place else None
    return next(one.count for one in due_for(organisation) if one.kind.key == key)


def purged(key: str) -> int:
    return sum(one.count for one in purge() if one.kind.key == key)


def aged(rows: Any, days: int, field: str = "created_at") -> None:
    rows.update(**{field: ago(days)})


def versions(page: Any) -> Any:
    return Revision.page_revisions.filter(object_id=str(page.pk))


@pytest.fixture
def page(vallees: Intranet) -> Any:
    """A guide with three versions: a former one, the one online, and a draft."""
    page = guide(vallees)
    page.save_revision()
    page.title = "En ligne"
    page.save_revision().publish()
    page.title = "Brouillon"
    page.save_revision()
    aged(versions(page), 900)
    return page


# The clock


def test_old_versions_go_but_those_that_are_of_use(
    vallees: Intranet, dunes: Intranet, page: Any
) -> None:
    other = guide(dunes)
    other.save_revision().publish()
    other.save_revision()
    aged(versions(other), 300)
    before = versions(page).count()
    assert counted(vallees, "page_revisions") == before - 2
    assert counted(dunes, "page_revisions") == 0
    assert purged("page_revisions") == before - 2
    page.refresh_from_db()
    kept = {page.live_revision.content["title"], page.latest_revision.content["title"]}
    assert kept == {"En ligne", "Brouillon"}
    assert versions(other).exists()


def test_a_version_that_waits_for_its_day_is_kept(vallees: Intranet, page: Any) -> None:
    scheduled = versions(page).order_by("pk").first()
    versions(page).filter(pk=scheduled.pk).update(
        approved_go_live_at=timezone.now() + timedelta(days=3)
    )
    purged("page_revisions")
    assert versions(page).filter(pk=scheduled.pk).exists()


def test_a_version_that_somebody_rereads_is_kept(vallees: Intranet, page: Any) -> None:
    workflow = Workflow.objects.create(name="Relire")
    WorkflowTask.objects.create(workflow=workflow, task=Task.objects.create(name="Lire"))
    workflow.start(page, vallees.person("editor"))
    read = page.latest_revision
    page.save_revision()
    aged(versions(page), 900)
    purged("page_revisions")
    assert versions(page).filter(pk=read.pk).exists()


def test_a_comment_outlives_the_version_it_was_made_on(vallees: Intranet, page: Any) -> None:
    first = versions(page).order_by("pk").first()
    comment = Comment.objects.create(
        page=page,
        user=vallees.person("editor"),
        text="À revoir",
        contentpath="title",
        revision_created=first,
    )
    purged("page_revisions")
    comment.refresh_from_db()
    assert comment.revision_created is None


def test_settled_comments_go_and_the_others_stay(vallees: Intranet, page: Any) -> None:
    fields = {"page": page, "user": vallees.person("editor"), "contentpath": "title"}
    Comment.objects.create(text="Réglé", resolved_at=ago(400), **fields)
    Comment.objects.create(text="Ouvert", **fields)
    assert purged("page_comments") == 1
    assert Comment.objects.get().text == "Ouvert"


def test_the_words_of_a_settled_comment_go_from_versions_and_from_the_history_too(
    vallees: Intranet, page: Any
) -> None:
    editor = vallees.person("editor", first_name="Zoé", last_name="Zarbi")
    fields = {"page": page, "user": editor, "contentpath": "title"}
    settled = Comment.objects.create(text="Réglé hier", resolved_at=ago(400), **fields)
    opened = Comment.objects.create(text="Ouvert", **fields)
    for comment in (settled, opened):
        comment.log_create(user=editor)
    reply = CommentReply.objects.create(comment=settled, user=editor, text="Bien vu")
    reply.log_create(user=editor)
    page = type(page).objects.get(pk=page.pk)
    page.save_revision()
    assert purged("page_comments") == 1
    kept = json.dumps([one.content for one in versions(page)], ensure_ascii=False)
    kept += json.dumps(
        list(PageLogEntry.objects.values_list("data", flat=True)), ensure_ascii=False
    )
    for words in ("Réglé hier", "Bien vu"):
        assert words not in kept
    lines = PageLogEntry.objects.filter(action__startswith="wagtail.comments").order_by("pk")
    assert [one.data["comment"].get("text") for one in lines] == [None, "Ouvert", None]
    assert lines[0].message, "the history still says that there was one"


def test_the_history_of_pages_goes_with_its_site_or_with_the_platform(
    vallees: Intranet, dunes: Intranet
) -> None:
    page, gone = guide(vallees), guide(dunes)
    choose(vallees.organisation, vallees.person("coordinator"), {"page_history": 6})
    gone.delete()
    aged(PageLogEntry.objects.filter(page=page.pk), 250, "timestamp")
    aged(PageLogEntry.objects.exclude(page=page.pk), 800, "timestamp")
    assert counted(vallees, "page_history") > 0
    assert counted(None, "page_history") > 0, "that of pages that are no more"
    purged("page_history")
    assert not PageLogEntry.objects.filter(page=page.pk).exists()
    assert not PageLogEntry.objects.filter(page=gone.pk).exists()


def test_what_the_desk_kept_by_precaution_goes(vallees: Intranet, page: Any) -> None:
    FormState.objects.create(
        user=vallees.person("editor"),
        content_type=page.content_type,
        data="title=x",
        last_updated_at=ago(60),
    )
    assert purged("form_states") == 1


def test_the_history_of_files_is_the_platform_s(vallees: Intranet) -> None:
    ModelLogEntry.objects.create(
        object_id="1", label="Photo", action="wagtail.create", timestamp=ago(800)
    )
    assert purged("model_history") == 1


# Files


def old_picture(place: Intranet, title: str, **fields: Any) -> EditorialImage:
    image = picture(place, title, **fields)
    image.get_rendition("max-20x20")
    aged(EditorialImage.objects.filter(pk=image.pk), 1200)
    return image


def test_pictures_that_serve_nowhere_go_from_the_disk_too(
    vallees: Intranet,
    dunes: Intranet,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    unused = old_picture(vallees, "Inutile", internal=True)
    used, recent = old_picture(vallees, "Utile"), picture(vallees, "Récente")
    other = old_picture(dunes, "Ailleurs")
    names = [unused.file.name, unused.renditions.get().file.name]
    page = guide(vallees)
    page.image = used
    with django_capture_on_commit_callbacks(execute=True):
        page.save()
    assert (counted(vallees, "unused_images"), counted(dunes, "unused_images")) == (1, 1)
    choose(dunes.organisation, dunes.person("coordinator"), {"unused_images": 120})
    with django_capture_on_commit_callbacks(execute=True):
        assert purged("unused_images") == 1
    assert not any(default_storage.exists(name) for name in names)
    assert set(EditorialImage.objects.all()) == {used, recent, other}


def test_a_picture_of_a_draft_is_kept(vallees: Intranet) -> None:
    """In a field, in a block and in rich text: what is about to be published is of use."""
    field, block, text = (old_picture(vallees, name) for name in ("champ", "bloc", "texte"))
    lost = old_picture(vallees, "perdue")
    page = guide(vallees)
    page.image = field
    page.body = [
        ("image", {"image": block, "alt": "", "caption": ""}),
        ("paragraph", f'<embed embedtype="image" id="{text.pk}" alt="" format="left"/>'),
    ]
    page.save_revision()
    assert counted(vallees, "unused_images") == 1
    purged("unused_images")
    assert set(EditorialImage.objects.all()) == {field, block, text}
    assert lost not in EditorialImage.objects.all()


def test_a_picture_in_use_is_kept_even_when_a_lost_task_left_the_index_wrong(
    vallees: Intranet,
) -> None:
    on_a_page, in_settings = old_picture(vallees, "Page"), old_picture(vallees, "Logo")
    page = guide(vallees)
    page.image = on_a_page
    page.save()
    identity = SiteIdentity.for_site(vallees.site)
    identity.logo = in_settings
    identity.save()
    body = old_picture(vallees, "Bloc")
    page.body = [("image", {"image": body, "alt": "", "caption": ""})]
    page.save()
    ReferenceIndex.objects.all().delete()
    assert counted(vallees, "unused_images") == 1
    assert purged("unused_images") == 0
    assert counted(vallees, "unused_images") == 0


def test_documents_too(
    vallees: Intranet, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    note = document(vallees, "Vieille note")
    type(note).objects.filter(pk=note.pk).update(created_at=ago(1200))
    with django_capture_on_commit_callbacks(execute=True):
        assert purged("unused_documents") == 1
    assert not default_storage.exists(note.file.name)


def test_a_collectivite_without_an_intranet_keeps_nothing_of_it(vallees: Intranet) -> None:
    vallees.organisation.site = None
    vallees.organisation.save()
    for key in ("page_revisions", "page_history", "unused_images", "unused_documents"):
        assert counted(vallees, key) == 0


# Leaving


@pytest.fixture
def lea(vallees: Intranet) -> User:
    return vallees.person("editor", first_name="Léa", last_name="Éclair", email="lea@maison.test")


def test_a_by_line_is_emptied_online_in_drafts_and_in_old_versions(
    vallees: Intranet, lea: User
) -> None:
    page = guide(vallees, author="Léa Éclair")
    page.author = lea
    page.save()
    page.save_revision()
    page.author_name = "Léa Éclair et Paul Weber"
    page.save_revision()
    heard: list[int] = []

    def hear(sender: Any, page_ids: list[int], **kwargs: Any) -> None:
        heard.extend(page_ids)

    pages_changed.connect(hear)
    erase(lea)
    page.refresh_from_db()
    assert (page.author_name, page.author) == ("", None)
    assert {(one.content["author_name"], one.content["author"]) for one in versions(page)} == {
        ("", None),
        ("Personne partie et Paul Weber", None),
    }
    assert page.pk in heard


def test_a_by_line_of_nobody_in_particular_or_of_a_homonym_stays(
    vallees: Intranet, dunes: Intranet, lea: User
) -> None:
    """Even on a page that the person made or wrote a version of: the name may be another's."""
    pages = []
    for place, author in (
        (vallees, None),
        (vallees, vallees.person("editor", first_name="Léa", last_name="Éclair")),
        (dunes, dunes.person("editor", first_name="Léa", last_name="Éclair")),
    ):
        page = guide(place, f"signe-{len(pages)}", author="Léa Éclair")
        page.owner, page.author = lea, author
        page.save()
        page.save_revision(user=lea)
        pages.append(page)
    erase(lea)
    for page in pages:
        page.refresh_from_db()
        assert page.author_name == "Léa Éclair"
        assert {one.content["author_name"] for one in versions(page)} == {"Léa Éclair"}


def test_own_comments_and_their_history_no_longer_say_who(vallees: Intranet, lea: User) -> None:
    page, other = guide(vallees), vallees.person("editor")
    comment = Comment.objects.create(page=page, user=lea, text="À revoir. Léa", contentpath="title")
    comment.log_create(user=lea)
    comment.log_resolve(user=other)
    theirs = Comment.objects.create(page=page, user=other, text="Bien, Léa", contentpath="title")
    theirs.log_create(user=other)
    theirs.log_resolve(user=lea)
    CommentReply.objects.create(comment=comment, user=other, text="Merci Léa Éclair")
    mine = CommentReply.objects.create(comment=theirs, user=lea, text="De rien. Léa")
    mine.log_create(user=lea)
    erase(lea)
    assert set(Comment.objects.values_list("text", flat=True)) == {
        "À revoir. Personne partie",
        "Bien, Léa",
    }
    # What a colleague wrote is theirs: the editors are told of it.
    assert set(CommentReply.objects.values_list("text", flat=True)) == {
        "Merci Léa Éclair",
        "De rien. Personne partie",
    }
    lines = PageLogEntry.objects.filter(action__startswith="wagtail.comments").order_by("pk")
    assert [one.data["comment"]["text"] for one in lines] == [
        "À revoir. Personne partie",
        "À revoir. Personne partie",
        "Bien, Léa",
        "Bien, Léa",
        "Bien, Léa",
    ]
    assert lines.last().data["reply"]["text"] == "De rien. Personne partie"
    assert lines.first().user_display_name == "Personne partie"
    letter = Notice.objects.get(recipient=other, kind="page_about_departed")
    assert f"– {page.title} (commentaire)" in letter.body


def test_what_was_told_of_a_comment_or_a_re_reading_no_longer_says_who(
    vallees: Intranet, lea: User
) -> None:
    page = guide(vallees)
    page.owner = vallees.person("editor")
    page.save()
    homonym = vallees.person("editor", first_name="Léa", last_name="Éclair")
    for author, text in ((lea, "À revoir"), (homonym, "Très bien")):
        said = Comment.objects.create(page=page, user=author, text=text, contentpath="title")
        changes = {"new_comments": [said], "new_replies": [], "resolved_comments": []}
        tell_about_comments(page, author, changes, vallees.site)
    erase(lea)
    first, second = Notice.objects.filter(recipient=page.owner, kind="page_comment").order_by("pk")
    assert first.body.startswith("Personne partie a écrit")
    assert second.body.startswith("Léa Éclair a écrit")


def test_a_page_that_they_had_locked_is_open_again(vallees: Intranet, lea: User) -> None:
    page = guide(vallees)
    page.locked, page.locked_by, page.locked_at = True, lea, timezone.now()
    page.save()
    erase(lea)
    page.refresh_from_db()
    assert (page.locked, page.locked_by) == (False, None)


def test_editors_are_told_where_a_page_or_a_picture_speaks_of_them(
    vallees: Intranet, dunes: Intranet, lea: User
) -> None:
    body = [{"paragraph": "<p>Un jour, Léa Éclair a pris le vélo.</p>"}]
    guide(vallees, "velo", title="À vélo", body=body)
    news(vallees, "resume", title="En bref", summary="Avec Léa Éclair")
    guide(vallees, "portrait", title="Portrait de Léa Éclair")
    guide(vallees, "autre", title="Sans elle")
    guide(dunes, "ailleurs", title="Ailleurs", body=body)
    EditorialImage.objects.filter(pk=picture(vallees, "Portrait").pk).update(credit="Léa Éclair")
    editor, stranger = vallees.person("editor"), dunes.person("editor")
    erase(lea)
    letter = Notice.objects.get(recipient=editor)
    for title in ("À vélo", "En bref", "Portrait"):
        assert f"– {title}" in letter.body
    assert "Sans elle" not in letter.body
    assert "Éclair" not in letter.subject + letter.body
    assert "– Portrait de Personne partie" in letter.body
    assert not Notice.objects.filter(recipient=stranger).exists()


def test_nobody_is_bothered_when_no_page_speaks_of_them(vallees: Intranet, lea: User) -> None:
    guide(vallees)
    vallees.person("editor")
    erase(lea)
    assert not Notice.objects.exists()


def test_the_export_says_what_i_wrote(vallees: Intranet, lea: User) -> None:
    page = guide(vallees, title="Mon guide")
    page.owner = lea
    page.save()
    page.save_revision(user=lea)
    Comment.objects.create(page=page, user=lea, text="Ma remarque", contentpath="title")
    Comment.objects.create(
        page=page, user=vallees.person("editor"), text="La sienne", contentpath="title"
    )
    with ZipFile(BytesIO(archive_of(lea))) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "Mon guide" in whole
    assert "Ma remarque" in whole
    assert "La sienne" not in whole
