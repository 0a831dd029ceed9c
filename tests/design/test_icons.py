"""The icon tag: what it draws, what it hides, what it refuses."""

import re

import pytest
from django.template import Context, Template
from django.test import override_settings

from portal.templatetags.icons import ICONS_FOLDER, UnknownIcon, icon_names


def render(source: str, **context: object) -> str:
    return Template("{% load icons %}" + source).render(Context(context))


def test_an_icon_is_hidden_from_screen_readers():
    drawn = render('{% icon "bike" %}')
    assert 'aria-hidden="true"' in drawn
    assert 'stroke-width="1.75"' in drawn
    assert "<path" in drawn


def test_a_label_gives_it_a_meaning_and_is_escaped():
    drawn = render("{% icon 'bike' label=text %}", text='Vélo "rapide" <b>')
    assert 'role="img"' in drawn
    assert "aria-hidden" not in drawn
    assert "<b>" not in drawn


def test_a_large_icon_has_a_thinner_line():
    drawn = render('{% icon "tent" class="icon-large" %}')
    assert 'class="icon icon-large"' in drawn
    assert 'stroke-width="1.25"' in drawn


@override_settings(ICONS_STRICT=True)
@pytest.mark.parametrize("name", ["no-such-icon", "../../manage", "", "Bike"])
def test_developers_are_told_about_an_unknown_name(name):
    with pytest.raises(UnknownIcon):
        render("{% icon name %}", name=name)


@override_settings(ICONS_STRICT=False)
def test_readers_are_spared_an_unknown_name():
    assert render('{% icon "no-such-icon" %}') == ""


def test_every_file_is_drawable_in_the_current_colour():
    for name in icon_names():
        drawn = render("{% icon name %}", name=name)
        assert 'stroke="currentColor"' in drawn
        assert "<script" not in drawn


def test_the_icons_that_templates_name_exist():
    known = set(icon_names())
    for path in (ICONS_FOLDER.parents[1] / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        for name in re.findall(r'(?:{% icon |icon_name=)"([^"]+)"', source):
            assert name in known, f"{path}: {name}"
