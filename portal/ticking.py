"""What falls due with time. `tick` runs all of it; nothing else in the product watches the clock.

Each function finds its own work in the database, may run twice or in two processes at once, and
returns how many things it did. Deadlines are stored when they are created and every rule checks
them: a tick that comes late delays a message, never a right.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.utils import timezone
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

LAST_RUN = "tick:last"


@dataclass(frozen=True)
class DueWork:
    """A name for the operator, and the dotted path of a function without arguments."""

    name: str
    function: str


@dataclass(frozen=True)
class Outcome:
    """What one function did (None: it does not count), or why it failed."""

    work: DueWork
    done: int | None = None
    error: str = ""


DUE: tuple[DueWork, ...] = (
    DueWork("Pages à date programmée", "home.scheduling.settle_due"),
    DueWork("Appartenances terminées", "accounts.members.settling.settle_ended"),
    DueWork("Fichiers de personnes", "accounts.importing.rules.forget_old"),
    DueWork("Fichiers de matériel", "marketplace.importing.rules.forget_old"),
    DueWork("Échanges sans réponse", "marketplace.exchanges.ending.expire_due"),
    DueWork("Accords à demander", "marketplace.exchanges.consents.missing.ask_due"),
    DueWork("Accords demandés", "marketplace.exchanges.consents.due.settle_due"),
    DueWork("Échanges à confirmer", "marketplace.exchanges.confirming.confirm_due"),
    DueWork("Fin des échanges", "marketplace.exchanges.recording.rules.settle_due"),
    DueWork("Échanges sans suite", "marketplace.exchanges.recording.silence.ask_due"),
    DueWork("Échanges à clore", "marketplace.exchanges.closing.rules.close_due"),
    DueWork("Arrêts annoncés", "marketplace.exchanges.interrupting.rules.stop_due"),
    DueWork("Médiations qui attendent", "marketplace.exchanges.mediation.rules.remind_due"),
    DueWork("Échanges qui commencent", "marketplace.exchanges.handover.rules.start_due"),
    DueWork("Réservations sans départ", "marketplace.exchanges.handover.never_taken.close_due"),
    DueWork("Prêts en retard", "marketplace.exchanges.handover.clock.remind_late"),
    DueWork("Suivants d’un prêt en retard", "marketplace.exchanges.handover.clock.warn_next"),
    DueWork("Prêts encore dehors", "marketplace.exchanges.handover.clock.keep_taken"),
    DueWork("Fin prochaine des annonces", "marketplace.catalogue.lasting.remind_due"),
    DueWork("Fin des attestations", "marketplace.exchanges.insurance.rules.remind_due"),
    DueWork("Places gardées", "marketplace.booking.rules.release_lapsed"),
    # Before the digests, which carry them.
    DueWork("Réponses aux appels", "home.calls.notices.tell_of_new_answers"),
    DueWork("Mots de lecture", "home.feedback.telling.tell_of_words"),
    DueWork("Rappels d’événements", "home.events.clock.remind_due"),
    DueWork("Lettre du lundi", "marketplace.insight.monday.write_due"),
    DueWork("Clés des alertes", "search.saved.rules.index_stale"),
    DueWork("Annonces pour les alertes", "search.saved.watching.find_due"),
    DueWork("Alertes des recherches", "search.saved.telling.tell_due"),
    DueWork("Recherches sans réponse", "search.unmet.rules.close_due"),
    DueWork("Rappels de relecture", "home.upkeep.reviews.remind_due"),
    DueWork("Récapitulatifs", "accounts.notices.digests.send_due"),
    DueWork("Liens des pages", "home.upkeep.links.look_at_links"),
    DueWork("Sessions périmées", "portal.ticking.forget_expired_sessions"),
    DueWork("Purge de la nuit", "portal.purging.purge_of_the_day"),
    # Last: it indexes what the others changed.
    DueWork("Index de recherche", "search.indexing.catch_up"),
    DueWork("Sens des annonces", "search.sense.keeping.catch_up"),
)


def run_due(works: Iterable[DueWork] = DUE) -> list[Outcome]:
    """Run each piece of work and return what came of it; one failure does not stop the others."""
    outcomes = []
    for work in works:
        try:
            outcomes.append(Outcome(work, done=import_string(work.function)()))
        except Exception as error:  # whatever it is, the others must still run
            logger.exception("tick: %s failed", work.function)
            outcomes.append(Outcome(work, error=f"{type(error).__name__}: {error}"))
    cache.set(LAST_RUN, timezone.now(), timeout=None)
    return outcomes


def last_run() -> datetime | None:
    """Return when `tick` last ran, as far as the shared cache knows."""
    return cache.get(LAST_RUN)


def forget_expired_sessions() -> None:
    """Delete the sessions that nobody can use any more."""
    SessionStore.clear_expired()
