"""The signed decision that lends working time: checked by content, kept under an opaque name."""

from __future__ import annotations

import warnings
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image as Pillow

from marketplace.refusals import Refused

MAX_BYTES = 10 * 1024 * 1024
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png"}

TOO_HEAVY = "Ce fichier dépasse 10 Mo : numérisez-le en moins grand."
NOT_A_DECISION = (
    "Ce fichier n’est ni un PDF ni une image lisible : envoyez la décision signée en PDF, "
    "ou sa photo en JPEG ou PNG."
)


def checked(upload: Any, *, name: str = "decision", refusal: str = NOT_A_DECISION) -> ContentFile:
    """Return the file under a neutral name with the suffix of its content.

    Raises Refused: `refusal` says what is wanted instead of what is neither a PDF nor a picture.
    """
    if upload.size > MAX_BYTES:
        raise Refused(TOO_HEAVY)
    upload.seek(0)
    data = upload.read()
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]:
        return ContentFile(data, name=f"{name}.pdf")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            upload.seek(0)
            picture = Pillow.open(upload, formats=tuple(SUFFIXES))
            if picture.width * picture.height > settings.PHOTO_MAX_PIXELS:
                raise Refused(refusal)
            picture.verify()
    except Refused:
        raise
    except Exception:  # each decoder breaks in its own way on a broken file
        raise Refused(refusal) from None
    return ContentFile(data, name=f"{name}{SUFFIXES[str(picture.format)]}")
