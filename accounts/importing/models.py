"""A file of people that was read."""

from __future__ import annotations

from django.db import models

from accounts.importing.kept import KeptFile


class PeopleImport(KeptFile):
    """One file of people.

    `missing` are the memberships that the file did not name, `uninvited` the invitations prepared
    before: proposed, never ended nor withdrawn by themselves.
    """

    missing = models.JSONField(default=list, blank=True)
    uninvited = models.JSONField(default=list, blank=True)

    class Meta(KeptFile.Meta):
        verbose_name = "import de personnes"
        verbose_name_plural = "imports de personnes"
