"""Say what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.diagnosis import CHECKS, examine


class Command(BaseCommand):
    help = "Examine l’installation : une ligne par point, et comment le mettre en ordre."
    requires_system_checks: list = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only", nargs="+", choices=list(CHECKS), metavar="POINT", help=", ".join(CHECKS)
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for title, finding in examine(options["only"] or CHECKS):
            mark = self.style.SUCCESS("bien  ") if finding.fine else self.style.ERROR("à voir")
            self.stdout.write(f"{mark}  {title:<16} {finding.text}")
            if not finding.fine:
                wrong += 1
                self.stdout.write(f"{'':<25}→ {finding.mend}")
        if wrong:
            sys.exit(1)
