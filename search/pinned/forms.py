"""What is asked to pin a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.models import Page, Site

from home.typography import french
from search.models import PinnedPage
from search.pinned import rules

NBSP = "\u00a0"


class PinForm(forms.Form):
    """A phrase and a page of the site; `keep()` saves them."""

    phrase = forms.CharField(
        label="Quand on cherche",
        max_length=400,  # the rules say more kindly what is too long
        help_text=f"Les mots que l’on tape, par exemple «{NBSP}prêt de salle{NBSP}». Accents, "
        "pluriels et petits mots ne comptent pas.",
        error_messages={"required": "Écrivez les mots que l’on tape."},
    )
    page = forms.ChoiceField(
        label="Montrer en premier",
        error_messages={
            "required": "Choisissez la page à montrer.",
            "invalid_choice": "Choisissez une page de votre site.",
        },
    )

    def __init__(
        self, *args: Any, site: Site, instance: PinnedPage | None = None, **kwargs: Any
    ) -> None:
        if instance is not None:
            kwargs["initial"] = {"phrase": instance.phrase, "page": instance.page_id}
        super().__init__(*args, **kwargs)
        self.site, self.instance = site, instance
        self.own = {page.pk: page for page in _pages_of(site)}
        self.fields["page"].choices = [  # type: ignore[attr-defined]
            ("", "Choisissez une page"),
            *_by_section(self.own.values()),
        ]
        for name, field in self.fields.items():
            notes = [f"{name}-aide"] if field.help_text else []
            if self.is_bound and name in self.errors:
                notes.append(f"{name}-erreur")
                field.widget.attrs["aria-invalid"] = "true"
            if notes:
                field.widget.attrs["aria-describedby"] = " ".join(notes)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "phrase" in typed and "page" in typed:
            typed["page"] = self.own[int(typed["page"])]
            typed["phrase"] = rules.check(typed["phrase"], typed["page"], self.site, self.instance)
        return typed

    def keep(self) -> bool:
        """Save what was typed; False, with its error, when another editor was faster."""
        pin = self.instance or PinnedPage(site=self.site)
        pin.phrase, pin.page = self.cleaned_data["phrase"], self.cleaned_data["page"]
        try:
            rules.keep(pin)
        except ValidationError as refused:
            self.add_error(None, refused)
            return False
        return True


def _pages_of(site: Site) -> Iterable[Page]:
    """Return the pages of the site below its home page, in the order of the tree."""
    return (
        Page.objects.filter(path__startswith=site.root_page.path, depth__gt=site.root_page.depth)
        .order_by("path")
        .only("pk", "path", "depth", "title", "live")
    )


def _by_section(pages: Iterable[Page]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the answers of the field: the pages under the name of their section."""
    groups: list[tuple[str, list[tuple[int, str]]]] = []
    for page in pages:
        if page.depth == 3 or not groups:
            groups.append((french(page.title), []))
        note = "" if page.live else " (pas en ligne)"
        groups[-1][1].append((page.pk, f"{french(page.title)}{note}"))
    return groups
