"""What a crop keeps of a photo: a point that the person chooses, with or without JavaScript.

Clicking on the whole picture sends the point clicked (an `<input type="image">` does it by itself);
the keyboard and small screens choose among nine places.
"""

from __future__ import annotations

from typing import Any

from django import forms

# What the page shows, on which one clicks: the coordinates sent are those of this picture.
WHOLE = "max-256x256"
PLACES = {
    "haut-gauche": ("En haut à gauche", (10, 10)),
    "haut": ("En haut", (50, 10)),
    "haut-droite": ("En haut à droite", (90, 10)),
    "gauche": ("À gauche", (10, 50)),
    "centre": ("Au centre", (50, 50)),
    "droite": ("À droite", (90, 50)),
    "bas-gauche": ("En bas à gauche", (10, 90)),
    "bas": ("En bas", (50, 90)),
    "bas-droite": ("En bas à droite", (90, 90)),
}
CENTRE = (50, 50)


def point_of(photo: Any) -> tuple[int, int]:
    """Return the point kept, in hundredths of the width and of the height."""
    if photo.focal_point_x is None or not (photo.width and photo.height):
        return CENTRE
    return (
        round(100 * photo.focal_point_x / photo.width),
        round(100 * photo.focal_point_y / photo.height),
    )


def nearest(point: tuple[int, int]) -> str:
    """Return the one of the nine places that is nearest."""
    x, y = point
    return min(PLACES, key=lambda key: (PLACES[key][1][0] - x) ** 2 + (PLACES[key][1][1] - y) ** 2)


def sent_point(data: Any, whole: dict[str, Any] | None) -> tuple[int, int] | None:
    """Return the point that a form sent: the one clicked, else the place chosen, else None.

    The keyboard presses an image without pointing: it sends 0, 0, and the place chosen counts.
    """
    try:
        x, y = int(data.get("point.x", "0")), int(data.get("point.y", "0"))
    except ValueError:
        return None
    if whole and (x or y):
        x, y = 100 * x // whole["width"], 100 * y // whole["height"]
        return (min(100, max(0, x)), min(100, max(0, y)))
    known = PLACES.get(data.get("place", ""))
    return known[1] if known else None


class FocusForm(forms.Form):
    place = forms.ChoiceField(
        label="Ce qu’il faut garder de la photo",
        choices=[(key, label) for key, (label, _) in PLACES.items()],
        widget=forms.RadioSelect,
    )
