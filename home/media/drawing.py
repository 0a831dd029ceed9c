"""A picture at a size, or nothing when its file is lost: a page opens all the same."""

from __future__ import annotations

from typing import Any


def drawn(image: Any, spec: str) -> Any:
    """Return the rendition of the picture, or None without one that can be read.

    Wagtail only expects a file that is gone, and draws a broken image of no size in its place.
    """
    if not image:  # none, or what a template finds of a value without one
        return None
    try:
        return image.get_rendition(spec)
    except (OSError, ValueError):  # gone, cut, or not a picture any more
        return None
