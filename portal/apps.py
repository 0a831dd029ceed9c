from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portail"

    def ready(self) -> None:
        # They answer what rooms below say or ask.
        for module in ("portal.receivers", "portal.offers", "portal.directory", "portal.stories"):
            import_module(module)
