"""Who wrote a page: someone of the collectivité, or a free name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import QuerySet
from wagtail.admin.panels import FieldPanel

from accounts.models import Membership, Organisation, Role
from accounts.periods import live_q
from home.queries import is_inside
from home.rights import DESK_ROLES


class AuthorMixin(models.Model):
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="qui en répond",
        help_text=(
            "Une personne de votre rédaction. Vos équipes voient son nom ; au dehors, la page ne "
            "dit que son service."
        ),
    )
    author_name = models.CharField(
        "écrit par",
        max_length=120,
        blank=True,
        help_text="Facultatif : un nom ou un service, montré à tout le monde.",
    )

    class Meta:
        abstract = True

    def byline(self, user: Any, site: Any) -> str:
        """Return who wrote the page, as this reader may know it: a name inside, a service outside.

        Empty when nobody is said. At most one query.
        """
        if self.author_name:
            return self.author_name
        if self.author_id is None:
            return ""
        if is_inside(user, site):
            return self.author.get_full_name()
        membership = (
            Membership.objects.filter(live_q(), user=self.author_id, organisation__site=site)
            .select_related("department", "organisation")
            .first()
        )
        if membership is None:
            return ""
        return str(membership.department or membership.organisation.short_name)


AUTHOR_PANELS = [FieldPanel("author_name"), FieldPanel("author")]


def possible_authors(organisation: Organisation, current_id: int | None = None) -> QuerySet:
    """Return who may answer for a page: the desk of the collectivité, and who does so already."""
    at_desk = Role.objects.filter(
        live_q(), kind__in=DESK_ROLES, membership__organisation=organisation
    ).filter(live_q("membership__"))
    people: QuerySet = get_user_model()._default_manager.filter(
        models.Q(pk__in=at_desk.values("membership__user")) | models.Q(pk=current_id)
    )
    return people.order_by("last_name", "first_name", "pk")
