"""Prepare the demonstration and serve it, in one process: scripts/demo."""

from __future__ import annotations

import importlib
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.urls import get_resolver
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

APPLICATION = "portal.wsgi"


class Command(BaseCommand):
    help = "Prépare la démonstration, puis la sert."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--bind", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_demo", port=port)
        # Beside the server, for it takes a while: the words answer alone meanwhile.
        subprocess.Popen([sys.executable, "manage.py", "search_encode"], cwd=settings.BASE_DIR)
        self.stdout.write(f"Courriels envoyés       http://localhost:{port}/_courriels/\n\n")
        self.stdout.write("La démonstration tourne. Ctrl+C pour l’arrêter.")
        # Where the server's process is a copy of this one, it has nothing left to read.
        importlib.import_module(APPLICATION)
        _ = get_resolver().url_patterns
        connections.close_all()
        Server(
            f"{APPLICATION}:application",
            address=options["bind"],
            port=port,
            interface=Interfaces.WSGI,
            blocking_threads=4,
            workers_kill_timeout=3,
            log_level=LogLevels.warning,
        ).serve()
