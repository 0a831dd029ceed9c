"""The insurance certificates of the organisations that borrow."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Organisation
from accounts.references import reference_field


def certificate_path(certificate: InsuranceCertificate, filename: str) -> str:
    """Return an opaque path below the certificate's folder: the guard reads it there."""
    suffix = PurePath(filename).suffix.lower()
    return f"insurance/{certificate.ref}/{secrets.token_hex(12)}{suffix}"


class InsuranceCertificate(models.Model):
    """Deposited once, it serves for every loan until its end."""

    ref = reference_field()
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        verbose_name="organisme assuré",
        related_name="insurance_certificates",
    )
    file = models.FileField("attestation", upload_to=certificate_path, max_length=120)
    insurer = models.CharField("assureur", max_length=120, blank=True)
    valid_until = models.DateField("valable jusqu’au")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="déposée par", related_name="+"
    )
    added_at = models.DateTimeField("déposée le", default=timezone.now)
    warned_at = models.DateTimeField("fin rappelée le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "attestation d’assurance"
        verbose_name_plural = "attestations d’assurance"
        ordering = ["-valid_until", "-pk"]

    def __str__(self) -> str:
        return f"{self.organisation}, jusqu’au {self.valid_until:%d/%m/%Y}"

    @property
    def is_past(self) -> bool:
        return self.valid_until < timezone.localdate()
