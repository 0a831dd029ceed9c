"""One row an address of the marketplace: who reads it, who may post to it, at home and elsewhere.

Whoever is in no set is refused: 404 (403 for a desk), or sent to sign in. `told` are those whom the
answer takes back to a page that they may read, with the sentence that says no; nothing is changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.portal.permissions.world import OWN, PARTNER, PERSONS, RELATIONS, STRANGER

Sets = dict[str, frozenset[str]]


def sets(own: str = "", partner: str = "", stranger: str = "") -> Sets:
    """Return the persons, named with spaces between, before things of each collectivité."""
    named = {OWN: own, PARTNER: partner, STRANGER: stranger}
    found = {relation: frozenset(names.split()) for relation, names in named.items()}
    assert all(names <= set(PERSONS) for names in found.values()), found
    return found


def everywhere(names: str) -> Sets:
    return sets(names, names, names)


NOBODY = sets()
SIGNED_IN = everywhere(" ".join(set(PERSONS) - {"anonymous", "link"}))
# Whoever acts for somebody: a member of a public body, or of an association.
MEMBERS = everywhere(
    "unverified representative village agent home_manager host_manager coordinator editor two"
)
COLLEAGUES = "representative agent home_manager coordinator editor two"
# A listing for one's own organisation and its partners.
READERS = sets(f"{COLLEAGUES} village host_manager", COLLEAGUES)
NOT_ITS_KEEPER = sets(
    "representative home_manager coordinator editor two village host_manager", COLLEAGUES
)
KEEPER = sets("agent")
COORDINATOR = sets("coordinator")
# The platform's staff reads what is reported, wherever it is.
MODERATORS = sets("coordinator staff", "staff", "staff")
# Where nobody coordinates, the platform's staff reads what will be public.
REVIEWERS = sets("coordinator", "staff", "staff")
# The coordination answers too, so that no request waits for one person.
ANSWERS = sets("agent coordinator")
# It asked for things of the first two; whoever manages there reads nothing of it.
SIDES = sets("village agent coordinator", "village")
ASKER = sets("village", "village")
FIGURES = sets("representative home_manager coordinator")


@dataclass(frozen=True)
class Row:
    """An address and who may do what; None where the method is not allowed at all (405)."""

    path: str
    reads: Sets | None = None
    posts: Sets | None = None
    told: Sets = field(default_factory=lambda: dict.fromkeys(RELATIONS, frozenset()))
    # What is posted; with it, whoever may post does change something.
    data: dict[str, str] = field(default_factory=dict)


EXCHANGE = "/mes-echanges/{exchange}/"
LENT = "/mes-annonces/{lent}/"
ROWS: dict[str, Row] = {
    "listing": Row("/marche/offres/{listing}/", READERS),
    "listing_create": Row("/marche/publier/", MEMBERS, MEMBERS),
    "listing_step": Row("/marche/publier/{draft}/etape-2/", KEEPER, KEEPER),
    "photo_add": Row("/marche/publier/{draft}/photos/", posts=KEEPER),
    "photo_remove": Row("/marche/publier/{draft}/photos/inconnue00/enlever/", posts=KEEPER),
    # Whoever keeps it does not ask for it.
    "exchange_ask": Row("/marche/offres/{listing}/demander/", NOT_ITS_KEEPER, NOT_ITS_KEEPER),
    "listing_keep": Row("/marche/offres/{listing}/garder/", posts=READERS),
    "listing_poster": Row("/marche/offres/{listing}/affiche/", READERS),
    "listing_labels": Row("/mes-annonces/{listing}/etiquettes/", KEEPER),
    # Its author is taken back to it.
    "listing_report": Row("/marche/offres/{listing}/signaler/", READERS, NOT_ITS_KEEPER, KEEPER),
    "my_favourites": Row("/mes-annonces/favoris/", SIGNED_IN),
    "my_listings": Row("/mes-annonces/", SIGNED_IN),
    "listing_calendar": Row(f"{LENT}calendrier/", KEEPER, KEEPER),
    # Of a listing that has its calendar already, there is nothing to share.
    "listing_calendar_share": Row(f"{LENT}calendrier/partager/", posts=NOBODY),
    "listing_calendar_dates": Row(f"{LENT}dates/", KEEPER, KEEPER),
    "listing_closure_remove": Row(f"{LENT}dates/fermetures/{{closed}}/rouvrir/", posts=KEEPER),
    "listing_kept_release": Row(f"{LENT}dates/{{kept}}/liberer/", posts=KEEPER),
    "listing_renew": Row("/mes-annonces/{listing}/prolonger/", KEEPER, KEEPER),
    "listing_action": Row("/mes-annonces/{listing}/pause/", KEEPER, KEEPER),
    "my_exchanges": Row("/mes-echanges/", SIGNED_IN),
    "exchange": Row(EXCHANGE, SIDES),
    "exchange_sheet": Row(f"{EXCHANGE}fiche/", SIDES),
    "listing_sheet": Row("/mes-annonces/{listing}/fiche/", KEEPER),
    "exchange_write": Row(f"{EXCHANGE}message/", posts=SIDES, data={"body": "Bonjour."}),
    "exchange_accept": Row(
        f"{EXCHANGE}accord/", posts=ANSWERS, told=SIDES, data={"state": "proposed"}
    ),
    # Nothing is held for anybody.
    "exchange_take_offer": Row(f"{EXCHANGE}prendre/", posts=NOBODY, told=SIDES),
    "exchange_decline": Row(f"{EXCHANGE}decliner/", ANSWERS, ANSWERS, SIDES, {"code": "taken"}),
    "exchange_cancel": Row(f"{EXCHANGE}annuler/", ASKER, ASKER, SIDES, {"reason": "Empêchement."}),
    "exchange_decision": Row(f"{EXCHANGE}decision/", posts=SIDES),
    "my_team": Row("/mon-equipe/", sets("home_manager")),
    "coordination": Row("/coordination/", COORDINATOR),
    "desk_pile": Row("/coordination/suivi/sans-reponse/", COORDINATOR),
    # Without a button of the pile, there is nothing to do.
    "desk_together": Row("/coordination/suivi/sans-reponse/ensemble/", posts=NOBODY),
    "desk_letter": Row("/coordination/lettre-du-lundi/", posts=COORDINATOR),
    "desk_entrust": Row("/coordination/repartition/", COORDINATOR, COORDINATOR),
    # Symmetry of information: whoever manages and whoever decides.
    "figures": Row("/coordination/chiffres/", FIGURES),
    "figures_export": Row("/coordination/chiffres/export.csv", FIGURES),
    "listing_review": Row("/coordination/annonces/{review}/", REVIEWERS, REVIEWERS),
    "report_settle": Row("/coordination/signalements/{report}/", MODERATORS, MODERATORS),
    "my_thanks": Row("/mes-echanges/merci/", SIGNED_IN),
    "my_attestation": Row("/mes-echanges/attestation/", SIGNED_IN),
    "member_attestation": Row("/coordination/attestations/{member}/", COORDINATOR),
}
