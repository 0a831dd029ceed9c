from importlib import import_module

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = "Recherche"

    def ready(self) -> None:
        # They register the kinds of findable things, SQLite's distance function, and what keeps
        # the synonyms in force current.
        for module in ("search.listings", "search.pages", "search.geo", "search.synonyms.in_force"):
            import_module(module)
        from search.indexing import when_marked
        from search.saved import personal_data as saved
        from search.sense.keeping import ask_for_vectors
        from search.unmet import personal_data as unmet

        when_marked(ask_for_vectors)
        saved.register()
        unmet.register()
