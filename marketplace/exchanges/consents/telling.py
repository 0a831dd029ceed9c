"""What consents make people hear. A manager is named to their own house only."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import User
from accounts.notices.rules import tell
from accounts.readers import reader_for
from accounts.words import of_name
from marketplace.catalogue.moderation import coordinators_of
from marketplace.exchanges.consents import links
from marketplace.exchanges.consents.models import Consent
from marketplace.exchanges.models import Exchange, Participant
from marketplace.exchanges.telling import tell_of
from marketplace.words import NBSP, day_words, span_words

Kind, State = Consent.Kind, Consent.State
FOUR_ANSWERS = (
    "Vous pouvez dire oui, proposer d’autres dates, demander à en parler, ou dire non avec une "
    "raison. Il n’y a pas de compte à créer. Ce lien est le vôtre : ne le transférez pas."
)


def asked(consent: Consent) -> None:
    """Write to who is asked, with the signed link; it always leaves, whatever their rhythm."""
    person = consent.asked_of
    if person is None:
        nobody(consent)
        return
    consent.notice = tell(
        person,
        kind="consent_asked",
        subject=subject(consent),
        body="\n\n".join(_paragraphs(consent)),
        path=links.path_of(consent),
        action="Lire et répondre",
        organisation=consent.organisation,
        must_send=True,
    )
    consent.save(update_fields=["notice"])


def subject(consent: Consent) -> str:
    title = consent.exchange.listing.display_title
    if consent.kind == Kind.HOME_MANAGER and consent.participant:
        return f"Votre accord pour {consent.participant.user} : {title}"
    if consent.kind == Kind.HOST_MANAGER:
        return f"Votre accord pour accueillir : {title}"
    return f"Votre accord est attendu : {title}"


def _paragraphs(consent: Consent) -> Iterator[str]:
    exchange = consent.exchange
    title = exchange.listing.display_title
    if consent.in_place_of:
        yield f"Vous répondez en suppléance de {consent.in_place_of}."
    if consent.kind == Kind.HOME_MANAGER and consent.participant:
        yield (
            f"{consent.participant.user} souhaite donner de son temps de travail à "
            f"{exchange.receiver.short_name} : {title}."
        )
    elif consent.kind == Kind.HOST_MANAGER:
        yield (
            f"Une personne {of_name(exchange.giver.short_name)} viendrait aider votre équipe, "
            f"sur son temps de travail : {title}."
        )
    else:
        yield (
            f"Il est convenu que vous donniez de votre temps de travail à "
            f"{exchange.receiver.short_name} : {title}. Rien n’est engagé sans vous."
        )
    yield f"Quand : {when(exchange)}."
    if consent.cover:
        yield f"Qui remplace, ou ce qui attend : {consent.cover}"
    yield silence_words(consent)
    yield FOUR_ANSWERS


def when(exchange: Exchange) -> str:
    """Return the hours or days agreed, in words."""
    return span_words(exchange.wanted_from, exchange.wanted_until) or "les dates restent à fixer"


def silence_words(consent: Consent) -> str:
    """Return what happens without an answer."""
    if consent.tacit_at:
        return (
            f"Sans réponse de votre part avant le {day_words(consent.tacit_at)}, votre accord sera "
            "considéré comme donné. C’est la règle de votre collectivité ; « En parler d’abord » "
            "arrête ce délai."
        )
    end = day_words(consent.expires_at)
    return f"Sans réponse, rien n’est accordé : la demande s’arrête le {end}."


def nobody(consent: Consent) -> None:
    """Say to the coordination that nobody is there to answer."""
    _tell_coordination(
        consent,
        "consent_nobody",
        "Personne à qui demander un accord",
        "Personne n’encadre cette personne dans la plateforme. Nommez un encadrement, puis "
        "demandez à nouveau.",
    )


def handed_on(consent: Consent) -> None:
    _tell_agents(
        consent,
        "consent_handed",
        "Votre accord est demandé à quelqu’un d’autre",
        f"{who(consent, True)} répond désormais pour votre encadrement. Rien d’autre ne change.",
    )


def decided(consent: Consent) -> None:
    """Say to the agent, who welcomes and the coordination what was answered."""
    title = consent.exchange.listing.display_title
    if consent.by_link and consent.decided_by:
        _confirm_to_answerer(consent)
    for person, inside in _readers(consent):
        if person.pk == consent.decided_by_id:
            continue
        name = who(consent, inside)
        if consent.state == State.REFUSED:
            reason = f"{NBSP}:\n\n{consent.reason}" if inside else "."
            _tell(
                consent,
                person,
                kind="consent_refused",
                subject=f"Accord non donné : {title}",
                body=f"{name} ne donne pas son accord{reason}\n\nRien n’est fermé : la "
                "coordination peut chercher avec vous d’autres dates, ou une autre façon de faire.",
            )
        elif inside or consent.kind == Kind.HOST_MANAGER:
            silent = consent.state == State.TACIT
            _tell(
                consent,
                person,
                kind="consent_given",
                subject=f"Accord donné : {title}",
                body=f"Le délai de réponse est passé : l’accord de {name} est réputé donné."
                if silent
                else f"{name} a donné son accord.",
            )


def _confirm_to_answerer(consent: Consent) -> None:
    """Say to who was asked what their link has just answered: forwarded, they would know."""
    person = consent.decided_by
    if person is None:
        return
    said = "oui" if consent.state == State.GIVEN else "non"
    tell(
        person,
        kind="consent_answered",
        subject=f"Votre réponse est notée : {consent.exchange.listing.display_title}",
        body=f"Le lien reçu par courriel a servi à répondre « {said} ». Si ce n’était pas vous, "
        "dites-le à la coordination ; un accord donné peut être retiré tant que rien n’a commencé.",
        path=consent.get_absolute_url(),
        action="Voir la demande",
        organisation=consent.organisation,
        must_send=True,
    )


def tacit(consent: Consent) -> None:
    decided(consent)
    if consent.asked_of:
        tell(
            consent.asked_of,
            kind="consent_tacit",
            subject=f"Votre accord est considéré comme donné : "
            f"{consent.exchange.listing.display_title}",
            body="Le délai de réponse de votre collectivité est passé. Vous pouvez retirer cet "
            "accord, avec une raison, tant que rien n’a commencé.",
            path=consent.get_absolute_url(),
            action="Voir la demande",
            organisation=consent.organisation,
        )


def _tell(consent: Consent, person: User, *, kind: str, subject: str, body: str) -> None:
    """Tell one of those who read of the exchange something of its consent."""
    exchange, body_of = consent.exchange, consent.organisation
    tell_of(exchange, person, kind, subject, body, "Voir l’échange", organisation=body_of)


def wants_to_talk(consent: Consent) -> None:
    words = f"\n\n{consent.words}" if consent.words else ""
    for person, inside in _readers(consent):
        if person.pk != consent.asked_of_id:
            _tell(
                consent,
                person,
                kind="consent_talk",
                subject=f"On souhaite en parler : {consent.exchange.listing.display_title}",
                body=f"{who(consent, inside)} souhaite en parler avant de répondre.{words}\n\n"
                "Le délai est arrêté. Un mot de vive voix suffit souvent."
                if inside
                else f"{who(consent, inside)} souhaite en parler avant de répondre.",
            )


def proposes_dates(consent: Consent) -> None:
    other = span_words(consent.other_from, consent.other_until)
    for person, inside in _readers(consent, host=True):
        if person.pk != consent.asked_of_id:
            words = f"\n\n{consent.words}" if consent.words and inside else ""
            _tell(
                consent,
                person,
                kind="consent_dates",
                subject=f"D’autres dates sont proposées : {consent.exchange.listing.display_title}",
                body=f"{who(consent, inside)} propose {other}.{words}\n\nParlez-en dans la "
                "conversation. Qui reçoit ce temps dit si ces dates conviennent, et l’accord est "
                "alors redemandé.",
            )


def dates_taken(consent: Consent) -> None:
    for person, _ in _readers(consent):
        _tell(
            consent,
            person,
            kind="consent_dates_taken",
            subject=f"Les nouvelles dates conviennent : {consent.exchange.listing.display_title}",
            body=f"L’échange est prévu {when(consent.exchange)}. Les accords sont redemandés pour "
            "ces dates, celui de la personne qui donne son temps aussi.",
        )


def expired(consent: Consent) -> None:
    for person, inside in _readers(consent):
        _tell(
            consent,
            person,
            kind="consent_expired",
            subject=f"Accord resté sans réponse : {consent.exchange.listing.display_title}",
            body=f"{who(consent, inside)} n’a pas répondu à temps. La coordination peut redemander "
            "cet accord, ou chercher avec vous une autre façon de faire.",
        )


def withdrawn(consent: Consent) -> None:
    title = consent.exchange.listing.display_title
    for person, inside in _readers(consent, host=True):
        if person.pk == consent.decided_by_id:
            continue
        reason = f"{NBSP}:\n\n{consent.reason}" if inside else "."
        _tell(
            consent,
            person,
            kind="consent_withdrawn",
            subject=f"Accord retiré : {title}",
            body=f"{who(consent, inside)} a retiré son accord{reason}\n\nL’échange attend. "
            "La coordination aide à trouver une autre façon de faire.",
        )


def not_delivered(consent: Consent) -> None:
    _tell_coordination(
        consent,
        "consent_bounce",
        "Un accord est demandé à une adresse qui ne répond pas",
        "Le courriel n’a pas pu être remis, et personne d’autre n’est là pour répondre. Un appel, "
        "ou une suppléance à nommer ?",
    )


def reminded(consent: Consent) -> bool:
    """Write again to who is asked; returns False when nobody is."""
    if consent.asked_of is None:
        return False
    tell(
        consent.asked_of,
        kind="consent_reminded",
        subject=f"On attend votre réponse{NBSP}: {consent.exchange.listing.display_title}",
        body="\n\n".join(_paragraphs(consent)),
        path=links.path_of(consent),
        action="Lire et répondre",
        organisation=consent.organisation,
        must_send=True,
    )
    return True


def who(consent: Consent, inside: bool) -> str:
    """Return who answers, by name for their own house, by their role for the others."""
    person = consent.decided_by or consent.asked_of
    if inside and person is not None:
        return str(person)
    if consent.kind == Kind.AGENT:
        return "La personne qui donne son temps"
    return f"L’encadrement ({consent.organisation.short_name})"


def agents_of(consent: Consent) -> list[User]:
    """Return who gives the time: of this consent, or of the whole exchange."""
    if consent.participant is not None:
        return [consent.participant.user]
    rows = consent.exchange.participants.exclude(state=Participant.State.LEFT)
    return [one.user for one in rows.select_related("user")]


def _readers(consent: Consent, *, host: bool = False) -> Iterator[tuple[User, bool]]:
    """Yield who hears of it once each, and whether they belong to the same house.

    `host` for what the other side must know too.
    """
    exchange = consent.exchange
    people = agents_of(consent)
    if exchange.coordinator:
        people.append(exchange.coordinator)
    if host or consent.kind == Kind.HOST_MANAGER or consent.state == State.REFUSED:
        people.append(exchange.asked_by if exchange.listing.is_offer else exchange.keeper)
    seen: set[int] = set()
    for person in people:
        reader = reader_for(person)
        if person.pk in seen or not reader.organisation_ids:
            continue
        seen.add(person.pk)
        yield person, consent.organisation_id in reader.organisation_ids


def _tell_agents(consent: Consent, kind: str, subject: str, body: str) -> None:
    for person in agents_of(consent):
        if consent.kind == Kind.HOME_MANAGER:
            _tell(
                consent,
                person,
                kind=kind,
                subject=f"{subject} : {consent.exchange.listing.display_title}",
                body=body,
            )


def _tell_coordination(consent: Consent, kind: str, subject: str, body: str) -> None:
    for person in coordinators_of([consent.organisation_id]):
        tell(
            person,
            kind=kind,
            subject=f"{subject} : {consent.exchange.listing.display_title}",
            body=body,
            path=consent.get_absolute_url(),
            action="Voir la demande",
            organisation=consent.organisation,
        )
