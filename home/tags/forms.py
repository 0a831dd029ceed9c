"""What the forms of pages, pictures and documents share: their tags are of one collectivité."""

from __future__ import annotations

from typing import Any

from wagtail.models import Site

from home.tags.rules import check_tags, tags_of_site

OF_NO_INTRANET = (
    "Ce contenu n’est dans aucun intranet, et ne peut donc pas avoir d’étiquettes. Retirez-les."
)


class SiteTagsMixin:
    """Turns the words of the field `tags` into rows of the site that `site_of_tags` returns.

    Left to taggit, a word would take the row of whichever collectivité has it.
    """

    cleaned_data: dict[str, Any]

    def site_of_tags(self) -> Site | None:
        raise NotImplementedError

    def clean_tags(self) -> list[str]:
        return check_tags(self.cleaned_data["tags"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]
        if cleaned.get("tags") and self.site_of_tags() is None:
            self.add_error("tags", OF_NO_INTRANET)  # type: ignore[attr-defined]
        return cleaned

    def save(self, commit: bool = True) -> Any:
        site = self.site_of_tags()
        if site is not None and "tags" in self.cleaned_data:
            self.cleaned_data["tags"] = tags_of_site(site, self.cleaned_data["tags"])
        return super().save(commit)  # type: ignore[misc]
