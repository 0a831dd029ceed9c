"""Who gets which page: every address of ours has a row here, or this file fails.

Rows give the answer to a GET by each kind of person, on the collectivité's own host. A page that is
hidden and a page that does not exist look alike (404); a page for members sends a visitor to sign
in (302); a page that exists for others says so (403).
"""

from __future__ import annotations

import re

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from accounts.models import Verification
from tests.factories import PartnershipFactory
from tests.portal.permissions import rows, rows_of_desks, rows_of_dossiers, rows_of_search
from tests.portal.permissions.house import people_of, references_of

pytestmark = pytest.mark.django_db

VISITOR = "visitor"
MATRIX = rows.ROWS | rows_of_dossiers.ROWS | rows_of_desks.ROWS | rows_of_search.ROWS
PERSONS = [
    VISITOR,
    "unverified",  # speaks for an association that nobody has verified yet
    "verified",  # speaks for an association that the collectivité knows, and asked for the listing
    "agent",  # wrote the listing
    "colleague",
    "manager",
    "coordinator",
    "editor",
    "ended",  # was a coordinator until yesterday
    "stranger",  # coordinates another collectivité, no partner
    "staff",  # of the platform, member of nothing
]
EVERYBODY = dict.fromkeys(PERSONS, 200)
MEMBERS = {**EVERYBODY, VISITOR: 302}


def only(*persons: str, others: int, visitor: int = 302) -> dict[str, int]:
    """Return a row: 200 for `persons`, `visitor` for who is not signed in, else `others`."""
    row = dict.fromkeys(PERSONS, others) | {VISITOR: visitor}
    return row | dict.fromkeys(persons, 200)


# The listing is for verified members; associations and public bodies may read it.
READERS = only(
    "verified", "agent", "colleague", "manager", "coordinator", "editor", "stranger",
    others=404, visitor=404,
)  # fmt: skip

# The agents of the collectivité, whatever their other roles.
COLLEAGUES = only("agent", "colleague", "manager", "coordinator", "editor", others=403)
UNLISTED = {who: 404 if it == 200 else it for who, it in COLLEAGUES.items()}

SENT_BACK = only(others=404) | dict.fromkeys(["verified", "agent", "coordinator"], 302)

# address -> what each person gets
ROWS: dict[str, dict[str, int]] = {
    "/marche/": EVERYBODY,
    "/recherche/": EVERYBODY,
    "/recherche/completer/": EVERYBODY,
    "/connexion/": EVERYBODY | dict.fromkeys(PERSONS[1:], 302),
    "/inscription/": EVERYBODY | dict.fromkeys(PERSONS[1:], 302),
    "/invitation/": EVERYBODY,
    "/plan-du-site/": EVERYBODY,
    "/theme.css": EVERYBODY,
    "/mes-pages/": MEMBERS,
    "/mon-compte/agendas/": MEMBERS,
    "/mes-reponses/": MEMBERS,
    "/flux.xml": EVERYBODY,
    "/sitemap.xml": EVERYBODY,
    "/robots.txt": EVERYBODY,
    "/favicon.ico": dict.fromkeys(PERSONS, 301),
    "/mon-compte/": MEMBERS,
    "/mon-compte/nouvelles/": MEMBERS,
    "/mon-compte/mes-donnees/": MEMBERS,
    "/mon-compte/mes-donnees/export/": MEMBERS,
    "/mon-compte/effacer/": MEMBERS,
    "/compte-efface/": EVERYBODY,
    "/mes-echanges/": MEMBERS,
    "/mes-echanges/assurance/": MEMBERS,
    # POST only.
    "/mes-echanges/assurance/inconnue00/enlever/": only(others=405),
    "/mes-annonces/": MEMBERS,
    "/mes-annonces/favoris/": MEMBERS,
    "/mes-recherches/": MEMBERS,
    "/mes-recherches/garder/": MEMBERS,
    # To the catalogue, with its query.
    "/mes-recherches/{saved_search}/": only(others=404) | {"agent": 302},
    "/mes-recherches/{saved_search}/modifier/": only("agent", others=404),
    # POST only.
    "/mes-recherches/{saved_search}/supprimer/": only(others=405),
    # Words of what each may see; for members of something.
    "/marche/publier/etiquettes/": MEMBERS | {"ended": 403, "staff": 403},
    "/marche/offres/{listing}/": READERS,
    # Its coordination reads the listing, and leaves the calendar to whoever keeps it.
    "/mes-annonces/{lent}/calendrier/": only("agent", others=404) | {"coordinator": 403},
    # To the form of the calendar, as there is none yet.
    "/mes-annonces/{lent}/dates/": only(others=404) | {"agent": 302, "coordinator": 403},
    "/marche/offres/{listing}/signaler/": only(
        "verified", "colleague", "manager", "coordinator", "editor", "stranger", others=404
    )
    | {"agent": 302},
    "/marche/offres/{listing}/affiche/": READERS | {VISITOR: 302},
    "/mes-annonces/{listing}/etiquettes/": only("agent", others=404),
    # Whoever may answer the need, which is not theirs; 403 for who reads it and may not answer.
    "/marche/besoins/{hands}/avec-une-offre/": only(
        "verified", "colleague", "manager", "coordinator", "editor", "stranger", others=404
    )
    | {"agent": 403},
    "/marche/besoins/{hands}/pour-quelqu-un/": only("coordinator", others=403)
    | dict.fromkeys(["unverified", "ended", "staff"], 404),
    "/coordination/annonces/saisir/": only("coordinator", others=403),
    # Who answers for a need for hands, and those who coordinate its organisation.
    "/mes-annonces/{hands}/creneaux/": only("agent", others=404) | {"coordinator": 403},
    "/mes-annonces/{hands}/qui-vient/": only("agent", "coordinator", others=404),
    "/mes-annonces/{their_hands}/qui-vient/": only("verified", others=404),
    # POST only.
    "/marche/offres/{listing}/garder/": dict.fromkeys(PERSONS, 405),
    "/coordination/signalements/{report}/": only("coordinator", "staff", others=404),
    "/marche/offres/{draft}/": only("agent", others=404, visitor=404),
    "/marche/offres/{public}/": EVERYBODY,
    # An offer read as a need: who may read it is sent to its place, the others learn nothing.
    "/marche/besoins/{listing}/": {who: 302 if it == 200 else it for who, it in READERS.items()},
    "/marche/offres/inconnue00/": only(others=404, visitor=404),
    "/mes-echanges/{exchange}/": only("verified", "agent", "coordinator", others=404),
    # The coordination reads it; the two sides speak.
    "/mes-echanges/{under_way}/releve/": only("verified", "agent", others=404)
    | {"coordinator": 302},
    "/mes-echanges/{under_way}/releve/confirmer/": only(others=405),
    "/mes-echanges/{completed}/retour/": only("verified", "agent", others=404)
    | {"coordinator": 302},
    "/mes-echanges/attestation/": MEMBERS,
    "/mes-echanges/merci/": MEMBERS,
    "/mes-echanges/{completed}/merci/": only("verified", "agent", others=404)
    | {"coordinator": 302},
    "/mes-echanges/{completed}/raconter/": only("verified", "agent", others=404)
    | {"coordinator": 302},
    # POST only.
    "/mes-echanges/merci/{thanks}/": only(others=405),
    # Whoever received it; everybody else once it is public.
    "/mes-echanges/merci/{thanks}/signaler/": only("agent", others=404),
    "/coordination/mercis/{thanks}/": only("coordinator", "staff", others=404),
    "/coordination/attestations/{listed}/": only("coordinator", others=404),
    "/mes-echanges/{exchange}/remise/": only("verified", "agent", "coordinator", others=404),
    "/mes-echanges/incidents/{incident}/": only("verified", "agent", "coordinator", others=404),
    # To the hand-over of whoever has it now, else to the listing for who may read it.
    "/mes-echanges/exemplaires/{unit}/": {
        who: 302 if it == 200 or who == VISITOR else it for who, it in READERS.items()
    },
    "/mes-echanges/series/{series}/": only("verified", "agent", "coordinator", others=404),
    "/mon-equipe/": only("manager", others=403),
    # an exchange that is not under way: who may see it is taken back to it
    "/mes-echanges/{exchange}/arreter/": SENT_BACK,
    "/mes-echanges/{exchange}/ne-plus-venir/": SENT_BACK,
    "/mes-echanges/{exchange}/mediation/": SENT_BACK,
    "/coordination/mediations/{mediation}/": only("coordinator", others=404),
    # Asked of the manager; the agent's own time; followed by the coordination.
    "/mon-equipe/accords/{consent}/": only("agent", "manager", "coordinator", others=404),
    # A link that is a key, for who holds it: nobody signed in, or the person asked (to their page).
    "/accord/{consent_link}/": dict.fromkeys(PERSONS, 403) | {VISITOR: 200, "manager": 302},
    "/accord/{forged_link}/": dict.fromkeys(PERSONS, 404),
    "/coordination/accord-tacite/": only("coordinator", others=403),
    "/coordination/": only("coordinator", others=403),
    "/coordination/suivi/{pile}/": only("coordinator", others=403),
    # The same for whoever manages and whoever decides.
    "/coordination/chiffres/": only("manager", "coordinator", others=403),
    "/coordination/chiffres/export.{csv}": only("manager", "coordinator", others=403),
    "/coordination/recherches-sans-reponse/": only("coordinator", others=403),
    # POST only.
    "/coordination/lettre-du-lundi/": only(others=405),
    "/coordination/synonymes/": only("coordinator", others=403),
    "/coordination/synonymes/{synonym}/": only("coordinator", others=403),
    "/coordination/protection/": only("coordinator", others=403),
    "/coordination/chartes/": only("coordinator", others=403),
    "/coordination/chartes/{charter}/": only("coordinator", others=403),
    "/marche/offres/{chartered}/charte/": READERS,
    "/marche/offres/{listing}/charte/": only(others=404, visitor=404),
    "/coordination/repartition/": only("coordinator", others=403),
    "/coordination/verifications/{verification}/": only("coordinator", others=404),
    # POST only: who may is below.
    "/coordination/verifications/{verification}/fin/": only(others=405),
    "/coordination/partenariats/{partnership}/": only(others=405),
    "/coordination/annonces/{listing}/": only("coordinator", others=404),
    "/coordination/conservation/": only(others=403) | {"coordinator": 302},
    "/coordination/conservation/{collectivite}/": only("coordinator", others=403),
    "/coordination/conservation/{collectivite}/purge/": only("coordinator", others=403),
    "/coordination/lancement/": only("coordinator", others=403),
    "/coordination/lancement/vagues/": only("coordinator", others=403),
    "/coordination/lancement/affiches/": only("coordinator", others=403),
    "/coordination/lancement/affiches/propose/": only("coordinator", others=403),
    "/coordination/lancement/lettre/": only("coordinator", others=403),
    "/coordination/lancement/pages/": only("coordinator", others=403),
    "/annuaire/": COLLEAGUES,
    "/annuaire/organigramme/": COLLEAGUES,
    "/annuaire/{listed}/": COLLEAGUES,
    # Who did not choose to appear, and who is of another directory, look like nobody.
    "/annuaire/{colleague}/": UNLISTED,
    "/annuaire/{foreign_member}/": UNLISTED,
    # POST only.
    "/mon-compte/annuaire/{listed}/": only(others=405),
    "/coordination/personnes/": only("coordinator", others=403),
    "/coordination/personnes/journal/": only("coordinator", others=403),
    "/coordination/personnes/{colleague}/": only("coordinator", others=403),
    "/coordination/personnes/{foreign_member}/": only(others=403) | {"coordinator": 404},
    "/coordination/personnes/importer/": only("coordinator", others=403),
    "/coordination/personnes/importer/modele.csv": only("coordinator", others=403),
    "/coordination/personnes/importer/{people_file}/": only("coordinator", others=403),
    # POST only.
    "/coordination/personnes/importer/{people_file}/departs/": only(others=405),
    "/coordination/materiel/importer/": only("coordinator", others=403),
    "/coordination/materiel/importer/modele.csv": only("coordinator", others=403),
    "/coordination/materiel/importer/{things_file}/": only("coordinator", others=403),
    "/coordination/tableaux/{table}": only("coordinator", others=403),
    "/coordination/services/": only("coordinator", others=403),
    "/coordination/services/{department}/": only("coordinator", others=403),
    "/coordination/services/{foreign_department}/": only(others=403) | {"coordinator": 404},
    "/coordination/partenariats/": only("coordinator", "stranger", others=403),
    # To one's association, to one's account, or to sign in.
    "/mon-association/": dict.fromkeys(PERSONS, 302),
    "/mon-association/{association}/": only("verified", "coordinator", others=404),
}

# Patterns whose address is covered above, or whose answer is not a matter of persons.
COVERED_ELSEWHERE = {
    # the forms of allauth, tested in tests/accounts
    "account_inactive", "account_request_login_code", "account_confirm_login_code",
    "account_logout", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_change_password", "account_set_password", "account_email",
    "account_email_verification_sent", "account_reauthenticate", "account_signup",
    # asks first to prove that it is you: tested in tests/accounts
    "erase_account_confirm", "prove_by_code",
    # places are public reference data; one-click stop is a signed link
    "places", "notices_stop",
    # POST only, or a step of a page above; their rules are tested with their room
    "photo_focus", "listing_take_back", "listing_calendar_part",
    "notices_read", "notice_open", "verification_ask",
    # a link that is a key, or the page of one's own request
    "invitation_accept", "invitations", "invitations_print", "invitation_withdraw",
    "invitation_send_again", "invitation_replace", "join_association", "join_request",
    # events: who may see which is tested in tests/home/events
    "agenda_feed", "event", "event_file", "event_sign_up", "event_give_up",
    # POST only, and a redirection to printed invitations: tested in tests/home/launch
    "launch_tick", "launch_sheets",
    # POST only: tested in tests/home/test_frame
    "close_alert",
    # who may read which page decides: tested in tests/home, test_tags and test_checklists
    "tag", "checklist_tick",
    # POST only, and a link that is a key: tested in tests/home/test_bookmarks and test_feedback
    "keep_page", "page_feedback", "page_comment",
    # a form of one's own list, back to which it leads: tested in tests/home/test_calls_consent
    "my_answer",
    # the way to a provider and back, tested in tests/accounts/openid
    "openid_begin", "openid_arrive", "openid_signed_out", "openid_refused", "openid_leave",
    "openid_callback",
    # media has its own tests
    "media",
}  # fmt: skip


@pytest.mark.usefixtures("nothing_drawn")
def test_each_person_gets_what_is_theirs(client_for, collectivite):
    """All addresses in one test: the world takes longer to build than most of them to answer."""
    people = people_of(collectivite)
    references = references_of(people, collectivite)
    browsers = {name: client_for(user, "vallees.localhost") for name, user in people.items()}
    wrong = {}
    for address, expected in ROWS.items():
        path = address.format(**references)
        answers = {name: browser.get(path).status_code for name, browser in browsers.items()}
        if answers != expected:
            wrong[address] = {name: it for name, it in answers.items() if it != expected[name]}
    assert wrong == {}


def test_only_the_coordination_ends_what_it_gave(client_for, collectivite):
    """What is answered by a button alone: everybody else is refused, and changes nothing."""
    people = people_of(collectivite)
    verification = Verification.objects.get(by=collectivite)
    partnership = PartnershipFactory(proposer=collectivite)
    ways = {
        f"/coordination/verifications/{verification.ref}/fin/": {"reason": "Dissoute."},
        f"/coordination/partenariats/{partnership.ref}/": {"answer": "end"},
    }
    for name in [*filter(lambda one: one != "coordinator", PERSONS), "coordinator"]:
        browser = client_for(people[name], "vallees.localhost")
        for path, data in ways.items():
            said = browser.post(path, data)
            refused = said.status_code in (403, 404) or "/connexion/" in said.get("Location", "")
            assert refused == (name != "coordinator"), (name, path)
        verification.refresh_from_db()
        partnership.refresh_from_db()
        ended = [verification.state == "ended", partnership.state == "ended"]
        assert ended == [name == "coordinator"] * 2, name


def _own_patterns(resolver: URLResolver, prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            if pattern.name and not route.startswith(("cms/", "plateforme/", "_")):
                found[pattern.name] = route
        elif not route.startswith(("cms/", "plateforme/")):
            found |= _own_patterns(pattern, route)
    return found


# What stands in an address for a reference: a word, a number, a file.
FILLED = ("inconnue00", "1", "tableau.csv")


def _name_of(row: str) -> str:
    """Return the name of the address that the row asks for: the route itself, not how it begins."""
    for filled in FILLED:
        try:
            name = resolve(re.sub(r"{\w+}", filled, row)).url_name or ""
        except Resolver404:
            continue
        if not name.startswith("wagtail_"):
            return name
    return ""


def test_every_address_of_ours_has_a_row():
    named = {row: _name_of(row) for row in ROWS}
    assert [row for row, name in named.items() if not name] == []
    missing = [
        name
        for name in _own_patterns(get_resolver())
        if name not in COVERED_ELSEWHERE | MATRIX.keys() | {*named.values()}
        and not name.startswith("wagtail_")
    ]
    assert missing == []
