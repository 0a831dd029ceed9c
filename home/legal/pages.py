"""The pages that French law asks of a site: legal notice, personal data, accessibility.

They come with the site and stay: an editor fills them. What is missing is said on the page, and
keeps it from being published once someone has begun to fill it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import CommentPanel, FieldPanel, MultiFieldPanel
from wagtail.models import Page

from accounts.identifiers import compact, display_siret, validate_siret
from accounts.personal_data.queries import retention_table
from home.events.words import day
from home.pages.mixins import BodyMixin, EditorialPage, SummaryMixin
from home.site_settings import SiteIdentity
from home.typography import NBSP

Facts = list[tuple[str, str]]
PARTLY_FROM, FULLY = 50, 100
MORE = FieldPanel("body", heading="Le reste de la page")


class LegalPage(SummaryMixin, BodyMixin, EditorialPage):
    """One of them. Abstract."""

    kind_label = "Informations légales"
    holds_the_site = True
    # What the law asks for, with the sentence that says so to whoever leaves it empty.
    required: dict[str, str] = {}

    # Neither an address to change nor a date to leave: the footer of every page leads there.
    settings_panels = [CommentPanel()]
    parent_page_types = ["home.HomePage", "home.PlatformHomePage"]
    subpage_types: list[str] = []

    class Meta:
        abstract = True

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        return False

    def publication_problems(self, public: bool) -> dict[str, str]:
        errors = super().publication_problems(public)
        return errors | {name: why for name, why in self.required.items() if not self._has(name)}

    def _has(self, name: str) -> bool:
        value = getattr(self, name)
        return bool(value.strip()) if isinstance(value, str) else value is not None

    @property
    def is_complete(self) -> bool:
        """Return whether it says all that the law asks for."""
        return not self.publication_problems(public=True)

    def groups(self) -> list[tuple[str, Facts]]:
        """Return what is told above the text: titles, each with its lines (empty: to complete)."""
        return []

    def search_text(self) -> str:
        told = [value for _, facts in self.groups() for _, value in facts if value]
        return " ".join([*told, super().search_text()])


class LegalNoticePage(LegalPage):
    template = "home/legal/page.html"
    icon_name = "building-bank"

    publisher = models.CharField("nom", max_length=200, blank=True)
    publisher_address = models.TextField("adresse", max_length=300, blank=True)
    publisher_phone = models.CharField("téléphone", max_length=40, blank=True)
    publisher_email = models.EmailField("courriel", blank=True)
    siret = models.CharField("SIRET", max_length=20, blank=True)
    director = models.CharField(
        "direction de la publication",
        max_length=200,
        blank=True,
        help_text="Le nom et la fonction. À défaut, la personne qui dirige l’exécutif.",
    )
    host_name = models.CharField("nom", max_length=200, blank=True)
    host_address = models.TextField("adresse", max_length=300, blank=True)
    host_phone = models.CharField("téléphone", max_length=40, blank=True)

    required = {
        "publisher": "Qui publie ce site\u00a0? La loi demande son nom.",
        "publisher_address": "La loi demande l’adresse de qui publie le site.",
        "publisher_phone": "La loi demande un téléphone où joindre qui publie le site.",
        "director": "Donnez le nom et la fonction de la personne qui dirige la publication.",
        "host_name": "La loi demande le nom de l’hébergeur.",
        "host_address": "La loi demande l’adresse de l’hébergeur.",
        "host_phone": "La loi demande le téléphone de l’hébergeur.",
    }
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldPanel("publisher"),
                FieldPanel("publisher_address"),
                FieldPanel("publisher_phone"),
                FieldPanel("publisher_email"),
                FieldPanel("siret"),
                FieldPanel("director"),
            ],
            heading="Qui publie",
        ),
        MultiFieldPanel(
            [FieldPanel("host_name"), FieldPanel("host_address"), FieldPanel("host_phone")],
            heading="Qui héberge",
        ),
        MORE,
    ]

    class Meta:
        verbose_name = "mentions légales"

    def clean(self) -> None:
        """Keep the SIRET without spaces. Raises ValidationError for one that is not."""
        super().clean()
        self.siret = compact(self.siret)
        if self.siret:
            try:
                validate_siret(self.siret)
            except ValidationError as error:
                raise ValidationError({"siret": error}) from error

    def groups(self) -> list[tuple[str, Facts]]:
        publisher = [
            ("Nom", self.publisher),
            ("Adresse", self.publisher_address),
            ("Téléphone", self.publisher_phone),
            *_if_told(("Courriel", self.publisher_email), ("SIRET", display_siret(self.siret))),
            ("Direction de la publication", self.director),
        ]
        host = [
            ("Nom", self.host_name),
            ("Adresse", self.host_address),
            ("Téléphone", self.host_phone),
        ]
        return [("Qui publie", publisher), ("Qui héberge", host)]


class PersonalDataPage(LegalPage):
    """Who answers for personal data, and how long each kind is kept, as it is in force now."""

    template = "home/legal/personal_data.html"
    icon_name = "lock"

    controller = models.CharField("responsable du traitement", max_length=200, blank=True)
    officer = models.CharField(
        "délégation à la protection des données",
        max_length=200,
        blank=True,
        help_text="Un nom, ou un service.",
    )
    officer_email = models.EmailField("courriel", blank=True)
    officer_phone = models.CharField("téléphone", max_length=40, blank=True)
    officer_address = models.TextField("adresse postale", max_length=300, blank=True)

    required = {
        "controller": "Qui répond de l’usage des données\u00a0? Donnez le nom de la collectivité.",
        "officer": "Donnez la personne ou le service délégué à la protection des données.",
        "officer_email": "Donnez l’adresse à laquelle chacun peut exercer ses droits.",
    }
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("controller"),
        MultiFieldPanel(
            [
                FieldPanel("officer"),
                FieldPanel("officer_email"),
                FieldPanel("officer_phone"),
                FieldPanel("officer_address"),
            ],
            heading="À qui s’adresser",
        ),
        MORE,
    ]

    class Meta:
        verbose_name = "page sur les données personnelles"

    def groups(self) -> list[tuple[str, Facts]]:
        facts = [
            ("Responsable du traitement", self.controller),
            ("Délégation à la protection des données", self.officer),
            ("Courriel", self.officer_email),
            *_if_told(("Téléphone", self.officer_phone), ("Adresse", self.officer_address)),
        ]
        return [("Qui est responsable", facts)]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["table"] = retention_table(getattr(request, "collectivite", None))
        return context


class AccessibilityPage(LegalPage):
    """The accessibility statement: its state is what the footer of every page says."""

    template = "home/legal/accessibility.html"
    icon_name = "wheelchair"

    State = SiteIdentity.Accessibility

    state = models.CharField(
        "état",
        max_length=30,
        choices=State.choices,
        default=State.NONE,
        help_text=(
            "« non conforme » tant qu’un audit n’a pas montré que la moitié des critères du RGAA "
            "au moins sont respectés. Le bas de chaque page le dit."
        ),
    )
    declared_on = models.DateField("déclaration établie le", null=True, blank=True)
    audited_on = models.DateField("audit du", null=True, blank=True)
    audited_by = models.CharField("mené par", max_length=200, blank=True)
    rate = models.PositiveSmallIntegerField(
        "critères respectés, en %",
        null=True,
        blank=True,
        validators=[MaxValueValidator(FULLY)],
        help_text="Le pourcentage que donne l’audit.",
    )
    violations = models.TextField(
        "ce qui n’est pas conforme",
        max_length=4000,
        blank=True,
        help_text="Une difficulté par ligne, avec l’autre façon d’y parvenir s’il y en a une.",
    )
    burdens = models.TextField(
        "dérogations pour charge disproportionnée",
        max_length=4000,
        blank=True,
        help_text="Une par ligne, avec la raison.",
    )
    exempted = models.TextField(
        "contenus que la loi n’y soumet pas",
        max_length=4000,
        blank=True,
        help_text="Un par ligne.",
    )
    technologies = models.CharField(
        "technologies du site", max_length=200, blank=True, default="HTML, CSS, SVG, JavaScript"
    )
    tested_with = models.TextField(
        "essayé avec",
        max_length=1000,
        blank=True,
        help_text="Navigateurs et lecteurs d’écran de l’audit, un par ligne.",
    )
    tested_pages = models.TextField(
        "pages vérifiées", max_length=2000, blank=True, help_text="Une par ligne."
    )
    plan_url = models.URLField("schéma pluriannuel", blank=True)
    year_plan_url = models.URLField("plan d’actions de l’année", blank=True)
    contact_email = models.EmailField("courriel", blank=True)
    contact_phone = models.CharField("téléphone", max_length=40, blank=True)

    required = {
        "declared_on": "Donnez le jour où cette déclaration est établie.",
        "contact_email": "Donnez l’adresse à laquelle signaler une difficulté.",
    }
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldPanel("state"),
                FieldPanel("declared_on"),
                FieldPanel("audited_on"),
                FieldPanel("audited_by"),
                FieldPanel("rate"),
            ],
            heading="État de conformité",
        ),
        MultiFieldPanel(
            [FieldPanel("violations"), FieldPanel("burdens"), FieldPanel("exempted")],
            heading="Contenus non accessibles",
        ),
        MultiFieldPanel(
            [FieldPanel("technologies"), FieldPanel("tested_with"), FieldPanel("tested_pages")],
            heading="Comment cela a été vérifié",
        ),
        MultiFieldPanel(
            [FieldPanel("plan_url"), FieldPanel("year_plan_url")], heading="Ce qui est prévu"
        ),
        MultiFieldPanel(
            [FieldPanel("contact_email"), FieldPanel("contact_phone")],
            heading="Signaler une difficulté",
        ),
        MORE,
    ]

    class Meta:
        verbose_name = "déclaration d’accessibilité"

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Keep the page. Raises ValidationError for one that would say, published, what no audit
        has said: the form has said so before, this holds whatever the way."""
        published = self.live and "live" in (kwargs.get("update_fields") or ["live"])
        if published and (problems := self._audit_problems()):
            raise ValidationError(problems)
        return super().save(*args, **kwargs)

    def publication_problems(self, public: bool) -> dict[str, str]:
        errors = super().publication_problems(public)
        for name in ("declared_on", "audited_on"):
            given = getattr(self, name)
            if given and given > timezone.localdate():
                errors[name] = f"Ce jour est à venir{NBSP}: donnez un jour passé, ou celui-ci."
        return errors | self._audit_problems()

    def _audit_problems(self) -> dict[str, str]:
        """Return what in the state does not follow from the audit, by field."""
        if self.state == self.State.NONE:
            return {}
        errors = {}
        if self.audited_on is None:
            errors["audited_on"] = (
                f"Donnez le jour de l’audit. Sans audit, le site est «{NBSP}non conforme{NBSP}»."
            )
        least = FULLY if self.state == self.State.FULLY else PARTLY_FROM
        if self.rate is None or self.rate < least:
            errors["rate"] = (
                f"«{NBSP}{self.get_state_display().capitalize()}{NBSP}» demande que "
                f"{least}{NBSP}% des critères soient respectés{NBSP}: donnez le pourcentage de "
                "l’audit, ou changez l’état."
            )
        if self.state == self.State.PARTLY and not self.violations.strip():
            errors["violations"] = "Dites ce qui n’est pas conforme, une difficulté par ligne."
        return errors

    @property
    def state_words(self) -> str:
        return str(self.get_state_display())

    def audit_words(self) -> str:
        """Return the sentence on the audit, or that there was none."""
        if self.audited_on is None:
            return "Aucun audit de conformité n’a encore été mené."
        by = f" par {self.audited_by}" if self.audited_by else ""
        told = f"L’audit de conformité mené{by} le {day(self.audited_on, weekday=False)}"
        if self.rate is None:
            return f"{told} n’a pas donné de pourcentage."
        return f"{told} révèle que {self.rate}{NBSP}% des critères du RGAA sont respectés."

    @property
    def declared_words(self) -> str:
        return day(self.declared_on, weekday=False) if self.declared_on else ""

    def shortcomings(self) -> list[tuple[str, list[str]]]:
        """Return what is not accessible: titles with their lines, those that have some."""
        told = [
            ("Non-conformités", self.violations),
            ("Dérogations pour charge disproportionnée", self.burdens),
            ("Contenus non soumis à l’obligation d’accessibilité", self.exempted),
        ]
        return [(title, lines) for title, text in told if (lines := _lines(text))]

    def checks(self) -> list[tuple[str, list[str]]]:
        """Return how it was checked: titles with their lines, those that have some."""
        told = [
            ("Technologies utilisées par le site", self.technologies),
            ("Navigateurs et technologies d’assistance", self.tested_with),
            ("Pages vérifiées", self.tested_pages),
        ]
        return [(title, lines) for title, text in told if (lines := _lines(text))]

    def search_text(self) -> str:
        lines = [line for _, found in (*self.shortcomings(), *self.checks()) for line in found]
        return " ".join([self.state_words, self.audit_words(), *lines, super().search_text()])


def _if_told(*facts: tuple[str, str]) -> Facts:
    return [fact for fact in facts if fact[1]]


def _lines(text: str) -> list[str]:
    return [line.strip(" -•") for line in text.splitlines() if line.strip(" -•")]
