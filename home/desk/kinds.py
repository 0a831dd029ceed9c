"""What one may write at the desk, in the order of the first screen, and where each kind goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import reverse

from home.models import InternalPage, SectionPage, TrackPage
from home.tenancy.own import Desk, own


@dataclass(frozen=True)
class Kind:
    """One thing that one may want to write: «un guide», said as on the first screen."""

    key: str  # in the address: /cms/ecrire/guide/
    model_name: str
    words: str
    help: str
    icon: str

    @property
    def model(self) -> Any:
        return apps.get_model("home", self.model_name)

    @property
    def url(self) -> str:
        return reverse("desk_write", args=[self.key])


KINDS = (
    Kind("guide", "guidepage", "un guide", "Expliquer comment faire, pas à pas.", "book-2"),
    Kind("recit", "storypage", "un récit", "Ce que quelqu’un a essayé.", "microphone"),
    Kind("actualite", "newspage", "une actualité", "Ce qui change, en quelques lignes.", "news"),
    Kind("evenement", "eventpage", "un événement", "Un jour, un lieu.", "calendar-event"),
    Kind("appel", "callpage", "un appel", "Inviter chacun à raconter.", "speakerphone"),
    Kind("article", "articlepage", "un article", "Une question, un journal, un bilan.", "article"),
    Kind("piste", "trackpage", "une piste", "Une orientation et ses dispositifs.", "compass"),
    Kind("dispositif", "schemepage", "un dispositif", "Une manière de s’y prendre.", "route"),
)


@dataclass(frozen=True)
class Places:
    """Where a page of a kind may go at a desk: in the open part, in the reserved one, or both; a
    scheme, under one of the tracks."""

    public: Any = None
    inside: Any = None
    tracks: tuple[TrackPage, ...] = ()

    def __bool__(self) -> bool:
        return self.public is not None or self.inside is not None or bool(self.tracks)


def kinds() -> list[Kind]:
    """Return the kinds whose page type the product has."""
    known = {model._meta.model_name for model in apps.get_app_config("home").get_models()}
    return [kind for kind in KINDS if kind.model_name in known]


def kind_of(key: str) -> Kind | None:
    return next((kind for kind in kinds() if kind.key == key), None)


def frame_of(desk: Desk) -> list[Any]:
    """Return the pages below which one writes: home page, sections, reserved part, tracks; four
    queries."""
    return [
        desk.site.root_page.specific,
        *own(InternalPage.objects.all(), desk),
        *own(SectionPage.objects.all(), desk).order_by("depth", "path"),
        *own(TrackPage.objects.defer("body"), desk).order_by("path"),
    ]


def places_for(kind: Kind, frame: list[Any]) -> Places:
    """Return where a page of the kind goes, among the pages of `frame_of`; no query."""
    internal = next((page for page in frame if isinstance(page, InternalPage)), None)
    found = [page for page in frame if kind.model.can_create_at(page)]
    inside = [
        page for page in found if internal is not None and page.path.startswith(internal.path)
    ]
    tracks = [page for page in found if isinstance(page, TrackPage)]
    public = [page for page in found if page not in inside and page not in tracks]
    return Places(next(iter(public), None), next(iter(inside), None), tuple(tracks))
