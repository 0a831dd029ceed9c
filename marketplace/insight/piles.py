"""The desk of the coordination, pile by pile: what waits, since when, and where it is settled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Verification
from accounts.readers import reader_for
from marketplace.choices import ExchangeState
from marketplace.exchanges.consents.models import Consent
from marketplace.exchanges.consents.telling import when
from marketplace.exchanges.following.conditions import NEW_FOR, UNMET_AFTER, stuck_q, unanswered_q
from marketplace.exchanges.following.models import Reminder
from marketplace.exchanges.following.rules import REMIND_EVERY
from marketplace.exchanges.queries import OPEN_STATES
from marketplace.models import Exchange, Listing, Mediation, ThankYou
from marketplace.words import NBSP, day_words, span_words


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
class Line:
    """One thing of a pile, in words."""

    ref: str
    title: str
    url: str
    action: str
    detail: str
    since: datetime
    state: str = ""
    due: datetime | None = None
    # Who may be reminded now; else the day on which somebody did.
    can_remind: bool = False
    reminded: str = ""


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
    # Whether its lines may be called to mind together.
    reminds: bool = False
    # Associations have no service: a filter would hide them all.
    by_department: bool = True


def _exchanges(desk: Desk) -> Any:
    given = Exchange.objects.coordinated_by(desk.user)
    ours = given.filter(Q(giver__in=desk.bodies) | Q(receiver__in=desk.bodies))
    narrowed = desk.narrowed(ours, "listing__department")
    return narrowed.select_related(
        "listing", "listing__department", "giver", "receiver", "reminder"
    )


def new(desk: Desk) -> QuerySet[Any]:
    """Return what was asked in the last days and is still open, the latest first."""
    since = timezone.now() - NEW_FOR
    found = _exchanges(desk).filter(created_at__gte=since, state__in=OPEN_STATES)
    return found.order_by("-created_at", "-pk")


def unanswered(desk: Desk) -> QuerySet[Any]:
    found = _exchanges(desk).filter(unanswered_q(timezone.now()))
    return found.order_by("expires_at", "state_since", "pk")


def stuck(desk: Desk) -> QuerySet[Any]:
    return _exchanges(desk).filter(stuck_q(timezone.now())).order_by("state_since", "pk")


def in_mediation(desk: Desk) -> QuerySet[Any]:
    found = Mediation.objects.visible_to(desk.user).open().for_page()
    ours = Q(exchange__giver__in=desk.bodies) | Q(exchange__receiver__in=desk.bodies)
    return desk.narrowed(found.filter(ours), "exchange__listing__department").order_by(
        "asked_at", "pk"
    )


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


def thanks(desk: Desk) -> QuerySet[Any]:
    """Return the thanks that somebody wants public, and those that were reported."""
    found = ThankYou.objects.moderated_by(desk.user).to_moderate()
    verified = Verification.objects.live().filter(by__in=desk.bodies).order_by()
    ours = found.filter(
        Q(to_organisation__in=desk.bodies) | Q(to_organisation__in=verified.values("association"))
    )
    return ours.select_related("exchange__listing", "to_organisation").order_by("state_since", "pk")


def unmet(desk: Desk) -> QuerySet[Any]:
    """Return the needs that have been online for days and that nobody answered.

    Those of the collectivité and of the associations that it verified.
    """
    needs = Listing.objects.in_catalogue_for(desk.user).filter(
        ~Exists(Exchange.objects.filter(listing=OuterRef("pk"))),
        direction="need",
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


def _exchange_line(exchange: Exchange) -> Line:
    reminder: Reminder | None = getattr(exchange, "reminder", None)
    recent = reminder is not None and reminder.at > timezone.now() - REMIND_EVERY
    sides = f"{exchange.giver.short_name} et {exchange.receiver.short_name}"
    department = exchange.listing.department
    when = span_words(exchange.wanted_from, exchange.wanted_until)
    waits = exchange.state in (ExchangeState.INTRODUCTION, ExchangeState.PROPOSED)
    return Line(
        ref=exchange.ref,
        title=exchange.listing.display_title,
        url=exchange.get_absolute_url(),
        action="Ouvrir l’échange",
        detail=" · ".join(filter(None, [sides, department.name if department else "", when])),
        since=exchange.state_since,
        state=exchange.get_state_display(),
        due=exchange.expires_at if waits else None,
        can_remind=not recent,
        reminded=day_words(reminder.at) if reminder is not None else "",
    )


def _mediation_line(mediation: Mediation) -> Line:
    exchange = mediation.exchange
    sides = f"{exchange.giver.short_name} et {exchange.receiver.short_name}"
    who = f"suivie par {mediation.mediator}" if mediation.mediator else "personne ne la suit"
    return Line(
        ref=mediation.ref,
        title=exchange.listing.display_title,
        url=mediation.get_absolute_url(),
        action="Ouvrir la médiation",
        detail=f"{sides} · {who}",
        since=mediation.asked_at,
    )


def _consent_line(consent: Consent) -> Line:
    asked = f"demandé à{NBSP}: {consent.asked_of or 'personne encore'}"
    stopped = consent.get_stopped_for_display() if consent.stopped_for else ""
    return Line(
        ref=consent.ref,
        title=consent.exchange.listing.display_title,
        url=consent.get_absolute_url(),
        action="Suivre",
        detail=" · ".join([consent.get_kind_display(), asked, when(consent.exchange)]),
        since=consent.asked_at,
        state=stopped,
        due=consent.tacit_at or consent.expires_at,
    )


def _verification_line(verification: Verification) -> Line:
    return Line(
        ref=verification.ref,
        title=verification.association.name,
        url=reverse("verification", args=[verification.ref]),
        action="Vérifier",
        detail=f"auprès de : {verification.by.short_name}",
        since=verification.asked_at,
    )


def _review_line(listing: Listing) -> Line:
    return Line(
        ref=listing.ref,
        title=listing.display_title,
        url=reverse("listing_review", args=[listing.ref]),
        action="Relire",
        detail=_whose(listing),
        since=listing.updated_at,
    )


def _thanks_line(made: ThankYou) -> Line:
    return Line(
        ref=made.ref,
        title=made.exchange.listing.display_title,
        url=reverse("thanks_moderate", args=[made.ref]),
        action="Relire",
        detail=made.to_organisation.short_name,
        since=made.reported_at or made.state_since,
    )


def _need_line(need: Listing) -> Line:
    return Line(
        ref=need.ref,
        title=need.display_title,
        url=need.get_absolute_url(),
        action="Voir, et chercher qui peut aider",
        detail=_whose(need),
        since=need.published_at or need.created_at,
        due=need.expires_at,
    )


def _whose(listing: Listing) -> str:
    department = listing.department
    names = [listing.organisation.short_name, department.name if department else ""]
    return " · ".join(filter(None, names))


PILES: tuple[Pile, ...] = (
    Pile(
        "nouveautes",
        "Nouvelles demandes",
        "Demandes des sept derniers jours, la plus récente d’abord. Rien à faire : à savoir.",
        "Aucune demande depuis une semaine.",
        "message",
        new,
        _exchange_line,
    ),
    Pile(
        "sans-reponse",
        "Sans réponse",
        "Depuis cinq jours, ou bientôt à leur fin. Une relance rappelle à qui doit répondre "
        "qu’on l’attend ; une par semaine, pas plus.",
        "Chaque demande a reçu sa réponse, ou vient d’arriver.",
        "hourglass",
        unanswered,
        _exchange_line,
        reminds=True,
    ),
    Pile(
        "en-panne",
        "En panne",
        "Accord sans suite depuis deux semaines, ou date passée.",
        "Tout ce qui a été convenu avance.",
        "alert-circle",
        stuck,
        _exchange_line,
        reminds=True,
    ),
    Pile(
        "mediations",
        "Médiations",
        "Un côté demande à être écouté. La plus ancienne demande d’abord.",
        "Aucune médiation n’est en cours.",
        "scale",
        in_mediation,
        _mediation_line,
    ),
    Pile(
        "accords-attendus",
        "Accords attendus",
        "Ce que l’encadrement doit encore dire, le plus pressé d’abord. Rappelez, ou demandez à la "
        "suppléance, depuis chaque demande.",
        "Aucun accord n’est attendu.",
        "signature",
        consents,
        _consent_line,
    ),
    Pile(
        "a-verifier",
        "Associations à vérifier",
        "La plus ancienne d’abord.",
        "Aucune association n’attend d’être vérifiée.",
        "shield-check",
        to_verify,
        _verification_line,
        by_department=False,
    ),
    Pile(
        "a-relire",
        "Annonces à relire",
        "Elles seront lues de tout le monde : la plus ancienne d’abord.",
        "Aucune annonce n’attend d’être relue.",
        "eye",
        to_moderate,
        _review_line,
    ),
    Pile(
        "mercis",
        "Mercis à relire",
        "Ceux que la personne remerciée souhaite montrer, et ceux que l’on signale.",
        "Aucun merci n’attend d’être relu.",
        "heart-handshake",
        thanks,
        _thanks_line,
        by_department=False,
    ),
    Pile(
        "besoins",
        "Besoins sans réponse",
        "En ligne depuis plus d’une semaine, chez vous et dans les associations que vous avez "
        "vérifiées. Un appel à la bonne personne suffit souvent.",
        "Chaque besoin publié a reçu au moins une réponse, ou vient de paraître.",
        "heart-handshake",
        unmet,
        _need_line,
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
