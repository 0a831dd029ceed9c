"""The small filters and the rules every template of ours keeps."""

import re
from pathlib import Path

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template

from portal.templatetags.design import count_to, initials, page_numbers, tone

ROOT = Path(__file__).resolve().parents[2]
# Letters are read in mail programs, which keep no other styles than inline ones.
TEMPLATES = [
    path for path in sorted((ROOT / "templates").rglob("*.html")) if "email" not in path.parts
]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Nadia Merle", "NM"),
        ("Jean-Pierre de la Tour", "JT"),
        ("Karim", "KA"),
        ("", ""),
        (None, ""),
        ("élise dupré", "ÉD"),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_tones_alternate():
    assert [tone(index) for index in range(3)] == ["accent", "second", "accent"]
    assert tone("x") == "accent"


@pytest.mark.parametrize(
    ("total", "number", "shown"),
    [
        (1, 1, [1]),
        (5, 3, [1, 2, 3, 4, 5]),
        (19, 1, [1, 2, None, 19]),
        (19, 4, [1, 2, 3, 4, 5, None, 19]),
        (19, 10, [1, None, 9, 10, 11, None, 19]),
        (19, 19, [1, None, 18, 19]),
    ],
)
def test_page_numbers(total, number, shown):
    assert page_numbers(Paginator(range(total), 1).page(number)) == shown


def test_steps_are_counted_from_one():
    assert list(count_to(3)) == [1, 2, 3]
    assert list(count_to("x")) == []


def test_pagination_keeps_the_question(rf):
    source = '{% load design %}{% query_with page=3 vide="" %}'
    request = rf.get("/marche/?q=v%C3%A9lo&nature=a&nature=b&page=2&vide=1")
    query = Template(source).render(Context({"request": request}))
    assert query == "?q=v%C3%A9lo&amp;nature=a&amp;nature=b&amp;page=3"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_inline_style_or_script(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", source), path
    assert not re.search(r"<script(?![^>]*\ssrc=)", source), path


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_comments_stay_on_one_line(path):
    """Django prints a {# comment #} that runs over two lines."""
    for line in path.read_text(encoding="utf-8").splitlines():
        assert line.count("{#") == line.count("#}"), (path, line)


INCLUDED_ALONE = re.compile(r'{%\s*include\s+"([^"]+)"([^%]*)\sonly\s*%}')


def sends_a_form(name: str, seen: set[str]) -> bool:
    """Return whether a template, or a part it includes, holds a form to send."""
    seen.add(name)
    text = (ROOT / "templates" / name).read_text(encoding="utf-8")
    inner = set(re.findall(r'{%\s*include\s+"([^"]+)"', text)) - seen
    return "{% csrf_token %}" in text or any(sends_a_form(one, seen) for one in inner)


def test_a_part_included_alone_is_given_the_token_its_forms_send():
    """`only` keeps the token out as well: the form would be drawn, and refused when sent."""
    parts = [
        (path.name, part, given)
        for path in TEMPLATES
        for part, given in INCLUDED_ALONE.findall(path.read_text(encoding="utf-8"))
    ]
    with_forms = [one for one in parts if sends_a_form(one[1], set())]
    assert with_forms
    assert [one for one in with_forms if "csrf_token=csrf_token" not in one[2]] == []
