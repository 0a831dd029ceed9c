"""Help texts as French wants them.

Those of a model are written with plain spaces, for they are part of its migrations; the forms of
`/cms/` compose them.
"""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms import WagtailAdminModelForm

from home.typography import french


class ComposedHelpMixin:
    """Of a form: its help texts are composed. Comes before the form's own class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            if field.help_text:
                field.help_text = french(field.help_text)


class SettingForm(ComposedHelpMixin, WagtailAdminModelForm):
    """Of the settings of a site."""
