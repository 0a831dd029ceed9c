"""Intranets for tests, provisioned as the product does it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image as Picture
from wagtail.models import Page, Site

from accounts.models import Organisation, User
from home.calls.questions import Given
from home.models import EditorialDocument, EditorialImage
from home.provisioning.calls import add_call
from home.provisioning.pages import add_article, add_guide, add_news, add_story, words_for
from home.provisioning.sites import provision_site
from home.provisioning.starter import add_track
from tests.factories import OrganisationFactory, member

BODY = [
    {"heading": "Par où commencer"},
    {"paragraph": "<p>En parler à son équipe.</p>"},
    {"faq": [{"question": "Qui décide ?", "answer": "L’agent, d’abord."}]},
]


@dataclass
class Intranet:
    organisation: Organisation
    site: Site

    @property
    def host(self) -> str:
        return self.site.hostname

    @property
    def root(self) -> Any:
        return self.site.root_page.specific

    def page(self, *slugs: str) -> Any:
        page: Page = self.site.root_page
        for slug in slugs:
            page = page.get_children().get(slug=slug)
        return page.specific

    def person(self, *roles: str, **fields: Any) -> User:
        return member(self.organisation, *roles, **fields)


def intranet(slug: str = "vallees", **fields: Any) -> Intranet:
    """Return a provisioned intranet on <slug>.localhost."""
    name = fields.pop("name", slug.capitalize())
    organisation = OrganisationFactory(slug=slug, name=name, short_name=name[:60], **fields)
    site = provision_site(organisation, f"{slug}.localhost")
    organisation.refresh_from_db()
    return Intranet(organisation, Site.objects.get(pk=site.pk))


def guide(place: Intranet, slug: str = "premier-pas", **data: Any) -> Any:
    base = {"title": f"Guide {slug}", "summary_plain": "En deux phrases.", "body": BODY}
    return add_guide(place.site, {**base, "slug": slug, **data})


def track(place: Intranet, slug: str = "micro-mobilite", **data: Any) -> Any:
    found = {"title": f"Piste {slug}", "slug": slug, **data}
    return add_track(place.site, found, words_for(place.site))


def story(place: Intranet, slug: str = "recit", **data: Any) -> Any:
    base = {
        "title": f"Récit {slug}",
        "from_service": "la voirie",
        "to_service": "la collecte",
        "consent": {"by": "Karim B.", "days_ago": 3, "scope": "public"},
    }
    return add_story(place.site, {**base, "body": BODY, "slug": slug, **data})


def news(place: Intranet, slug: str = "nouvelle", **data: Any) -> Any:
    return add_news(place.site, {"title": f"Nouvelle {slug}", "body": BODY, "slug": slug, **data})


QUESTIONS = [
    {"label": "Que s’est-il passé ?", "kind": "long", "required": True},
    {"label": "Où en est-ce ?", "kind": "one", "choices": "Cela continue\nC’est fini"},
]


def call(place: Intranet, slug: str = "appel", **data: Any) -> Any:
    base = {"title": f"Appel {slug}", "questions": QUESTIONS, "closes_in_days": 20}
    return add_call(place.site, {**base, "slug": slug, **data})


def given(page: Any, *texts: str) -> list[Given]:
    """Return what answers the first questions of the call."""
    return [
        Given(question.name, question.label, question.kind, text)
        for question, text in zip(page.questions.all(), texts, strict=False)
    ]


def article(place: Intranet, slug: str = "question", **data: Any) -> Any:
    return add_article(place.site, {"title": f"Article {slug}", "body": BODY, "slug": slug, **data})


def picture_bytes(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    stream = io.BytesIO()
    Picture.new("RGB", size, "teal").save(stream, kind)
    return stream.getvalue()


def picture(place: Intranet, title: str = "Atelier", internal: bool = False) -> EditorialImage:
    tenancy = place.site.tenancy
    return EditorialImage.objects.create(
        title=title,
        description=title,
        file=ContentFile(picture_bytes(), name=f"{title}.png"),
        collection=tenancy.internal_collection if internal else tenancy.collection,
    )


def document(place: Intranet, title: str = "Note", internal: bool = False) -> EditorialDocument:
    tenancy = place.site.tenancy
    return EditorialDocument.objects.create(
        title=title,
        file=ContentFile(b"%PDF-1.4 note", name=f"{title}.pdf"),
        collection=tenancy.internal_collection if internal else tenancy.collection,
    )
