"""The pages of exchanges, catalogue and desk that axe looks at: one row an address, at least.

`tests/portal/test_axe_rows.py` says which address has none.
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.insight import piles
from portal.demonstration.source import read, reference

TV, MOERES, BELLEDONNE, PLATFORM = "trois-vallees", "moeres", "belledonne", "localhost"


@dataclass(frozen=True)
class Row:
    """A page, by the name of its address, and who reads it where.

    `follow`: the shape of the address to go to next, page after page, from `path` on: the first
    that the page says and that leads there.
    """

    name: str
    host: str
    person: str
    path: str
    follow: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return "→".join([f"{self.name}:{self.person}{self.path}", *self.follow])


def listing(key: str) -> str:
    return reference("listing", key)


def ending(key: str, requester: str) -> str:
    return f"/mes-echanges/{reference('ending', key, requester)}/"


def leaving(key: str, requester: str) -> str:
    return f"/mes-echanges/{reference('exit', key, requester)}/"


def asked(key: str, requester: str) -> str:
    """Return the page of the exchange that `exchanges.yaml` tells."""
    told = enumerate(read("exchanges"))
    found = next(n for n, one in told if (one["listing"], one["requester"]) == (key, requester))
    return f"/mes-echanges/{reference('exchange', key, requester, str(found))}/"


def hand_over(key: str, rank: int) -> str:
    return f"/mes-echanges/{reference('hand_over', key, str(rank))}/"


BIKE, TENT, NEED = listing("tv-velo-cargo"), listing("tv-barnum"), listing("n-collecte")
TUESDAYS = f"/mes-echanges/series/{reference('series', 'sq-salle-40', 'elodie-marchal')}/"
MEDIATION = reference("mediation", reference("exit", "tv-videoprojecteur", "elodie-marchal"))
STREET = reference("ending", "tv-metier-de-la-rue", "isabelle-jung")
DAMAGE = reference("incident", reference("hand_over", "bd-velos", "4"))
TREES = reference("ending", "tv-taille-arbres", "isabelle-jung")
IMPORT = "/coordination/materiel/importer/"
PEOPLE = "/coordination/personnes/"
# An opaque reference, which only the page that leads there knows.
REF = "[0-9a-z]{10}"

CATALOGUE = [
    *(
        Row("listing_step", TV, "nadia-meyer", f"/marche/publier/{listing('tv-cabane')}/etape-{n}/")
        for n in (1, 2, 3, 4)
    ),
    Row(
        "listing_step",
        TV,
        "chantal-bour",
        f"/marche/publier/{listing('tv-couture-machine')}/etape-2/",
    ),
    Row(
        "listing_step",
        MOERES,
        "nathalie-coppin",
        f"/marche/publier/{listing('mo-echelle')}/etape-2/",
    ),
    Row("listing", TV, "nadia-meyer", f"/marche/offres/{BIKE}/"),
    Row("listing", PLATFORM, "idriss-kone", f"/marche/besoins/{NEED}/"),
    Row("listing", MOERES, "kelly-delattre", f"/marche/besoins/{NEED}/"),
    Row("exchange_ask", TV, "nadia-meyer", f"/marche/offres/{BIKE}/demander/"),
    Row("exchange_ask", TV, "nadia-meyer", f"/marche/offres/{TENT}/demander/"),
    Row("series_ask", TV, "nadia-meyer", f"/marche/offres/{BIKE}/demander/plusieurs/"),
    Row("listing_poster", TV, "nadia-meyer", f"/marche/offres/{BIKE}/affiche/"),
    Row("listing_labels", TV, "amandine-roth", f"/mes-annonces/{BIKE}/etiquettes/"),
    Row("listing_report", TV, "nadia-meyer", f"/marche/offres/{BIKE}/signaler/"),
    Row("listing_charter", TV, "nadia-meyer", f"/marche/offres/{BIKE}/charte/"),
    Row("listing_calendar", TV, "amandine-roth", f"/mes-annonces/{BIKE}/calendrier/"),
    Row("listing_calendar_dates", TV, "amandine-roth", f"/mes-annonces/{BIKE}/dates/"),
    Row(
        "listing_calendar_dates",
        TV,
        "nadia-meyer",
        f"/mes-annonces/{listing('tv-salle-du-bas')}/dates/",
    ),
    Row("listing_sheet", TV, "gerard-schmitt", f"/mes-annonces/{TENT}/fiche/"),
    Row("listing_action", TV, "gerard-schmitt", f"/mes-annonces/{TENT}/pause/"),
    Row(
        "listing_renew", TV, "nadia-meyer", f"/mes-annonces/{listing('tv-salle-du-bas')}/prolonger/"
    ),
    Row("listing_slots", PLATFORM, "idriss-kone", f"/mes-annonces/{NEED}/creneaux/"),
    Row("who_comes", PLATFORM, "idriss-kone", f"/mes-annonces/{NEED}/qui-vient/"),
    Row(
        "need_answer",
        TV,
        "nadia-meyer",
        f"/marche/besoins/{listing('n-salle-lecture')}/avec-une-offre/",
    ),
    Row("coming_say_for", MOERES, "delphine-vanhoutte", f"/marche/besoins/{NEED}/pour-quelqu-un/"),
    Row("listing_enter", TV, "sylvie-hoffmann", "/coordination/annonces/saisir/"),
    Row("my_feeds", TV, "nadia-meyer", "/mon-compte/agendas/"),
    Row("my_feeds", TV, "thomas-wagner", "/mon-compte/agendas/"),
]

EXCHANGES = [
    Row("series", PLATFORM, "elodie-marchal", TUESDAYS),
    Row("series_cancel", PLATFORM, "elodie-marchal", f"{TUESDAYS}annuler/"),
    Row(
        "series",
        TV,
        "nadia-meyer",
        f"/mes-echanges/series/{reference('series', 'tv-salle-du-bas', 'francoise-schneider')}/",
    ),
    Row(
        "exchange",
        PLATFORM,
        "bertrand-looten",
        f"/mes-echanges/{reference('held', 'mo-bureau-loon', 'bertrand-looten')}/",
    ),
    Row("exchange", PLATFORM, "elodie-marchal", leaving("tv-videoprojecteur", "elodie-marchal")),
    Row("exchange", BELLEDONNE, "tiago-martins", leaving("bd-tonne-eau", "rosa-pereira")),
    Row(
        "exchange_decline",
        TV,
        "nadia-meyer",
        f"{asked('tv-salle-du-bas', 'francoise-schneider')}decliner/",
    ),
    Row(
        "exchange_cancel",
        PLATFORM,
        "francoise-schneider",
        f"{asked('tv-salle-du-bas', 'francoise-schneider')}annuler/",
    ),
    Row(
        "exchange_sheet",
        TV,
        "nadia-meyer",
        f"{asked('tv-salle-du-bas', 'francoise-schneider')}fiche/",
    ),
    Row("exchange_stop", TV, "amandine-roth", f"{hand_over('tv-velo-cargo', 0)}arreter/"),
    Row("mediation_ask", TV, "amandine-roth", f"{hand_over('tv-velo-cargo', 0)}mediation/"),
    Row("mediation", TV, "sylvie-hoffmann", f"/coordination/mediations/{MEDIATION}/"),
    Row("exchange_record", TV, "gerard-schmitt", f"{ending('tv-barnum', 'isabelle-jung')}releve/"),
    Row("exchange_review", TV, "mai-nguyen", f"{ending('tv-visio', 'isabelle-jung')}retour/"),
    Row(
        "exchange_thank",
        BELLEDONNE,
        "noemie-girard",
        f"{ending('bd-gestes-secours', 'jeanne-bonnet')}merci/",
    ),
    Row(
        "exchange_story",
        BELLEDONNE,
        "noemie-girard",
        f"{ending('bd-gestes-secours', 'jeanne-bonnet')}raconter/",
    ),
    Row(
        "thanks_report",
        TV,
        "karim-belaid",
        f"/mes-echanges/merci/{reference('thanks', STREET, 'asking')}/signaler/",
    ),
    Row("exchange_hand_over", TV, "amandine-roth", f"{hand_over('tv-velo-cargo', 1)}remise/"),
    Row(
        "incident",
        BELLEDONNE,
        "denis-blanc",
        f"/mes-echanges/incidents/{DAMAGE}/",
    ),
    Row("consent", TV, "thomas-wagner", "/mon-equipe/", (f"/mon-equipe/accords/{REF}/",)),
    Row(
        "consent_withdraw",
        TV,
        "thomas-wagner",
        "/mon-equipe/",
        (f"/mon-equipe/accords/{REF}/", f"/mon-equipe/accords/{REF}/retirer/"),
    ),
    Row(
        "exchange_leave",
        TV,
        "jordan-muller",
        f"{ending('tv-lumiere-scene', 'isabelle-jung')}ne-plus-venir/",
    ),
    Row("my_favourites", TV, "nadia-meyer", "/mes-annonces/favoris/"),
    Row("unmet", TV, "sylvie-hoffmann", "/coordination/recherches-sans-reponse/"),
    Row(
        "synonym",
        TV,
        "sylvie-hoffmann",
        "/coordination/synonymes/",
        follow=("/coordination/synonymes/[0-9]+/",),
    ),
    Row("my_searches", TV, "nadia-meyer", "/mes-recherches/"),
    Row("search_keep", TV, "nadia-meyer", "/mes-recherches/garder/?q=barnum&sens=offre"),
    Row(
        "saved_search_change",
        TV,
        "nadia-meyer",
        f"/mes-recherches/{reference('search', 'nadia-meyer', 'q=barnum')}/modifier/",
    ),
    Row("my_thanks", TV, "jordan-muller", "/mes-echanges/merci/"),
    Row("my_attestation", TV, "jordan-muller", "/mes-echanges/attestation/"),
]

DESK = [
    *(
        Row("desk_pile", TV, "sylvie-hoffmann", f"/coordination/suivi/{slug}/")
        for slug in piles.BY_SLUG
    ),
    Row("figures", TV, "thomas-wagner", "/coordination/chiffres/"),
    Row("figures", BELLEDONNE, "yasmina-haddad", "/coordination/chiffres/"),
    Row(
        "desk_charter",
        TV,
        "sylvie-hoffmann",
        "/coordination/chartes/",
        (f"/coordination/chartes/{REF}/",),
    ),
    Row(
        "report_settle",
        TV,
        "sylvie-hoffmann",
        f"/coordination/signalements/{reference('report', 'tv-barnum')}/",
    ),
    Row(
        "thanks_moderate",
        TV,
        "sylvie-hoffmann",
        f"/coordination/mercis/{reference('thanks', TREES, 'asking')}/",
    ),
    Row(
        "member_attestation",
        TV,
        "sylvie-hoffmann",
        PEOPLE,
        (f"{PEOPLE}{REF}/", f"/coordination/attestations/{REF}/"),
    ),
    Row(
        "listing_review",
        TV,
        "sylvie-hoffmann",
        "/coordination/suivi/a-relire/",
        (f"/coordination/annonces/{REF}/",),
    ),
    Row("things_import", TV, "sylvie-hoffmann", IMPORT),
    Row("things_import_file", TV, "sylvie-hoffmann", IMPORT, (f"{IMPORT}{REF}/",)),
    Row("things_import_file", BELLEDONNE, "yasmina-haddad", IMPORT, (f"{IMPORT}{REF}/",)),
]

ROWS = [*CATALOGUE, *EXCHANGES, *DESK]
