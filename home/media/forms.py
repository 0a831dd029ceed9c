"""What a file must be, said kindly: the forms of pictures and documents in `/cms/`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BooleanField, Field
from PIL import Image as Picture
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm
from wagtail.models import Collection, Site

from home.audience.public_pages import is_a_logo, named, public_pages_with
from home.media.content import is_what_it_says
from home.site_settings import SiteIdentity
from home.tags.forms import SiteTagsMixin
from home.tenancy.collections import is_kept_inside, tenancy_of
from home.typography import NBSP

IMAGE_ERRORS = {
    "invalid_extension": (
        "Ce format d’image n’est pas accepté. Enregistrez l’image en JPEG ou en PNG, puis "
        "choisissez-la de nouveau."
    ),
    "invalid_image": (
        "Ce fichier n’est pas une image, ou il est abîmé. Ouvrez-le, enregistrez-le en JPEG ou en "
        "PNG, puis choisissez-le de nouveau."
    ),
    "invalid_image_known_format": (
        "Le nom de ce fichier finit par .%(extension)s, mais son contenu n’est pas une image de ce "
        "format. Ouvrez-le, enregistrez-le en JPEG ou en PNG, puis choisissez-le de nouveau."
    ),
    "file_too_large": (
        "Cette image pèse %(file_size)s, la limite est de %(max_filesize)s. "
        f"Réduisez-la{NBSP}: 1{NBSP}600 pixels de large suffisent."
    ),
    "file_too_many_pixels": (
        f"Cette image a trop de pixels. Réduisez-la{NBSP}: 1{NBSP}600 pixels de large suffisent."
    ),
}
IMAGE_ERRORS["invalid_image_extension"] = IMAGE_ERRORS["invalid_extension"]

DESCRIPTION_HELP = (
    f"Une phrase pour qui ne la voit pas, sans «{NBSP}image de{NBSP}». Vide, l’image n’est qu’un "
    "décor."
)
DOCUMENT_ERRORS = {
    "file_too_large": (
        "Ce document pèse %(file_size)s, la limite est de %(max_filesize)s. Allégez-le, par "
        f"exemple en l’enregistrant en PDF «{NBSP}taille réduite{NBSP}», ou coupez-le en deux."
    ),
}
HIDE = "hide_anyway"
SHOWN_TO_ALL = (
    "Des pages que tout le monde lit montrent ce fichier, et les personnes du dehors ne l’auront "
    f"plus{NBSP}: %s."
)
LOGO_OF_ALL = (
    "Cette image est le logo du site, et les personnes du dehors ne l’auront plus en haut de ses "
    "pages."
)
HOW_TO_HIDE = (
    "Mettez-y d’abord un autre fichier, ou cochez cette case, puis enregistrez de nouveau."
)


class _FileTagsMixin(SiteTagsMixin):
    """The tags of a file are of the collectivité in whose collection it is put."""

    collections: QuerySet[Collection]
    instance: Any

    def site_of_tags(self) -> Site | None:
        if "collection" in self.fields:  # type: ignore[attr-defined]
            collection = self.cleaned_data.get("collection")
        else:  # the only one that this person has
            collection = self.collections[0]
        tenancy = tenancy_of(collection) if collection else None
        return tenancy.site if tenancy else None


class _HidingMixin:
    """Before a file is kept inside, the public pages that show it are named, and one says so."""

    fields: dict[str, Field]
    data: Any
    instance: Any
    add_prefix: Callable[[str], str]
    add_error: Callable[[str, str], None]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()  # type: ignore[misc]
        collection = cleaned.get("collection")
        if self.instance.pk is None or collection is None or not is_kept_inside(collection):
            return cleaned
        if is_kept_inside(self.instance.collection):  # its former one still
            return cleaned
        shown = public_pages_with(self.instance)
        warnings = [LOGO_OF_ALL] if is_a_logo(self.instance) else []
        if shown:
            warnings.append(SHOWN_TO_ALL % named(shown))
        if warnings:
            self.fields[HIDE] = BooleanField(required=False, label="Le réserver quand même")
            if self.data.get(self.add_prefix(HIDE)) != "on":
                self.add_error(HIDE, " ".join([*warnings, HOW_TO_HIDE]))
        return cleaned


class OwnImageForm(_HidingMixin, _FileTagsMixin, BaseImageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "description" in self.fields:
            self.fields["description"].label = "Ce que l’image montre"
            self.fields["description"].help_text = DESCRIPTION_HELP
        if "file" in self.fields:
            field = self.fields["file"]
            field.error_messages.update(IMAGE_ERRORS)
            _say_limit_plainly(field)
            field.to_python = partial(_picture, field, field.to_python)  # type: ignore[method-assign]

    def save(self, commit: bool = True) -> Any:
        """Return the picture; a site whose logo it is has the address of the new file."""
        saved = super().save(commit)
        if commit and "file" in self.changed_data:
            # After super(), which deletes the drawings of the former file.
            for identity in SiteIdentity.objects.filter(logo=saved):
                identity.save()
        return saved


def _say_limit_plainly(field: Any) -> None:
    """Write «10 Mo» wherever the field says its limit: Django's way is «10,0 Mo»."""
    said = str(field.max_upload_size_text)
    plainly = said.replace(",0", "")
    field.max_upload_size_text = plainly
    field.help_text = str(field.help_text).replace(said, plainly)
    field.error_messages = {
        code: str(message).replace(said, plainly) for code, message in field.error_messages.items()
    }


def _picture(field: Field, read: Callable[[Any], Any], data: Any) -> Any:
    """Return the picture that `read` finds; raises ValidationError when it cannot be drawn.

    Read to its end: a picture that was cut would break every list that shows it.
    """
    try:
        found = read(data)
        if found is not None:
            found.seek(0)
            with Picture.open(found) as picture:
                picture.load()
            found.seek(0)
    except ValidationError as refusal:
        if refusal.code != "invalid_image_known_format":
            raise
        # As the name ends: Wagtail would say .jpeg of a .jpg.
        ending = {"extension": PurePath(data.name).suffix.lower().lstrip(".")}
        message = IMAGE_ERRORS["invalid_image_known_format"] % ending
        raise ValidationError(message, refusal.code) from refusal
    except Exception as error:  # whatever a broken file makes its reader raise
        raise ValidationError(field.error_messages["invalid_image"], "invalid_image") from error
    return found


class OwnDocumentForm(_HidingMixin, _FileTagsMixin, BaseDocumentForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            field = self.fields["file"]
            field.error_messages.update(DOCUMENT_ERRORS)
            _say_limit_plainly(field)
            field.help_text = f"Formats{NBSP}: {_accepted()}. {field.help_text}"

    def clean_file(self) -> Any:
        """Refuse what is not a document by its name or its content, with what is accepted."""
        file = self.cleaned_data["file"]
        extension = PurePath(file.name).suffix.lower().lstrip(".")
        if extension not in settings.WAGTAILDOCS_EXTENSIONS:
            raise ValidationError(
                f"Ce genre de fichier n’est pas accepté ici. Enregistrez-le en PDF, ou dans un de "
                f"ces formats{NBSP}: {_accepted()}."
            )
        if "file" in self.changed_data and not is_what_it_says(extension, file):
            raise ValidationError(
                f"Le nom de ce fichier finit par .{extension}, mais son contenu n’est pas celui "
                f"d’un fichier {extension.upper()}. Ouvrez-le, enregistrez-le dans ce format ou, "
                "pour un texte, en PDF, puis choisissez-le de nouveau."
            )
        return file


def _accepted() -> str:
    return ", ".join(settings.WAGTAILDOCS_EXTENSIONS).upper()
