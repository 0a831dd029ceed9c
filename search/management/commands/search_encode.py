"""Make the vectors that listings lack: once an encoder is there, or where nothing runs `tick`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from search.sense.keeping import catch_up


class Command(BaseCommand):
    help = "Lit les annonces dont le sens manque encore, s’il y a de quoi les lire."

    def handle(self, *args: Any, **options: Any) -> None:
        made = 0
        while some := catch_up():
            made += some
        if made:
            self.stdout.write(f"{made} annonces lues pour leur sens.")
