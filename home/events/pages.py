"""The page of an event: what, when, where, for whom, how many."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageManager

from accounts.models import Organisation
from accounts.references import new_reference
from home.events import words
from home.events.forms import EventPageForm
from home.events.panels import SignUpsPanel
from home.events.presentation import page_context
from home.events.queries import EventQuerySet
from home.pages.mixins import AUDIENCE, BodyMixin, EditorialPage, IllustratedMixin, SummaryMixin
from home.pages.reading import PICTURE
from home.queries import root_path_of

MOST_PLACES = 5000
# Of the day before: early enough for the daily digest of seven o'clock to carry the reminder.
REMINDER_HOUR = time(6, 30)
CANCELLED = "cancelled"

EventPageManager = PageManager.from_queryset(EventQuerySet)


class EventPage(SummaryMixin, IllustratedMixin, BodyMixin, EditorialPage):
    template = "home/event_page.html"
    kind_icon = "calendar-event"
    kind_label = "Événement"
    base_form_class = EventPageForm
    exclude_fields_in_copy = ["ref"]

    # For the addresses that lead here from any host: notices, e-mails, calendars.
    ref = models.CharField(max_length=10, unique=True, default=new_reference, editable=False)

    starts_at = models.DateTimeField("commence le", help_text="À l’heure de Paris.")
    ends_at = models.DateTimeField("finit le")
    place = models.CharField(
        "lieu", max_length=120, blank=True, help_text="Maison des projets, salle du bas"
    )
    address = models.CharField(
        "adresse", max_length=200, blank=True, help_text="4 rue du Four, 57000 Metz"
    )
    online_url = models.URLField(
        "lien pour y assister à distance",
        max_length=500,
        blank=True,
        validators=[URLValidator(["https"], message="Donnez une adresse entière, en https://…")],
        help_text="Commence par https://. Montré seulement aux personnes inscrites.",
    )
    organiser = models.CharField(
        "organisé par", max_length=120, blank=True, help_text="Un service plutôt qu’une personne."
    )
    contact = models.CharField(
        "pour toute question",
        max_length=160,
        blank=True,
        help_text="Un téléphone ou une adresse électronique de service : tout le monde les lira.",
    )

    takes_sign_ups = models.BooleanField(
        "sur inscription",
        default=True,
        help_text="Sans inscription, vient qui veut : décochez.",
    )
    places = models.PositiveSmallIntegerField(
        "nombre de places",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
        help_text="Vide : autant que l’on veut. Au-delà, une liste d’attente se tient seule.",
    )
    sign_up_opens_at = models.DateTimeField(
        "ouverture des inscriptions",
        null=True,
        blank=True,
        help_text="Vide : dès la publication.",
    )
    sign_up_closes_at = models.DateTimeField(
        "fin des inscriptions",
        null=True,
        blank=True,
        help_text="Vide : jusqu’au début de l’événement.",
    )
    open_to_associations = models.BooleanField(
        "ouvert aux associations vérifiées",
        default=False,
        help_text="Dans la partie réservée, l’événement reste entre nous.",
    )
    cancel_reason = models.TextField(
        "pourquoi l’événement est annulé",
        max_length=500,
        blank=True,
        help_text=(
            "À remplir seulement si l’événement n’a pas lieu. Quand vous publiez, les personnes "
            "inscrites reçoivent cette raison par courriel. Effacez-la pour le rétablir."
        ),
    )

    objects = EventPageManager()

    content_panels = [
        *AUDIENCE,
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldPanel(
                    "starts_at",
                    help_text=(
                        "À l’heure de Paris. Le brouillon s’enregistre dès que le début et la fin "
                        "sont donnés."
                    ),
                ),
                FieldPanel("ends_at"),
            ],
            heading="Quand",
        ),
        MultiFieldPanel(
            [
                FieldPanel("place", help_text="Par exemple Maison des projets, salle du bas."),
                FieldPanel("address", help_text="Par exemple 4 rue du Four, 57000 Metz."),
                FieldPanel("online_url"),
            ],
            heading="Où",
        ),
        MultiFieldPanel([FieldPanel("organiser"), FieldPanel("contact")], heading="Qui reçoit"),
        MultiFieldPanel(
            [
                SignUpsPanel(),
                FieldPanel("takes_sign_ups"),
                FieldPanel("places"),
                FieldPanel("sign_up_opens_at"),
                FieldPanel("sign_up_closes_at"),
                FieldPanel("open_to_associations"),
            ],
            heading="Inscriptions",
        ),
        FieldPanel("body"),
        PICTURE,
        MultiFieldPanel([FieldPanel("cancel_reason")], heading="Annuler l’événement"),
    ]
    parent_page_types = ["home.SectionPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "événement"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="home_event_in_order",
                violation_error_message="La fin doit venir après le début.",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"]), models.Index(fields=["ends_at"])]

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return super().can_create_at(parent) and cls.allowed_section(parent, "events")

    @property
    def kicker(self) -> str:
        state = " · annulé" if self.is_cancelled else ""
        return f"Événement · {words.day(self.starts_at)}, {words.hour(self.starts_at)}{state}"

    @property
    def when(self) -> str:
        return words.when(self.starts_at, self.ends_at)

    @property
    def where(self) -> str:
        """Return the place in a few words; never the link."""
        return self.place or self.address or ("à distance" if self.online_url else "")

    @property
    def is_cancelled(self) -> bool:
        return bool(self.cancel_reason)

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def closes_at(self) -> datetime:
        """Return until when one may sign up."""
        return self.sign_up_closes_at or self.starts_at

    @property
    def reminded_from(self) -> datetime:
        """Return when those who come are reminded: in the morning of the day before, in Paris."""
        eve = timezone.localdate(self.starts_at) - timedelta(days=1)
        return timezone.make_aware(datetime.combine(eve, REMINDER_HOUR))

    @property
    def announcement(self) -> str:
        """Return what who signed up should know, in 16 characters: cancelled, or a mark of when
        and where. Kept with each sign-up, it says whom to tell when the event changes."""
        if self.is_cancelled:
            return CANCELLED
        known = [
            str(self.starts_at.timestamp()),
            str(self.ends_at.timestamp()),
            self.place,
            self.address,
            self.online_url,
        ]
        return sha256("\n".join(known).encode()).hexdigest()[:16]

    @property
    def permanent_path(self) -> str:
        """Return the address that leads here from any host."""
        return reverse("event", args=[self.ref])

    def host_organisation(self) -> Organisation | None:
        """Return the collectivité in whose site the page is."""
        return (
            Organisation.objects.filter(site__root_page__path=root_path_of(self.path))
            .select_related("site__root_page")
            .first()
        )

    def search_text(self) -> str:
        parts = [super().search_text(), self.place, self.address, self.organiser]
        return " ".join(part for part in parts if part)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | page_context(self, request)
