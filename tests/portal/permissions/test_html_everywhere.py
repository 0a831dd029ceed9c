"""HTML typed in every field of the marketplace is shown as it was typed, on every page, to all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models
from django.http import HttpResponse
from wagtail.models import Site

from accounts.models import Organisation, User
from tests.portal.permissions.rows import ROWS
from tests.portal.permissions.rows_of_dossiers import ROWS as ROWS_OF_DOSSIERS
from tests.portal.permissions.world import World, build

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

TYPED = "<i onclick=z>&amp;"
SHOWN = "&lt;i onclick=z&gt;&amp;amp;"
# What people do not type, or what the database wants once.
NAMES = {
    "ref",
    "token",
    "slug",
    "code",
    "legal_basis",
    "file_hash",
    "filter_spec",
    "focal_point_key",
}
PEOPLE = {User: {"first_name", "last_name"}, Organisation: {"name", "short_name", "purpose"}}


def _texts(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        typed = isinstance(field, models.CharField | models.TextField)
        long_enough = field.max_length is None or field.max_length >= len(TYPED)
        if typed and long_enough and not field.choices and not field.unique:
            yield field.name


def _type_it_everywhere() -> set[str]:
    filled = set()
    ours = {
        one: set(_texts(one)) - NAMES for one in apps.get_app_config("marketplace").get_models()
    }
    for model, names in (ours | PEOPLE).items():
        rows = model._default_manager.all()
        if names and rows.update(**dict.fromkeys(names, TYPED)):
            filled |= {f"{model.__name__}.{name}" for name in names}
    return filled


def _pages(world: World) -> Iterator[tuple[str, str]]:
    refs, host = world.references["own"], world.hosts["own"]
    for name, row in (ROWS | ROWS_OF_DOSSIERS).items():
        if row.reads is None:
            continue
        for person in sorted(row.reads["own"] & {"agent", "village", "coordinator", "staff"}):
            answer: HttpResponse = world.clients[person].get(
                row.path.format(**refs), headers={"host": host}
            )
            if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
                yield f"{name}, {person}", answer.content.decode()


def test_html_in_every_field_is_only_text(platform_site: Site) -> None:
    world = build()
    filled = _type_it_everywhere()
    assert filled >= {
        "Listing.title", "Listing.summary", "Message.body", "ThankYou.words", "Incident.words",
        "Consent.words", "Organisation.short_name", "User.last_name", "Unit.label",
    }, filled  # fmt: skip
    pages = dict(_pages(world))
    assert [page for page, text in pages.items() if "<i onclick" in text] == []
    said = [page for page, text in pages.items() if SHOWN in text]
    assert len(said) > len(pages) / 2, "and it is shown, not lost"
