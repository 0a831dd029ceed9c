"""Whether one can read it: contrast as WCAG 2.2 computes it, and the nearest colour that will do.

Source: WCAG 2.2, success criterion 1.4.3 and its definitions of relative luminance and contrast
ratio.
"""

from __future__ import annotations

import colorsys
import re

WHITE = "#ffffff"
INK = "#1c2430"
PAPER = "#faf7f1"
ENOUGH = 4.5

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def is_hex(colour: str) -> bool:
    return bool(_HEX.fullmatch(colour))


def luminance(colour: str) -> float:
    """Return the relative luminance (0 black to 1 white) of `#rrggbb`."""
    parts = []
    for channel in _rgb(colour):
        parts.append(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def accent_contrast(colour: str) -> float:
    """Return the least contrast of the accent: white upon it, and itself upon paper."""
    return min(contrast(colour, WHITE), contrast(colour, PAPER))


def on_second(colour: str) -> str:
    """Return the colour of the words upon the second colour: ink or white, the more readable."""
    return INK if contrast(colour, INK) >= contrast(colour, WHITE) else WHITE


def second_contrast(colour: str) -> float:
    return contrast(colour, on_second(colour))


def nearest_accent(colour: str) -> str:
    """Return the colour of the same hue, darkened just enough to be read."""
    return _walk(colour, -1, accent_contrast)


def nearest_second(colour: str) -> str:
    """Return the colour of the same hue, lightened just enough for ink to be read upon it."""
    return _walk(colour, 1, second_contrast)


def accent_instead(colour: str) -> str:
    """Return the accent to take instead of one that cannot be read; nothing where none is due."""
    if not is_hex(colour) or accent_contrast(colour) >= ENOUGH:
        return ""
    return nearest_accent(colour)


def second_instead(colour: str) -> str:
    """Return the second colour to take instead of one that cannot be read; or nothing."""
    if not is_hex(colour) or second_contrast(colour) >= ENOUGH:
        return ""
    return nearest_second(colour)


def _walk(colour: str, direction: int, measure: object) -> str:
    hue, light, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    for step in range(101):
        tried = min(1.0, max(0.0, light + direction * step / 100))
        found = _hex(colorsys.hls_to_rgb(hue, tried, saturation))
        if measure(found) >= ENOUGH:  # type: ignore[operator]
            return found
    return INK if direction < 0 else WHITE


def _rgb(colour: str) -> tuple[float, float, float]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))  # type: ignore[return-value]


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
