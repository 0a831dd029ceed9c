"""Erase what is past its time, or say what would be."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organisation
from accounts.personal_data.purging import Due, PurgeFailed, due_for, owners, purge
from search.maintenance import forget_gone


class Command(BaseCommand):
    help = (
        "Efface ce qui a passé sa durée de conservation, par collectivité et par sorte : base, "
        "index de recherche, anciennes versions et fichiers. « tick » le fait déjà chaque nuit."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="dit ce qui serait effacé, sans rien effacer"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            total = self._tell(one for owner in owners() for one in due_for(owner) if one.count)
            self.stdout.write(f"Total : {total} à effacer. Rien n’a été effacé.")
            return
        try:
            total = self._tell(purge())
        except PurgeFailed as failed:
            raise CommandError(f"Ce qui suit n’a pas pu être effacé : {failed}") from failed
        left = forget_gone()
        if left:
            self.stdout.write(f"Restes dans les index de recherche : {left}")
        self.stdout.write(f"Total : {total} effacés.")

    def _tell(self, lines: Iterable[Due]) -> int:
        """Write one line a kind under the name of its organisation; returns the total."""
        total = 0
        written: list[Organisation | None] = []
        for one in lines:
            if not written or written[-1] != one.organisation:
                written.append(one.organisation)
                owner = one.organisation
                self.stdout.write(owner.name if owner else "Hors des collectivités")
            self.stdout.write(
                f"  {one.kind.label} : {one.count} (d’avant le {one.before:%d/%m/%Y})"
            )
            total += one.count
        return total
