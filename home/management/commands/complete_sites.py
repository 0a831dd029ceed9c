"""After an upgrade: gives the intranets that are open what the new version adds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from home.events.announcing import close_left_open
from home.provisioning.sites import complete_sites


class Command(BaseCommand):
    help = (
        "Complète chaque intranet ouvert : rubriques, groupes et droits que cette version ajoute. "
        "Désinscrit, en les prévenant, les personnes du dehors qu’un événement passé dans la "
        "partie réservée gardait encore. Sans danger à répéter."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for site in complete_sites():
            if options["verbosity"]:
                self.stdout.write(f"{site.root_url} : complet.")
        let_go = close_left_open()
        if let_go and options["verbosity"]:
            self.stdout.write(f"Personnes du dehors désinscrites d’événements réservés : {let_go}.")
