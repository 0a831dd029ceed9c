"""Every block: drawn, previewed with sample content, and refused with a reason when it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.template.loader import get_template
from django.test import Client
from wagtail import blocks

from home.blocks.stream import MOST_BLOCKS, BodyBlocks
from home.blocks.video import video_problems
from home.models import EditorialDocument
from tests.home.desk_forms import guide_form, rich
from tests.home.factories import Intranet, article, guide, news, picture, story

pytestmark = pytest.mark.django_db
BODY = BodyBlocks()
# What they show is a file of the site: their samples are drawn without one.
CHOOSERS = {"image", "document"}


def _names() -> Iterator[str]:
    yield from BODY.child_blocks


@pytest.mark.parametrize("name", list(_names()))
def test_every_block_has_its_template_its_words_and_a_sample(name: str) -> None:
    block = BODY.child_blocks[name]
    assert get_template(block.meta.template)
    assert block.meta.label
    assert block.meta.group
    assert block.get_description(), "what it is for, said in the list of blocks"
    assert block.is_previewable


@pytest.mark.parametrize("name", [name for name in _names() if name not in CHOOSERS])
def test_every_sample_is_drawn_and_would_be_taken(name: str) -> None:
    block = BODY.child_blocks[name]
    value = block.get_preview_value()
    assert block.clean(value)
    text = block.render(value)
    assert len(text) > 20
    assert "None" not in text


@pytest.mark.parametrize("content", [None, b"not a picture"])
@pytest.mark.parametrize("make", [guide, story, news, article])
def test_a_page_opens_without_its_lost_pictures_and_says_what_they_showed(
    vallees: Intranet, client_for: Callable[..., Client], content: bytes | None, make: Any
) -> None:
    lost = picture(vallees, "Une grange ouverte")
    page = make(vallees, "perdue")
    page.image = lost
    page.body = [
        ("image", {"image": lost, "alt": "Une grange", "caption": ""}),
        ("video", {"title": "Le film", "link": "https://peertube.fr/w/1", "poster": lost}),
    ]
    page.save_revision().publish()
    lost.file.storage.delete(lost.file.name)
    if content is not None:
        lost.file.storage.save(lost.file.name, ContentFile(content))
    browser = client_for(vallees.person("agent"), vallees.host)
    answer = browser.get(page.get_url())
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Elle montre&nbsp;: Une grange" in text
    assert "Le film" in text
    assert "not-found" not in text
    for path in ("/", page.get_parent().get_url()):
        assert browser.get(path).status_code == 200


def test_previews_are_shown_to_editors(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    browser = client_for(vallees.person("editor"), vallees.host)
    for name in _names():
        definition = BODY.child_blocks[name].definition_prefix
        answer = browser.get(f"/cms/block-preview/?id={definition}")
        assert answer.status_code == 200, name
        assert "</figure>" in answer.content.decode() or name != "image"
        assert "120&nbsp;Ko" in answer.content.decode() or name != "document"


# --- Videos --------------------------------------------------------------------------------------


def _file(place: Intranet, name: str) -> EditorialDocument:
    return EditorialDocument.objects.create(
        title=name, file=ContentFile(b"WEBVTT", name), collection=place.site.tenancy.collection
    )


@pytest.mark.parametrize(
    "link",
    [
        "https://exemple.test/film.mp4",
        "http://vimeo.com/1",
        "https://vimeo.com.exemple.test/1",
        "https://www.youtube.com@exemple.test/",
        "javascript:alert(1)",
        "https://[",
    ],
)
def test_a_video_link_to_anywhere_is_refused_with_what_to_do(link: str) -> None:
    problems = video_problems({"link": link})
    assert "Déposez plutôt le fichier" in problems["link"]


def test_a_known_site_of_videos_is_linked_to_never_drawn_in_the_page(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    video = {"title": "Une matinée", "link": "https://vimeo.com/1", "transcript": "<p>Dit.</p>"}
    assert video_problems(video) == {}
    guide(vallees, "film", body=[{"video": video}])
    text = client_for(None, vallees.host).get("/guides/film/").content.decode()
    assert 'href="https://vimeo.com/1"' in text
    assert "<iframe" not in text
    assert "Tout ce qui est dit et montré" in text


def test_a_file_has_its_captions(vallees: Intranet, client_for: Callable[..., Client]) -> None:
    film, words = _file(vallees, "film.mp4"), _file(vallees, "film.vtt")
    assert set(video_problems({})) == {"video"}
    assert set(video_problems({"video": film})) == {"captions"}
    assert set(video_problems({"video": words, "captions": film})) == {"video", "captions"}
    assert set(video_problems({"video": film, "link": "https://vimeo.com/1"})) == {"link"}
    assert video_problems({"video": film, "captions": words}) == {}
    video = {"title": "T", "video": film.pk, "captions": words.pk, "transcript": "<p>Dit.</p>"}
    guide(vallees, "film", body=[{"video": video}])
    text = client_for(None, vallees.host).get("/guides/film/").content.decode()
    assert '<track kind="captions"' in text
    assert 'type="video/mp4"' in text


# --- Too many ------------------------------------------------------------------------------------


def test_more_blocks_than_one_can_read_are_refused_kindly_in_a_draft_too(
    vallees: Intranet, client_for: Callable[..., Client]
) -> None:
    page = guide(vallees, "long")
    browser = client_for(vallees.person("editor"), vallees.host)
    many = [("paragraph", rich(f"Paragraphe {number}.")) for number in range(MOST_BLOCKS + 1)]
    data = guide_form(many, title=page.title, slug=page.slug)
    answer = browser.post(f"/cms/pages/{page.pk}/edit/", data)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "au plus se lisent" in text
    assert f"Paragraphe {MOST_BLOCKS}." in text  # nothing typed is lost
    assert browser.post(f"/cms/pages/{page.pk}/edit/", guide_form(many[1:], title=page.title,
                        slug=page.slug)).status_code == 302  # fmt: skip


def test_a_question_that_divides_has_two_positions(vallees: Intranet) -> None:
    block = BODY.child_blocks["controversy"]
    value = block.to_python(
        {"tension": "T", "positions": [{"title": "Une", "text": "<p>Seule.</p>"}]}
    )
    with pytest.raises((ValidationError, blocks.StructBlockValidationError)):
        block.clean(value)
