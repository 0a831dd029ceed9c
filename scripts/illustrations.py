"""Draw the demonstration's pictures and its film, in each collectivité's own colours.

    .venv/bin/python scripts/illustrations.py            all pictures, with the machine's Chromium
    .venv/bin/python scripts/illustrations.py --film     the film too, with ffmpeg on the PATH

Flat shapes, no faces, nothing copied: what is drawn here is kept, small, in
portal/demonstration/data/media/, and the demonstration only reads those files.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml
from drawing import inside, outside
from drawing.shapes import HEIGHT, WIDTH
from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "portal/demonstration/data"
OUT = DATA / "media"
TOKENS = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
COLOURS = 64  # flat colours and their edges: a palette is enough, and light
FILM_SIZE = (640, 360)
FILM_SECONDS, FILM_RATE = 16, 12
POSTER_AT = 0.3  # the lorry by the bins, before the day


SCENES: dict[str, Callable[[], str]] = {
    "camion-de-collecte": outside.collection,
    "une-tournee": lambda: outside.film(POSTER_AT),
    "mairie-de-village": outside.town_hall,
    "bureau-volant": inside.flying_desk,
    "velo-cargo": outside.cargo_bike,
    "fourgon-du-dimanche": outside.van_in_the_dunes,
    "chambre-aux-chansons": inside.song_room,
    "phare-et-dunes": outside.lighthouse,
    "cercle-de-chaises": inside.circle_of_chairs,
    "ordinateurs": inside.computers,
    "avis-autour-d-une-table": inside.opinions,
    "pain-du-soir": inside.bread,
    "chaussons-de-la-creche": inside.slippers,
    "verger": outside.orchard,
    "minibus-du-samedi": outside.minibus,
    "cuisine-centrale": inside.kitchen,
}


def sheet(content: str, accent: str, second: str, size: tuple[int, int], box: int) -> str:
    own = f":root{{--accent:{accent};--second:{second}}}body{{margin:0}}svg{{display:block}}"
    return (
        f"<style>{TOKENS}</style><style>{own}</style>"
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 {WIDTH} {box}" preserveAspectRatio="xMidYMid slice">{content}</svg>'
    )


def wanted() -> Iterator[tuple[str, str, str]]:
    """Yield each picture that the demonstration shows, with the two colours of its site."""
    organisations = yaml.safe_load((DATA / "organisations.yaml").read_text(encoding="utf-8"))
    colours = {
        item["key"]: (item["intranet"]["accent"], item["intranet"]["second"])
        for item in organisations
        if item.get("intranet")
    }
    for picture in yaml.safe_load((DATA / "media.yaml").read_text(encoding="utf-8"))["pictures"]:
        yield picture["file"].removesuffix(".png"), *colours[picture["site"]]


def draw_pictures(page: Page) -> None:
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    for name, accent, second in wanted():
        page.set_content(sheet(SCENES[name](), accent, second, (WIDTH, HEIGHT), HEIGHT))
        drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        path = OUT / f"{name}.png"
        drawn.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path.name:<32} {path.stat().st_size // 1024} ko")


def draw_film(page: Page) -> None:
    name, accent, second = next(wanted())
    page.set_viewport_size({"width": FILM_SIZE[0], "height": FILM_SIZE[1]})
    with tempfile.TemporaryDirectory() as folder:
        count = FILM_SECONDS * FILM_RATE
        for number in range(count):
            page.set_content(
                sheet(outside.film(number / (count - 1)), accent, second, FILM_SIZE, 675)
            )
            page.screenshot(path=f"{folder}/{number:04}.png")
        path = OUT / "une-tournee.webm"
        coded = ["-c:v", "libvpx-vp9", "-crf", "38", "-b:v", "0", "-pix_fmt", "yuv420p"]
        command = ["ffmpeg", "-y", "-loglevel", "error", "-framerate", str(FILM_RATE)]
        subprocess.run([*command, "-i", f"{folder}/%04d.png", *coded, str(path)], check=True)
    print(f"{path.name:<32} {path.stat().st_size // 1024} ko (avec {name})")


def main() -> None:
    found = subprocess.run(
        [ROOT / "scripts/find-chromium"], capture_output=True, text=True, check=True
    )
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.stdout.strip())
        page = browser.new_page()
        draw_pictures(page)
        if "--film" in sys.argv:
            draw_film(page)
        browser.close()


if __name__ == "__main__":
    main()
