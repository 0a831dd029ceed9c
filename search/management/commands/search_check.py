"""Compare the database with the search indexes and mend what differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from elastic_transport import TransportError
from elasticsearch import ApiError

from search.documents import all_kinds
from search.maintenance import check
from search.management.commands.search_rebuild import bar


class Command(BaseCommand):
    help = "Compare la base et les index de recherche, répare les écarts et les dit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="dire les écarts sans rien réparer"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        mend = not options["dry_run"]
        wrong = False
        for kind in all_kinds():
            try:
                found = check(kind.name, mend=mend, progress=bar(self, kind.name))
            except (TransportError, ApiError) as error:
                raise CommandError(f"Elasticsearch n’a pas répondu : {error}") from error
            wrong |= not found.is_right
            self.stdout.write(
                f"{found.kind} : {found.expected} attendus ; base : {found.embedded_missing} "
                f"manquants, {found.embedded_extra} en trop, {found.embedded_stale} dépassés"
            )
            if found.elastic_missing is not None:
                self.stdout.write(
                    f"{found.kind} : Elasticsearch : {found.elastic_missing} manquants, "
                    f"{found.elastic_extra} en trop, {found.elastic_stale} dépassés"
                )
        if not wrong:
            self.stdout.write("Tout est en ordre.")
        elif mend:
            self.stdout.write("Les écarts sont réparés.")
        else:
            raise CommandError("Il y a des écarts ; sans --dry-run, ils seraient réparés.")
