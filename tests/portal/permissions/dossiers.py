"""What exchanges bring with them, one of each, for the matrix: hand-overs, thanks, consents…"""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.exchanges.consents.links import path_of
from marketplace.models import (
    Attachment,
    Consent,
    Exchange,
    Feed,
    HandOver,
    HandOverPhoto,
    Incident,
    InsuranceCertificate,
    LoanTerms,
    Mediation,
    Message,
    Participant,
    Photo,
    Resource,
    Series,
    Slot,
    ThankYou,
)
from tests.factories import ExchangeFactory, ListingFactory, member
from tests.marketplace.factories import PDF, picture


def dossiers(
    body: Organisation,
    agent: User,
    village: Organisation,
    asker: User,
    manager: User | None,
    resource: Resource,
) -> dict[str, str]:
    """Return the references of what is told, lent, thanked for and agreed around `body`'s things.

    `agent` keeps them; `asker` asked for them, for `village`; `manager` is asked whether the agent
    may give their time, somebody new of the body when it is None.
    """
    now = timezone.now()
    mine = {"organisation": body, "author": agent, "keeper": agent, "scope": "partners"}
    asked = {"receiver": village, "asked_by": asker, "contact_accepted_at": now}
    thing = ListingFactory(**mine)
    LoanTerms.objects.create(listing=thing, insurance_required=True)
    skill = ListingFactory(**mine, nature="skill", transfer="time")
    lending = ExchangeFactory(listing=thing, **asked, state="under_way")
    done = ExchangeFactory(listing=thing, **asked, state="completed")
    over = ExchangeFactory(listing=thing, **asked, state="completed")
    disputed = ExchangeFactory(listing=thing, **asked, state="disputed")
    ready = ExchangeFactory(listing=skill, **asked, state="confirmed", whose_time="own")
    leaving = HandOver.objects.create(
        exchange=lending,
        moment="leaving",
        recorded_by=asker,
        recorded_for=village,
        waits_for_answer=True,
    )
    incident = Incident.objects.create(
        exchange=lending, hand_over=leaving, words="Roue voilée.", opened_by=asker
    )
    thanks = ThankYou.objects.create(
        exchange=done,
        side="asking",
        author=asker,
        for_organisation=village,
        to=agent,
        to_organisation=body,
        words="Merci.",
        state="to_moderate",
    )
    mediation = Mediation.objects.create(
        exchange=disputed, from_state="under_way", asked_by=asker, asked_for=village
    )
    feed = Feed.objects.create(owner=agent, resource=resource)
    return {
        "thing": thing.ref,
        "lending": lending.ref,
        "done": done.ref,
        "over": over.ref,
        "disputed": disputed.ref,
        "ready": ready.ref,
        "incident": incident.ref,
        "thanks": thanks.ref,
        "mediation": mediation.ref,
        "feed": feed.ref,
        "feed_key": feed.token,
        "unit": resource.units.get().ref,
        **_series(mine, asked, resource),
        **_time(body, agent, asked, manager, skill),
        **_hands(mine, asked),
        **_files(thing, lending, leaving, village, asker),
    }


def _series(mine: dict, asked: dict, resource: Resource) -> dict[str, str]:
    soon = timezone.now() + timedelta(days=40)
    together = Series.objects.create()
    listing = ListingFactory(**mine, nature="vehicle", transfer="loan", resource=resource)
    one = ExchangeFactory(
        listing=listing,
        **asked,
        series=together,
        wanted_from=soon,
        wanted_until=soon + timedelta(hours=2),
    )
    return {"series": together.ref, "of_series": one.ref}


def _time(
    body: Organisation, agent: User, asked: dict, manager: User | None, skill: object
) -> dict[str, str]:
    now = timezone.now()
    given = ExchangeFactory(listing=skill, **asked, state="agreed", whose_time="working")
    taking_part = Participant.objects.create(exchange=given, user=agent, state="confirmed")
    common = {
        "exchange": given,
        "participant": taking_part,
        "organisation": body,
        "expires_at": now + timedelta(days=9),
    }
    own = Consent.objects.create(
        **common, kind="agent", asked_of=agent, state="given", decided_by=agent, decided_at=now
    )
    # The manager would rather have other dates, and may still say yes or no.
    asked_now = Consent.objects.create(
        **common,
        kind="home_manager",
        asked_of=manager or member(body, "agent", "manager"),
        stopped_for="dates",
        other_from=now + timedelta(days=20),
        other_until=now + timedelta(days=21),
    )
    return {
        "given": given.ref,
        "own_consent": own.ref,
        "consent": asked_now.ref,
        "consent_key": path_of(asked_now).split("/")[2],
    }


def _hands(mine: dict, asked: dict) -> dict[str, str]:
    soon = timezone.now() + timedelta(days=20)
    need = ListingFactory(**mine, direction="need", nature="mission", transfer="time")
    slots = [
        Slot.objects.create(
            listing=need,
            starts_at=soon + timedelta(days=day),
            ends_at=soon + timedelta(days=day, hours=3),
            places=20,
        )
        for day in (0, 1)
    ]
    village = asked["receiver"]
    coming = ExchangeFactory(
        listing=need,
        **asked | {"receiver": mine["organisation"]},
        giver=village,
        asked_for=village,
        slot=slots[0],
        place=1,
        whose_time="own",
    )
    Participant.objects.create(exchange=coming, user=asked["asked_by"])
    return {"hands": need.ref, "free_slot": slots[1].ref, "coming": coming.ref}


def _files(
    thing: object, lending: Exchange, leaving: HandOver, village: Organisation, asker: User
) -> dict[str, str]:
    """Return the paths of one file of each kind, stored."""
    message = Message.objects.create(
        exchange=lending, author=asker, for_organisation=village, body="Voici."
    )
    joined = Attachment(message=message, name="plan.pdf", size=len(PDF))
    joined.file.save("plan.pdf", ContentFile(PDF))
    certificate = InsuranceCertificate(
        organisation=village, valid_until=timezone.localdate(), added_by=asker
    )
    certificate.file.save("attestation.pdf", ContentFile(PDF))
    shot = HandOverPhoto(hand_over=leaving)
    shot.file.save("roue.jpg", picture())
    photo = Photo(listing=thing, file=picture(), title="Barnum", width=800, height=600)
    photo.save()
    lending.decision.save("decision.pdf", ContentFile(PDF))
    return {
        "certificate": certificate.ref,
        "attachment_file": str(joined.file.name),
        "certificate_file": str(certificate.file.name),
        "hand_over_file": str(shot.file.name),
        "photo_file": str(photo.file.name),
        "decision_file": str(lending.decision.name),
    }
