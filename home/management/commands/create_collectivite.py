"""Opens the intranet of a collectivité, or completes it: safe to repeat."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from home.provisioning.opening import FORMS, Opening, OpeningRefused, open_collectivite


class Command(BaseCommand):
    help = "Ouvre l’intranet d’une collectivité (ou le complète) et nomme sa coordination."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="Nom complet, par exemple « Ville de Metz »")
        parser.add_argument("--siret", required=True, help="14 chiffres")
        parser.add_argument("--legal-form", required=True, help=", ".join(FORMS))
        parser.add_argument("--commune", required=True, help="Code INSEE, cinq caractères")
        parser.add_argument("--hostname", required=True, help="intranet.exemple.fr")
        parser.add_argument("--port", type=int, default=443)
        parser.add_argument("--coordinator", required=True, help="Adresse électronique")
        parser.add_argument("--short-name", default="", help="Nom court (sinon le nom complet)")
        parser.add_argument("--slug", default="", help="Identifiant (sinon tiré du nom court)")
        parser.add_argument("--first-name", default="", help="Prénom de la coordination")
        parser.add_argument("--last-name", default="", help="Nom de la coordination")
        parser.add_argument("--no-starter", action="store_true", help="Sans les pages de départ")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = {name: value for name, value in options.items() if name in Opening.__annotations__}
        try:
            opened = open_collectivite(Opening(**asked, with_starter=not options["no_starter"]))
        except OpeningRefused as refused:
            raise CommandError(str(refused)) from refused
        done = "créée" if opened.is_new else "déjà là, complétée"
        base, by_code = opened.site.root_url, reverse("account_request_login_code")
        self.stdout.write(f"{opened.organisation.name} : {done}.")
        self.stdout.write(f"Intranet : {base}/")
        self.stdout.write(f"Rédaction : {base}/cms/")
        self.stdout.write(
            f"Coordination : {opened.coordinator.email} (connexion par code : {by_code})"
        )
        self.stdout.write(f"Trousse de lancement : {base}/coordination/lancement/")
