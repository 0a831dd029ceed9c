"""Streets, roads, dunes and mountains."""

from __future__ import annotations

import math

from drawing.shapes import (
    WIDTH,
    disc,
    ground,
    hills,
    house,
    line,
    mountains,
    moved,
    paper,
    rect,
    shape,
    tree,
    wheel,
)


def lorry(body: str = "a", cab: str = "s") -> str:
    """Return the lorry of the collection, standing on 0, its nose to the right."""
    return (
        shape("M0 -60 L0 -190 Q0 -232 42 -232 L300 -232 L300 -60 Z", body)
        + shape("M0 -60 L-34 -60 L-34 -150 Q-20 -214 26 -232 L60 -232 L60 -60 Z", "d")
        + line("M110 -196 L110 -96 M170 -196 L170 -96 M230 -196 L230 -96", "l", 7)
        + shape("M312 -60 L312 -206 L384 -206 Q402 -206 410 -190 L440 -124 L440 -60 Z", cab)
        + shape("M336 -184 L380 -184 L404 -130 L336 -130 Z", "k")
        + rect(-34, -62, 476, 22, "i", 6)
        + rect(424, -96, 16, 22, "k", 4)
        + "".join(wheel(x, -42, 42) for x in (66, 160, 372))
    )


def bin_(lid: str = "s", body: str = "a") -> str:
    return (
        shape("M-34 -92 L34 -92 L26 -8 L-26 -8 Z", body)
        + rect(-40, -106, 80, 16, lid, 6)
        + disc(18, -8, 10, "i")
    )


def collection() -> str:
    street = "".join(
        house(x, 512, w, h, wall, roof)
        for x, w, h, wall, roof in (
            (60, 170, 190, "k", "a"),
            (236, 150, 150, "q", "b"),
            (860, 160, 170, "k", "a"),
            (1028, 190, 210, "q", "b"),
        )
    )
    return (
        paper(sun=disc(720, 250, 92, "s"))
        + street
        + ground("u")
        + rect(0, 566, WIDTH, 8, "k")
        + moved(bin_(), 300, 548)
        + moved(bin_("d", "l"), 232, 556)
        + moved(lorry(), 420, 566)
    )


def town_hall() -> str:
    steps = "".join(rect(430 - 22 * n, 488 + 12 * n, 340 + 44 * n, 14, "q") for n in range(3))
    return (
        paper(sun=disc(1010, 150, 66, "s"))
        + hills("u", "m")
        + ground("u", 520)
        + rect(360, 300, 480, 190, "k")
        + shape("M340 300 L600 190 L860 300 Z", "a")
        + disc(600, 254, 30, "k")
        + line("M600 236 L600 254 L614 262", "d", 6)
        + "".join(rect(x, 336, 44, 66, "u", 4) for x in (396, 476, 680, 760))
        + shape("M558 490 L558 388 Q600 346 642 388 L642 490 Z", "d")
        + steps
        + line("M600 190 L600 108", "i", 8)
        + shape("M604 112 Q640 98 676 114 L676 158 Q640 142 604 158 Z", "s")
        + tree(250, 512, 150, "l")
        + tree(930, 516, 180, "a")
        # the chair brought back from the country
        + line("M1030 520 L1030 396 M1030 452 L1092 452 L1092 520", "b", 12)
        + rect(1024, 396, 12, 60, "b", 5)
    )


def cargo_bike() -> str:
    return (
        paper(sun=disc(250, 170, 64, "s"))
        + hills("u", "m")
        + ground("u", 528)
        + rect(0, 548, WIDTH, 8, "k")
        + wheel(356, 470, 78)
        + wheel(868, 492, 56)
        + line("M356 470 L470 330 L590 470 Z M470 330 L436 470 L590 470 M436 470 L356 470", "a", 14)
        + line("M430 316 L494 316 M470 330 L462 316", "i", 14)
        + line("M590 470 L640 300 L610 286", "a", 14)
        + line("M590 470 L640 494 L868 492", "a", 14)
        + shape("M628 356 L892 356 L862 474 L650 474 Z", "s")
        + line("M640 394 L884 394", "b", 6)
        + rect(664, 270, 96, 86, "k", 6)
        + rect(676, 300, 72, 10, "m", 4)
        + rect(770, 296, 84, 60, "l", 6)
        + line("M812 296 L812 356", "d", 6)
    )


def van_in_the_dunes() -> str:
    return (
        paper(sun=disc(930, 180, 84, "s"))
        + rect(0, 380, WIDTH, 70, "m")
        + line("M60 408 L190 408 M320 426 L420 426 M980 410 L1130 410", "k", 6)
        + shape("M0 470 Q180 380 380 450 T760 440 T1200 420 L1200 632 L0 632 Z", "q")
        + shape("M0 560 Q300 500 640 548 T1200 530 L1200 632 L0 632 Z", "p")
        + line("M150 450 L138 400 M162 450 L164 394 M174 452 L190 404", "a", 6)
        + line("M1060 440 L1048 392 M1072 440 L1074 386 M1084 442 L1100 396", "a", 6)
        + moved(
            rect(0, -238, 320, 190, "k", 14)
            + rect(0, -120, 320, 34, "a")
            + line("M90 -206 L90 -146 M64 -191 L116 -161 M64 -161 L116 -191", "a", 9)
            + shape("M320 -48 L320 -206 L398 -206 Q420 -206 432 -184 L470 -118 L470 -48 Z", "a")
            + shape("M344 -182 L394 -182 L426 -124 L344 -124 Z", "t")
            + rect(-12, -54, 490, 20, "i", 6)
            + wheel(80, -36, 42)
            + wheel(384, -36, 42),
            350,
            566,
        )
    )


def lighthouse() -> str:
    return (
        paper(sun="")
        + shape("M760 150 L0 40 L0 250 Z", "p")
        + rect(0, 372, WIDTH, 90, "m")
        + line("M90 400 L230 400 M360 430 L470 430 M980 404 L1110 404", "k", 6)
        + shape("M724 440 L742 190 L818 190 L836 440 Z", "k")
        + shape("M734 310 L740 232 L820 232 L826 310 Z", "a")
        + shape("M727 400 L732 348 L828 348 L833 400 Z", "a")
        + rect(730, 172, 100, 20, "i", 5)
        + rect(746, 122, 68, 52, "s", 4)
        + shape("M738 122 L780 84 L822 122 Z", "d")
        + shape("M0 480 Q240 380 520 450 T980 430 T1200 410 L1200 632 L0 632 Z", "q")
        + shape("M520 632 Q560 560 640 530 T760 470 L790 470 Q730 540 690 560 T640 632 Z", "k")
        + shape("M0 560 Q200 500 420 560 T560 632 L0 632 Z", "s")
        + "".join(
            line(f"M{x} {y} l-14 -58 M{x + 12} {y} l4 -66 M{x + 24} {y + 2} l20 -54", "a", 6)
            for x, y in ((150, 530), (300, 540), (930, 480), (1060, 460), (430, 590))
        )
    )


def orchard() -> str:
    def apple_tree(x: float, y: float, size: float) -> str:
        fruit = "".join(
            disc(dx, dy, 14, "r") for dx, dy in ((-58, -150), (-14, -196), (40, -160), (8, -124))
        )
        return moved(
            rect(-11, -90, 22, 90, "o", 6)
            + disc(0, -158, 96, "a")
            + disc(-46, -128, 56, "a")
            + disc(50, -126, 54, "a")
            + disc(-20, -182, 40, "l")
            + fruit,
            x,
            y,
            size,
        )

    return (
        paper(sun=disc(1040, 140, 70, "g"))
        + mountains()
        + shape("M0 500 Q300 440 620 486 T1200 470 L1200 632 L0 632 Z", "u")
        + apple_tree(170, 520, 0.8)
        + apple_tree(1040, 510, 0.8)
        + apple_tree(420, 560, 1.15)
        + apple_tree(800, 556, 1.1)
        + line("M560 572 L640 330 M632 572 L700 340", "o", 12)
        + line("M574 530 L646 530 M590 482 L658 482 M606 434 L672 434 M622 386 L686 386", "o", 9)
        + shape("M640 604 L760 604 L744 556 L656 556 Z", "s")
        + "".join(disc(x, 552, 16, "r") for x in (676, 704, 730))
    )


def minibus() -> str:
    return (
        paper(sun=disc(700, 140, 60, "g"))
        + mountains()
        + shape("M0 520 Q300 450 640 500 T1200 470 L1200 632 L0 632 Z", "l")
        + shape("M-20 632 L-20 566 Q500 520 1220 560 L1220 632 Z", "i")
        + line("M40 596 L180 590 M300 584 L440 580 M880 582 L1010 588 M1100 594 L1180 598", "k", 8)
        + tree(130, 500, 150, "a")
        + tree(1060, 496, 170, "a")
        + moved(
            shape(
                "M0 -46 L0 -196 Q0 -224 28 -224 L420 -224 Q448 -224 460 -200 L500 -120 L500 -46 Z",
                "s",
            )
            + rect(0, -104, 500, 22, "b")
            + "".join(rect(x, -198, 76, 66, "t", 8) for x in (32, 124, 216, 308))
            + shape("M400 -198 L436 -198 L466 -132 L400 -132 Z", "t")
            + rect(-10, -54, 520, 20, "d", 6)
            + wheel(110, -36, 42)
            + wheel(404, -36, 42)
            + line("M60 -240 L380 -240", "d", 10)
            + rect(90, -282, 120, 40, "a", 8)
            + rect(226, -270, 90, 28, "d", 6),
            360,
            584,
        )
    )


def film(at: float) -> str:
    """Return one image of the film, `at` going from 0 to 1: a lorry, from night to day."""
    day = min(1, max(0, (at - 0.3) / 0.45))
    stop = 380
    if at < 0.32:
        x = -520 + (stop + 520) * (1 - (1 - at / 0.32) ** 2)
    elif at < 0.72:
        x = stop
    else:
        x = stop + 1000 * ((at - 0.72) / 0.28) ** 2
    lift = math.sin(math.pi * min(1, max(0, (at - 0.38) / 0.28)))
    street = (
        "".join(
            house(left, 512, w, h, "k", "a") for left, w, h in ((60, 170, 190), (860, 160, 170))
        )
        + house(236, 512, 150, 150, "q", "b")
        + house(1028, 512, 190, 210, "q", "b")
    )
    lamp = line("M800 512 L800 250 L752 250", "i", 10) + disc(
        748, 262, 20, "s" if day < 0.6 else "k"
    )
    return (
        rect(0, 0, WIDTH, 675, "n")
        + f'<g style="opacity:{day:.3f}">{rect(0, 0, WIDTH, 675, "t")}'
        + disc(1010, 60, 430, "u")
        + "</g>"
        + disc(640, 560 - 330 * day, 92, "s")
        + street
        + rect(0, 510, WIDTH, 165, "u")
        + lamp
        + f'<g style="opacity:{0.5 * (1 - day):.3f}">{rect(0, 0, WIDTH, 675, "n")}</g>'
        + rect(0, 590, WIDTH, 8, "k")
        + moved(bin_("d", "l"), 180, 560)
        + moved(bin_(), 300 + 30 * lift, 556 - 150 * lift, 1, 70 * lift)
        + moved(lorry(), x, 582)
    )
