"""Pictures and documents of the intranets, with what an editor must say about them."""

from __future__ import annotations

from django.db import models
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Site


class EditorialTag(TagBase):
    """A tag of one collectivité: its completion never shows another's words."""

    # Uniqueness is per site, below; taggit's own would be global, and a number after a word would
    # say that another collectivité has it.
    name = models.CharField("nom", max_length=100)
    slug = models.SlugField("identifiant", max_length=100, allow_unicode=True)
    site = models.ForeignKey(Site, models.CASCADE, related_name="editorial_tags")
    free_tagging = True

    class Meta:
        verbose_name = "étiquette éditoriale"
        verbose_name_plural = "étiquettes éditoriales"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="home_tag_once_per_site"),
            models.UniqueConstraint(fields=["site", "slug"], name="home_tag_slug_once_per_site"),
        ]


class TaggedImage(ItemBase):
    tag = models.ForeignKey(EditorialTag, models.CASCADE, related_name="tagged_images")
    content_object = models.ForeignKey(
        "home.EditorialImage", models.CASCADE, related_name="tagged_items"
    )


class TaggedDocument(ItemBase):
    tag = models.ForeignKey(EditorialTag, models.CASCADE, related_name="tagged_documents")
    content_object = models.ForeignKey(
        "home.EditorialDocument", models.CASCADE, related_name="tagged_items"
    )


class EditorialImage(AbstractImage):
    """A picture with its alternative text, its credit, and the consent of those it shows."""

    class Consent(models.TextChoices):
        NOBODY = "nobody", "personne n’est reconnaissable"
        GIVEN = "given", "les personnes ont donné leur accord écrit"
        TO_ASK = "to_ask", "l’accord reste à demander"

    credit = models.CharField("crédit", max_length=200, blank=True)
    consent = models.CharField(
        "personnes montrées", max_length=10, choices=Consent.choices, default=Consent.NOBODY
    )
    tags = TaggableManager("étiquettes", through=TaggedImage, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "credit", "consent")

    class Meta(AbstractImage.Meta):
        verbose_name = "image"

    @property
    def default_alt_text(self) -> str:
        return self.description


class EditorialRendition(AbstractRendition):
    image = models.ForeignKey(EditorialImage, models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="home_editorial_rendition_once",
            )
        ]


class EditorialDocument(AbstractDocument):
    tags = TaggableManager("étiquettes", through=TaggedDocument, blank=True)

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = "document"

    def clean(self) -> None:
        """Look at the file when there is one: a form that refused it has said why."""
        if self.file:
            super().clean()

    @property
    def url(self) -> str:
        """Return the address on the one path by which files leave, not Wagtail's own."""
        return self.file.url
