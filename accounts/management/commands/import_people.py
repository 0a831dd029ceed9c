"""Import departments and people from a CSV file: the same rules as the page."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.importing.applying import apply
from accounts.importing.plan import COUNT_WORDS, Plan, plan_for
from accounts.importing.reading import MAX_BYTES, Unreadable, table_of, text_of
from accounts.members.hold import Refused
from accounts.models import Organisation


class Command(BaseCommand):
    help = (
        "Importe les services et les personnes d’un fichier CSV. Sans danger si on recommence ; "
        "aucune invitation ne part, et personne n’est parti parce qu’il manque au fichier."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="Fichier CSV (UTF-8, Windows-1252 ou UTF-16)")
        parser.add_argument(
            "--organisation", required=True, help="Identifiant, comme trois-vallees"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Montre ce qui changerait, sans rien changer"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = self._organisation(options["organisation"])
        try:
            with Path(options["file"]).open("rb") as file:
                table = table_of(text_of(file.read(MAX_BYTES + 1)))
        except OSError as error:
            raise CommandError(f"Fichier illisible : {options['file']}.") from error
        except Unreadable as why:
            raise CommandError(str(why)) from why
        plan = plan_for(organisation, table)
        self._tell_problems(plan)
        if not options["dry_run"]:
            try:
                plan = apply(organisation, table, None)
            except Refused as refusal:
                raise CommandError(str(refusal)) from refusal
        self._tell(plan, options)

    def _organisation(self, slug: str) -> Organisation:
        found = Organisation.objects.open().public_bodies().filter(slug=slug).first()
        if found is None:
            known = Organisation.objects.open().collectivites().values_list("slug", flat=True)
            raise CommandError(
                f"Collectivité inconnue : {slug}. Connues : {', '.join(sorted(known)) or 'aucune'}."
            )
        return found

    def _tell_problems(self, plan: Plan) -> None:
        for problem in plan.problems:
            self.stderr.write(
                f"Ligne {problem.line}, {problem.column} (« {problem.value} ») : {problem.why}"
            )
        if plan.problems:
            lines = len({problem.line for problem in plan.problems})
            raise CommandError(f"{lines} ligne(s) à corriger : rien n’a été importé.")

    def _tell(self, plan: Plan, options: dict[str, Any]) -> None:
        if options["verbosity"] > 1 and options["dry_run"]:
            for change in plan.changes():
                self.stdout.write(f"  {change.who} : {change.what}")
        for kind, words in COUNT_WORDS.items():
            self.stdout.write(f"{words} : {plan.counts[kind]}")
        if plan.ignored:
            self.stdout.write(f"Colonnes ignorées : {', '.join(plan.ignored)}")
        if plan.missing:
            self.stdout.write(
                f"Membres absents du fichier : {len(plan.missing)}. Leur départ, s’il y en a un, "
                "s’enregistre dans la page des personnes :"
            )
            for membership in plan.missing:
                self.stdout.write(f"  {membership.user}, {membership.department or 'sans service'}")
        if plan.not_wanted:
            self.stdout.write(
                f"Invitations préparées et absentes du fichier : {len(plan.not_wanted)}. Elles se "
                "retirent dans la page des invitations :"
            )
            for invitation in plan.not_wanted:
                self.stdout.write(f"  {invitation.full_name or invitation.email}")
        if options["dry_run"]:
            self.stdout.write("Essai à blanc : rien n’a été changé.")
