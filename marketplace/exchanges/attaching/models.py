"""Files joined to a message of an exchange."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from django.db import models
from django.utils import timezone

from accounts.references import reference_field
from marketplace.exchanges.models import Message


def attachment_path(attachment: Attachment, filename: str) -> str:
    """Return an opaque path below the exchange's folder: the guard reads the exchange there."""
    suffix = PurePath(filename).suffix.lower()
    return f"messages/{attachment.message.exchange.ref}/{secrets.token_hex(12)}{suffix}"


class Attachment(models.Model):
    ref = reference_field()
    message = models.ForeignKey(
        Message, models.CASCADE, verbose_name="message", related_name="attachments"
    )
    file = models.FileField("fichier", upload_to=attachment_path, max_length=120, unique=True)
    # As its sender called it: it may say a name, so it is read by whoever may read names.
    name = models.CharField("nom du fichier", max_length=120)
    size = models.PositiveIntegerField("taille en octets")
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "fichier joint"
        verbose_name_plural = "fichiers joints"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return str(self.file.name).endswith(".jpg")
