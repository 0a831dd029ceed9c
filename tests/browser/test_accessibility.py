"""axe finds nothing, and nothing scrolls sideways, on the main pages of every role."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

# host, person or None, paths
PAGES = [
    ("localhost", None, ["/", "/connexion/", "/inscription/", "/invitation/", "/marche/"]),
    ("trois-vallees", None, ["/", "/pistes/", "/guides/", "/recits/", "/actualites/"]),
    ("trois-vallees", "nadia-meyer", ["/", "/marche/", "/mes-echanges/", "/mon-compte/"]),
    ("trois-vallees", "nadia-meyer", ["/marche/publier/", "/mes-annonces/", "/recherche/?q=salle"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/", "/coordination/invitations/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/partenariats/"]),
    ("trois-vallees", "thomas-wagner", ["/mon-equipe/"]),
    ("localhost", "francoise-schneider", ["/", "/marche/?q=salle", "/mes-echanges/"]),
]
CASES = [
    pytest.param(host, person, path, id=f"{person or 'visitor'}@{host}{path}")
    for host, person, paths in PAGES
    for path in paths
]


@pytest.fixture
def page_at(open_page, signed_in, demonstration):
    """Return a function that opens a path as someone, and gives the page."""

    def build(host, person, path, size):
        page = signed_in(person, host, size) if person else open_page(size)
        response = page.goto(demonstration.url(path, host))
        assert response is not None
        assert response.status == 200
        return page

    return build


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize(("host", "person", "path"), CASES)
def test_page(page_at, host, person, path, size):
    page = page_at(host, person, path, size)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
    violations = Axe().run(page).response["violations"]
    assert not violations, [
        (violation["id"], violation["nodes"][0]["html"]) for violation in violations
    ]
