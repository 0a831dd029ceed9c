"""The rows of what exchanges bring with them: ends, hand-overs, thanks, consents, series, links."""

from __future__ import annotations

from tests.portal.permissions.rows import (
    ANSWERS,
    ASKER,
    COORDINATOR,
    KEEPER,
    MEMBERS,
    MODERATORS,
    NOBODY,
    NOT_ITS_KEEPER,
    READERS,
    SIDES,
    SIGNED_IN,
    Row,
    everywhere,
    sets,
)

# Those who asked and those who answer, without their coordinations.
PARTIES = sets("village agent", "village")
# Of the agent's own time: the agent, whoever manages them, the coordination that follows.
AROUND_THE_AGENT = sets("agent home_manager coordinator")
# The keys below are in the hands of this person alone; everybody else makes one up.
HOLDER = everywhere("link")
THE_VILLAGE = everywhere("village host_manager")

ROWS: dict[str, Row] = {
    # The end of an exchange.
    "exchange_stop": Row(
        "/mes-echanges/{lending}/arreter/", SIDES, SIDES, data={"code": "safety", "words": "Feu."}
    ),
    # Nothing is announced that one might take back.
    "exchange_stop_take_back": Row(
        "/mes-echanges/{lending}/arreter/reprendre/", posts=NOBODY, told=SIDES
    ),
    # Alone to come, one ends the exchange; of a loan nobody comes.
    "exchange_leave": Row("/mes-echanges/{lending}/ne-plus-venir/", NOBODY, NOBODY, SIDES),
    "exchange_record": Row("/mes-echanges/{lending}/releve/", PARTIES, PARTIES, SIDES),
    # Nothing is said yet, so nothing is to be confirmed.
    "exchange_record_confirm": Row(
        "/mes-echanges/{lending}/releve/confirmer/", posts=NOBODY, told=SIDES
    ),
    "exchange_review": Row(
        "/mes-echanges/{over}/retour/", PARTIES, PARTIES, SIDES, {"answer": "not_now"}
    ),
    "exchange_thank": Row(
        "/mes-echanges/{over}/merci/", PARTIES, PARTIES, SIDES, {"words": "Merci à vous."}
    ),
    "exchange_story": Row("/mes-echanges/{over}/raconter/", PARTIES, PARTIES, SIDES),
    # Whoever is thanked shows it or not; whoever thanked takes it back.
    "thanks_change": Row(
        "/mes-echanges/merci/{thanks}/", posts=KEEPER, told=ASKER, data={"do": "keep"}
    ),
    "thanks_report": Row(
        "/mes-echanges/merci/{thanks}/signaler/",
        KEEPER,
        KEEPER,
        data={"words": "C’est faux."},
    ),
    "thanks_moderate": Row(
        "/coordination/mercis/{thanks}/", MODERATORS, MODERATORS, data={"decision": "keep"}
    ),
    # Mediation: both sides call it and speak; the coordination of either listens.
    "mediation_ask": Row("/mes-echanges/{lending}/mediation/", PARTIES, PARTIES, SIDES),
    "mediation_speak": Row(
        "/mes-echanges/{disputed}/mediation/mots/",
        posts=PARTIES,
        told=SIDES,
        data={"words": "Voici ce que nous avons vu."},
    ),
    "mediation": Row(
        "/coordination/mediations/{mediation}/", COORDINATOR, COORDINATOR, data={"faire": "prendre"}
    ),
    # Hand-over and return; whoever lends may be stood in for by its coordination.
    "exchange_hand_over": Row(
        "/mes-echanges/{lending}/remise/",
        SIDES,
        SIDES,
        data={"moment": "return", "condition": "good"},
    ),
    # It has left already.
    "exchange_not_taken": Row(
        "/mes-echanges/{lending}/remise/pas-eu-lieu/", posts=NOBODY, told=SIDES
    ),
    "exchange_hand_over_answer": Row(
        "/mes-echanges/{lending}/remise/reponse/",
        posts=ANSWERS,
        told=SIDES,
        data={"moment": "leaving"},
    ),
    "exchange_start": Row(
        "/mes-echanges/{ready}/commencer/", posts=PARTIES, told=SIDES, data={"sure": "1"}
    ),
    "incident": Row(
        "/mes-echanges/incidents/{incident}/",
        SIDES,
        ANSWERS,
        SIDES,
        {"outcome": "repaired", "words": "Redressée."},
    ),
    # The code on a key box leads to the listing, for who may read it.
    "unit_hand_over": Row("/mes-echanges/exemplaires/{unit}/", READERS),
    # Consents.
    "consent": Row(
        "/mon-equipe/accords/{consent}/",
        AROUND_THE_AGENT,
        sets("home_manager"),
        AROUND_THE_AGENT,
        {"reponse": "oui"},
    ),
    "consent_withdraw": Row(
        "/mon-equipe/accords/{own_consent}/retirer/",
        KEEPER,
        KEEPER,
        ANSWERS,
        {"reason": "Un empêchement."},
    ),
    "consent_follow": Row(
        "/mon-equipe/accords/{consent}/suivre/",
        posts=COORDINATOR,
        told=AROUND_THE_AGENT,
        data={"faire": "rappeler"},
    ),
    "consent_cover": Row(
        "/mon-equipe/accords/{consent}/releve/",
        posts=KEEPER,
        told=AROUND_THE_AGENT,
        data={"cover": "Karim reprend la tournée."},
    ),
    # Whoever receives the time says whether other dates are right.
    "consent_take_dates": Row(
        "/mes-echanges/{given}/dates/{consent}/",
        posts=ASKER,
        told=SIDES,
        data={"sure": "1"},
    ),
    "consent_tacit": Row(
        "/coordination/accord-tacite/", COORDINATOR, COORDINATOR, data={"days": "5"}
    ),
    # Links that are keys.
    "consent_link": Row("/accord/{consent_key}/", HOLDER, HOLDER, data={"reponse": "oui"}),
    "calendar_feed": Row("/agenda/{feed_key}.ics", HOLDER),
    "my_feeds": Row("/mon-compte/agendas/", SIGNED_IN),
    "feed_create": Row(
        "/mon-compte/agendas/creer/", posts=MEMBERS, told=SIGNED_IN, data={"calendar": ""}
    ),
    "feed_renew": Row("/mon-compte/agendas/{feed}/renouveler/", posts=KEEPER, data={"sure": "1"}),
    # Gone already is what was wanted: nobody learns whether it was there.
    "feed_revoke": Row(
        "/mon-compte/agendas/{feed}/supprimer/", posts=KEEPER, told=SIGNED_IN, data={"sure": "1"}
    ),
    # Several dates together.
    "series_ask": Row("/marche/offres/{lent}/demander/plusieurs/", NOT_ITS_KEEPER, NOT_ITS_KEEPER),
    "series": Row("/mes-echanges/series/{series}/", SIDES),
    "series_answer": Row(
        "/mes-echanges/series/{series}/reponse/",
        posts=ANSWERS,
        told=SIDES,
        data={"answer": "no", "code": "taken", "date": "{of_series}"},
    ),
    "series_cancel": Row(
        "/mes-echanges/series/{series}/annuler/", ASKER, ASKER, SIDES, {"depuis": "{of_series}"}
    ),
    # Hands.
    "listing_come": Row(
        "/marche/besoins/{hands}/je-viens/",
        # Whoever answers for the need does not come to it.
        posts=NOT_ITS_KEEPER,
        told=KEEPER,
        data={"slot": "{free_slot}", "whose_time": "own"},
    ),
    "coming_no_longer": Row(
        "/mes-echanges/{coming}/empechement/", posts=ASKER, told=SIDES, data={"sure": "1"}
    ),
    # No place is kept for who has one.
    "coming_take": Row("/mes-echanges/{coming}/place/", posts=NOBODY, told=SIDES),
    "listing_slots": Row("/mes-annonces/{hands}/creneaux/", KEEPER, KEEPER),
    "listing_slot": Row("/mes-annonces/{hands}/creneaux/{free_slot}/", posts=KEEPER, told=ANSWERS),
    "who_comes": Row("/mes-annonces/{hands}/qui-vient/", ANSWERS, KEEPER),
    "coming_say_for": Row("/marche/besoins/{hands}/pour-quelqu-un/", COORDINATOR, COORDINATOR),
    "need_answer": Row("/marche/besoins/{need}/avec-une-offre/", NOT_ITS_KEEPER, NOT_ITS_KEEPER),
    "need_offer": Row(
        "/marche/besoins/{need}/nouvelle-offre/", posts=NOT_ITS_KEEPER, data={"sure": "1"}
    ),
    # Certificates are an organisation's, whoever deposited them.
    "insurance": Row("/mes-echanges/assurance/", SIGNED_IN, MEMBERS),
    "insurance_remove": Row(
        "/mes-echanges/assurance/{certificate}/enlever/", posts=THE_VILLAGE, data={"sure": "1"}
    ),
}

# Whose file -> who may have it.
FILES = {
    "attachment_file": SIDES,
    # Whoever lends to the village reads that it is insured.
    "certificate_file": everywhere("village host_manager agent coordinator"),
    "hand_over_file": SIDES,
    "photo_file": READERS,
    "decision_file": SIDES,
}
