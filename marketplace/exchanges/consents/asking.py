"""Of whom consents are asked, and asking somebody else when that person cannot answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, Role, User
from accounts.organisations.managers import managers_above
from accounts.periods import live_q
from accounts.readers import reader_for
from marketplace.choices import ExchangeState
from marketplace.exchanges import policy, transitions
from marketplace.exchanges.answering import coordinator_for
from marketplace.exchanges.consents import clock, telling
from marketplace.exchanges.consents.models import Consent, ConsentEvent
from marketplace.exchanges.models import Exchange, Participant
from marketplace.refusals import Overtaken, Refused
from marketplace.signals import exchanges_changed

Kind, State, Stopped, What = Consent.Kind, Consent.State, Consent.Stopped, ConsentEvent.What
OF_MANAGERS = (Kind.HOME_MANAGER, Kind.HOST_MANAGER)


@dataclass(frozen=True)
class Asked:
    """Who is to answer, and for whom they stand in; nobody where the house has nobody.

    `is_away` when it is known that the person is, and nobody else is there.
    """

    person: User | None
    in_place_of: User | None = None
    is_away: bool = False

    @property
    def stopped_for(self) -> str:
        """Return why silence does not count as a yes, or an empty text: one of them is away."""
        return Stopped.AWAY if self.in_place_of or self.is_away else ""


def record(
    consent: Consent,
    what: str,
    actor: User | None,
    *,
    by_link: bool = False,
    reason: str = "",
    reason_code: str = "",
) -> None:
    """Write one line of the consent's past, and say that its exchange changed."""
    ConsentEvent.objects.create(
        consent=consent,
        what=what,
        actor=actor,
        for_organisation=consent.organisation,
        by_link=by_link,
        reason=reason,
        reason_code=reason_code,
    )
    exchanges_changed.send(sender=Exchange, exchange_ids=[consent.exchange_id])


def subject_of(consent: Consent) -> User:
    """Return whose managers are asked: who gives the time, or who welcomes them."""
    if consent.participant is not None:
        return consent.participant.user
    return host_of(consent.exchange)


def host_of(exchange: Exchange) -> User:
    """Return who welcomes, on the side that receives the time."""
    return exchange.asked_by if exchange.listing.is_offer else exchange.keeper


def who_answers(
    person: User, organisation: Organisation, exchange: Exchange, *, but: Iterable[int] = ()
) -> Asked:
    """Return who manages `person` there: the nearest manager, their deputy when away, else the
    coordination. Never the person themselves, nor anyone of `but`.
    """
    out = {person.pk, *but}
    above = managers_above(person, organisation)
    for manager, deputy in above:
        if deputy is not None and deputy.pk not in out:
            return Asked(deputy, manager)
        if deputy is None and manager.pk not in out:
            return Asked(manager)
    # All of them away, and their deputies out: better an absent manager than nobody.
    for manager, _ in above:
        if manager.pk not in out:
            return Asked(manager, is_away=True)
    return Asked(
        coordinator_for(organisation, organisation, department=exchange.listing.department, but=out)
    )


def still_answers(user: User, consent: Consent) -> bool:
    """Whether `user`, of whom it was asked, still manages (or coordinates) that person today."""
    if consent.organisation_id not in reader_for(user).organisation_ids:
        return False
    if consent.kind == Kind.AGENT:
        return consent.participant is not None and consent.participant.user_id == user.pk
    if subject_of(consent).pk == user.pk:
        return False
    above = managers_above(subject_of(consent), consent.organisation)
    managers = {one.pk for pair in above for one in pair if one is not None}
    coordinates = reader_for(user).has_role("coordinator", consent.organisation_id)
    return user.pk in managers or coordinates


@transaction.atomic
def ask_for(exchange: Exchange, actor: User | None) -> list[Consent]:
    """Ask for each consent that the agreed exchange needs and lacks; returns the new ones.

    Safe to repeat. Own time, loans, gifts and hosting ask nobody.
    """
    if not policy.needs_consents(exchange):
        return []
    exchange = transitions.hold(exchange)
    if exchange.state != ExchangeState.AGREED or exchange.consents.exists():
        return []
    made: list[Consent] = []
    given = exchange.participants.exclude(state=Participant.State.LEFT).select_related("user")
    for participant in given:
        person = participant.user
        said_yes = {exchange.asked_by_id, actor.pk if actor else None}
        # At the counter, the coordination says it at their word: that they did stays written.
        entered = exchange.entered_by if person.pk == exchange.asked_by_id else None
        made.append(
            make(
                exchange,
                Kind.AGENT,
                exchange.giver,
                participant,
                given=person.pk in said_yes,
                by=entered,
            )
        )
        made.append(make(exchange, Kind.HOME_MANAGER, exchange.giver, participant))
    if exchange.receiver.is_public_body and not _same_manager(exchange, made):
        made.append(
            make(exchange, Kind.HOST_MANAGER, exchange.receiver, None, given=_hosts(exchange))
        )
    return made


def _same_manager(exchange: Exchange, made: list[Consent]) -> bool:
    """Whether who welcomes has the same manager: one yes says both."""
    if exchange.giver_id != exchange.receiver_id:
        return False
    host = who_answers(host_of(exchange), exchange.receiver, exchange).person
    asked = {one.asked_of_id for one in made if one.kind == Kind.HOME_MANAGER}
    return host is None or host.pk in asked


def _hosts(exchange: Exchange) -> bool:
    """Whether who welcomes manages there themselves: by asking, they have said yes."""
    return (
        Role.objects.live()
        .filter(
            live_q("membership__"),
            membership__user=host_of(exchange),
            membership__organisation=exchange.receiver,
            kind=Role.Kind.MANAGER,
        )
        .exists()
    )


def make(
    exchange: Exchange,
    kind: str,
    organisation: Organisation,
    participant: Participant | None,
    *,
    given: bool = False,
    by: User | None = None,
    cover: str = "",
) -> Consent:
    """Create one consent and tell who is asked; `given` when the person has just said yes, or
    somebody (`by`) for them.
    """
    now = timezone.now()
    subject = participant.user if participant else host_of(exchange)
    said_by = (by or subject) if given else None
    own = given or kind == Kind.AGENT
    asked = Asked(subject) if own else who_answers(subject, organisation, exchange)
    silence = None
    if not own and asked.person is not None and not asked.stopped_for:
        silence = clock.tacit_moment(exchange, organisation, now)
    consent = Consent.objects.create(
        exchange=exchange,
        participant=participant,
        kind=kind,
        organisation=organisation,
        state=State.GIVEN if given else State.ASKED,
        asked_of=asked.person,
        in_place_of=asked.in_place_of,
        asked_at=now,
        tacit_at=silence,
        expires_at=clock.deadline(exchange, now),
        stopped_for=asked.stopped_for,
        cover=cover,
        decided_by=said_by,
        decided_at=now if given else None,
    )
    record(consent, What.GIVEN if given else What.ASKED, said_by)
    if not given:
        telling.asked(consent)
    return consent


def hand_on(
    consent: Consent, actor: User | None, *, why: str = "", but: Iterable[int] = ()
) -> bool:
    """Ask who manages the person now, or who is next when `but` cannot; returns whether it changed.

    The links sent before stop working. `why` (away, bounce) stops the clock for good: silence is
    a yes only of who was there to read. A new manager has the whole delay.
    """
    now = timezone.now()
    asked = who_answers(subject_of(consent), consent.organisation, consent.exchange, but=but)
    if asked.person is None or asked.person.pk == consent.asked_of_id:
        return False
    # Who was talking goes on talking, whoever takes over.
    stopped = consent.stopped_for or why or asked.stopped_for
    silence = None if stopped else clock.tacit_moment(consent.exchange, consent.organisation, now)
    changed = Consent.objects.filter(
        pk=consent.pk, state=State.ASKED, asked_of=consent.asked_of_id
    ).update(
        asked_of=asked.person,
        in_place_of=asked.in_place_of,
        link_number=consent.link_number + 1,
        stopped_for=stopped,
        tacit_at=silence,
        reminded_at=None,
    )
    if not changed:
        return False
    consent.refresh_from_db()
    record(consent, What.HANDED, actor)
    telling.asked(consent)
    telling.handed_on(consent)
    return True


@transaction.atomic
def ask_next(consent: Consent, actor: User) -> Consent:
    """The coordination asks the deputy, or who is next above. Raises Refused or Overtaken."""
    transitions.hold(consent.exchange)
    consent = Consent.objects.for_page().get(pk=consent.pk)
    if not coordinates(actor, consent):
        raise Refused("C’est à la coordination de demander à quelqu’un d’autre.")
    if consent.state != State.ASKED or consent.kind not in OF_MANAGERS:
        raise Overtaken("Cet accord n’est plus attendu.")
    # Nor the one who is away, in whose place it is asked.
    above = managers_above(subject_of(consent), consent.organisation)
    away = {manager.pk for manager, deputy in above if deputy is not None}
    out = {consent.asked_of_id, *(away & {consent.in_place_of_id})} - {None}
    if not hand_on(consent, actor, but=[pk for pk in out if pk]):
        raise Refused(
            "Personne d’autre n’encadre cette personne : nommez une suppléance dans la page des "
            "personnes, ou appelez."
        )
    return consent


def coordinates(user: User, consent: Consent) -> bool:
    return reader_for(user).has_role("coordinator", consent.organisation_id)


def why_not_ask_again(user: User, consent: Consent) -> str:
    """Return why `user` may not ask this consent once more, or an empty text.

    After a no, or a yes that a manager took back, the coordination alone does, once people have
    talked: nobody is pressed.
    """
    took_back = consent.state == State.REVOKED and consent.decided_by_id is not None
    said_no = consent.state == State.REFUSED or (took_back and consent.kind in OF_MANAGERS)
    if coordinates(user, consent) or (_is_about(user, consent) and not said_no):
        return ""
    return "Parlez-en avec la coordination : elle peut redemander cet accord."


def _is_about(user: User, consent: Consent) -> bool:
    return consent.participant is not None and consent.participant.user_id == user.pk


@transaction.atomic
def ask_again(consent: Consent, actor: User) -> Consent:
    """Ask once more after a no, a silence or a withdrawal; returns the new consent.

    Raises Refused or Overtaken.
    """
    exchange = transitions.hold(consent.exchange)
    consent = Consent.objects.for_page().get(pk=consent.pk)
    if refusal := why_not_ask_again(actor, consent):
        raise Refused(refusal)
    if exchange.state != ExchangeState.AGREED:
        raise Overtaken("Cet échange n’attend pas d’accord.")
    if consent.state not in (State.REFUSED, State.EXPIRED, State.REVOKED):
        raise Overtaken("Cet accord est déjà demandé.")
    same = exchange.consents.filter(kind=consent.kind, participant=consent.participant)
    if same.filter(state__in=[State.ASKED, State.GIVEN, State.TACIT]).exists():
        raise Overtaken("Cet accord est déjà demandé.")
    given = consent.kind == Kind.AGENT and _is_about(actor, consent)
    return make(
        exchange,
        consent.kind,
        consent.organisation,
        consent.participant,
        given=given,
        cover=consent.cover,
    )
