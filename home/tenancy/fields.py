"""Form fields and choosers that take and draw only what belongs to the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from wagtail.admin.widgets import AdminPageChooser
from wagtail.documents.widgets import AdminDocumentChooser
from wagtail.images.widgets import AdminImageChooser

from home.tenancy.own import own


class OwnModelChoiceField(forms.ModelChoiceField):
    """Another's row is refused exactly like one that does not exist."""

    def _get_queryset(self) -> QuerySet:
        return own(super()._get_queryset())

    def _set_queryset(self, queryset: QuerySet) -> None:
        super()._set_queryset(queryset)

    queryset = property(_get_queryset, _set_queryset)


class OwnChooserMixin:
    """A refused form is drawn again: another's title must not come back with it."""

    model_class: Any

    def get_instance(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        pk = value.pk if isinstance(value, self.model_class) else value
        try:
            return own(self.model_class.objects.all()).filter(pk=pk).first()
        except (TypeError, ValueError, OverflowError):
            return None


class OwnImageChooser(OwnChooserMixin, AdminImageChooser):
    pass


class OwnDocumentChooser(OwnChooserMixin, AdminDocumentChooser):
    pass


class OwnPageChooser(OwnChooserMixin, AdminPageChooser):
    def get_instance(self, value: Any) -> Any:
        page = super().get_instance(value)
        return page.specific if page else None
