"""Rooms: what one does there, without the people."""

from __future__ import annotations

import math

from drawing.shapes import PAINT, disc, ground, line, moved, paper, rect, shape


def flying_desk() -> str:
    return (
        paper("p", "q")
        + rect(250, 76, 460, 330, "k", 10)
        + '<clipPath id="w"><rect x="270" y="96" width="420" height="290"/></clipPath>'
        + '<g clip-path="url(#w)">'
        + rect(270, 96, 420, 290, "t")
        + disc(590, 170, 50, "s")
        + shape("M250 300 Q380 220 500 280 T720 250 L720 400 L250 400 Z", "m")
        + shape("M250 350 Q400 290 540 340 T720 320 L720 400 L250 400 Z", "l")
        + line("M300 372 L380 330 M350 384 L430 342 M400 390 L490 346", "a", 6)
        + "</g>"
        + rect(474, 96, 12, 290, "k")
        + rect(150, 454, 900, 26, "b", 6)
        + line("M210 480 L190 632 M990 480 L1010 632", "b", 20)
        + rect(560, 352, 210, 96, "d", 8)
        + rect(574, 364, 182, 72, "t", 3)
        + rect(530, 444, 270, 12, "i", 5)
        + shape("M860 396 L930 396 L922 454 L868 454 Z", "s")
        + line("M930 408 Q958 414 926 438", "s", 9)
        + line("M884 372 Q876 356 888 342 M906 372 Q898 356 910 342", "m", 7)
        + rect(300, 420, 170, 34, "a", 4)
        + rect(316, 390, 150, 30, "l", 4)
        + line("M1010 454 L960 330 L1030 250", "i", 10)
        + shape("M990 262 L1052 216 L1084 288 Z", "s")
    )


def song_room() -> str:
    def chair(x: float) -> str:
        return (
            rect(x, 330, 150, 130, "a", 22)
            + rect(x - 22, 398, 194, 74, "l", 24)
            + line(f"M{x} 476 L{x - 8} 520 M{x + 150} 476 L{x + 158} 520", "i", 10)
        )

    notes = "".join(
        disc(x, y, 19, "d") + line(f"M{x + 17} {y} L{x + 17} {y - 76} L{x + 50} {y - 60}", "d", 8)
        for x, y in ((520, 236), (620, 180), (706, 262))
    )
    return (
        paper("p", "q")
        + rect(70, 90, 250, 300, "k", 10)
        + rect(88, 108, 214, 264, "t")
        + rect(88, 290, 214, 82, "m")
        + disc(232, 180, 34, "s")
        + line("M195 108 L195 372", "k", 12)
        + ground("q", 516)
        + chair(420)
        + chair(730)
        + notes
        + rect(985, 392, 130, 124, "b", 6)
        + shape("M1010 392 Q1050 280 1094 392 Z", "l")
        + disc(1050, 322, 18, "s")
        + line("M330 560 L900 560", "k", 12)
    )


def circle_of_chairs() -> str:
    seats = ""
    for n in range(9):
        angle = math.pi * (n / 9 * 2 + 0.5)
        x, y = 600 + 300 * math.cos(angle), 370 + 130 * math.sin(angle)
        seats += rect(x - 34, y - 62, 68, 70, "s" if n == 4 else "a", 14)
        seats += rect(x - 38, y - 6, 76, 26, "b" if n == 4 else "d", 10)
        seats += line(f"M{x - 26} {y + 22} l-4 34 M{x + 26} {y + 22} l4 34", "i", 8)
    return (
        paper()
        + f'<ellipse cx="600" cy="440" rx="470" ry="160" style="fill:{PAINT["u"]}"/>'
        + rect(90, 120, 210, 250, "k", 8)
        + line("M195 370 L150 520 M195 370 L240 520", "i", 8)
        + line("M124 170 L262 170 M124 214 L240 214 M124 258 L214 258", "m", 10)
        + shape("M214 300 L262 300 L238 336 Z", "s")
        + seats
        + shape(
            "M560 90 h120 q24 0 24 24 v46 q0 24 -24 24 h-54 l-40 34 v-34 h-26 q-24 0 -24 -24"
            " v-46 q0 -24 24 -24 Z",
            "k",
        )
        + line("M574 126 L666 126 M574 154 L636 154", "m", 9)
    )


def computers() -> str:
    def laptop(x: float, y: float, lid: str) -> str:
        return (
            rect(x, y - 142, 220, 142, lid, 12)
            + rect(x + 16, y - 126, 188, 108, "t", 4)
            + rect(x - 24, y - 4, 268, 22, "i", 9)
        )

    return (
        paper("p", "q")
        + ground("q", 520)
        + moved(
            shape("M0 0 L250 0 L250 -150 L0 -150 Z", "b")
            + shape("M0 -150 L-50 -196 L110 -196 L125 -150 Z", "s")
            + shape("M250 -150 L300 -196 L140 -196 L125 -150 Z", "s")
            + rect(86, -110, 78, 52, "k", 4)
            + rect(30, -232, 190, 16, "i", 6)
            + rect(40, -252, 170, 16, "a", 6)
            + rect(36, -212, 178, 16, "d", 6),
            130,
            540,
        )
        + laptop(520, 520, "a")
        + line("M584 446 L612 472 L664 416", "a", 12)
        + laptop(850, 520, "d")
        + disc(960, 446, 34, "s")
        + disc(960, 446, 13, "t")
        + line("M470 250 L640 250 Q700 250 700 300 L700 330", "m", 10)
        + line("M820 180 L900 260", "b", 22)
        + line("M900 260 L952 312", "i", 10)
    )


def opinions() -> str:
    def bubble(x: float, y: float, w: float, h: float, paint: str, tail: int) -> str:
        foot = x + w * (0.25 if tail < 0 else 0.7)
        return rect(x, y, w, h, paint, 34) + shape(
            f"M{foot} {y + h - 4} l60 0 l{tail * 46 + 10} 62 Z", paint
        )

    return (
        paper()
        + ground("u", 540)
        + bubble(130, 110, 330, 170, "a", -1)
        + line("M190 168 L400 168 M190 220 L330 220", "t", 12)
        + bubble(520, 70, 270, 150, "k", 1)
        + line("M574 124 L736 124 M574 168 L680 168", "m", 12)
        + bubble(760, 250, 300, 150, "s", 1)
        + line("M820 308 L1000 308 M820 350 L930 350", "b", 12)
        + rect(150, 452, 900, 30, "b", 8)
        + line("M220 482 L210 600 M980 482 L990 600", "b", 20)
        + "".join(rect(x, 424, 90, 28, "k", 5) for x in (280, 480, 690))
        + shape("M560 400 L620 400 L614 452 L566 452 Z", "d")
    )


def slippers() -> str:
    def pair(x: float, y: float, paint: str, size: float = 1) -> str:
        one = (
            shape("M0 0 Q-4 -44 40 -50 L74 -50 Q96 -20 148 -18 Q176 -14 172 0 Z", paint)
            + rect(-2, -4, 176, 12, "i", 6)
            + shape("M40 -50 Q52 -66 74 -50 L66 -34 L44 -34 Z", "k")
        )
        return moved(one, x, y, size) + moved(one, x + 34 * size, y + 10 * size, size)

    shelves = "".join(rect(110, y, 980, 18, "o", 6) for y in (252, 400))
    hooks = "".join(
        disc(x, 96, 12, "o")
        + shape(f"M{x - 40} 110 L{x + 40} 110 L{x + 52} 196 L{x - 52} 196 Z", p)
        for x, p in ((210, "a"), (400, "s"), (590, "l"), (780, "u"), (970, "d"))
    )
    return (
        paper("p", "q")
        + rect(110, 70, 980, 14, "o", 6)
        + hooks
        + shelves
        + pair(170, 246, "a", 0.8)
        + pair(400, 246, "s", 0.8)
        + pair(640, 246, "l", 0.8)
        + pair(880, 246, "a", 0.8)
        + pair(160, 394, "s", 0.8)
        + pair(390, 394, "l", 0.8)
        + pair(860, 394, "d", 0.8)
        + ground("q", 520)
        + pair(430, 560, "a", 1.5)
    )


def kitchen() -> str:
    def pot(x: float, w: float, h: float, paint: str) -> str:
        top = 440 - h
        steam = "".join(
            line(f"M{x + w * at} {top - 34} q-18 -26 0 -50 t0 -50", "k", 10) for at in (0.3, 0.6)
        )
        return (
            rect(x, top, w, h, paint, 14)
            + rect(x - 12, top - 18, w + 24, 20, "d", 8)
            + line(f"M{x - 4} {top + 40} h-30 M{x + w + 4} {top + 40} h30", "i", 14)
            + steam
        )

    utensils = "".join(
        line(f"M{x} 96 L{x} 170", "i", 9) + tail
        for x, tail in (
            (180, disc(180, 192, 26, "a")),
            (260, rect(240, 166, 40, 56, "l", 6)),
            (340, shape("M316 168 L364 168 L352 222 L328 222 Z", "s")),
        )
    )
    return (
        paper()
        + rect(120, 84, 300, 14, "b", 6)
        + utensils
        + rect(90, 440, 1020, 34, "d", 8)
        + rect(120, 474, 960, 158, "m")
        + "".join(
            disc(x, 534, 22, "k") + line(f"M{x} 534 v-16", "d", 7) for x in (250, 500, 750, 950)
        )
        + pot(190, 200, 150, "a")
        + pot(520, 250, 220, "s")
        + pot(880, 160, 120, "l")
    )


def bread() -> str:
    def loaf(x: float, y: float, turn: float, paint: str) -> str:
        return moved(
            shape(
                "M-150 0 Q-150 -54 -90 -60 L90 -60 Q150 -54 150 0 Q150 20 110 20 L-110 20"
                " Q-150 20 -150 0 Z",
                paint,
            )
            + line("M-86 -34 l34 34 M-26 -38 l34 34 M34 -38 l34 34", "p", 9),
            x,
            y,
            1,
            turn,
        )

    return (
        paper("p", "q")
        + rect(60, 110, 330, 20, "o", 6)
        + rect(820, 170, 300, 20, "o", 6)
        + loaf(230, 92, 0, "w")
        + loaf(970, 152, 0, "w")
        + ground("q", 540)
        + loaf(470, 330, -16, "w")
        + loaf(720, 322, 12, "o")
        + loaf(600, 290, -4, "w")
        + shape("M300 350 L900 350 L866 548 L334 548 Z", "a")
        + line("M320 412 L884 412 M330 476 L872 476", "d", 10)
        + line("M300 350 L900 350", "d", 16)
    )
