"""Do what is due now: expiries, digests, scheduled pages, search catch-up."""

from __future__ import annotations

import signal
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from portal.ticking import Outcome, run_due


class Command(BaseCommand):
    help = (
        "Fait ce qui est à l’échéance (délais, récapitulatifs, pages programmées, index). "
        "Sans danger à répéter ; à lancer chaque minute, ou en boucle avec --every."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDES", help="recommence après ce délai, sans fin"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        every = options["every"]
        if every is None:
            if not self._run_once(options["verbosity"]):
                sys.exit(1)
            return
        if every < 1:
            raise CommandError("--every : donnez un nombre de secondes, 1 au moins.")
        self._loop(every, options["verbosity"])

    def _loop(self, every: int, verbosity: int) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            # A database that was restarted is connected to again.
            close_old_connections()
            self._run_once(verbosity)
            stop.wait(every)

    def _run_once(self, verbosity: int) -> bool:
        outcomes = run_due()
        for outcome in outcomes:
            self._tell(outcome, verbosity)
        return not any(outcome.error for outcome in outcomes)

    def _tell(self, outcome: Outcome, verbosity: int) -> None:
        if outcome.error:
            self.stderr.write(f"{outcome.work.name} : échec. {outcome.error}")
        elif outcome.done or verbosity > 1:
            self.stdout.write(f"{outcome.work.name} : {outcome.done or 0}")
