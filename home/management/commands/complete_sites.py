"""After an upgrade: gives the intranets that are open what the new version adds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from home.provisioning.sites import complete_sites


class Command(BaseCommand):
    help = (
        "Complète chaque intranet ouvert : rubriques, groupes et droits que cette version ajoute. "
        "Sans danger à répéter."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for site in complete_sites():
            if options["verbosity"]:
                self.stdout.write(f"{site.root_url} : complet.")
