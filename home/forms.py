"""The form of a page in `/cms/`."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page, Site

from home.audience.files import problems_for_everybody
from home.help_texts import ComposedHelpMixin
from home.pages.authors import possible_authors
from home.queries import is_reserved, root_path_of, site_of
from home.tags.forms import SiteTagsMixin
from home.typography import NBSP

ADDRESS_TAKEN = (
    f"Une autre page de cette rubrique a déjà cette adresse{NBSP}: ajoutez un mot qui les "
    "distingue, par exemple une année ou un lieu."
)
NO_TITLE = "Donnez un titre à la page, en quelques mots. Un brouillon se retrouve par le sien."


class DraftCopyForm(CopyForm):
    """A copy starts as a draft: it is published as any page is, with what that asks (consents,
    files kept inside). Neither does an alias follow its page around what was asked of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("publish_copies", "alias"):
            self.fields.pop(name, None)


class EditorialPageForm(ComposedHelpMixin, SiteTagsMixin, WagtailAdminPageForm):
    """Offers only what is of the page's own site, and says what publishing still needs.

    What is missing is asked when the page is published, never of a draft.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site: Site | None = None
        self.address_is_taken = False
        if icon := self.fields.get("icon"):
            named = [(key, label) for key, label in icon.choices if key]  # type: ignore[attr-defined]
            icon.choices = [("", "Celui du genre de page"), *named]  # type: ignore[attr-defined]
        self.fields["title"].error_messages["required"] = NO_TITLE
        if "slug" in self.fields and not self.instance.first_published_at:
            self.fields["slug"].required = False  # made of the title
        self.above: Page | None = self.parent_page or (
            self.instance.get_parent() if self.instance.pk else None
        )
        if self.above is None:
            return
        self.site = site_of(self.above.path)
        track = self.fields.get("track")
        if track is not None:
            root_path = root_path_of(self.above.path)
            track.empty_label = "Aucune"  # type: ignore[attr-defined]
            track.queryset = track.queryset.filter(path__startswith=root_path)  # type: ignore[attr-defined]
        author = self.fields.get("author")
        if author is not None:
            organisation = getattr(self.site, "organisation", None)
            author.empty_label = "Toute la rédaction"  # type: ignore[attr-defined]
            author.queryset = possible_authors(organisation, self.instance.author_id)  # type: ignore[attr-defined]

    @property
    def is_for_everybody(self) -> bool:
        """Return whether the page stands, or will stand, where everybody reads."""
        return self.above is not None and not is_reserved(self.above.path)

    def clean_slug(self) -> str:
        """Return the address, made of the title where it is empty; the next free one where another
        page has it already.

        Not of a page that was published: its address is known, and changed on purpose. The form
        that saves by itself goes on sending the address that it made of the title, and a quick
        hand publishes before it has made one.
        """
        slug: str = self.cleaned_data["slug"]
        if self.instance.first_published_at or self.above is None:
            return slug
        slug = slug or slugify(self.cleaned_data.get("title", "")) or "page"
        near = self.above.get_children().filter(slug__startswith=slug).exclude(pk=self.instance.pk)
        taken = set(near.values_list("slug", flat=True))
        free = (f"{slug}-{number}" for number in count(2))
        return slug if slug not in taken else next(one for one in free if one not in taken)

    def clean(self) -> dict[str, Any]:
        had_address = "slug" in self.cleaned_data
        cleaned = super().clean()
        self.address_is_taken = had_address and "slug" not in cleaned
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.address_is_taken:
            self.errors["slug"] = self.error_class([ADDRESS_TAKEN])
        if self.is_deferred_validation or self.above is None:
            return
        problems = self.instance.publication_problems(public=self.is_for_everybody)
        for name, problem in problems.items():
            if name in self.errors:  # what the page has there is not what was typed
                continue
            self.add_error(name if name in self.fields else None, problem)
        for problem in problems_for_everybody(self.instance, self.above):
            self.add_error(None, problem)

    def site_of_tags(self) -> Site | None:
        return self.site
