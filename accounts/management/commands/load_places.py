"""Load the communes and EPCI of France from the files that ship with the product."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.places.reference import load_reference


class Command(BaseCommand):
    help = "Charge les communes et les intercommunalités de France ; sans danger si on recommence."

    def handle(self, *args: Any, **options: Any) -> None:
        epcis, communes = load_reference()
        if options["verbosity"]:
            self.stdout.write(f"{communes} communes et {epcis} intercommunalités chargées.")
