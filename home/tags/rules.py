"""Which row is a tag of which site: one word, one row, for each collectivité apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from wagtail.models import Site

from home.media.models import EditorialTag
from home.typography import NBSP, french

MOST_TAGS = 6
LONGEST_TAG = 40


def check_tags(names: Iterable[str]) -> list[str]:
    """Return the words, tidied, each once. Raises ValidationError, with what to change."""
    found: dict[str, str] = {}
    for name in names:
        tidy = french(" ".join(str(name).replace("\0", "").split()).lower())
        slug = slugify(tidy)
        if not slug:
            raise ValidationError(
                f"Une étiquette est un mot{NBSP}: «{NBSP}{tidy}{NBSP}» n’en est pas un."
            )
        if len(tidy) > LONGEST_TAG:
            raise ValidationError(
                f"«{NBSP}{tidy[:LONGEST_TAG]}…{NBSP}» est trop long pour une étiquette{NBSP}: "
                "un ou deux mots suffisent."
            )
        found.setdefault(slug, tidy)
    if len(found) > MOST_TAGS:
        raise ValidationError(
            f"Gardez {MOST_TAGS} étiquettes au plus{NBSP}: celles que vos collègues chercheraient."
        )
    return list(found.values())


def tags_of_site(site: Site, names: Iterable[str]) -> list[EditorialTag]:
    """Return the rows of the words on this site, made where they are missing."""
    return [
        EditorialTag.objects.get_or_create(site=site, slug=slugify(name), defaults={"name": name})[
            0
        ]
        for name in names
    ]


def tags_on(page: Any) -> list[EditorialTag]:
    """Return the tags of the page, in the order of the alphabet; one query."""
    return sorted(page.tags.all(), key=lambda tag: tag.name)
