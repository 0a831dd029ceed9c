"""What pages show of consents, each reader as far as it is theirs to know."""

from __future__ import annotations

from typing import Any

from accounts.models import Membership, User
from accounts.readers import reader_for
from marketplace.choices import ExchangeState
from marketplace.exchanges.consents import due, queries, rules, telling
from marketplace.exchanges.consents.asking import coordinates, host_of, why_not_ask_again
from marketplace.exchanges.consents.forms import CoverForm
from marketplace.exchanges.consents.models import Consent, ConsentEvent
from marketplace.exchanges.models import Exchange
from marketplace.words import NBSP, counted, day_words, moment_words, span_words

Kind, State, Stopped = Consent.Kind, Consent.State, Consent.Stopped
STEP = {
    State.ASKED: "now",
    State.GIVEN: "done",
    State.TACIT: "done",
    State.REFUSED: "stopped",
    State.EXPIRED: "stopped",
    State.REVOKED: "stopped",
}
BADGE = {
    State.ASKED: "now",
    State.GIVEN: "success",
    State.TACIT: "success",
    State.REFUSED: "danger",
    State.EXPIRED: "",
    State.REVOKED: "danger",
}
TITLES = {
    Kind.AGENT: "La personne qui donne son temps",
    Kind.HOME_MANAGER: "Son encadrement",
    Kind.HOST_MANAGER: "L’encadrement qui accueille",
    Kind.LEGAL: "Le service juridique",
    Kind.ETHICS: "La déontologie",
}
NOT_SAID = "Pas encore dit"


def shortened(person: User) -> str:
    """Return «Nadia M.»: enough for who manages them, little for who should not read it."""
    return f"{person.first_name} {person.last_name[:1]}.".strip(" .") + "."


def page(consent: Consent, *, reader: User | None) -> dict[str, Any]:
    """Return what who is asked reads before answering; `reader` is nobody by the link.

    By the link, the person is named «Nadia M.» and the colleagues who are away are counted, not
    named: the letter may have been forwarded. The conversation is on neither page. Who is signed in
    and does not answer, nor coordinates, reads nothing of these colleagues.
    """
    by_link = reader is None
    exchange = consent.exchange
    of_team = reader is None or reads_absences(reader, consent)
    away = queries.away_with(consent) if of_team and consent.kind == Kind.HOME_MANAGER else []
    terms = getattr(exchange.listing, "skill_terms", None)
    agents = telling.agents_of(consent)
    facts = [
        ("Qui", ", ".join((shortened(one) if by_link else str(one)) for one in agents)),
        ("Service", service_of(consent)),
        ("Pour", exchange.receiver.name),
        ("Quand", telling.when(exchange)),
        ("Rythme", terms.rhythm if terms else ""),
    ]
    if consent.kind == Kind.HOME_MANAGER:
        facts.append(("Qui remplace, ou ce qui attend", consent.cover or NOT_SAID))
    if exchange.coordinator and consent.organisation_id == exchange.coordinator_body.pk:
        facts.append(("Coordination", str(exchange.coordinator)))
    return {
        "consent": consent,
        "title": exchange.listing.display_title,
        "heading": heading(consent),
        "facts": facts,
        "silence": telling.silence_words(consent),
        "deputy": f"Vous répondez en suppléance de {consent.in_place_of}."
        if consent.in_place_of and not by_link and reader == consent.asked_of
        else "",
        "away_words": away_words(consent, len(away)) if of_team else "",
        "away": []
        if by_link
        else [
            {
                "people": ", ".join(str(one.user) for one in absence.participants.all()),
                "when": span_words(absence.wanted_from, absence.wanted_until),
            }
            for absence in away
        ],
        "said": said_words(consent),
    }


def reads_absences(reader: User, consent: Consent) -> bool:
    """Whether the absences of the team are for `reader`: who manages it today, who coordinates."""
    return rules.still_answers(reader, consent) or coordinates(reader, consent)


def heading(consent: Consent) -> str:
    if consent.kind == Kind.HOME_MANAGER:
        return "Votre accord est attendu"
    if consent.kind == Kind.HOST_MANAGER:
        return "Une personne viendrait aider votre équipe"
    return "Donner de votre temps de travail"


def service_of(consent: Consent) -> str:
    """Return the service of who gives the time, or an empty text."""
    if consent.participant is None:
        return ""
    membership = (
        Membership.objects.live()
        .filter(user=consent.participant.user_id, organisation=consent.exchange.giver_id)
        .select_related("department")
        .first()
    )
    return membership.department.name if membership and membership.department else ""


def away_words(consent: Consent, number: int) -> str:
    """Return how many absences are already agreed in the team at these dates."""
    if consent.kind != Kind.HOME_MANAGER:
        return ""
    if consent.exchange.wanted_from is None:
        return "Les dates restent à fixer : les absences de l’équipe se verront alors ici."
    if not number:
        return "Aucune autre absence de ce genre n’est prévue dans votre équipe à ces dates."
    return (
        f"{counted(number, 'autre échange est prévu', 'autres échanges sont prévus')} dans votre "
        "équipe à ces dates."
    )


def said_words(consent: Consent) -> str:
    """Return what who is asked has said already, without deciding."""
    if consent.state != State.ASKED:
        return ""
    if consent.stopped_for == Stopped.TALK:
        return "Vous souhaitez en parler : le délai est arrêté. Répondez quand c’est fait."
    if consent.stopped_for == Stopped.DATES:
        return (
            f"Vous proposez {span_words(consent.other_from, consent.other_until)}. Si l’autre côté "
            "est d’accord, votre accord vous sera redemandé pour ces dates."
        )
    return ""


def line(consent: Consent) -> dict[str, Any]:
    """Return one row of «Mon équipe», for who is asked."""
    return {
        "ref": consent.ref,
        "url": consent.get_absolute_url(),
        "title": consent.exchange.listing.display_title,
        "people": ", ".join(str(one) for one in telling.agents_of(consent))
        if consent.participant
        else consent.exchange.giver.short_name,
        "detail": " · ".join(
            [consent.exchange.receiver.short_name, telling.when(consent.exchange)]
        ),
        "state": consent.get_state_display(),
        "state_kind": BADGE[State(consent.state)],
        "deadline": deadline_words(consent),
        "decided": f"le{NBSP}{day_words(consent.decided_at)}" if consent.decided_at else "",
        "said": said_words(consent),
    }


def deadline_words(consent: Consent) -> str:
    if consent.tacit_at:
        return f"Sans réponse, accord tacite le {day_words(consent.tacit_at)}"
    return f"Réponse attendue avant le {day_words(consent.expires_at)}"


def state_sentence(consent: Consent, inside: bool) -> str:
    """Return where a consent stands, in words; names and reasons for insiders only."""
    who = telling.who(consent, inside)
    state = State(consent.state)
    if state == State.ASKED:
        words = f"Demandé le {day_words(consent.asked_at)}"
        words += f" à {who}." if inside and consent.asked_of else "."
        if consent.stopped_for == Stopped.TALK:
            words += f" {who} souhaite en parler d’abord."
        elif consent.stopped_for == Stopped.DATES:
            words += f" {who} propose {span_words(consent.other_from, consent.other_until)}."
        elif consent.stopped_for == Stopped.AWAY and inside and consent.in_place_of:
            words += f" En suppléance de {consent.in_place_of}."
        elif consent.tacit_at:
            words += f" Sans réponse, il sera tacite le {day_words(consent.tacit_at)}."
        if inside and consent.words:
            words += f" « {consent.words} »"
        return words
    day = day_words(consent.decided_at) if consent.decided_at else ""
    sentences = {
        State.GIVEN: f"Donné le {day}" + (f" par {who}." if inside else "."),
        State.TACIT: f"Tacite depuis le {day} : le délai de réponse est passé.",
        State.REFUSED: f"Pas donné, le {day}.",
        State.EXPIRED: f"Resté sans réponse, le {day}.",
        State.REVOKED: f"Retiré le {day}.",
    }
    words = sentences[state]
    return f"{words} {consent.reason}" if inside and consent.reason else words


def is_inside(consent: Consent, viewer: Any) -> bool:
    """Whether names and reasons are for `viewer`: who gives the time, who is asked, the house's
    coordination, and who welcomes for the consent of their own house.
    """
    reader = reader_for(viewer)
    if consent.organisation_id not in reader.organisation_ids:
        return False
    if reader.has_role("coordinator", consent.organisation_id):
        return True
    concerned = {consent.asked_of_id, consent.in_place_of_id, consent.decided_by_id}
    if consent.participant is not None:
        concerned.add(consent.participant.user_id)
    else:
        concerned.add(host_of(consent.exchange).pk)
    return reader.user_id in concerned


def for_exchange(exchange: Exchange, viewer: Any) -> dict[str, Any] | None:
    """Return the card of consents on the page of an exchange, or None where none is asked."""
    found = queries.latest(exchange)
    if not found:
        return None
    for one in found:
        one.exchange = exchange
    pk = reader_for(viewer).user_id
    agreed = exchange.state == ExchangeState.AGREED
    own = [one for one in found if one.participant and one.participant.user_id == pk]
    cover = next((one for one in own if one.kind == Kind.HOME_MANAGER), None)
    may_say = cover is not None and agreed and cover.state == State.ASKED
    coordinated = [one for one in found if coordinates(viewer, one)]
    return {
        "steps": [
            {
                "state": STEP[State(one.state)],
                "title": TITLES[Kind(one.kind)],
                "detail": state_sentence(one, is_inside(one, viewer)),
            }
            for one in found
        ],
        "all_given": all(one.is_settled for one in found),
        "cover": cover,
        "cover_form": CoverForm(initial={"cover": cover.cover}) if may_say and cover else None,
        "answer_url": next(
            (
                one.get_absolute_url()
                for one in found
                if agreed and one.state == State.ASKED and one.asked_of_id == pk
            ),
            "",
        ),
        "withdraw_url": next(
            (
                f"{one.get_absolute_url()}retirer/"
                for one in found
                if not rules.why_not_withdraw(viewer, one)
            ),
            "",
        )
        if any(one.is_settled and pk in (one.decided_by_id, one.asked_of_id) for one in found)
        else "",
        "dates": next(
            (
                {
                    "ref": one.ref,
                    "words": span_words(one.other_from, one.other_until),
                }
                for one in found
                if not rules.why_not_take_dates(viewer, one)
            ),
            None,
        ),
        "again": [
            one
            for one in own
            if agreed
            and one.state in (State.EXPIRED, State.REVOKED)
            and not why_not_ask_again(viewer, one)
        ],
        "follow": [one for one in coordinated if agreed and not one.is_settled],
    }


def past(consent: Consent, viewer: Any) -> list[dict[str, str]]:
    """Return what happened to a consent, as dated steps, for who may open its page."""
    inside = is_inside(consent, viewer)
    steps = []
    for event in consent.events.select_related("actor"):
        detail = moment_words(event.at)
        if inside and event.actor:
            detail += f" · {event.actor}"
        if event.by_link:
            detail += ", par le lien reçu"
        if inside and event.reason:
            detail += f". {event.reason}"
        no = event.what in (
            ConsentEvent.What.REFUSED,
            ConsentEvent.What.EXPIRED,
            ConsentEvent.What.REVOKED,
        )
        title = str(ConsentEvent.What(event.what).label)
        steps.append(
            {
                "state": "stopped" if no else "done",
                "title": title[:1].upper() + title[1:],
                "detail": detail,
            }
        )
    return steps


def for_coordination(consent: Consent, viewer: Any) -> dict[str, Any] | None:
    """Return what the coordination may do from the page of a consent, or None for others."""
    if not coordinates(viewer, consent):
        return None
    agreed = consent.exchange.state == ExchangeState.AGREED
    asked = agreed and consent.state == State.ASKED
    return {
        "sentence": state_sentence(consent, True),
        "can_remind": not due.why_not_remind(viewer, consent),
        "reminded": f"Rappelé le {day_words(consent.reminded_at)}." if consent.reminded_at else "",
        "can_ask_next": asked and consent.kind != Kind.AGENT,
        "can_ask_again": agreed and not asked and not consent.is_settled,
    }
