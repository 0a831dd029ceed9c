"""The models of this room, one Django app, one line of migrations."""

from home.media.models import (
    EditorialDocument,
    EditorialImage,
    EditorialRendition,
    EditorialTag,
    TaggedDocument,
    TaggedImage,
)

__all__ = [
    "EditorialDocument",
    "EditorialImage",
    "EditorialRendition",
    "EditorialTag",
    "TaggedDocument",
    "TaggedImage",
]
