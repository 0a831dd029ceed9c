"""Reporting a listing, and settling what was reported. Its author never learns who did."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.notices.rules import tell
from accounts.readers import reader_for
from marketplace.catalogue import rules as listing_rules
from marketplace.catalogue.belonging import organisations_of
from marketplace.catalogue.models import Listing
from marketplace.catalogue.moderation import moderators_of
from marketplace.refusals import Overtaken, Refused
from marketplace.reports.models import Report
from marketplace.words import NBSP

# What one person may leave open: more is a quarrel, not a report.
MOST_OPEN = 10
ENDINGS = {
    Report.Outcome.UNCHANGED: "La coordination l’a relue et n’y change rien.",
    Report.Outcome.MENDED: "La coordination a fait corriger ce qui devait l’être.",
    Report.Outcome.WITHDRAWN: "L’annonce n’est plus en ligne.",
}


def why_not_report(user: Any, listing: Listing) -> str:
    reader = reader_for(user)
    if reader.user_id is None:
        return "Connectez-vous pour signaler un problème."
    if reader.user_id in (listing.author_id, listing.keeper_id, listing.deputy_id):
        return f"C’est votre annonce{NBSP}: vous pouvez la modifier ou la mettre en pause."
    return ""


@transaction.atomic
def report(listing: Listing, user: User, reason: str, words: str = "") -> Report:
    """Tell whoever moderates the listing; the same person's second report adds its words.

    Raises Refused.
    """
    if refusal := why_not_report(user, listing):
        raise Refused(refusal)
    # One at a time on a listing: a double click is one report.
    Listing.objects.select_for_update().get(pk=listing.pk)
    mine = Report.objects.open().filter(reported_by=user)
    if said := mine.filter(listing=listing).first():
        if words and words not in said.words:
            said.words = f"{said.words}\n{words}".strip()[:1000]
        said.reason = reason
        said.save(update_fields=["words", "reason"])
        return said
    if mine.count() >= MOST_OPEN:
        raise Refused("Vos derniers signalements attendent encore : laissez le temps de les lire.")
    made = Report.objects.create(
        listing=listing,
        reported_by=user,
        reported_for=next(iter(organisations_of(user)), None),
        reason=reason,
        words=words.strip(),
    )
    for moderator in _moderators(listing):
        if moderator.pk != user.pk:
            _tell(moderator, made)
    return made


def _moderators(listing: Listing) -> QuerySet[User]:
    """Return who settles it: not whoever answers for the listing, where somebody else may."""
    found = moderators_of(listing.organisation)
    people = (listing.author_id, listing.keeper_id, listing.deputy_id)
    own = [pk for pk in people if pk is not None]
    others = found.exclude(pk__in=own)
    return others if others.exists() else found


def _tell(moderator: User, made: Report) -> None:
    tell(
        moderator,
        kind="listing_reported",
        subject=f"Un problème est signalé : {made.listing.display_title}",
        body=f"La raison donnée : {made.get_reason_display()}.\n\n{made.words}".strip(),
        path=f"/coordination/signalements/{made.ref}/",
        action="Régler",
        organisation=made.listing.organisation,
    )


@transaction.atomic
def settle(made: Report, actor: User, outcome: str) -> None:
    """Close a report and tell who made it. Raises Refused, or Overtaken for who comes second."""
    if not Report.objects.visible_to(actor).filter(pk=made.pk).exists():
        raise Refused("Ce signalement revient à la coordination de l’organisme de cette annonce.")
    if not _close(made, actor, outcome):
        raise Overtaken("Quelqu’un d’autre vient de régler ce signalement.")


@transaction.atomic
def withdraw(made: Report, actor: User, reason: str) -> None:
    """Take the listing off with a reason; all that was reported of it is settled by that."""
    if made.settled_at:
        raise Overtaken("Quelqu’un d’autre vient de régler ce signalement.")
    listing_rules.withdraw(made.listing, actor, reason)


def settle_withdrawn(sender: Any, listing: Listing, actor: User, **kwargs: Any) -> None:
    """A receiver: what was reported of a listing that moderation took off is settled."""
    for made in Report.objects.open().filter(listing=listing).select_related("listing"):
        _close(made, actor, Report.Outcome.WITHDRAWN)


def _close(made: Report, actor: User, outcome: str) -> bool:
    done = Report.objects.open().filter(pk=made.pk)
    if not done.update(settled_at=timezone.now(), settled_by=actor, outcome=outcome):
        return False
    person = made.reported_by
    if person is not None and person.pk != actor.pk:
        still_read = Listing.objects.visible_to(person).filter(pk=made.listing_id).exists()
        tell(
            person,
            kind="report_settled",
            subject="Votre signalement est réglé",
            body=f"Vous aviez signalé un problème dans une annonce. "
            f"{ENDINGS[Report.Outcome(outcome)]} Merci d’y avoir veillé.",
            path=made.listing.get_absolute_url() if still_read else "",
            action="Voir l’annonce",
            organisation=made.listing.organisation,
        )
    return True
