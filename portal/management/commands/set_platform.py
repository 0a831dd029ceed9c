"""Give the platform its own site, at the address that PLATFORM_URL says."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

from home.provisioning.sites import provision_platform
from home.provisioning.starter import install_platform_pages

DEFAULT_PORTS = {"http": 80, "https": 443}


class Command(BaseCommand):
    help = (
        "Installe le site de la plateforme à l’adresse PLATFORM_URL. Sans danger à répéter, et à "
        "relancer quand cette adresse change."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        address = urlsplit(settings.PLATFORM_URL)
        port = address.port or DEFAULT_PORTS[address.scheme]
        site = provision_platform(address.hostname or "localhost", port)
        install_platform_pages(site)
        if options["verbosity"]:
            self.stdout.write(f"La plateforme répond à {site.root_url}")
