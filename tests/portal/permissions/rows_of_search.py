"""The rows of what is searched: searches that one keeps, synonyms, what is not found, pages chosen.

`tests/portal/permissions/searches.py` makes one of each.
"""

from __future__ import annotations

from tests.portal.permissions.rows import COORDINATOR, KEEPER, SIGNED_IN, Row, everywhere, sets
from tests.portal.permissions.world import PERSONS

HOLDER = everywhere("link")
EVERYBODY = everywhere(" ".join(PERSONS))
# Who writes the site's pages, at their own desk; the platform's staff at every one.
EDITORS = sets("editor coordinator staff", "staff", "staff")

ROWS: dict[str, Row] = {
    "catalogue": Row("/marche/", EVERYBODY),
    "search": Row("/recherche/", EVERYBODY),
    "search_completions": Row("/recherche/completer/?q=bar", EVERYBODY),
    "my_searches": Row("/mes-recherches/", SIGNED_IN),
    "search_keep": Row(
        "/mes-recherches/garder/?q=tivoli",
        SIGNED_IN,
        SIGNED_IN,
        data={"name": "Des tivolis", "rhythm": "never"},
    ),
    # A search is the person's who keeps it, and nobody else learns that it is there.
    "saved_search": Row("/mes-recherches/{saved}/", KEEPER),
    "saved_search_change": Row(
        "/mes-recherches/{saved}/modifier/",
        KEEPER,
        KEEPER,
        data={"name": "Autrement dit", "rhythm": "never"},
    ),
    "saved_search_delete": Row("/mes-recherches/{saved}/supprimer/", posts=KEEPER),
    # The key of a letter stops one alert, for whoever holds it.
    "alert_stop": Row("/courriels/arreter-alerte/{alert_key}/", HOLDER, HOLDER),
    "synonyms": Row(
        "/coordination/synonymes/",
        COORDINATOR,
        COORDINATOR,
        data={"action": "off", "group": "{platform_synonym}"},
    ),
    "synonym": Row(
        "/coordination/synonymes/{synonym}/", COORDINATOR, COORDINATOR, data={"action": "delete"}
    ),
    "unmet": Row("/coordination/recherches-sans-reponse/", COORDINATOR),
    "desk_pins": Row(
        "/cms/pages-choisies/",
        EDITORS,
        EDITORS,
        data={"phrase": "prêt de salle", "page": "{pinned_page}"},
    ),
    "desk_pin": Row("/cms/pages-choisies/{pin}/", EDITORS, EDITORS, data={"action": "delete"}),
}
