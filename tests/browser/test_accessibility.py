"""axe finds nothing, and nothing scrolls sideways, on the main pages of every role."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from portal.demonstration.source import reference
from tests.browser.conftest import SIZES

# To the form of a new page of that kind
WRITE = "/cms/ecrire/{}/?pour=tous&modele=vierge"
# host, person or None, paths
PAGES = [
    ("localhost", None, ["/", "/connexion/", "/inscription/", "/invitation/", "/marche/"]),
    ("trois-vallees", None, ["/", "/pistes/", "/guides/", "/recits/", "/actualites/"]),
    ("trois-vallees", "nadia-meyer", ["/", "/marche/", "/mes-echanges/", "/mon-compte/"]),
    ("trois-vallees", "nadia-meyer", ["/marche/publier/", "/mes-annonces/", "/recherche/?q=salle"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/", "/coordination/invitations/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/invitations/?etat=preparees"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/partenariats/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/suivi/sans-reponse/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/suivi/besoins/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/suivi/mediations/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/repartition/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/chiffres/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/protection/", "/coordination/chartes/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/synonymes/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/suivi/accords-attendus/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/accord-tacite/"]),
    ("trois-vallees", "thomas-wagner", ["/mon-equipe/"]),
    ("trois-vallees", "karim-belaid", ["/mes-echanges/merci/", "/mes-echanges/attestation/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/suivi/mercis/"]),
    ("localhost", "francoise-schneider", ["/", "/marche/?q=salle", "/mes-echanges/"]),
    ("localhost", "francoise-schneider", ["/mes-echanges/assurance/"]),
    ("localhost", "sven-becker", ["/", "/mon-association/"]),
    ("trois-vallees", None, ["/guides/donner-ou-preter/", "/guides/prendre-un-velo-cargo/"]),
    ("localhost", None, ["/plan-du-site/", "/mot-de-passe/", "/connexion/code/"]),
    ("belledonne", None, ["/mentions-legales/", "/donnees-personnelles/", "/accessibilite/"]),
    ("belledonne", "pierre-vial", ["/interne/", "/mes-annonces/", "/marche/publier/"]),
    ("trois-vallees", "nadia-meyer", ["/mes-annonces/favoris/"]),
    ("trois-vallees", "karim-belaid", ["/mon-compte/nouvelles/", "/mes-annonces/"]),
    ("trois-vallees", None, ["/agenda/", "/appels/"]),
    ("trois-vallees", "nadia-meyer", ["/annuaire/", "/annuaire/organigramme/"]),
    ("trois-vallees", "nadia-meyer", ["/mon-compte/mes-donnees/", "/mon-compte/effacer/"]),
    ("trois-vallees", "nadia-meyer", ["/mes-reponses/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/personnes/", "/coordination/services/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/personnes/journal/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/personnes/importer/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/conservation/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/lancement/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/lancement/affiches/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/lancement/vagues/"]),
    ("trois-vallees", "sylvie-hoffmann", ["/coordination/lancement/lettre/"]),
    ("trois-vallees", "nadia-meyer", ["/mes-pages/"]),
    ("trois-vallees", None, ["/articles/", "/recits/six-semaines-de-la-voirie-a-la-collecte/"]),
    ("trois-vallees", None, ["/etiquettes/voirie/", "/mentions-legales/"]),
    ("moeres", None, ["/", "/agenda/les-dunes-a-pied/", "/accessibilite/"]),
    ("trois-vallees", "aurelie-klein", ["/cms/", "/cms/pages/", "/cms/images/", "/cms/documents/"]),
    ("trois-vallees", "aurelie-klein", ["/cms/images/add/", "/cms/documents/multiple/add/"]),
    (
        "trois-vallees",
        "aurelie-klein",
        ["/cms/appels/", "/cms/avis/", "/cms/account/"],
    ),
    ("trois-vallees", "aurelie-klein", ["/cms/pages-choisies/"]),
    ("trois-vallees", "aurelie-klein", ["/cms/ecrire/guide/", WRITE.format("guide")]),
    ("trois-vallees", "aurelie-klein", [WRITE.format("recit"), WRITE.format("actualite")]),
    ("trois-vallees", "aurelie-klein", [WRITE.format("evenement"), WRITE.format("appel")]),
]
# host, person or None, a page, and the address that the link to follow begins with
FOLLOWED = [
    ("localhost", None, "/marche/", "/marche/offres/"),
    ("localhost", None, "/marche/?sens=need", "/marche/besoins/"),
    ("localhost", "francoise-schneider", "/mes-echanges/", "/mes-echanges/"),
    ("localhost", "francoise-schneider", "/mon-compte/", "/mon-association/"),
    ("trois-vallees", None, "/pistes/", "/pistes/"),
    ("trois-vallees", None, "/pistes/micro-mobilite-professionnelle/", "/pistes/micro"),
    ("trois-vallees", None, "/guides/", "/guides/"),
    ("trois-vallees", None, "/recits/", "/recits/"),
    ("trois-vallees", None, "/actualites/", "/actualites/"),
    ("trois-vallees", None, "/agenda/", "/agenda/"),
    ("moeres", None, "/articles/", "/articles/"),
    ("trois-vallees", "nadia-meyer", "/interne/appels/", "/interne/appels/"),
    ("trois-vallees", "nadia-meyer", "/annuaire/", "/annuaire/"),
    ("trois-vallees", "sylvie-hoffmann", "/coordination/personnes/", "/coordination/personnes/"),
    ("trois-vallees", "sylvie-hoffmann", "/coordination/services/", "/coordination/services/"),
    ("trois-vallees", "sylvie-hoffmann", "/coordination/", "/coordination/verifications/"),
    ("trois-vallees", "sylvie-hoffmann", "/coordination/", "/mes-echanges/"),
    ("trois-vallees", "nadia-meyer", "/mes-echanges/", "/mes-echanges/"),
    ("trois-vallees", "beatrice-lorrain", "/mon-equipe/", "/mon-equipe/accords/"),
]
LISTED = {path for _, _, paths in PAGES for path in paths} | {path for _, _, path, _ in FOLLOWED}
CASES = [
    pytest.param(host, person, path, id=f"{person or 'visitor'}@{host}{path}")
    for host, person, paths in PAGES
    for path in paths
]

# The map of the blocks beside a form of /cms/ is Wagtail's and repeats their headings: folded, its
# list scrolls under the mouse alone.
LOOKED_AT = {"exclude": [[".w-minimap"]]}
# What scripts add to a page once it is there.
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def page_at(reading_as, demonstration):
    """Return a function that opens a path as someone, and gives the page."""

    def build(host, person, path):
        page = reading_as(person, host)
        response = page.goto(demonstration.url(path, host))
        assert response is not None
        assert response.status == 200
        return page

    return build


def check(page):
    """Assert that axe finds nothing and that nothing scrolls sideways, at each of our sizes; gives
    the window its size back."""
    before = page.viewport_size
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        page.evaluate(TWO_FRAMES)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], size
        violations = Axe().run(page, context=LOOKED_AT).response["violations"]
        assert not violations, [
            (size, violation["id"], violation["nodes"][0]["html"]) for violation in violations
        ]
    page.set_viewport_size(before)


@pytest.mark.parametrize(("host", "person", "path"), CASES)
def test_page(page_at, host, person, path):
    check(page_at(host, person, path))


@pytest.mark.parametrize(("host", "person", "path", "prefix"), FOLLOWED)
def test_page_that_a_list_leads_to(page_at, host, person, path, prefix):
    page = page_at(host, person, path)
    addresses = page.eval_on_selector_all(
        "main a[href]", "links => links.map(link => new URL(link.href).pathname)"
    )
    deeper = [one for one in addresses if one.startswith(prefix) and one not in {prefix, *LISTED}]
    assert deeper, addresses
    response = page.goto(page.url.split(path)[0] + deeper[0])
    assert response.status == 200
    check(page)


BIKE = reference("listing", "tv-velo-cargo")


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("nadia-meyer", f"/marche/offres/{BIKE}/"),
        ("nadia-meyer", f"/marche/offres/{BIKE}/demander/"),
        ("nadia-meyer", f"/marche/offres/{BIKE}/demander/plusieurs/"),
        ("nadia-meyer", f"/marche/offres/{BIKE}/affiche/"),
        ("nadia-meyer", f"/marche/offres/{BIKE}/signaler/"),
        ("nadia-meyer", f"/marche/offres/{BIKE}/charte/"),
        ("amandine-roth", f"/mes-annonces/{BIKE}/etiquettes/"),
        ("amandine-roth", f"/mes-annonces/{BIKE}/calendrier/"),
        ("amandine-roth", f"/mes-annonces/{BIKE}/dates/"),
    ],
)
def test_the_calendar_of_who_asks_and_of_who_keeps_it(page_at, person, path):
    check(page_at("trois-vallees", person, path))


@pytest.mark.parametrize("person", [None, "nadia-meyer"])
def test_the_page_of_what_is_hidden_or_unknown(reading_as, demonstration, person):
    page = reading_as(person, "trois-vallees")
    assert page.goto(demonstration.url("/marche/offres/inconnue00/", "trois-vallees")).status == 404
    check(page)


def test_the_page_of_what_is_refused(reading_as, demonstration):
    page = reading_as("nadia-meyer", "trois-vallees")
    assert page.goto(demonstration.url("/coordination/", "trois-vallees")).status == 403
    check(page)
