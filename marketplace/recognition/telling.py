"""What thanks make people hear."""

from __future__ import annotations

from accounts.models import User
from accounts.notices.rules import tell
from marketplace.catalogue.moderation import moderators_of
from marketplace.exchanges.contacts import shown
from marketplace.recognition.models import ThankYou
from marketplace.words import NBSP

MINE = "/mes-echanges/merci/"


def thanked(made: ThankYou) -> None:
    who = shown(made.author, made.for_organisation, made.exchange, made.to).title
    skill = (
        f"\n\nVotre savoir-faire est confirmé{NBSP}: {made.skill}. Vous choisissez de le montrer "
        "ou non."
        if made.skill
        else ""
    )
    tell(
        made.to,
        kind="thanked",
        subject=f"On vous dit merci{NBSP}: {made.exchange.listing.display_title}",
        body=f"{who} vous écrit{NBSP}:\n\n{made.words}{skill}\n\nCela reste entre vous, sauf si "
        "vous souhaitez le montrer.",
        path=MINE,
        action="Lire mes mercis",
        organisation=made.for_organisation,
    )


def to_moderate(made: ThankYou) -> None:
    _tell_moderators(made, "thanks_to_moderate", "Un merci à relire", "Il paraîtra ensuite.")


def reported(made: ThankYou) -> None:
    _tell_moderators(made, "thanks_reported", "Un merci est signalé", made.report)


def _tell_moderators(made: ThankYou, kind: str, subject: str, body: str) -> None:
    for person in moderators_of(made.to_organisation).exclude(pk__in=[made.to_id, made.author_id]):
        tell(
            person,
            kind=kind,
            subject=f"{subject}{NBSP}: {made.exchange.listing.display_title}",
            body=f"{made.words}\n\n{body}".strip(),
            path=f"/coordination/mercis/{made.ref}/",
            action="Relire",
            organisation=made.to_organisation,
        )


def moderated(made: ThankYou) -> None:
    """Tell whoever is thanked what became of it; and its author, when it is gone."""
    title = made.exchange.listing.display_title
    words = {
        "public": ("Votre merci est public", "La coordination l’a relu, il paraît."),
        "kept_private": (
            "Votre merci reste entre vous",
            "La coordination préfère qu’il ne paraisse pas. Vous pouvez lui écrire.",
        ),
        "withdrawn": ("Un merci est retiré", "La coordination l’a retiré."),
    }
    subject, body = words[made.state]
    people: set[User] = {made.to}
    if made.state == ThankYou.State.WITHDRAWN:
        people.add(made.author)
    for person in people:
        tell(
            person,
            kind="thanks_moderated",
            subject=f"{subject}{NBSP}: {title}",
            body=body,
            path=MINE,
            action="Voir mes mercis",
            organisation=made.to_organisation,
        )
