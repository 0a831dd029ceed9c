"""What the page of an event shows to one reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import Organisation
from home.cards import cards_for
from home.contact import contact_links
from home.events import agenda, words
from home.events.models import SignUp
from home.events.rights import signing_up, why_closed
from home.typography import NBSP

if TYPE_CHECKING:
    from home.events.pages import EventPage


@dataclass(frozen=True)
class SignUpBox:
    """The one thing to do here. `action`: what the button says, `undo`: how one gives it up."""

    title: str
    text: str = ""
    note: str = ""
    action: str = ""
    sign_in_url: str = ""
    undo: str = ""
    undo_text: str = ""
    organisations: list[Organisation] = field(default_factory=list)
    online_url: str = ""
    is_in: bool = False


def page_context(event: EventPage, request: HttpRequest) -> dict[str, Any]:
    """Return the picture, the facts, the box to sign up, and what else is on the agenda."""
    counted = _counted(event, request.user)
    site, host = request.site, request.collectivite  # type: ignore[attr-defined]
    visible = type(event).objects.visible_to(request.user, site)
    photo = cards_for([event], request)[0]["photo_large"]
    return {
        "photo": photo,
        # More than a title, a day and a place.
        "is_told": bool(event.summary or photo or event.body),
        "day_block": words.date_block(event.starts_at),
        "facts": facts(event, counted),
        "box": box(counted, request, host),
        "next_events": agenda.next_entries(visible.exclude(pk=event.pk), request),
    }


def _counted(event: EventPage, user: Any) -> EventPage:
    """Return the event with the counts and the reader's own place, kept on it."""
    row = type(event).objects.filter(pk=event.pk).with_sign_ups(user)
    names = ("coming_count", "waiting_count", "own_state")
    values = row.values(*names).first() or dict.fromkeys(names, 0) | {"own_state": None}
    for name in names:
        setattr(event, name, values[name])
    return event


def facts(event: Any, counted: Any) -> list[tuple[str, str]]:
    """Return when, where, who receives, and how many come: a number, never a name."""
    where = "\n".join(filter(None, [event.place, event.address]))
    if event.online_url:
        where = f"{where}\net à distance" if where else "à distance"
    return [
        ("Quand", event.when.capitalize()),
        ("Où", where),
        ("Qui reçoit", event.organiser),
        ("Questions", contact_links(event.contact)),
        ("Pour qui", _for_whom(event)),
        ("Qui sera là", "" if event.is_over or event.is_cancelled else who_comes(counted)),
    ]


def _for_whom(event: Any) -> str:
    if event.is_restricted:
        return "Entre nous"
    if event.open_to_associations:
        return "Agents publics et associations vérifiées"
    return "Agents publics" if event.takes_sign_ups else ""


def who_comes(counted: Any) -> str:
    """Return «12 personnes sur 20 places, 3 en attente»."""
    if not counted.takes_sign_ups:
        return ""
    coming = words.people(counted.coming_count) if counted.coming_count else "personne encore"
    if counted.places is not None:
        coming += f", pour {words.counted(counted.places, 'place', 'places')}"
    if counted.waiting_count:
        coming += f", {counted.waiting_count} en attente"
    return coming.capitalize()


def box(event: Any, request: HttpRequest, host: Organisation | None) -> SignUpBox:
    """Return what this reader may do, for an event that was counted."""
    if event.is_over or event.is_cancelled:
        return SignUpBox(title="")
    if event.own_state == SignUp.State.COMING:
        return _coming(event)
    if event.own_state == SignUp.State.WAITING:
        return _waiting(event, request.user)
    if closed := why_closed(event):
        title = "Inscriptions" if event.takes_sign_ups else "Entrée libre"
        return SignUpBox(title=title, text=closed)
    title, text = _room(event)
    if not request.user.is_authenticated:
        query = urlencode({"next": f"{request.path}#inscription"})
        return SignUpBox(title, text, sign_in_url=f"/connexion/?{query}")
    may = signing_up(request.user, event, host)
    if not may.organisations:
        return SignUpBox(title, may.refusal)
    return SignUpBox(
        title,
        text,
        note=_privacy(host, may.organisations),
        action="M’inscrire en liste d’attente" if agenda.is_full(event) else "Je m’inscris",
        organisations=may.organisations,
    )


def _room(event: Any) -> tuple[str, str]:
    if event.places is None:
        return "Sur inscription", "Il y a de la place pour tout le monde."
    if not agenda.is_full(event):
        left = words.counted(event.places - event.coming_count, "place", "places")
        return f"Encore {left}", ""
    if not event.waiting_count:
        return "C’est complet", (
            f"Personne n’attend encore{NBSP}: si une place se libère, elle vous revient et nous "
            "vous prévenons."
        )
    before = f"{words.people(event.waiting_count).capitalize()} avant vous"
    return "C’est complet", (
        f"{before}{NBSP}: les places qui se libèrent iront à qui attend déjà, puis à vous. Nous "
        "vous prévenons si votre tour vient."
    )


def _coming(event: Any) -> SignUpBox:
    given = (
        "Votre place ira à la première personne qui attend."
        if event.waiting_count
        else "Votre place redeviendra libre."
    )
    return SignUpBox(
        title="Votre place est retenue",
        text=_rendezvous(event),
        undo="Rendre ma place",
        undo_text=given,
        online_url=event.online_url,
        is_in=True,
    )


def _rendezvous(event: Any) -> str:
    if event.starts_at <= timezone.now():
        return "C’est en ce moment."
    if timezone.now() >= event.reminded_from:
        return f"Rendez-vous {words.near(event.starts_at).lower()} à {words.hour(event.starts_at)}."
    return "Nous vous le rappellerons la veille."


def _waiting(event: Any, user: Any) -> SignUpBox:
    queue = SignUp.objects.filter(event=event.pk).waiting()
    mine = queue.filter(user=user).first()
    rank = queue.before(mine).count() + 1 if mine is not None else 1
    return SignUpBox(
        title=f"En liste d’attente, {words.ordinal(rank)} position",
        text=(
            "Si une place se libère, elle vous revient et nous vous prévenons aussitôt."
            if rank == 1
            else "Nous vous prévenons aussitôt que votre tour vient."
        ),
        undo="Quitter la liste d’attente",
        undo_text="Vous perdrez votre rang.",
        is_in=True,
    )


def _privacy(host: Organisation | None, organisations: list[Organisation]) -> str:
    """Return who will read the person's name, which only their own collectivité does."""
    name = "Votre nom n’est lu que par la rédaction et la coordination."
    if organisations != [host]:
        shown = organisations[0].short_name if len(organisations) == 1 else "l’organisme choisi"
        elsewhere = f"Pour les autres, c’est {shown} qui vient{NBSP}: votre nom n’est pas montré."
        name = elsewhere if host not in organisations else f"{name} {elsewhere}"
    return f"{name} Vous pourrez rendre votre place ici."
