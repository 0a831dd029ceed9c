"""The identity of a site: what its coordination or its editors set in `/cms/`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from home import colours
from home.help_texts import SettingForm
from home.pages.fields import ImageKey
from home.typography import NBSP
from home.widgets import ColourInput, PictogramInput

LONGEST_NAME = 60  # as the short name of a collectivité: the header has one line
MARKS = [
    ("heart-handshake", "mains et cœur"),
    ("building-community", "maisons et immeuble"),
    ("mountain", "montagne"),
    ("trees", "arbres"),
    ("windmill", "moulin"),
    ("aerial-lift", "téléphérique"),
    ("seedling", "jeune pousse"),
    ("leaf", "feuille"),
    ("droplet", "goutte d’eau"),
    ("sun", "soleil"),
    ("compass", "boussole"),
    ("bike", "vélo"),
    ("building-bank", "hôtel de ville"),
    ("building-cottage", "maison"),
    ("map-pin", "lieu"),
    ("star", "étoile"),
]


class IdentityForm(SettingForm):
    """The identity, with the name of the site, which Wagtail keeps with its address."""

    site_name = forms.CharField(
        label="Nom du site",
        max_length=LONGEST_NAME,
        required=False,
        help_text=(
            f"En haut de chaque page. Vide{NBSP}: le nom court de la collectivité, que les "
            "courriels gardent dans tous les cas."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site_name"].initial = self.instance.site.site_name

    def save(self, commit: bool = True) -> Any:
        site = self.instance.site
        short_name = getattr(getattr(site, "organisation", None), "short_name", site.site_name)
        site.site_name = self.cleaned_data["site_name"] or short_name
        site.save(update_fields=["site_name"])
        return super().save(commit)


@register_setting(icon="view")
class SiteIdentity(BaseSiteSetting):
    base_form_class = IdentityForm

    class Accessibility(models.TextChoices):
        NONE = "non conforme", "non conforme"
        PARTLY = "partiellement conforme", "partiellement conforme"
        FULLY = "totalement conforme", "totalement conforme"

    tagline = models.CharField("sous le nom", max_length=80, blank=True)
    logo = ImageKey(
        verbose_name="logo",
        help_text="Facultatif. Il remplace le pictogramme à côté du nom.",
    )
    # Kept here so that a page of the site costs one query, not three.
    logo_url = models.CharField(max_length=300, blank=True, editable=False)
    mark = models.CharField("pictogramme", max_length=40, choices=MARKS, default="heart-handshake")
    accent = models.CharField(
        "couleur d’accent",
        max_length=7,
        default="#0f5d63",
        help_text="Celle des liens et des fonds forts : assez foncée pour être lue.",
    )
    second = models.CharField(
        "seconde couleur",
        max_length=7,
        default="#f0b13a",
        help_text="Celle du bouton principal et des repères.",
    )
    footer_text = models.CharField("au bas des pages", max_length=300, blank=True)
    whom_to_ask = models.CharField(
        "à qui poser une question",
        max_length=200,
        blank=True,
        help_text="Une personne ou un service, avec son téléphone ou son adresse : « Sylvie "
        "Hoffmann, à la coordination : 01 99 00 40 41 ». Tout le monde le lit, au bas de "
        "chaque page et là où l’on est arrêté.",
    )
    # What the accessibility statement says (home/legal/), kept here for the foot of every page.
    accessibility_state = models.CharField(
        "état d’accessibilité",
        max_length=30,
        choices=Accessibility.choices,
        default=Accessibility.NONE,
        editable=False,
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("site_name"),
                FieldPanel("tagline"),
                FieldPanel("logo"),
                FieldPanel("mark", widget=PictogramInput),
            ],
            heading="En-tête",
        ),
        MultiFieldPanel(
            [
                FieldPanel("accent", widget=ColourInput(colours.accent_instead)),
                FieldPanel("second", widget=ColourInput(colours.second_instead)),
            ],
            heading="Couleurs",
        ),
        MultiFieldPanel(
            [FieldPanel("footer_text"), FieldPanel("whom_to_ask")], heading="Pied de page"
        ),
    ]

    class Meta:
        verbose_name = "identité du site"

    def clean(self) -> None:
        """Refuse colours that cannot be read, with the reason and one that can.

        Raises ValidationError by field.
        """
        super().clean()
        errors = {}
        if message := accent_error(self.accent):
            errors["accent"] = message
        if message := second_error(self.second):
            errors["second"] = message
        if errors:
            raise ValidationError(errors)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.logo_url = ""
        if self.logo is not None:
            try:
                self.logo_url = self.logo.get_rendition("max-360x120").url
            except (OSError, ValueError):  # the file is gone: the mark stands in
                self.logo_url = ""
        super().save(*args, **kwargs)


def accent_error(colour: str) -> str:
    """Return why the accent is refused, or nothing."""
    if not colours.is_hex(colour):
        return _not_a_colour(colour)
    instead = colours.accent_instead(colour)
    if not instead:
        return ""
    return (
        f"Cette couleur est trop claire pour qu’on lise du blanc dessus{NBSP}: le contraste est de "
        f"{_ratio(colours.accent_contrast(colour))}, il en faut 4,5. Prenez {instead}, qui en est "
        "proche."
    )


def second_error(colour: str) -> str:
    """Return why the second colour is refused, or nothing."""
    if not colours.is_hex(colour):
        return _not_a_colour(colour)
    instead = colours.second_instead(colour)
    if not instead:
        return ""
    return (
        f"Ni le noir ni le blanc ne se lisent assez sur cette couleur{NBSP}: le contraste est au "
        f"mieux de {_ratio(colours.second_contrast(colour))}, il en faut 4,5. Prenez {instead}, "
        "qui en est proche."
    )


def _not_a_colour(value: str) -> str:
    return (
        f"«{NBSP}{value[:20]}{NBSP}» n’est pas une couleur. Écrivez un dièse et six chiffres ou "
        f"lettres de a à f, par exemple #0f5d63."
    )


def _ratio(value: float) -> str:
    # Rounded down: 4.47 must not be shown as 4,5.
    return f"{int(value * 100) / 100:.2f}".replace(".", ",")
