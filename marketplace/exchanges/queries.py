"""Which exchanges: `visible_to` is the only door."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.readers import reader_for
from marketplace.choices import ExchangeState
from marketplace.exchanges.own_time import coordinated_q

OPEN_STATES = (
    ExchangeState.INTRODUCTION,
    ExchangeState.PROPOSED,
    ExchangeState.WAITING,
    ExchangeState.AGREED,
    ExchangeState.CONFIRMED,
    ExchangeState.UNDER_WAY,
    ExchangeState.DISPUTED,
)


class ExchangeQuerySet(models.QuerySet):
    def _all(self) -> Self:
        """Return every row, whatever this queryset was narrowed to."""
        return self.__class__(self.model, using=self.db)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def of_person(self, user: Any) -> Self:
        """Return those in which `user` asks, answers, gives time or speaks for a side."""
        reader = reader_for(user)
        if reader.user_id is None:
            return self.none()
        mine = (
            Q(asked_by=reader.user_id, asked_for__in=reader.organisation_ids)
            | Q(keeper=reader.user_id, listing__organisation__in=reader.organisation_ids)
            | Q(listing__deputy=reader.user_id, listing__organisation__in=reader.organisation_ids)
            | Q(participants__user=reader.user_id, giver__in=reader.organisation_ids)
        )
        represented = reader.associations_represented
        speaks_for = Q(asked_for__in=represented) | Q(listing__organisation__in=represented)
        return self.filter(pk__in=self._all().filter(mine | speaks_for).order_by().values("pk"))

    def coordinated_by(self, user: Any) -> Self:
        """Return those that `user` follows for an organisation that they coordinate.

        It takes part in them; but an employer follows nothing of its agents' own time.
        """
        reader = reader_for(user)
        organisations = reader.organisations_with_role("coordinator")
        if not organisations:
            return self.none()
        return self.filter(coordinated_q(reader.user_id, organisations))

    def visible_to(self, user: Any) -> Self:
        """Return every exchange that `user` may read: theirs and those they coordinate."""
        if reader_for(user).user_id is None:
            return self.none()
        mine = self._all().of_person(user).order_by().values("pk")
        coordinated = self._all().coordinated_by(user).order_by().values("pk")
        return self.filter(Q(pk__in=mine) | Q(pk__in=coordinated))

    def unanswered(self) -> Self:
        """Return those that wait for the first yes or no."""
        return self.filter(state__in=[ExchangeState.INTRODUCTION, ExchangeState.PROPOSED])

    def wanting_insurance(self) -> Self:
        """Return those whose terms (see `Exchange.terms_from`) ask for a certificate."""
        return self.filter(
            Q(offer=None, listing__loan_terms__insurance_required=True)
            | Q(offer__loan_terms__insurance_required=True)
        )

    def for_rows(self) -> Self:
        return self.select_related(
            "listing",
            "listing__organisation",
            "listing__department",
            "giver",
            "receiver",
            "asked_by",
            "asked_for",
            "keeper",
            "resource",
            "series",
        )

    def one_a_series(self) -> Self:
        """Return one exchange of each series, the soonest, with how many it stands for."""
        same = self._all().filter(series=OuterRef("series"), pk__in=self.order_by().values("pk"))
        earlier = same.filter(
            Q(wanted_from__lt=OuterRef("wanted_from"))
            | Q(wanted_from=OuterRef("wanted_from"), pk__lt=OuterRef("pk"))
        )
        many = same.order_by().values("series").annotate(many=Count("pk")).values("many")
        return self.filter(Q(series=None) | ~Exists(earlier)).annotate(
            dates_together=Coalesce(Subquery(many), 1)
        )

    def for_page(self) -> Self:
        return self.for_rows().select_related("coordinator", "listing__commune")
