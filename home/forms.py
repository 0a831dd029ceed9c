"""The form of a page in `/cms/`."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm


class EditorialPageForm(WagtailAdminPageForm):
    """Offers only the tracks of the page's own site."""

    # The dates are plain fields of «Réglages», not a dialogue of Wagtail's.
    show_schedule_publishing_toggle = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        track = self.fields.get("track")
        above = self.parent_page or (self.instance.get_parent() if self.instance.pk else None)
        if track is not None and above is not None:
            # The root of a site is at depth 2: the first two steps of the path.
            root_path = above.path[: 2 * above.steplen]
            track.empty_label = "Aucune"  # type: ignore[attr-defined]
            track.queryset = track.queryset.filter(path__startswith=root_path)  # type: ignore[attr-defined]
