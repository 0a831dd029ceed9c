"""A video that everybody can follow: with captions, and all that is said and shown in writing."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from home.blocks.media import OwnDocumentBlock, OwnImageBlock
from home.blocks.text import OwnRichTextBlock
from home.typography import NBSP

VIDEO_FORMATS = {".mp4": "video/mp4", ".webm": "video/webm"}
CAPTIONS_FORMAT = ".vtt"
# A link leads out: only to places that carry captions and that readers know. Nothing of theirs is
# drawn in the page, so nobody is followed by them for reading it.
LINK_HOSTS = (
    "tube.numerique.gouv.fr",
    "vimeo.com",
    "www.dailymotion.com",
    "www.youtube.com",
    "youtu.be",
)


class VideoValue(blocks.StructValue):
    @property
    def mime_type(self) -> str:
        """Return what the browser must know of the file."""
        document = self.get("video")
        return VIDEO_FORMATS.get(_extension(document), "") if document else ""

    @property
    def host(self) -> str:
        """Return where the link leads, as one says it: «vimeo.com»."""
        return (urlsplit(self.get("link") or "").hostname or "").removeprefix("www.")


class VideoBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Ce que l’on y voit", max_length=120)
    video = OwnDocumentBlock(
        label="Fichier de la vidéo",
        required=False,
        help_text=f"En MP4 ou WebM, 20{NBSP}Mo au plus, soit deux minutes environ.",
    )
    captions = OwnDocumentBlock(
        label="Sous-titres",
        required=False,
        help_text=f"Un fichier .vtt{NBSP}: sans eux, qui n’entend pas ne peut pas suivre.",
    )
    poster = OwnImageBlock(
        label="Image d’attente",
        required=False,
        help_text=f"Facultative{NBSP}: montrée avant que l’on lance le fichier.",
    )
    link = blocks.URLBlock(
        label="Ou son adresse, sur un site de vidéos",
        required=False,
        help_text="La page y mène, sans rien charger de ce site.",
    )
    transcript = OwnRichTextBlock(
        label="Tout ce qui est dit et montré", help_text="Pour qui lit au lieu de regarder."
    )

    class Meta:
        icon = "media"
        label = "Vidéo"
        template = "home/blocks/video.html"
        value_class = VideoValue
        preview_value = {
            "title": "Une matinée à la collecte",
            "link": "https://tube.numerique.gouv.fr/w/exemple",
            "transcript": "<p>Karim montre la benne. « On la charge à deux, toujours. »</p>",
        }
        description = "Avec ses sous-titres et sa transcription."

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        problems = video_problems(cleaned)
        if problems:
            raise StructBlockValidationError(
                block_errors={name: ValidationError(text) for name, text in problems.items()}
            )
        return cleaned


def video_problems(value: Any) -> dict[str, str]:
    """Return what keeps a video from being followed by everybody, by field, in sentences."""
    video, captions, link = value.get("video"), value.get("captions"), value.get("link")
    if not video and not link:
        return {"video": "Choisissez le fichier de la vidéo, ou donnez son adresse."}
    if video and link:
        return {"link": f"L’un des deux suffit{NBSP}: retirez l’adresse, ou le fichier."}
    if link:
        return {} if _is_known(link) else {"link": _elsewhere()}
    problems = {}
    if _extension(video) not in VIDEO_FORMATS:
        problems["video"] = (
            "Ce document n’est pas une vidéo que les navigateurs lisent. Enregistrez-la en MP4, "
            "puis choisissez-la ici."
        )
    if not captions:
        problems["captions"] = (
            "Ajoutez les sous-titres, un fichier .vtt. La plupart des logiciels de montage en "
            f"écrivent un{NBSP}; votre service de communication peut aussi vous aider."
        )
    elif _extension(captions) != CAPTIONS_FORMAT:
        problems["captions"] = (
            f"Ce document n’est pas un fichier de sous-titres{NBSP}: son nom finit par .vtt."
        )
    return problems


def _is_known(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:  # not an address at all
        return False
    return parts.scheme == "https" and parts.hostname in LINK_HOSTS


def _elsewhere() -> str:
    listed = ", ".join(host.removeprefix("www.") for host in LINK_HOSTS)
    return (
        f"Cette adresse n’est pas celle d’un site de vidéos que nous connaissons ({listed}), ou "
        "elle ne commence pas par https://. Déposez plutôt le fichier de la vidéo dans les "
        "documents, avec ses sous-titres."
    )


def _extension(document: Any) -> str:
    return PurePath(document.filename).suffix.lower()
