"""The other collectivité of the walk: a canary word in every text, and what is looked up of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from wagtail.models import Comment, CommentReply, Page, Revision, TaskState, WorkflowState

from accounts.models import Department, PeopleEvent, PeopleImport
from home.audience.rules import keep_inside
from home.feedback.queries import ENOUGH_ANSWERS
from home.models import (
    Bookmark,
    CallAnswer,
    EditorialDocument,
    EditorialImage,
    EventPage,
    LinkCheck,
    PageFeedback,
    RereadingTask,
    SignUp,
    SiteAlert,
    SiteIdentity,
    SiteNavigation,
)
from home.provisioning.legal import add_legal_pages
from home.provisioning.pages import words_for
from home.rereading.models import PublishingMode
from home.rereading.rules import policy_of
from home.tags.rules import tags_of_site
from search.models import PinnedPage
from tests.home.events.factories import event
from tests.home.factories import (
    Intranet,
    article,
    call,
    document,
    given,
    guide,
    intranet,
    news,
    picture,
    story,
)

CANARY = "Zarbi"
# What the editor types: the answer may say it again, so it is not the canary.
TYPED = "Zarb"
TYPED_TAG = "zarb-connu"


def canary_intranet() -> Intranet:
    """Return an intranet whose every text has the canary, but the tag that the editor types."""
    place = intranet("zarbidunes", name=f"{CANARY} Dunes")
    writer = place.person("editor", first_name=f"{CANARY}prénom", last_name=f"{CANARY}nom")
    keep_people(place, CANARY)
    texts = {
        "summary": f"{CANARY} résumé",
        "body": _every_block(),
        "author": f"{CANARY} signature",
        "tags": [f"{CANARY} mot", TYPED_TAG],
    }
    image = picture(place, f"{CANARY}image")
    image.tags.set(tags_of_site(place.site, [f"{CANARY}étiquette", TYPED_TAG]))
    kept = document(place, f"{CANARY}document")
    kept.tags.set(tags_of_site(place.site, [f"{CANARY}autre", TYPED_TAG]))
    page = guide(place, "zarbi-guide", title=f"{CANARY} guide", **texts)
    page.owner = writer
    page.image = image
    page.review_before = timezone.localdate() - timedelta(days=1)
    page.save_revision(user=page.owner).publish()
    lost = {"words": f"{CANARY} perdu", "place": f"{CANARY} bloc", "reason": "gone"}
    LinkCheck.objects.create(page=page, broken=[lost], broken_count=1)
    _stories(place, page.owner, **texts)
    article(place, "zarbi-article", title=f"{CANARY} article", **texts)
    news(place, "zarbi-interne", title=f"{CANARY} interne", audience="internal", **texts)
    _event(place, **texts)
    draft = guide(place, "zarbi-brouillon", title=f"{CANARY} brouillon", **texts)
    draft.unpublish()
    _answered_call(place, page.owner)
    _waiting_page(place, draft, page.owner)
    _said(page)
    _legal(place)
    PinnedPage.objects.create(site=place.site, phrase=f"{CANARY} cherché", key=CANARY, page=page)
    SiteIdentity.objects.filter(site=place.site).update(
        footer_text=f"{CANARY} bas de page", whom_to_ask=f"{CANARY} au téléphone"
    )
    SiteAlert.objects.create(site=place.site, message=f"{CANARY} alerte")
    link = {"title": f"{CANARY} lien", "page": page.pk}
    links = json.dumps([{"type": "page", "value": link}])
    SiteNavigation.objects.create(site=place.site, menu=links, quick_links=links)
    return place


def _legal(place: Intranet) -> None:
    """Add the legal pages with the canary in every fact."""
    facts: dict[str, tuple[str, ...]] = {
        "mentions-legales": ("publisher", "publisher_address", "director", "host_name"),
        "donnees-personnelles": ("controller", "officer", "officer_address"),
        "accessibilite": ("violations", "burdens", "exempted", "technologies", "tested_with"),
    }
    pages = {
        slug: {"title": f"{CANARY} {slug}", "facts": {name: f"{CANARY} {name}" for name in names}}
        for slug, names in facts.items()
    }
    add_legal_pages(place.site, pages, words_for(place.site))


def keep_people(place: Intranet, word: str) -> None:
    """Put the word in a department, a job, wishes, the directory, the journal and a file."""
    organisation = place.organisation
    department = Department.objects.create(organisation=organisation, name=f"{word} service")
    person = place.person(
        "manager", last_name=f"{word}encadre", wishes=f"{word} envie", skills=f"{word} talent"
    )
    person.memberships.update(department=department, job_title=f"{word} métier", in_directory=True)
    PeopleEvent.objects.create(
        organisation=organisation,
        kind=PeopleEvent.Kind.POST_CHANGED,
        person=person,
        detail=f"{word} changement",
    )
    text = f"Email;Prénom;Nom\n{word.lower()}@exemple.test;Léa;{word}\n"
    PeopleImport.objects.create(organisation=organisation, file_name=f"{word}.csv", text=text)


def _every_block() -> list[dict[str, Any]]:
    """Return a body that has the canary in every text of every block."""
    return [
        {"paragraph": f"<p>{CANARY} texte</p>"},
        {"heading": f"{CANARY} intertitre"},
        {"quote": {"text": f"{CANARY} parole", "author": f"{CANARY} voix"}},
        {"callout": {"title": f"{CANARY} encadré", "text": f"<p>{CANARY}</p>"}},
        {"steps": [{"title": f"{CANARY} étape", "text": f"<p>{CANARY}</p>"}]},
        {"checklist": [f"{CANARY} ligne"]},
        {"faq": [{"question": f"{CANARY} question", "answer": f"<p>{CANARY}</p>"}]},
        {"key_points": [f"{CANARY} point"]},
        {"contacts": {"title": f"{CANARY} contact", "text": f"<p>{CANARY}</p>"}},
        {"controversy": {"tension": f"{CANARY} tension", "positions": [{"title": f"{CANARY}"}]}},
        {"log": [{"when": f"{CANARY} jour", "text": f"<p>{CANARY}</p>"}]},
        {"video": {"title": f"{CANARY} film", "transcript": f"<p>{CANARY}</p>"}},
    ]


def _stories(place: Intranet, editor: Any, **texts: Any) -> None:
    """Add a story of each audience, and one that was public and left its former address."""
    names = ("person", "from_service", "to_service", "before", "since")
    told = texts | {name: f"{CANARY} {name}" for name in names}
    consent = {"by": f"{CANARY} accord", "days_ago": 3, "scope": "public"}
    for slug, kept in (("zarbi-recit", {}), ("zarbi-reserve", {"audience": "internal"})):
        story(place, slug, title=f"{CANARY} récit", consent=consent, **told, **kept)
    moved = story(place, "zarbi-parti", title=f"{CANARY} parti", consent=consent, **told)
    keep_inside(moved, editor)


def _said(page: Any) -> None:
    """Have readers say that the page does not help, one with a word; its author keeps it."""
    Bookmark.objects.create(user=page.owner, page=page)
    for number in range(ENOUGH_ANSWERS):
        word = f"{CANARY} mot de lecture" if number == 0 else ""
        PageFeedback.objects.create(page=page, answer="no", comment=word)


def _event(place: Intranet, **texts: Any) -> None:
    """Add an event whose every text has the canary, with someone who comes."""
    names = ("place", "address", "organiser", "contact", "cancel_reason")
    said = {name: f"{CANARY} {name}" for name in names}
    online = f"https://{CANARY.lower()}.exemple.test/salle"
    page = event(place, "zarbi-date", title=f"{CANARY} date", online_url=online, **said, **texts)
    person = place.person("agent", first_name=f"{CANARY}qui", last_name=f"{CANARY}vient")
    now = timezone.now()
    SignUp.objects.create(
        event=page,
        user=person,
        organisation=place.organisation,
        state=SignUp.State.COMING,
        placed_at=now,
        told=page.announcement,
    )


def _answered_call(place: Intranet, author: Any) -> None:
    page = call(
        place,
        "zarbi-appel",
        title=f"{CANARY} appel",
        summary=f"{CANARY} résumé",
        thanks=f"{CANARY} merci",
        questions=[{"label": f"{CANARY} question", "help": f"{CANARY} aide", "kind": "long"}],
    )
    page.save_revision()
    for person in (author, None):
        CallAnswer.objects.create(
            call=page,
            author=person,
            consent="no",
            given=[one.as_row() for one in given(page, f"{CANARY} réponse")],
        )


def _waiting_page(place: Intranet, page: Any, person: Any) -> None:
    """Have the page wait for a re-reading, sent back once with a word, and commented."""
    policy = policy_of(place.site)
    policy.mode = PublishingMode.TEAM
    policy.save()
    page.save_revision(user=person)
    state = page.get_workflow().start(page, person)
    state.current_task_state.reject(user=person, comment=f"{CANARY} mot")
    state.refresh_from_db()
    state.resume(user=person)
    comment = Comment.objects.create(
        page=page, user=person, text=f"{CANARY} commentaire", contentpath="title"
    )
    CommentReply.objects.create(comment=comment, user=person, text=f"{CANARY} réponse")


def values_of(place: Intranet) -> dict[str, list[Any]]:
    """Return what each parameter of an address can be, among the things of `place`."""
    collection = place.site.tenancy.collection
    pages = _ids(Page.objects.filter(path__startswith=place.site.root_page.path))
    images = _ids(EditorialImage.objects.filter(collection=collection)) or [1]
    documents = _ids(EditorialDocument.objects.filter(collection=collection)) or [1]
    revisions = _ids(Revision.objects.filter(object_id__in=[str(pk) for pk in pages])) or [1]
    events = _ids(EventPage.objects.filter(path__startswith=place.site.root_page.path))[:1]
    some = [pages[0], *events, pages[-1], *(pk for pk in pages[1:-1] if pk not in events)]
    answers = CallAnswer.objects.in_tree(place.site.root_page.path)
    refs = list(answers.values_list("pk", flat=True)) or ["zzzzzzzzzz"]
    on_pages = {"workflow_state__object_id__in": [str(pk) for pk in pages]}
    steps = _ids(TaskState.objects.filter(**on_pages)) or [1]
    states = _ids(WorkflowState.objects.filter(object_id__in=[str(pk) for pk in pages])) or [1]
    return {
        "*": [some[0], place.site.pk, images[0]],
        "page_id": some,
        "parent_page_id": some,
        "page_to_move_id": some,
        "destination_id": some[:3],
        "image_id": images,
        "document_id": documents,
        "doc_id": documents,
        "revision_id": revisions,
        "revision_id_a": [*revisions[:2], "earliest", "live"],
        "revision_id_b": [*revisions[:2], "latest", "live"],
        "pk": [*some[:3], *images, *documents, place.site.pk],
        "object_id": some[:3],
        "session_id": [1],
        "answer_ref": refs,
        "pin_id": _ids(PinnedPage.objects.filter(site=place.site)) or [1],
        "file_format": ["csv", "xlsx"],
        "action_name": ["approve", "reject", "publish", "delete", "copy"],
        "task_id": _ids(RereadingTask.objects.filter(tenancy__site=place.site)) or [1],
        "task_state_id": steps,
        "workflow_state_id": states,
        "kind": ["guide", "recit", "article", "inconnu"],
        "action": ["delete", "move", "publish", "add_tags"],
        "app_label": ["wagtailcore", "home"],
        "app_name": ["home", "wagtailcore"],
        "model_name": [
            *("siteidentity", "sitenavigation", "sitealert", "publishingpolicy"),
            *("page", "guidepage", "callpage", "storypage", "editorialimage", "editorialtag"),
        ],
        "content_type_app_name": ["home"],
        "content_type_model_name": ["guidepage", "contentpage"],
        "filter_spec": ["max-165x165"],
        "token": ["x"],
        "uidb64": ["x"],
        "collection_id": [collection.pk],
        "site_id": [place.site.pk],
    }


def queries_for(place: Intranet) -> list[str]:
    """Return query strings that ask for the things of `place`, and one of nonsense."""
    ids = values_of(place)
    page, image = ids["page_id"][0], ids["image_id"][0]
    person = place.organisation.memberships.values_list("user_id", flat=True)[0]
    return [
        "",
        f"?q={TYPED}&term={TYPED}&search={TYPED}",
        f"?id={page}&id={image}&ids={page}&child_of={page}&parent_page_id={page}&for_explorer=1",
        f"?etat=new&accord=no&sur={page}",
        f"?owner={person}&edited_by={person}&site={place.site.pk}&user={person}",
        f"?collection_id={place.site.tenancy.collection_id}&tag={TYPED_TAG}&multiple=1",
        f"?workflow={ids['workflow_state_id'][0]}&task={ids['task_id'][0]}&next=/cms/",
        f"?page_type=home.guidepage&target_pages[]={page}&fields=*",
        "?export=csv",
        "?id=abc&owner=abc&child_of=abc&page_type=a.b&p=abc&page=-1&order=abc&fields=_&limit=x",
    ]


def _ids(queryset: Any) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True))


Rows = dict[tuple[str, Any], tuple[Any, ...]]

# Of the walk itself: the session that asks.
UNWATCHED = {"sessions.Session"}


def every_row() -> Rows:
    """Return every row of every table by (model, pk), read from the database."""
    return {
        key: row
        for model in apps.get_models(include_auto_created=True)
        for key, row in _rows(model)
    }


def _rows(model: Any) -> Iterator[tuple[tuple[str, Any], tuple[Any, ...]]]:
    label = model._meta.label
    if label in UNWATCHED or not model._meta.managed or model._meta.proxy:
        return
    names = [field.attname for field in model._meta.local_concrete_fields]
    for row in model._base_manager.values_list("pk", *names):
        yield (label, row[0]), row[1:]


def whole_cache() -> str:
    """Return every key and value that the cache holds, as text, whichever cache it is."""
    if settings.REDIS_URL:
        redis = cache.client.get_client()  # type: ignore[attr-defined]
        return str([(key, redis.get(key)) for key in redis.scan_iter()])
    return str(cache._cache)  # type: ignore[attr-defined]


def differences(before: Rows, after: Rows) -> dict[tuple[str, Any], str]:
    """Return what was added, changed or removed, by row."""
    found = dict.fromkeys(before.keys() - after.keys(), "removed")
    found |= dict.fromkeys(after.keys() - before.keys(), "added")
    found |= {key: "changed" for key in before.keys() & after.keys() if before[key] != after[key]}
    return found
