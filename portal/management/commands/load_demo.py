"""Load the demonstration: four intranets, their people, offers, needs and exchanges."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.models import Commune, Organisation
from home.changes import together
from portal.demonstration import (
    calendars,
    calls,
    consents,
    desk,
    editorial,
    endings,
    exits,
    following,
    habits,
    hand_overs,
    hands,
    house_rules,
    kept,
    launch,
    leavers,
    letters,
    marketplace,
    media,
    past,
    people,
    pins,
    readers,
    searches,
    synonyms,
    told,
    year,
)
from portal.demonstration.source import PASSWORD, read


class Command(BaseCommand):
    help = (
        "Charge la démonstration (organismes et personnes fictifs). Sans danger à répéter : "
        "ce qui existe est gardé."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port des adresses locales")
        parser.add_argument(
            "--quiet-table", action="store_true", help="sans le tableau des comptes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError(
                "La démonstration crée des comptes au mot de passe connu. Elle ne se charge "
                "que si DEMO_MODE vaut « oui »."
            )
        if not Commune.objects.exists():
            call_command("load_places", verbosity=0)
        call_command("load_synonyms", verbosity=0)
        steps: list[tuple[str, Callable[[], Iterator[str]]]] = [
            ("Organismes", people.load_organisations),
            ("Intranets", lambda: editorial.load_sites(options["port"])),
            ("Personnes", people.load_people),
            ("Rôles et départs", people.load_changes),
            ("Confiance", people.load_trust),
            ("Catégories", marketplace.load_categories),
            ("Suivi des services", following.load_following),
            ("Annonces", marketplace.load_listings),
            ("Synonymes", synonyms.load_words),
            ("Protection et chartes", house_rules.load_house_rules),
            ("Échanges", marketplace.load_exchanges),
            ("Échanges passés", past.load_past),
            ("Accords", consents.load_consents),
            ("Arrêts et médiations", exits.load_exits),
            ("Je viens", hands.load_hands),
            ("Annonces gardées", kept.load_kept),
            ("Calendriers", calendars.load_calendars),
            ("Remises et retours", hand_overs.load_hand_overs),
            ("Une année", year.load_year),
            ("Habitudes", habits.load_habits),
            ("Départs", leavers.load_leavers),
            ("Images", media.load_media),
            ("Pages", editorial.load_pages),
            ("Pages choisies", pins.load_pins),
            ("Fins d’échanges", endings.load_endings),
            ("Appels", calls.load_calls),
            ("Lancement", launch.load_launch),
            ("Rédaction", desk.load_desk),
            ("Accès et alertes", readers.load_frames),
            ("Nouvelles des échanges", told.load_told),
            ("Recherches gardées", searches.load_searches),
            ("Lettre du lundi", letters.load_letters),
            ("Nouvelles", readers.load_notices),
            ("Visites", readers.load_visits),
        ]
        with tqdm(steps, unit="étape", desc="Démonstration", file=self.stderr) as progress:
            for title, step in progress:
                progress.set_postfix_str(title)
                # All or nothing for each step: a stop in the middle leaves nothing half-made; the
                # search hears of its pages once.
                with together():
                    for _ in step():
                        progress.update(0)
        call_command("search_rebuild", verbosity=0)
        if not options["quiet_table"]:
            self._print_table(options["port"])

    def _print_table(self, port: int) -> None:
        say = self.stdout.write
        say("")
        say(f"Plateforme              http://localhost:{port}")
        for organisation in Organisation.objects.filter(site__isnull=False).select_related("site"):
            say(f"{organisation.short_name:<23} http://{organisation.site.hostname}:{port}")
        addresses = {item["key"]: item["email"] for item in read("people")["people"]}
        hosts = {
            item["key"]: item["intranet"]["host_prefix"] + ".localhost"
            for item in read("organisations")
            if item.get("intranet")
        }
        say("")
        say(f"Comptes de démonstration (mot de passe pour tous : {PASSWORD})")
        accounts = read("people")["accounts"]
        width = max(len(account["role"]) for account in accounts)
        for account in accounts:
            host = hosts.get(account.get("organisation") or "", "localhost")
            say(f"  {account['role']:<{width}}  {addresses[account['person']]:<46} {host}:{port}")
        say("")
