"""Error pages that must stand without anything, and the style guide."""

import pytest
from django.template.loader import render_to_string

from portal.styleguide import styleguide_context

pytestmark = pytest.mark.urls("tests.design.urls")


@pytest.mark.parametrize("name", ["400.html", "500.html", "unknown_host.html"])
def test_standalone_pages_need_no_context(name):
    page = render_to_string(name)
    assert '<html lang="fr">' in page
    assert "<h1>" in page


@pytest.mark.parametrize("name", ["403.html", "404.html"])
def test_error_pages_survive_an_unknown_site(name):
    """The context processor gives little when the error came before the host was known."""
    page = render_to_string(name, {"demo_mode": True})
    assert "<h1>" in page
    assert "Données de démonstration" in page


def test_the_visitor_who_is_not_signed_in_is_offered_to_sign_in(rf):
    request = rf.get("/marche/offres/abc/?a=1&b=2")
    page = render_to_string("404.html", {"request": request})
    assert "/connexion/?next=/marche/offres/abc/%3Fa%3D1%26b%3D2" in page


def test_the_style_guide_draws_every_component():
    page = render_to_string("portal/styleguide.html", styleguide_context())
    for mark in ("pagination", "timeline", "error-summary", "calendar", "bubble-mine", "tag-need"):
        assert f'"{mark}' in page or f" {mark}" in page, mark
