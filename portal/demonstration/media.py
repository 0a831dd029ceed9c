"""The pictures and the film of the demonstration: put once in each site's library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from wagtail.models import Collection

from accounts.models import Organisation
from home.media.models import EditorialDocument, EditorialImage
from portal.demonstration.source import DATA, read, some

CREDIT = "dessin fait pour la démonstration"


@dataclass(frozen=True)
class Library:
    """What the pages show: `pictures` by site and slug of a page, `files` by their names."""

    pictures: dict[tuple[str, str], EditorialImage]
    files: dict[str, int]

    def illustrated(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return what was written for a page with its picture, and its blocks with their files."""
        return data | {
            "image": self.pictures.get((data["site"], data["slug"])),
            "body": [self._filled(block) for block in some(data.get("body"))],
        }

    def _filled(self, block: Any) -> Any:
        if not isinstance(block, dict) or not {"image", "video"} & set(block):
            return block
        ((kind, value),) = block.items()
        return {kind: {key: self.files.get(text, text) for key, text in value.items()}}


def load_media() -> Iterator[str]:
    """Put what is missing in the libraries of the sites; yields the titles."""
    known = {*_known(EditorialImage), *_known(EditorialDocument)}
    for item, collection in _wanted():
        if (collection.pk, item["title"]) in known:
            continue
        file = ContentFile((DATA / "media" / item["file"]).read_bytes(), name=item["file"])
        of_all = {"title": item["title"], "file": file, "collection": collection}
        if "alt" in item:
            EditorialImage.objects.create(**of_all, description=item["alt"], credit=CREDIT)
        else:
            EditorialDocument.objects.create(**of_all)
        yield item["title"]


def library() -> Library:
    """Return what `load_media` put there."""
    images, documents = _known(EditorialImage), _known(EditorialDocument)
    pictures, files = {}, {}
    for item, collection in _wanted():
        key = (collection.pk, item["title"])
        found = images.get(key) or documents.get(key)
        if found is None:  # an editor of the demonstration removed it
            continue
        files[item["file"]] = found.pk
        for slug in item.get("pages", ()):
            pictures[item["site"], slug] = found
    return Library(pictures, files)


def _known(model: Any) -> dict[tuple[int, str], Any]:
    return {(one.collection_id, one.title): one for one in model.objects.all()}


def _wanted() -> Iterator[tuple[dict[str, Any], Collection]]:
    organisations = Organisation.objects.filter(site__isnull=False).select_related(
        "site__tenancy__collection", "site__tenancy__internal_collection"
    )
    tenancies = {one.slug: one.site.tenancy for one in organisations}
    for item in [*read("media")["pictures"], *read("media")["documents"]]:
        tenancy = tenancies[item["site"]]
        is_internal = item.get("audience") == "internal"
        yield item, tenancy.internal_collection if is_internal else tenancy.collection
