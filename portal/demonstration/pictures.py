"""Pictures drawn for the demonstration: paper landscapes, no stock photographs."""

from __future__ import annotations

import io
import math
import random

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from marketplace.models import Listing, Photo

SIZE = (1200, 900)
# sky, sun, then the hills from far to near
PALETTES = (
    ("#dfe9ea", "#f0b13a", "#a9c7c9", "#5f979b", "#1f6b70", "#0f4a50"),
    ("#f3e4cf", "#d96c3f", "#e0b98c", "#b98654", "#7c5a3a", "#4d3826"),
    ("#e4e7f2", "#f39c7a", "#b7c0de", "#7787b8", "#3f5390", "#26345f"),
    ("#e6eedd", "#e8c547", "#b9cf9f", "#84a568", "#4f7442", "#2f4d2b"),
)


def draw(seed: int) -> bytes:
    """Return a JPEG of layered hills under a low sun, always the same for a seed."""
    rng = random.Random(seed)  # noqa: S311
    sky, sun, *hills = PALETTES[seed % len(PALETTES)]
    width, height = SIZE
    picture = Image.new("RGB", SIZE, sky)
    canvas = ImageDraw.Draw(picture)
    radius = rng.randint(90, 150)
    x, y = rng.randint(200, width - 200), rng.randint(180, 340)
    canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=sun)
    for rank, colour in enumerate(hills):
        base = height * (0.42 + 0.15 * rank)
        swell, length, shift = rng.uniform(30, 80), rng.uniform(260, 620), rng.uniform(0, 9)
        ridge = [
            (
                step,
                base
                + swell * math.sin(step / length * math.tau + shift)
                + swell / 3 * math.sin(step / length * 3 * math.tau + shift * 2),
            )
            for step in range(0, width + 20, 20)
        ]
        canvas.polygon([*ridge, (width, height), (0, height)], fill=colour)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


def add_picture(listing: Listing, words: str, seed: int) -> Photo:
    """Give the listing a drawn picture; returns the photo."""
    return Photo.objects.create(
        listing=listing,
        title=listing.title,
        description="Dessin de collines sous un soleil bas, fait pour la démonstration.",
        file=ContentFile(draw(seed), name=f"{listing.ref}.jpg"),
    )
