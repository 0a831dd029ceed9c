"""Load the synonyms of the field that ship with the product."""

from typing import Any

from django.core.management.base import BaseCommand

from search.synonyms.shipped import load_synonyms


class Command(BaseCommand):
    help = "Charge les synonymes livrés avec le produit ; sans danger si on recommence."

    def handle(self, *args: Any, **options: Any) -> None:
        written, gone = load_synonyms()
        if options["verbosity"]:
            self.stdout.write(f"{written} groupes de synonymes écrits, {gone} retirés.")
