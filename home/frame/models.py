"""What surrounds every page of a site, set in `/cms/`: its links, and an alert if any."""

from __future__ import annotations

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from home.blocks.links import LinkBlocks, QuickLinkBlocks
from home.frame.addresses import LONGEST, check_address
from home.help_texts import SettingForm
from home.pages.fields import BodyField

MOST_IN_MENU = 7
MOST_LINKS = 8


@register_setting(icon="list-ul")
class SiteNavigation(BaseSiteSetting):
    """The menu, the footer's own links and the quick links of a site; empty, what comes with it."""

    base_form_class = SettingForm

    menu = BodyField(
        LinkBlocks(max_num=MOST_IN_MENU, required=False),
        verbose_name="menu",
        blank=True,
        help_text=(
            "Vide, le menu montre les rubriques du site. Dès que vous y mettez un lien, il montre "
            "vos liens et eux seuls, dans cet ordre ; « Entraide » reste au bout."
        ),
    )
    footer = BodyField(
        LinkBlocks(max_num=MOST_LINKS, required=False),
        verbose_name="liens au bas des pages",
        blank=True,
        help_text="Ils s’ajoutent aux pages que la loi demande, qui restent.",
    )
    quick_links = BodyField(
        QuickLinkBlocks(max_num=MOST_LINKS, required=False),
        verbose_name="accès rapides",
        blank=True,
        help_text=(
            "Les services dont on se sert chaque semaine : congés, messagerie, restaurant. Les "
            "agents de la collectivité les trouvent sur l’accueil, une fois connectés."
        ),
    )

    panels = [FieldPanel("quick_links"), FieldPanel("menu"), FieldPanel("footer")]

    class Meta:
        verbose_name = "accès rapides et menus"


@register_setting(icon="warning")
class SiteAlert(BaseSiteSetting):
    """One alert at a time, above every page of a site; without words there is none."""

    base_form_class = SettingForm

    class Level(models.TextChoices):
        INFO = "info", "information"
        ATTENTION = "attention", "attention"
        URGENT = "urgent", "urgence"

    class Audience(models.TextChoices):
        ALL = "all", "tout le monde"
        MEMBERS = "members", "les agents de la collectivité, une fois connectés"

    level = models.CharField(
        "niveau",
        max_length=10,
        choices=Level.choices,
        default=Level.INFO,
        help_text="On peut fermer une information ou une mise en garde, pas une urgence.",
    )
    message = models.CharField(
        "message",
        max_length=280,
        blank=True,
        help_text="Une ou deux phrases. Vide, il n’y a pas d’alerte.",
    )
    link = models.CharField(
        "adresse pour en savoir plus",
        max_length=LONGEST,
        blank=True,
        validators=[check_address],
        help_text="https://… ou, pour une page d’ici, ce qui suit le nom du site : /actualites/",
    )
    link_title = models.CharField(
        "mots du lien", max_length=60, blank=True, help_text="Un verbe : « Voir les horaires »."
    )
    audience = models.CharField(
        "qui la voit", max_length=10, choices=Audience.choices, default=Audience.ALL
    )
    starts_at = models.DateTimeField(
        "à partir de", null=True, blank=True, help_text="Vide : tout de suite."
    )
    ends_at = models.DateTimeField(
        "jusqu’à",
        null=True,
        blank=True,
        help_text="Une alerte qui reste n’est plus lue : donnez-lui une fin.",
    )

    panels = [
        FieldPanel("level"),
        FieldPanel("message"),
        MultiFieldPanel(
            [FieldPanel("link"), FieldPanel("link_title")], heading="Pour en savoir plus"
        ),
        FieldPanel("audience"),
        MultiFieldPanel([FieldPanel("starts_at"), FieldPanel("ends_at")], heading="Quand"),
    ]

    class Meta:
        verbose_name = "bandeau d’alerte"
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=["info", "attention", "urgent"]),
                name="home_sitealert_level_known",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["all", "members"]),
                name="home_sitealert_audience_known",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                name="home_sitealert_ends_after_it_starts",
                violation_error_message="La fin vient avant le début.",
            ),
        ]

    def clean(self) -> None:
        """Refuse what could not be shown as meant. Raises ValidationError by field."""
        super().clean()
        errors = {}
        if self.link and not self.link_title:
            errors["link_title"] = "Dites en quelques mots où mène le lien."
        if self.link_title and not self.link:
            errors["link"] = "Donnez l’adresse à laquelle ces mots mènent."
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            errors["ends_at"] = "La fin vient avant le début : donnez un moment plus tardif."
        if errors:
            raise ValidationError(errors)

    @property
    def is_due(self) -> bool:
        """Return whether there is an alert now."""
        now = timezone.now()
        return (
            bool(self.message.strip())
            and (self.starts_at is None or self.starts_at <= now)
            and (self.ends_at is None or self.ends_at > now)
        )

    @property
    def can_be_closed(self) -> bool:
        return self.level != self.Level.URGENT

    @property
    def version(self) -> str:
        """Return what changes when the alert says something else: then it is shown again."""
        said = f"{self.site_id} {self.level} {self.message} {self.link} {self.starts_at}"
        return sha256(said.encode()).hexdigest()[:16]
