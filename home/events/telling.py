"""What an event makes people hear. Each is told alone; nobody reads who else comes.

What cannot wait for a digest leaves at once, whatever the rhythm that the person chose: a place
that was found, a date that moves, an event that is called off. What they have just read on
the page follows their rhythm: the confirmation of their sign-up; so does the reminder.

Who has a place receives the appointment for their calendar with it, each time that it is new, and
what takes it away when it does not take place, or is no more theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from accounts.models import Organisation
from accounts.notices.rules import tell
from home.events import ics, words
from home.events.models import SignUp
from home.typography import NBSP

if TYPE_CHECKING:
    from home.events.pages import EventPage


def signed_up(sign_up: SignUp, event: EventPage, host: Organisation | None) -> None:
    """Confirm the place, or the turn on the waiting list, with the way to give it back."""
    if sign_up.is_coming:
        state, action = "Votre place est retenue", "Voir ou rendre ma place"
        text = f"{state}."
        after = (
            f"{_online(event)}Si vous ne pouvez plus venir, rendez votre place sur la page de "
            f"l’événement{NBSP}: quelqu’un d’autre attend peut-être."
        )
    else:
        state, action = "En liste d’attente", "Voir ou quitter la liste d’attente"
        rank = SignUp.objects.filter(event=event).waiting().before(sign_up).count() + 1
        text = (
            f"C’est complet. Vous êtes en liste d’attente, à la {words.ordinal(rank)} place{NBSP}: "
            "dès qu’une place se libère pour vous, nous vous le disons."
        )
        after = "Si vous n’attendez plus, quittez la liste d’attente sur la page de l’événement."
    _tell(
        sign_up,
        event,
        host,
        "event_signed_up",
        f"{state}{NBSP}: {event.title}",
        f"{text}\n\n{_rendezvous(event)}\n\n{after}",
        action,
        anchor="#inscription",
        must_send=False,
        with_calendar=True,
    )


def place_found(sign_up: SignUp, event: EventPage, host: Organisation | None) -> None:
    _tell(
        sign_up,
        event,
        host,
        "event_place_found",
        f"Une place pour vous{NBSP}: {event.title}",
        f"Une place s’est libérée, elle est à vous.\n\n{_rendezvous(event)}\n\n"
        "Si vous ne pouvez plus venir, rendez-la : quelqu’un d’autre attend peut-être.",
        "Voir l’événement",
        with_calendar=True,
    )


def changed(event: EventPage, sign_ups: Iterable[SignUp]) -> None:
    _tell_each(
        event,
        sign_ups,
        "event_changed",
        f"Le rendez-vous a changé{NBSP}: {event.title}",
        f"Voici ce qu’il faut retenir maintenant.\n\n{_rendezvous(event)}",
        "Voir l’événement",
        with_place=True,
    )


def cancelled(event: EventPage, sign_ups: Iterable[SignUp]) -> None:
    _tell_each(
        event,
        sign_ups,
        "event_cancelled",
        f"Annulé{NBSP}: {event.title}",
        f"L’événement prévu {words.moment(event.starts_at)} n’a pas lieu.\n\n{event.cancel_reason}",
        "Voir l’événement",
        off=True,
    )


def announced_again(event: EventPage, sign_ups: Iterable[SignUp]) -> None:
    _tell_each(
        event,
        sign_ups,
        "event_again",
        f"De nouveau annoncé{NBSP}: {event.title}",
        f"L’événement a bien lieu.\n\n{_rendezvous(event)}",
        "Voir l’événement",
        with_place=True,
    )


def withdrawn(event: EventPage, sign_ups: Iterable[SignUp], *, for_good: bool) -> None:
    """Say that the page is gone; `for_good`: the sign-ups are gone with it."""
    after = (
        "Votre inscription est effacée."
        if for_good
        else "S’il est annoncé de nouveau, votre inscription tiendra et nous vous le dirons."
    )
    _tell_each(
        event,
        sign_ups,
        "event_withdrawn",
        f"Retiré de l’agenda{NBSP}: {event.title}",
        f"L’événement prévu {words.moment(event.starts_at)} n’est plus annoncé{NBSP}: ne vous "
        f"déplacez pas.\n\n{after}",
        "",
        off=True,
    )


def closed(event: EventPage, sign_ups: Iterable[SignUp]) -> None:
    """Say that the event is kept for the people of the collectivité, and the sign-up gone."""
    _tell_each(
        event,
        sign_ups,
        "event_closed",
        f"Votre inscription est effacée{NBSP}: {event.title}",
        f"L’événement prévu {words.moment(event.starts_at)} est maintenant réservé aux "
        f"personnes de la collectivité{NBSP}: ne vous déplacez pas. Votre inscription est "
        "effacée, vous n’avez rien à faire.",
        "",
        off=True,
    )


def reminder(sign_up: SignUp, event: EventPage, host: Organisation | None) -> None:
    _tell(
        sign_up,
        event,
        host,
        "event_reminder",
        f"{words.near(event.starts_at)}{NBSP}: {event.title}",
        f"{_rendezvous(event)}\n\n{_online(event)}"
        "Si vous ne pouvez plus venir, rendez votre place : quelqu’un d’autre attend peut-être.",
        "Voir l’événement",
        must_send=False,
    )


def _rendezvous(event: EventPage) -> str:
    where = ", ".join(filter(None, [event.place, event.address]))
    if event.online_url:
        where = f"{where}, et à distance" if where else "à distance"
    return f"{event.when.capitalize()}. {where[:1].upper()}{where[1:]}."


def _online(event: EventPage) -> str:
    """Return the paragraph of the link to attend: for who has a place, and nobody else."""
    if not event.online_url:
        return ""
    return f"Le lien pour y assister{NBSP}: {event.online_url}\n\n"


def _kept(sign_up: SignUp) -> str:
    if sign_up.is_coming:
        return (
            "Votre place reste retenue. Si ce n’est plus possible pour vous, rendez-la sur la "
            "page de l’événement."
        )
    return "Vous restez en liste d’attente, au même rang."


def _tell_each(
    event: EventPage,
    sign_ups: Iterable[SignUp],
    kind: str,
    subject: str,
    body: str,
    action: str,
    *,
    with_place: bool = False,
    off: bool = False,
) -> None:
    """Tell each alone; `with_place`: what becomes of their own place is said at the end; `off`:
    they do not come, and their calendar hears it too."""
    host = event.host_organisation()
    for sign_up in sign_ups:
        own = f"{body}\n\n{_kept(sign_up)}" if with_place else body
        _tell(
            sign_up,
            event,
            host,
            kind,
            subject,
            own,
            action,
            with_calendar=with_place or off,
            off=off,
        )


def _tell(
    sign_up: SignUp,
    event: EventPage,
    host: Organisation | None,
    kind: str,
    subject: str,
    body: str,
    action: str,
    *,
    anchor: str = "",
    must_send: bool = True,
    with_calendar: bool = False,
    off: bool = False,
) -> None:
    """Tell one; `with_calendar`: who has a place receives the appointment too, or, `off`, what
    takes it away."""
    site = host.site if host else None
    online_url = "" if off else event.online_url
    calendar = ""
    if with_calendar and sign_up.is_coming and site is not None:
        calendar = ics.one_event(event, site, online_url, off=off).decode()
    tell(
        sign_up.user,
        kind=kind,
        subject=subject[:200],
        body=body,
        path=f"{event.permanent_path}{anchor}" if action else "",
        action=action,
        organisation=host,
        must_send=must_send,
        calendar=calendar,
    )
