"""Listings (offers and needs), their photos, categories and tags; what differs is in `terms`."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase
from wagtail.images.models import AbstractImage, AbstractRendition

from accounts.models import Commune, Department, Organisation, User
from accounts.references import new_reference, reference_field
from marketplace.catalogue.queries import ListingQuerySet
from marketplace.choices import Access, Direction, ListingState, Nature, Scope, Transfer


class Category(models.Model):
    """What it is about, in two levels."""

    slug = models.SlugField("nom dans l’adresse", max_length=60, unique=True)
    name = models.CharField("nom", max_length=80)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="au-dessus",
        null=True,
        blank=True,
        related_name="children",
    )
    icon = models.CharField("pictogramme", max_length=40, default="category")
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "catégorie"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a third level, and a category under itself. Raises ValidationError."""
        super().clean()
        if self.parent is None:
            return
        if self.pk is not None and self.parent.pk == self.pk:
            raise ValidationError(
                {
                    "parent": "Une catégorie ne se range pas sous elle-même : "
                    "choisissez-en une autre."
                }
            )
        if self.parent.parent_id is not None:
            raise ValidationError(
                {
                    "parent": f"Il y a deux niveaux seulement, et « {self.parent} » est déjà sous "
                    f"« {self.parent.parent} » : rangez celle-ci sous « {self.parent.parent} »."
                }
            )
        if self.pk is not None and self.children.exists():
            raise ValidationError(
                {
                    "parent": "Il y a deux niveaux seulement, et d’autres catégories sont rangées "
                    "sous celle-ci : rangez-les ailleurs d’abord, ou laissez celle-ci en haut."
                }
            )


class ListingTag(TagBase):
    """A tag of the marketplace, apart from the editorial ones."""

    free_tagging = True

    class Meta:
        verbose_name = "étiquette"
        ordering = ["name"]


class TaggedListing(ItemBase):
    tag = models.ForeignKey(ListingTag, models.CASCADE, related_name="listings")
    content_object = models.ForeignKey("Listing", models.CASCADE, related_name="tagged_items")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tag", "content_object"], name="marketplace_listing_tagged_once"
            )
        ]


class Listing(models.Model):
    """An offer or a need: what all share; what differs is in the one-to-one terms."""

    ref = reference_field()
    direction = models.CharField("sens", max_length=10, choices=Direction.choices)
    nature = models.CharField("nature", max_length=12, choices=Nature.choices)
    transfer = models.CharField("comment", max_length=10, choices=Transfer.choices)
    # Code of a legal basis, filled by the legal room later.
    legal_basis = models.CharField("base légale", max_length=40, null=True, blank=True)  # noqa: DJ001

    title = models.CharField("titre", max_length=120)
    summary = models.CharField("en une phrase", max_length=200, blank=True)
    description = models.TextField("description", max_length=5000, blank=True)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        verbose_name="rubrique",
        null=True,
        blank=True,
        related_name="listings",
    )
    tags = TaggableManager("étiquettes", through=TaggedListing, blank=True)

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="organisme", related_name="listings"
    )
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        verbose_name="service",
        null=True,
        blank=True,
        related_name="listings",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="écrite par",
        related_name="listings_written",
    )
    # Who answers for it day to day; the author by default.
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="répond",
        null=True,
        blank=True,
        related_name="listings_kept",
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="suppléance",
        null=True,
        blank=True,
        related_name="+",
    )
    # A coordinator may write for someone without a computer.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="saisie par",
        null=True,
        blank=True,
        related_name="+",
    )

    scope = models.CharField(
        "qui peut voir", max_length=12, choices=Scope.choices, default=Scope.PARTNERS
    )
    access = models.CharField(
        "comment y accéder", max_length=12, choices=Access.choices, default=Access.ON_REQUEST
    )
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        verbose_name="commune",
        null=True,
        blank=True,
        related_name="listings",
    )
    place_label = models.CharField("lieu précis", max_length=120, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    remote = models.BooleanField("possible à distance", default=False)
    quantity = models.PositiveIntegerField("nombre", default=1, validators=[MinValueValidator(1)])
    # What one books: two listings of the same van share its calendar.
    resource = models.ForeignKey(
        "marketplace.Resource",
        models.PROTECT,
        verbose_name="ressource",
        null=True,
        blank=True,
        related_name="listings",
    )

    # What one accepts before asking for it, once a version.
    charter = models.ForeignKey(
        "marketplace.Charter",
        models.PROTECT,
        verbose_name="charte",
        null=True,
        blank=True,
        related_name="listings",
    )

    # The need for which it was written: its author goes back there once it is online.
    meant_for = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name="pour le besoin",
        null=True,
        blank=True,
        editable=False,
    )
    # Availability: half-open period, null for always, and the words that say the rest.
    available_from = models.DateTimeField("libre à partir du", null=True, blank=True)
    available_until = models.DateTimeField("libre jusqu’au", null=True, blank=True)
    availability = models.CharField("quand", max_length=200, blank=True)

    state = models.CharField(
        "état", max_length=10, choices=ListingState.choices, default=ListingState.DRAFT
    )
    return_reason = models.TextField("raison du retour", max_length=1000, blank=True)
    accepts_requests = models.BooleanField("accepte les demandes", default=True)
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    published_at = models.DateTimeField("en ligne depuis", null=True, blank=True)
    expires_at = models.DateTimeField("en ligne jusqu’au", null=True, blank=True)
    # Which end was called to mind: once each, and again when it moves.
    reminded_of = models.DateTimeField("fin rappelée", null=True, blank=True, editable=False)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = "annonce"
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "scope", "-published_at"]),
            models.Index(fields=["organisation", "state"]),
            models.Index(fields=["latitude", "longitude"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values)
                & Q(nature__in=Nature.values)
                & Q(transfer__in=Transfer.values)
                & Q(scope__in=Scope.values)
                & Q(access__in=Access.values)
                & Q(state__in=ListingState.values),
                name="marketplace_listing_words_known",
            ),
            models.CheckConstraint(
                condition=Q(available_until__isnull=True)
                | Q(available_from__isnull=True)
                | Q(available_until__gt=F("available_from")),
                name="marketplace_listing_period_in_order",
                violation_error_message="La fin doit venir après le début.",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="marketplace_listing_quantity_positive"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="marketplace_listing_published_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="marketplace_listing_return_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def version(self) -> str:
        """Return what tells one state of the text from another: when it last changed."""
        return self.updated_at.isoformat()

    @property
    def is_offer(self) -> bool:
        return self.direction == Direction.OFFER

    @property
    def is_of_persons(self) -> bool:
        """Whether a person's time is at stake: then people meet first, and names stay hidden."""
        return self.transfer == Transfer.TIME

    @property
    def is_published(self) -> bool:
        return self.state == ListingState.PUBLISHED

    @property
    def has_calendar(self) -> bool:
        """Whether one takes it from a calendar: then the dates decide what is free."""
        return self.is_offer and self.resource_id is not None

    @property
    def is_booked_directly(self) -> bool:
        """Whether it is booked from its calendar, without anybody's answer."""
        return self.has_calendar and self.access == Access.DIRECT

    @property
    def display_title(self) -> str:
        return self.title or "Annonce sans titre"

    @property
    def folder(self) -> str:
        return "offres" if self.is_offer else "besoins"

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def open_request_url(self, user: User) -> str:
        """Return the address of the person's open exchange on this listing, or an empty text."""
        found = self.exchanges.open().filter(asked_by=user).order_by("-pk").first()
        return found.get_absolute_url() if found else ""

    def get_absolute_url(self) -> str:
        return f"/marche/{self.folder}/{self.ref}/"


class ListingEvent(models.Model):
    """Append-only: what happened to a listing, who did it, for which organisation."""

    listing = models.ForeignKey(
        Listing, models.CASCADE, verbose_name="annonce", related_name="events"
    )
    from_state = models.CharField("état d’avant", max_length=10, blank=True)
    to_state = models.CharField("état", max_length=10)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="par",
        null=True,
        blank=True,
        related_name="+",
    )
    for_organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="pour", null=True, blank=True, related_name="+"
    )
    reason = models.TextField("raison", blank=True)
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "étape de l’annonce"
        ordering = ["at", "pk"]


class Photo(AbstractImage):
    """A picture of a listing, outside Wagtail's collections, choosers and tags."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="photos")
    # Names the photo in addresses, together with its listing.
    ref = models.CharField(max_length=10, default=new_reference, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    admin_form_fields = ("title", "file")

    class Meta(AbstractImage.Meta):
        verbose_name = "photo"
        ordering = ["position", "pk"]

    @property
    def default_alt_text(self) -> str:
        return self.description

    def get_upload_to(self, filename: str) -> str:
        """Return an opaque path below the listing's folder: the guard reads the listing there."""
        suffix = PurePath(filename).suffix.lower()
        return f"photos/{self.listing.ref}/{secrets.token_hex(12)}{suffix}"


class PhotoRendition(AbstractRendition):
    image = models.ForeignKey(Photo, models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="marketplace_photo_rendition_once",
            )
        ]

    def get_upload_to(self, filename: str) -> str:
        return f"photo_renditions/{self.image.listing.ref}/{PurePath(filename).name}"
