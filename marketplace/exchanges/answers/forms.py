"""Choosing the offer with which one answers a need, then when, as its calendar counts time."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.days import day_end, day_start
from accounts.models import Organisation
from marketplace.booking.models import Resource
from marketplace.catalogue.models import Listing
from marketplace.exchanges.answers.rules import whose_time_of
from marketplace.exchanges.book_form import WhenForm
from marketplace.exchanges.wishes import Wish

# What the page that was sent asked, when it is no way of counting time.
NO_CALENDAR, NO_OFFER_YET = "none", "offer"
WHICH_WHEN: dict[str, str] = {
    Resource.Step.HOUR: "Cette offre se réserve à l’heure : dites quel jour, et de quelle heure "
    "à quelle heure.",
    Resource.Step.HALF_DAY: "Cette offre se réserve à la demi-journée : dites quel jour, et quand "
    "dans la journée.",
    Resource.Step.DAY: "Cette offre se réserve à la journée : dites quels jours.",
    NO_CALENDAR: "Cette offre n’a pas de calendrier : proposez des dates, ou convenez-en ensemble.",
}


class OfferField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_title} ({obj.organisation.short_name})"


class AnswerForm(WhenForm):
    """The question of an answer, with the offer first; the organisation is the offer's.

    It asks when as the calendar of the chosen offer counts time. As long as none is chosen, and
    they count it differently, it asks the offer alone: `is_first_step`.
    """

    offer = OfferField(
        label="Avec quelle offre ?",
        queryset=Listing.objects.none(),
        to_field_name="ref",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez l’offre avec laquelle vous répondez.",
            "invalid_choice": "Cette offre n’est plus en ligne : choisissez-en une autre.",
        },
    )
    # How the page asks when: it is sent back with it, for another offer may be chosen there.
    counted = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("organisation", None)
        self.fields.pop("whose_time", None)
        self.fields["offer"].queryset = offers
        by_ref = {one.ref: one for one in offers}
        if len(by_ref) == 1:
            self.initial["offer"] = next(iter(by_ref))
        chosen = by_ref.get(str(self["offer"].value() or ""))
        possible = [chosen] if chosen else list(by_ref.values())
        ways = {counting(one) for one in possible}
        self.is_first_step = len(ways) > 1
        self.counting = NO_OFFER_YET if self.is_first_step else "".join(ways)
        self.fields["counted"].initial = self.counting
        if self.is_first_step:
            # Words come back even when the offer they went with has left the catalogue.
            kept = ["offer", "counted", *(["message"] if self.data.get("message") else [])]
            self.fields = {name: self.fields[name] for name in kept}
            return
        resource_id = possible[0].resource_id if possible else None
        calendars = Resource.objects.for_calendar()
        self.ask_when(calendars.get(pk=resource_id) if resource_id else None)
        self.order_fields(["offer", *self.asked, "quantity", "message", "counted"])

    @property
    def asks_otherwise(self) -> bool:
        """Whether the page that was sent asked when in another way than this offer needs."""
        sent = self.data.get("counted", "")
        return bool(sent) and not self.is_first_step and sent != self.counting

    def typed(self) -> dict[str, Any]:
        """Return what was typed, a day kept as the day of any calendar."""
        typed = {name: self.data[name] for name in self.fields if name in self.data}
        typed["counted"] = self.counting
        day = self.data.get("day") or self.data.get("first_day") or ""
        return typed | {"day": day, "first_day": day}

    def why_asked_again(self) -> str:
        """Return what the chosen offer wants to know, in a sentence."""
        return WHICH_WHEN[self.counting]

    def for_organisation(self) -> Organisation:
        return self.cleaned_data["offer"].organisation

    def wish(self) -> Wish:
        data = self.cleaned_data
        offer = data["offer"]
        starts, ends = day_start(data.get("first_day")), day_end(data.get("last_day"))
        if self.resource is not None:
            starts, ends = self.period()
        return Wish(
            message=data["message"],
            wanted_from=starts,
            wanted_until=ends,
            quantity=data.get("quantity") or 1,
            whose_time=whose_time_of(offer),
            offer=offer,
        )


def counting(offer: Listing) -> str:
    """Return how the calendar of an offer counts time, or that it has none."""
    return offer.resource.step if offer.resource else NO_CALENDAR
