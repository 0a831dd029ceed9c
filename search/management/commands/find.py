"""Search from a terminal, as somebody: what would they find, and why."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict

from accounts.models import User
from search.catalogue import ENGINES, search_catalogue
from search.parsing import parse_query


class Command(BaseCommand):
    help = "Cherche dans le catalogue, à la place de quelqu’un."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", help="les mots, ou une adresse entière : « ?q=vélo&lieu=Metz »")
        parser.add_argument("--as", dest="email", help="adresse de la personne ; sinon, personne")
        parser.add_argument("--engine", choices=sorted(ENGINES))
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user: Any = AnonymousUser()
        if options["email"]:
            user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
            if user is None:
                raise CommandError(f"Personne n’a l’adresse {options['email']}.")
        text = options["text"]
        data = QueryDict(mutable=True)
        if text.startswith("?"):
            data = QueryDict(text[1:])
        else:
            data["q"] = text
        parsed = parse_query(data, user)
        result = search_catalogue(parsed.query, user, engine=options["engine"])
        if options["json"]:
            self.stdout.write(json.dumps(as_json(result), ensure_ascii=False, indent=2))
            return
        for note in [*parsed.notes, *parsed.errors.values()]:
            self.stdout.write(f"! {note}")
        for hit in result.hits:
            where = f" ({hit.distance_km:.1f} km)" if hit.distance_km is not None else ""
            self.stdout.write(f"{hit.item.ref}  {hit.item.title}{where}")
        self.stdout.write(
            f"{result.total} réponses, page {result.page} sur {result.pages}, "
            f"{result.engine}, {result.milliseconds:.1f} ms"
            + (" (secours)" if result.fell_back else "")
        )
        if result.correction:
            self.stdout.write(f"Vouliez-vous dire « {result.correction.text} » ?")


def as_json(result: Any) -> dict[str, Any]:
    """Return a result as plain values, in a fixed order."""
    return {
        "total": result.total,
        "page": result.page,
        "pages": result.pages,
        "engine": result.engine,
        "fell_back": result.fell_back,
        "relaxed": result.relaxed,
        "milliseconds": round(result.milliseconds, 1),
        "correction": result.correction.text if result.correction else None,
        "hits": [
            {
                "ref": hit.item.ref,
                "title": hit.item.title,
                "url": hit.item.get_absolute_url(),
                "distance_km": round(hit.distance_km, 1) if hit.distance_km is not None else None,
            }
            for hit in result.hits
        ],
        "facets": {
            name: {str(value): count for value, count in counts.items()}
            for name, counts in result.facets.items()
        },
    }
