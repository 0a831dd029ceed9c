"""What every drawing is made of: flat shapes in the house's colours, and what comes back."""

from __future__ import annotations

WIDTH, HEIGHT = 1200, 632  # the ratio of a story's large picture

# The house's colours, by one letter each: what a drawing says is its shapes.
PAINT = {
    "a": "var(--accent)",
    "d": "var(--accent-deep)",
    "l": "var(--accent-light)",
    "t": "var(--accent-tint)",
    "u": "var(--accent-tint-strong)",
    "s": "var(--second)",
    "b": "var(--second-deep)",
    "p": "var(--second-tint)",
    "q": "var(--second-tint-strong)",
    "k": "var(--card)",
    "i": "var(--ink)",
    "n": "color-mix(in oklab, var(--accent) 55%, #04141c)",  # night
    "m": "color-mix(in oklab, var(--accent) 40%, #fff)",  # far away
    # What has its own colour, whoever draws it.
    "g": "#f2bd4b",  # the sun, where the second colour is a sky
    "w": "#d9a05b",  # bread
    "o": "#a8662c",  # crust, wood
    "r": "#c2452d",  # apples
}


def rect(x: float, y: float, w: float, h: float, paint: str, rx: float = 0) -> str:
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{rx}" style="fill:{PAINT[paint]}"/>'


def disc(x: float, y: float, r: float, paint: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{r}" style="fill:{PAINT[paint]}"/>'


def shape(d: str, paint: str) -> str:
    return f'<path d="{d}" style="fill:{PAINT[paint]}"/>'


def line(d: str, paint: str, width: float = 8) -> str:
    return (
        f'<path d="{d}" style="fill:none;stroke:{PAINT[paint]};stroke-width:{width};'
        'stroke-linecap:round;stroke-linejoin:round"/>'
    )


def moved(content: str, x: float, y: float = 0, scale: float = 1, turn: float = 0) -> str:
    return f'<g transform="translate({x} {y}) scale({scale}) rotate({turn})">{content}</g>'


def paper(sky: str = "t", quarter: str = "u", sun: str = "") -> str:
    """Return the ground of every picture: the house's tinted panel and its quarter circle."""
    return rect(0, 0, WIDTH, HEIGHT, sky) + disc(1010, 60, 430, quarter) + sun


def ground(paint: str = "u", y: float = 510) -> str:
    return rect(0, y, WIDTH, HEIGHT - y, paint)


def wheel(x: float, y: float, r: float = 44) -> str:
    return disc(x, y, r, "i") + disc(x, y, r * 0.45, "k") + disc(x, y, r * 0.16, "i")


def house(x: float, y: float, w: float, h: float, wall: str, roof: str) -> str:
    """Return a house standing on `y`, as wide as `w`, its gable above `h`."""
    top = y - h
    windows = "".join(
        rect(x + w * at - 15, top + down, 30, 42, "k", 3)
        for at in (0.28, 0.72)
        for down in (34, 112)
        if down + 60 < h
    )
    return (
        rect(x, top, w, h, wall)
        + shape(f"M{x - 14} {top} L{x + w / 2} {top - w * 0.42} L{x + w + 14} {top} Z", roof)
        + windows
        + rect(x + w / 2 - 18, y - 62, 36, 62, "d", 3)
    )


def tree(x: float, y: float, h: float, leaves: str = "l") -> str:
    return rect(x - 7, y - h * 0.5, 14, h * 0.5, "o", 4) + disc(x, y - h * 0.68, h * 0.36, leaves)


def hills(far: str, near: str) -> str:
    return shape(
        "M0 400 Q160 300 330 368 T660 340 T960 352 T1200 300 L1200 632 L0 632 Z", far
    ) + shape("M0 470 Q220 400 460 452 T900 430 T1200 450 L1200 632 L0 632 Z", near)


def mountains(snow: str = "k") -> str:
    return (
        shape("M-40 520 L210 190 L360 380 L520 150 L760 430 L930 230 L1260 520 Z", "m")
        + shape("M210 190 L262 258 L226 250 L200 284 L170 244 Z", snow)
        + shape("M520 150 L584 226 L544 216 L514 262 L470 214 Z", snow)
        + shape("M930 230 L986 280 L950 276 L926 304 L894 264 Z", snow)
    )
