"""A file of things that waits for its answer, between its dry run and the import."""

from __future__ import annotations

from accounts.importing.kept import KeptFile


class ThingsFile(KeptFile):
    class Meta(KeptFile.Meta):
        verbose_name = "import de matériel"
        verbose_name_plural = "imports de matériel"
