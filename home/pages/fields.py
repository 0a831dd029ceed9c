"""Fields of our page types."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.module_loading import import_string
from wagtail.fields import StreamField


class BodyField(StreamField):
    """A StreamField whose block definitions stay out of migrations.

    Blocks live in code and their values in JSON: a new block needs no change of the database, and
    migrations stay short enough to be read.
    """

    def __init__(self, block_types: Any = (), **options: Any) -> None:
        super().__init__(block_types, **options)

    def deconstruct(self) -> tuple[str, str, list, dict[str, Any]]:
        name, path, _, options = super(StreamField, self).deconstruct()
        return name, path, [], options


class ImageKey(models.ForeignKey):
    """A picture of the page's own collectivité; its form field refuses another's.

    Wagtail's registry of form fields cannot say so: its own widget is registered after ours.
    """

    def __init__(self, to: Any = "home.EditorialImage", **options: Any) -> None:
        options.setdefault("on_delete", models.SET_NULL)
        super().__init__(to, **{"null": True, "blank": True, "related_name": "+", **options})

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, options

    def formfield(self, **options: Any) -> forms.Field:  # type: ignore[override]
        options["form_class"] = import_string("home.tenancy.fields.OwnModelChoiceField")
        options["widget"] = import_string("home.tenancy.fields.OwnImageChooser")
        return super().formfield(**options)
