"""The demonstration's pictures and film: light, and said in words for who does not see them."""

from __future__ import annotations

import re

from PIL import Image

from portal.demonstration.source import DATA, read

LIGHT, FILM = 60_000, 400_000  # bytes
PAGES = ("stories", "guides", "articles", "news", "events")


def test_each_picture_is_light_and_said_in_words() -> None:
    for item in read("media")["pictures"]:
        path = DATA / "media" / item["file"]
        assert path.stat().st_size < LIGHT, path.name
        with Image.open(path) as picture:
            assert picture.width >= 1200
        assert item["alt"].startswith("Dessin"), item["file"]
        assert item["title"] not in item["alt"]


def test_each_picture_is_shown_by_pages_of_its_own_site_that_as_many_may_read() -> None:
    written = {(page["site"], page["slug"]): page for name in PAGES for page in read(name)}
    for item in read("media")["pictures"]:
        for slug in item["pages"]:
            page = written[item["site"], slug]
            if item.get("audience") == "internal":
                assert page["audience"] == "internal", slug
    shown = {site for site, _ in written}
    assert {item["site"] for item in read("media")["pictures"]} == shown


def test_the_film_has_captions_and_all_of_them_are_in_its_transcript() -> None:
    assert (DATA / "media" / "une-tournee.webm").stat().st_size < FILM
    captions = (DATA / "media" / "une-tournee.vtt").read_text(encoding="utf-8")
    blocks = [block for story in read("stories") for block in story["body"] if "video" in block]
    (film,) = [block["video"] for block in blocks]
    cues = re.split(r"\n\n", captions.strip())[1:]
    assert len(cues) == 4
    for cue in cues:
        said = " ".join(cue.split("\n")[1:])
        assert said in film["transcript"], said


def test_no_story_shows_the_same_picture_twice() -> None:
    above = {
        (item["site"], slug): item["file"]
        for item in read("media")["pictures"]
        for slug in item["pages"]
    }
    for story in read("stories"):
        blocks = [value for block in story["body"] for value in block.values()]
        within = [
            value[name]
            for value in blocks
            if isinstance(value, dict)
            for name in ("image", "poster")
            if name in value
        ]
        shown = [above.get((story["site"], story["slug"])), *within]
        assert len(set(shown)) == len(shown), story["slug"]
