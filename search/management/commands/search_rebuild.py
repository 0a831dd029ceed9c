"""Rewrite the search indexes from the database, while the site goes on."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from elastic_transport import TransportError
from elasticsearch import ApiError

from search.documents import all_kinds
from search.elastic.client import is_configured
from search.maintenance import Progress, rebuild_elasticsearch, rebuild_embedded


class Command(BaseCommand):
    help = "Reconstruit les index de recherche depuis la base, sans interrompre le site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", choices=[kind.name for kind in all_kinds()])
        parser.add_argument(
            "--engine", choices=["embedded", "elasticsearch"], help="les deux par défaut"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kinds = [options["kind"]] if options["kind"] else [kind.name for kind in all_kinds()]
        if options["engine"] == "elasticsearch" and not is_configured():
            raise CommandError(
                "Elasticsearch n’est pas réglé : donnez son adresse dans ELASTICSEARCH_URL."
            )
        for kind in kinds:
            if options["engine"] in (None, "embedded"):
                count = rebuild_embedded(kind, bar(self, f"{kind}, base"))
                self.stdout.write(f"{kind} : {count} objets relus dans l’index de la base.")
            if options["engine"] in (None, "elasticsearch") and is_configured():
                try:
                    name = rebuild_elasticsearch(kind, bar(self, f"{kind}, Elasticsearch"))
                except (TransportError, ApiError) as error:
                    raise CommandError(
                        f"Elasticsearch n’a pas répondu ({error}) : l’ancien index reste en place."
                    ) from error
                self.stdout.write(f"{kind} : l’index {name} répond désormais.")


def bar(command: BaseCommand, label: str) -> Progress:
    """Return a function that draws a progress bar where a person looks, nothing elsewhere."""

    def draw(done: int, total: int) -> None:
        if not sys.stderr.isatty() or not total:
            return
        filled = 30 * done // total
        command.stderr.write(
            f"\r{label:<24} [{'█' * filled}{'·' * (30 - filled)}] {done}/{total}",
            ending="\n" if done >= total else "",
        )
        command.stderr.flush()

    return draw
