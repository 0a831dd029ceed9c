from importlib import import_module

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = "Recherche"

    def ready(self) -> None:
        # They register the kinds of findable things, and SQLite's distance function.
        for module in ("search.listings", "search.pages", "search.geo"):
            import_module(module)
