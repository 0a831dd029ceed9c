"""When a person has their account erased: what they offered, what they asked, what they follow.

As when one leaves an organisation (`leaving`), a person's time goes with them and things find
somebody else to answer for them. But nobody can come back to it: what nobody takes over ends now,
by the table of transitions, whatever was agreed; and their words no longer say who they were.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Notice, User
from accounts.personal_data.traces import Traces
from marketplace.booking import rules as booking
from marketplace.booking.models import Allocation
from marketplace.catalogue import photos
from marketplace.catalogue.mentions import tell_of_mentions
from marketplace.catalogue.models import Listing, ListingEvent, Photo
from marketplace.catalogue.rules import TERMS, close_without_its_person
from marketplace.catalogue.terms import SkillTerms
from marketplace.catalogue.transitions import say_changed
from marketplace.choices import ExchangeState, ListingState, Transfer
from marketplace.exchanges import leaving, rights, succession_telling, transitions
from marketplace.exchanges.agreed.models import AgreedTerm
from marketplace.exchanges.answering import colleague_for, speaker_for
from marketplace.exchanges.coming import places
from marketplace.exchanges.handover.queries import stopped_while_out_q
from marketplace.exchanges.mediation import rules as mediating
from marketplace.exchanges.models import Exchange, ExchangeEvent, Message, Participant
from marketplace.exchanges.queries import OPEN_STATES
from marketplace.signals import listings_changed

S = ExchangeState
LEFT = "La personne n’utilise plus la plateforme."
# Not over yet: a word of thanks is still due after what is completed.
UNFINISHED = (*OPEN_STATES, S.COMPLETED)
# Where an exchange that stops goes, the first that may follow its state.
STOPS = (S.CANCELLED, S.INTERRUPTED, S.CLOSED)
# Texts of a listing that its author wrote, besides its title, which is nobody's signature.
LISTING_TEXTS = ("summary", "description", "availability", "place_label")
TERMS_TEXTS = {
    "skill_terms": ("wish", "call_me_for", "rhythm", "conditions"),
    "loan_terms": ("to_plan", "conditions", "hand_over"),
    "gift_terms": ("recipients",),
    "need_terms": ("for_whom", "slots_text"),
}


def leave(person: User) -> None:
    """Settle everything of a person who leaves; called before their name is erased."""
    Participant.objects.filter(user=person, exchange__state__in=UNFINISHED).update(
        state=Participant.State.LEFT
    )
    # Listings, calendars, slots, then exchanges: in the order of whoever asks and answers.
    kept_ones = Q(keeper=person) | Q(author=person) | Q(deputy=person)
    list(Listing.objects.filter(kept_ones).select_for_update().order_by("pk").values_list("pk"))
    unfinished = Q(state__in=UNFINISHED) | stopped_while_out_q()
    concerned = Exchange.objects.filter(_concerns(person)).filter(unfinished)
    calendars = concerned.filter(resource__isnull=False).order_by()
    booking.lock(calendars.values_list("resource_id", flat=True))
    slots = concerned.filter(slot__isnull=False).order_by().values_list("slot_id", flat=True)
    for slot_id in sorted(set(slots)):
        places.lock(slot_id)
    locked = concerned.for_page().order_by("pk").select_for_update(of=("self",))
    for exchange in locked:
        _settle(exchange, person)
    kept = list(Listing.objects.filter(keeper=person).values_list("pk", flat=True))
    _leave_listings(person)
    _forget_notes(person)
    forget_words(person, kept)


def _concerns(person: User) -> Q:
    own = Participant.objects.filter(user=person).values("exchange")
    return Q(asked_by=person) | Q(keeper=person) | Q(coordinator=person) | Q(pk__in=own)


def _settle(exchange: Exchange, person: User) -> None:
    """Hand the person's part over, or stop the exchange; the others hear of it."""
    if exchange.coordinator_id == person.pk:
        leaving.replace_coordinator(exchange, but=[person.pk])
    asking = exchange.asked_by_id == person.pk
    if not asking and exchange.keeper_id != person.pk:
        return
    if successor := _successor(exchange, person):
        leaving.hand_exchange_over(exchange, "asked_by" if asking else "keeper", successor)
        return
    following = transitions.TRANSITIONS[exchange.state]
    if not following:
        return  # stopped already: whoever lends notes the return of what is out
    transitions.move(
        exchange,
        next(state for state in STOPS if state in following),
        actor=person,
        acting_for=exchange.asked_for if asking else exchange.listing.organisation,
        reason=LEFT,
        reason_code="left",
        expires_at=None,
    )
    mediating.end_with_its_exchange(exchange)
    succession_telling.stopped_for_good(exchange, person)


def _successor(exchange: Exchange, person: User) -> User | None:
    """Return who takes the person's part over, or None when it goes with them."""
    listing = exchange.listing
    asking = exchange.asked_by_id == person.pk
    if exchange.transfer == Transfer.TIME and asking != listing.is_offer:
        return None  # it is their own time
    others = {person.pk, exchange.asked_by_id, exchange.keeper_id}
    if not asking:
        return colleague_for(listing, but=others)
    if exchange.state in rights.ANSWERABLE and not exchange.asked_for.is_association:
        return None  # a wish of that agent: nobody else may want it
    successor = speaker_for(exchange.asked_for, but=others)
    if successor is not None and _asked_already(exchange, successor):
        return None
    return successor


def _asked_already(exchange: Exchange, person: User) -> bool:
    """Whether the successor has the same open already: the database wants it once."""
    theirs = Exchange.objects.filter(asked_by=person, asked_for=exchange.asked_for_id)
    if exchange.resource_id is None:
        same = theirs.filter(listing=exchange.listing_id, resource=None)
        return same.filter(state__in=rights.ANSWERABLE).exists()
    same = theirs.filter(
        resource=exchange.resource_id,
        wanted_from=exchange.wanted_from,
        wanted_until=exchange.wanted_until,
    )
    return same.filter(state__in=[S.PROPOSED, S.WAITING, *rights.AGREED]).exists()


def _forget_notes(person: User) -> None:
    """Erase what the person wrote beside the dates that they kept."""
    Allocation.objects.filter(made_by=person).exclude(note="").update(note="")


def _leave_listings(person: User) -> None:
    Listing.objects.filter(deputy=person).update(deputy=None)
    own = Q(author=person) | Q(keeper=person)
    for listing in Listing.objects.filter(own).select_related("organisation").order_by("pk"):
        _leave_listing(listing, person)


def _leave_listing(listing: Listing, person: User) -> None:
    if listing.state == ListingState.DRAFT and listing.author_id == person.pk:
        _delete(listing)
    elif listing.is_offer and listing.transfer == Transfer.TIME:
        _leave_own_time(listing)
    elif listing.keeper_id in (person.pk, None):
        _leave_thing(listing, person)


def _leave_own_time(listing: Listing) -> None:
    """Take the offer away; what past dossiers need of it is its title."""
    if not listing.exchanges.exists():
        _delete(listing)
        return
    close_without_its_person(listing, None, LEFT)
    Listing.objects.filter(pk=listing.pk).update(description="", summary="", availability="")
    SkillTerms.objects.filter(listing=listing).update(
        wish="", call_me_for="", rhythm="", conditions=""
    )
    AgreedTerm.objects.of_listings([listing.pk]).delete()
    say_changed(listing)


def _leave_thing(listing: Listing, person: User) -> None:
    """Let a colleague answer for it, else take it off."""
    ended = listing.state in (ListingState.ARCHIVED, ListingState.WITHDRAWN)
    colleague = None if ended else colleague_for(listing, but=[person.pk])
    if colleague is not None:
        leaving.hand_listing_over(listing, colleague)
        return
    Listing.objects.filter(pk=listing.pk).update(keeper=None)
    if not ended:
        close_without_its_person(listing, None, LEFT)


def _delete(listing: Listing) -> None:
    photos.delete_files_after_commit(listing.photos.all())
    pk = listing.pk
    listing.delete()
    listings_changed.send(sender=Listing, listing_ids=[pk])


def forget_words(person: User, kept: list[int]) -> None:
    """Take the person out of the texts of their own dossiers and listings, and of nothing else.

    What they wrote loses a first name alone too, as one signs. What others wrote to them loses
    their full name only: a single word may be somebody else's name, or no name at all.
    """
    traces = Traces(person)
    written = Message.objects.filter(author=person).values("exchange")
    own = Exchange.objects.filter(_concerns(person) | Q(pk__in=written)).order_by().values("pk")
    traces.clean(Message.objects.filter(author=person), "body", own=True)
    traces.clean(Message.objects.filter(exchange__in=own), "body")
    _forget_reasons(person, traces, own)
    _forget_told(person, traces, own)
    if changed := _forget_listings(person, traces, kept):
        listings_changed.send(sender=Listing, listing_ids=sorted(set(changed)))
    tell_of_mentions(person, traces)


def _forget_reasons(person: User, traces: Traces, own: QuerySet[Any]) -> None:
    """Clean why exchanges and listings changed; the exchange repeats the reason of its event."""
    said = ExchangeEvent.objects.filter(actor=person)
    repeated = said.filter(exchange=OuterRef("pk"), reason=OuterRef("reason"))
    traces.clean(Exchange.objects.filter(Exists(repeated)), "reason", own=True)
    traces.clean(Exchange.objects.filter(pk__in=own), "reason")
    traces.clean(said, "reason", own=True)
    traces.clean(ExchangeEvent.objects.filter(exchange__in=own), "reason")
    traces.clean(ListingEvent.objects.filter(actor=person), "reason", own=True)


def _forget_told(person: User, traces: Traces, own: QuerySet[Any]) -> None:
    """Clean what both sides were told of these dossiers, in sentences of ours."""
    refs = Exchange.objects.filter(pk__in=own).values_list("ref", flat=True)
    pages = [Exchange(ref=ref).get_absolute_url() for ref in refs]
    paths = [*pages, *(f"{page}#conversation" for page in pages)]
    for listing in Listing.objects.filter(author=person).only("ref", "direction"):
        paths += [listing.get_absolute_url(), f"/coordination/annonces/{listing.ref}/"]
    traces.clean(Notice.objects.filter(path__in=paths), "subject", "body")


def _forget_listings(person: User, traces: Traces, kept: list[int]) -> list[int]:
    """Clean what the person offered, sought or answered for; returns the listings changed."""
    mine = Listing.objects.filter(author=person)
    changed = traces.clean(mine, *LISTING_TEXTS, own=True)
    theirs = Listing.objects.filter(Q(author=person) | Q(pk__in=kept))
    changed += traces.clean(theirs, "title", *LISTING_TEXTS, "return_reason")
    listings = theirs.order_by().values("pk")
    for name, texts in TERMS_TEXTS.items():
        terms = TERMS[name]._default_manager
        changed += traces.clean(terms.filter(listing__author=person), *texts, own=True)
        changed += traces.clean(terms.filter(listing__in=listings), *texts)
    # What was agreed repeats them.
    traces.clean(AgreedTerm.objects.of_listings(mine.values("pk")), "words", own=True)
    traces.clean(AgreedTerm.objects.of_listings(listings), "words")
    traces.clean(ListingEvent.objects.filter(listing__in=listings), "reason")
    traces.clean(Photo.objects.filter(listing__in=listings), "title", "description")
    return changed
