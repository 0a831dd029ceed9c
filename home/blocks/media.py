"""What one shows: pictures, documents, the schemes of a track."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock


class OwnChoiceMixin:
    """Of a chooser block: it takes, and draws again, only what belongs to the writer's site."""

    own_widget: str  # by name: Wagtail's widgets load models, and blocks are read before them
    model_class: Any

    @cached_property
    def widget(self) -> forms.Widget:
        return import_string(f"home.tenancy.fields.{self.own_widget}")(**self.widget_options())

    def widget_options(self) -> dict[str, Any]:
        return {}

    @cached_property
    def field(self) -> forms.ModelChoiceField:
        return import_string("home.tenancy.fields.OwnModelChoiceField")(
            queryset=self.model_class.objects.all(),
            widget=self.widget,
            required=self._required,  # type: ignore[attr-defined]
            help_text=self._help_text,  # type: ignore[attr-defined]
            validators=self._validators,  # type: ignore[attr-defined]
        )

    def value_from_form(self, value: Any) -> Any:
        if value is None or isinstance(value, self.model_class):
            return value
        return self.widget.get_instance(value)  # type: ignore[attr-defined]


class OwnImageBlock(OwnChoiceMixin, ImageChooserBlock):
    own_widget = "OwnImageChooser"


class OwnDocumentBlock(OwnChoiceMixin, DocumentChooserBlock):
    own_widget = "OwnDocumentChooser"


class OwnPageBlock(OwnChoiceMixin, blocks.PageChooserBlock):
    own_widget = "OwnPageChooser"

    def widget_options(self) -> dict[str, Any]:
        return {"target_models": self.target_models, "can_choose_root": self.can_choose_root}


class ImageBlock(blocks.StructBlock):
    image = OwnImageBlock(label="Image")
    alt = blocks.CharBlock(
        label="Ce que l’image montre",
        required=False,
        max_length=200,
        help_text=(
            "Une phrase pour qui ne la voit pas. Vide : la description de l’image elle-même."
        ),
    )
    caption = blocks.CharBlock(label="Légende", required=False, max_length=300)

    class Meta:
        icon = "image"
        label = "Image"
        description = "Avec ce qu’elle montre, en une phrase, et sa légende."
        template = "home/blocks/image.html"
        preview_template = "home/blocks/samples/image.html"


class DocumentBlock(blocks.StructBlock):
    document = OwnDocumentBlock(label="Document")
    title = blocks.CharBlock(
        label="Titre affiché", required=False, help_text="Vide : le titre du document."
    )

    class Meta:
        icon = "doc-full"
        label = "Document à télécharger"
        description = "Un PDF, un tableau : le lien en dit le format et le poids."
        template = "home/blocks/document.html"
        preview_template = "home/blocks/samples/document.html"


class SchemesBlock(blocks.StaticBlock):
    """Where the schemes of the track are listed; without it they come at the end."""

    class Meta:
        icon = "list-ul"
        label = "Dispositifs de la piste"
        template = "home/blocks/schemes.html"
        admin_text = "Les dispositifs rangés sous cette piste s’affichent ici."
