"""Organisations, their departments, and who belongs to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.identifiers import (
    validate_rna,
    validate_siren,
    validate_siret,
)
from accounts.organisations.queries import (
    MembershipQuerySet,
    OrganisationQuerySet,
)
from accounts.periods import Period
from accounts.places.models import Commune
from accounts.references import reference_field


class Organisation(models.Model):
    """A collectivité, another public administration or an association."""

    class Kind(models.TextChoices):
        COLLECTIVITE = "collectivite", "collectivité"
        ADMINISTRATION = "administration", "administration"
        ASSOCIATION = "association", "association"

    class LegalForm(models.TextChoices):
        COMMUNE = "commune", "commune"
        EPCI = "epci", "intercommunalité"
        DEPARTEMENT = "departement", "département"
        REGION = "region", "région"
        CCAS = "ccas", "CCAS ou autre établissement rattaché"
        STATE = "state", "service de l’État"
        HOSPITAL = "hospital", "établissement de santé"
        ASSOCIATION = "association", "association"
        FOUNDATION = "foundation", "fondation"

    ref = reference_field()
    kind = models.CharField("nature", max_length=20, choices=Kind.choices)
    legal_form = models.CharField("forme", max_length=20, choices=LegalForm.choices)
    name = models.CharField("nom", max_length=200)
    short_name = models.CharField("nom court", max_length=60)
    slug = models.SlugField("identifiant", max_length=60, unique=True)
    purpose = models.CharField("objet, en une phrase", max_length=300, blank=True)

    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    siren = models.CharField("SIREN", max_length=9, blank=True, validators=[validate_siren])
    rna = models.CharField("numéro RNA", max_length=10, blank=True, validators=[validate_rna])
    # Moselle, Bas-Rhin and Haut-Rhin: associations are in a court's register and have no RNA.
    register_court = models.CharField("tribunal", max_length=80, blank=True)
    register_volume = models.CharField("volume", max_length=20, blank=True)
    register_folio = models.CharField("folio", max_length=20, blank=True)

    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        verbose_name="commune",
        null=True,
        blank=True,
        related_name="organisations",
    )
    address = models.CharField("adresse", max_length=300, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    website = models.URLField("site", blank=True)

    # The intranet, for those that have one: its host is where its people's e-mails lead.
    site = models.OneToOneField(
        "wagtailcore.Site",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="organisation",
        verbose_name="intranet",
    )
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    closed_at = models.DateTimeField("fermée le", null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisme"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="accounts_organisation_siret_once",
                violation_error_message="Un organisme est déjà inscrit avec ce SIRET.",
            ),
            models.UniqueConstraint(
                fields=["rna"],
                condition=~Q(rna=""),
                name="accounts_organisation_rna_once",
                violation_error_message="Une association est déjà inscrite avec ce numéro RNA.",
            ),
            models.UniqueConstraint(
                fields=["register_court", "register_volume", "register_folio"],
                condition=~Q(register_court=""),
                name="accounts_organisation_register_once",
                violation_error_message=(
                    "Une association est déjà inscrite à ce registre, avec ce volume et ce folio."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(siret="") | ~Q(siren="") | ~Q(rna="") | ~Q(register_court=""),
                name="accounts_organisation_has_an_identifier",
                violation_error_message=(
                    "Donnez au moins un identifiant : SIRET, SIREN, RNA ou registre du tribunal."
                ),
            ),
            models.CheckConstraint(
                condition=Q(register_court="", register_volume="", register_folio="")
                | (~Q(register_court="") & ~Q(register_volume="") & ~Q(register_folio="")),
                name="accounts_organisation_register_complete",
                violation_error_message="Le registre demande le tribunal, le volume et le folio.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_association(self) -> bool:
        return self.kind == self.Kind.ASSOCIATION

    @property
    def is_public_body(self) -> bool:
        return self.kind in (self.Kind.COLLECTIVITE, self.Kind.ADMINISTRATION)

    @property
    def base_url(self) -> str:
        """Return the address where this organisation's people work, without a final slash."""
        if self.site_id and self.site:
            return self.site.root_url.rstrip("/")
        return settings.PLATFORM_URL.rstrip("/")


class Fact(models.Model):
    """A fact about an organisation that decides a right, with its proof and its date."""

    class Kind(models.TextChoices):
        POPULATION = "population", "population"
        OWN_TAXATION = "own_taxation", "fiscalité propre"
        HOST_CATEGORY = "host_category", "catégorie d’organisme d’accueil"
        REPUBLICAN_COMMITMENT = "republican_commitment", "contrat d’engagement républicain"

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, verbose_name="organisme", related_name="facts"
    )
    kind = models.CharField("fait", max_length=30, choices=Kind.choices)
    value = models.CharField("valeur", max_length=100)
    proof = models.CharField("preuve", max_length=300, blank=True)
    established_on = models.DateField("établi le")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="noté par",
        null=True,
        blank=True,
        related_name="+",
    )
    recorded_at = models.DateTimeField("noté le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "fait établi"
        verbose_name_plural = "faits établis"
        ordering = ["-established_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.value}"


class Department(models.Model):
    """A service of an organisation, in a tree."""

    ref = reference_field()
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, verbose_name="organisme", related_name="departments"
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="au-dessus",
        null=True,
        blank=True,
        related_name="children",
    )
    name = models.CharField("nom", max_length=120)

    class Meta:
        verbose_name = "service"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "parent", "name"],
                name="accounts_department_name_once_per_parent",
                violation_error_message="Un service porte déjà ce nom à cet endroit.",
            ),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(parent__isnull=True),
                name="accounts_department_name_once_at_top",
                violation_error_message="Un service porte déjà ce nom.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(Period):
    """A person belongs to an organisation, in a department, for a time."""

    ref = reference_field()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="personne",
        related_name="memberships",
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="organisme", related_name="memberships"
    )
    # A service that closes hands its people over first: nobody is lost with it.
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name="service",
        null=True,
        blank=True,
        related_name="memberships",
    )
    job_title = models.CharField("métier", max_length=120, blank=True)
    # The person's own choice, for each of their organisations.
    in_directory = models.BooleanField("paraît dans l’annuaire", default=False)
    # When what hangs on a membership that ended was dealt with: roles, listings, exchanges.
    settled_at = models.DateTimeField("réglé le", null=True, blank=True, editable=False)

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = "appartenance"
        ordering = ["organisation__name", "user__last_name", "pk"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(ends_at__isnull=True),
                name="accounts_membership_open_once",
                violation_error_message="Cette personne fait déjà partie de l’organisme.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.organisation}"


class Role(Period):
    """What a member may do there; `department` narrows a role to a part of the tree.

    A deputy holds, for as long as a manager is away, a manager's role that names the absent one.
    """

    class Kind(models.TextChoices):
        AGENT = "agent", "agent"
        MANAGER = "manager", "encadrement"
        EDITOR = "editor", "rédaction"
        COORDINATOR = "coordinator", "coordination"
        REPRESENTATIVE = "representative", "représentation"

    membership = models.ForeignKey(
        Membership, models.CASCADE, verbose_name="appartenance", related_name="roles"
    )
    kind = models.CharField("rôle", max_length=20, choices=Kind.choices)
    # A role without its department would be for the whole organisation: never emptied by deleting.
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name="service",
        null=True,
        blank=True,
        related_name="roles",
    )
    deputy_for = models.ForeignKey(
        "self",
        models.CASCADE,
        verbose_name="remplace",
        null=True,
        blank=True,
        related_name="deputies",
    )

    class Meta(Period.Meta):
        verbose_name = "rôle"
        ordering = ["kind", "pk"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                fields=["membership", "kind"],
                condition=Q(ends_at__isnull=True, department__isnull=True, deputy_for__isnull=True),
                name="accounts_role_open_once",
            ),
            models.UniqueConstraint(
                fields=["membership", "kind", "department"],
                condition=Q(ends_at__isnull=True, deputy_for__isnull=True),
                name="accounts_role_open_once_per_department",
            ),
            models.CheckConstraint(
                condition=Q(deputy_for__isnull=True) | Q(kind="manager", ends_at__isnull=False),
                name="accounts_role_deputy_for_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return what the role is called on pages: a deputy is not a manager for good."""
        return "suppléance" if self.deputy_for_id else self.get_kind_display()
