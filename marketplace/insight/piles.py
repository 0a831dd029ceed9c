"""The desk of the coordination, pile by pile: what waits, since when, and where it is settled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Verification
from accounts.readers import reader_for
from marketplace.exchanges.consents.models import Consent
from marketplace.exchanges.following.conditions import (
    NEW_FOR,
    UNMET_AFTER,
    stuck_q,
    unanswered_q,
    unmet_q,
)
from marketplace.exchanges.own_time import coordinated_q
from marketplace.exchanges.queries import OPEN_STATES
from marketplace.insight import lines
from marketplace.insight.lines import Line
from marketplace.insight.together import ACTS, Act
from marketplace.models import Exchange, Listing, Mediation, Report, ThankYou


@dataclass(frozen=True)
class Desk:
    """Whose desk it is, for which bodies, and which services are looked at (None for all)."""

    user: Any
    bodies: frozenset[int]
    departments: frozenset[int] | None = None
    without_department: bool = False
    # Services that others follow first.
    leaving_out: frozenset[int] = frozenset()

    def narrowed(self, rows: QuerySet[Any], field: str) -> QuerySet[Any]:
        """Return the rows of the services that are looked at."""
        if self.without_department:
            return rows.filter(**{f"{field}__isnull": True})
        if self.leaving_out:
            rows = rows.exclude(**{f"{field}__in": self.leaving_out})
        if self.departments is None:
            return rows
        return rows.filter(**{f"{field}__in": self.departments})


@dataclass(frozen=True)
class Pile:
    """One of the piles: its address, its words, its rows and how each is said."""

    slug: str
    title: str
    lead: str
    empty: str
    icon: str
    rows: Callable[[Desk], QuerySet[Any]]
    line: Callable[[Any], Line]
    # Associations have no service: a filter would hide them all.
    by_department: bool = True
    # How the letter of Monday orders its rows, where it is not as the desk does.
    in_letters: tuple[str, ...] = ()
    # What was settled lately, by whom and when, below what waits.
    settled: Callable[[Desk], QuerySet[Any]] | None = None

    @property
    def acts(self) -> tuple[Act, ...]:
        """Return what may be done to several of its rows at once."""
        return ACTS.get(self.slug, ())


def _exchanges(desk: Desk) -> Any:
    given = Exchange.objects.coordinated_by(desk.user)
    ours = given.filter(coordinated_q(desk.user.pk, desk.bodies))
    narrowed = desk.narrowed(ours, "listing__department")
    return narrowed.select_related(
        "listing", "listing__department", "giver", "receiver", "reminder", "series", "coordinator"
    )


def new(desk: Desk) -> QuerySet[Any]:
    """Return what was asked in the last days and is still open, the latest first."""
    since = timezone.now() - NEW_FOR
    found = _exchanges(desk).filter(created_at__gte=since, state__in=OPEN_STATES)
    return found.one_a_series().order_by("-created_at", "-pk")


def unanswered(desk: Desk) -> QuerySet[Any]:
    found = _exchanges(desk).filter(unanswered_q(timezone.now()))
    return found.one_a_series().order_by("expires_at", "state_since", "pk")


def stuck(desk: Desk) -> QuerySet[Any]:
    found = _exchanges(desk).filter(stuck_q(timezone.now()))
    return found.one_a_series().order_by("state_since", "pk")


def in_mediation(desk: Desk) -> QuerySet[Any]:
    found = Mediation.objects.visible_to(desk.user).open().for_page()
    ours = Exchange.objects.filter(coordinated_q(desk.user.pk, desk.bodies)).order_by()
    found = found.filter(exchange__in=ours.values("pk"))
    return desk.narrowed(found, "exchange__listing__department").order_by("asked_at", "pk")


def consents(desk: Desk) -> QuerySet[Any]:
    """Return the consents of our own house that are waited for, the nearest end first."""
    found = Consent.objects.visible_to(desk.user).pending().for_page()
    ours = found.filter(organisation__in=desk.bodies)
    return desk.narrowed(ours, "exchange__listing__department").order_by("expires_at", "pk")


def to_verify(desk: Desk) -> QuerySet[Any]:
    found = Verification.objects.visible_to(desk.user).waiting().filter(by__in=desk.bodies)
    return found.select_related("association", "by").order_by("asked_at", "pk")


def to_moderate(desk: Desk) -> QuerySet[Any]:
    found = Listing.objects.moderated_by(desk.user).to_review()
    return _ours(desk, found).order_by("updated_at", "pk")


def reports(desk: Desk) -> QuerySet[Any]:
    """Return what readers reported of the listings of this desk, the oldest first."""
    return _reports(desk).open().order_by("at", "pk")


def settled_reports(desk: Desk) -> QuerySet[Any]:
    """Return the reports that somebody settled, the latest first."""
    return _reports(desk).filter(settled_at__isnull=False).order_by("-settled_at", "-pk")


def _reports(desk: Desk) -> Any:
    found = Report.objects.visible_to(desk.user).filter(
        listing__in=_ours(desk, Listing.objects.all()).order_by().values("pk")
    )
    return found.select_related("listing__organisation", "listing__department", "settled_by")


def thanks(desk: Desk) -> QuerySet[Any]:
    """Return the thanks that somebody wants public, and those that were reported."""
    found = ThankYou.objects.moderated_by(desk.user).to_moderate()
    verified = Verification.objects.live().filter(by__in=desk.bodies).order_by()
    ours = found.filter(
        Q(to_organisation__in=desk.bodies) | Q(to_organisation__in=verified.values("association"))
    )
    return ours.select_related("exchange__listing", "to_organisation").order_by("state_since", "pk")


def unmet(desk: Desk) -> QuerySet[Any]:
    """Return the needs that have been online for days and whose answers, if any, came to nothing.

    Those of the collectivité and of the associations that it verified.
    """
    needs = Listing.objects.in_catalogue_for(desk.user).filter(
        unmet_q(),
        published_at__lt=timezone.now() - UNMET_AFTER,
    )
    return _ours(desk, needs).order_by("published_at", "pk")


def _ours(desk: Desk, listings: QuerySet[Any]) -> QuerySet[Any]:
    """Return those of the bodies of this desk, and of the associations that they verified."""
    verified = Verification.objects.live().filter(by__in=desk.bodies).order_by()
    ours = listings.filter(
        Q(organisation__in=desk.bodies) | Q(organisation__in=verified.values("association"))
    )
    return desk.narrowed(ours, "department").select_related("organisation", "department")


PILES: tuple[Pile, ...] = (
    Pile(
        "nouveautes",
        "Nouvelles demandes",
        "Demandes des sept derniers jours, la plus récente d’abord. Rien à faire : à savoir.",
        "Aucune demande depuis une semaine.",
        "message",
        new,
        lines.of_exchange,
    ),
    Pile(
        "sans-reponse",
        "Sans réponse",
        "Depuis cinq jours, ou bientôt à leur fin. Une relance rappelle à qui doit répondre "
        "qu’on l’attend ; une par semaine, pas plus.",
        "Chaque demande a reçu sa réponse, ou vient d’arriver.",
        "hourglass",
        unanswered,
        lines.of_exchange,
    ),
    Pile(
        "en-panne",
        "En panne",
        "Accord sans suite depuis deux semaines, date passée, ou rien de dit depuis la fin.",
        "Tout ce qui a été convenu avance.",
        "alert-circle",
        stuck,
        lines.of_exchange,
    ),
    Pile(
        "mediations",
        "Médiations",
        "Un côté demande à être écouté. La plus ancienne demande d’abord.",
        "Aucune médiation n’est en cours.",
        "scale",
        in_mediation,
        lines.of_mediation,
    ),
    Pile(
        "accords-attendus",
        "Accords attendus",
        "Ce que l’encadrement doit encore dire, le plus pressé d’abord. Rappelez, ou demandez à la "
        "suppléance, depuis chaque demande.",
        "Aucun accord n’est attendu.",
        "signature",
        consents,
        lines.of_consent,
        in_letters=("asked_at", "pk"),
    ),
    Pile(
        "a-verifier",
        "Associations à vérifier",
        "La plus ancienne d’abord.",
        "Aucune association n’attend d’être vérifiée.",
        "shield-check",
        to_verify,
        lines.of_verification,
        by_department=False,
    ),
    Pile(
        "a-relire",
        "Annonces à relire",
        "Elles seront lues de tout le monde : la plus ancienne d’abord.",
        "Aucune annonce n’attend d’être relue.",
        "eye",
        to_moderate,
        lines.of_review,
    ),
    Pile(
        "signalements",
        "Problèmes signalés",
        "Ce que quelqu’un a signalé dans une annonce, le plus ancien d’abord. Son nom n’est montré "
        "à personne.",
        "Aucun problème n’est signalé.",
        "flag",
        reports,
        lines.of_report,
        settled=settled_reports,
    ),
    Pile(
        "mercis",
        "Mercis à relire",
        "Ceux que la personne remerciée souhaite montrer, et ceux que l’on signale.",
        "Aucun merci n’attend d’être relu.",
        "heart-handshake",
        thanks,
        lines.of_thanks,
        by_department=False,
    ),
    Pile(
        "besoins",
        "Besoins sans réponse",
        "En ligne depuis plus d’une semaine, sans réponse ou sans suite, chez vous et dans les "
        "associations que vous avez vérifiées. Un appel à la bonne personne suffit souvent.",
        "Chaque besoin publié a reçu au moins une réponse, ou vient de paraître.",
        "heart-handshake",
        unmet,
        lines.of_need,
    ),
)
BY_SLUG = {pile.slug: pile for pile in PILES}


def counts(desk: Desk) -> list[tuple[Pile, int]]:
    """Return each pile with how much it holds: one query a pile, whatever it holds."""
    return [(pile, pile.rows(desk).order_by().count()) for pile in PILES]


def bodies_of(user: Any, organisation_id: int | None) -> frozenset[int]:
    """Return the bodies whose desk this is: the host decides, the platform shows all."""
    coordinated = reader_for(user).organisations_with_role("coordinator")
    return coordinated if organisation_id is None else coordinated & {organisation_id}


def overview(user: Any, organisation_id: int | None) -> list[tuple[Pile, int]]:
    """Return the piles with what they hold, for the first page of the desk."""
    bodies = bodies_of(user, organisation_id)
    return counts(Desk(user, bodies)) if bodies else []
