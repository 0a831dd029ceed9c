"""Opens the intranet of a collectivité, or completes it: safe to repeat."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from accounts.models import Commune, Membership, Organisation, Role, User
from home.provisioning.sites import provision_site
from home.provisioning.starter import install_starter

FORMS = ("commune", "epci", "departement", "region", "ccas")


class Command(BaseCommand):
    help = "Ouvre l’intranet d’une collectivité (ou le complète) et nomme sa coordination."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="Nom complet, par exemple « Ville de Metz »")
        parser.add_argument("--siret", required=True, help="14 chiffres")
        parser.add_argument("--legal-form", required=True, help=", ".join(FORMS))
        parser.add_argument("--commune", required=True, help="Code INSEE, cinq caractères")
        parser.add_argument("--hostname", required=True, help="intranet.exemple.fr")
        parser.add_argument("--port", type=int, default=443)
        parser.add_argument("--coordinator", required=True, help="Adresse électronique")
        parser.add_argument("--short-name", default="", help="Nom court (sinon le nom complet)")
        parser.add_argument("--slug", default="", help="Identifiant (sinon tiré du nom court)")
        parser.add_argument("--first-name", default="", help="Prénom de la coordination")
        parser.add_argument("--last-name", default="", help="Nom de la coordination")
        parser.add_argument("--no-starter", action="store_true", help="Sans les pages de départ")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            organisation, is_new = self._organisation(options)
            try:
                site = provision_site(organisation, options["hostname"].lower(), options["port"])
            except ValueError as error:
                raise CommandError(str(error)) from error
            if not options["no_starter"]:
                install_starter(site)
            person = self._coordinator(organisation, options)
        done = "créée" if is_new else "déjà là, complétée"
        self.stdout.write(f"{organisation.name} : {done}.")
        self.stdout.write(f"Intranet : {site.root_url}/")
        self.stdout.write(f"Rédaction : {site.root_url}/cms/")
        self.stdout.write(f"Coordination : {person.email} (connexion par code : /connexion/code/)")

    def _organisation(self, options: dict[str, Any]) -> tuple[Organisation, bool]:
        siret = "".join(options["siret"].split())
        existing = Organisation.objects.filter(siret=siret).first()
        if existing is not None:
            if existing.kind != Organisation.Kind.COLLECTIVITE:
                raise CommandError(
                    f"Le SIRET {siret} est celui de {existing}, qui n’est pas une collectivité."
                )
            return existing, False
        if options["legal_form"] not in FORMS:
            raise CommandError(
                f"Forme inconnue : {options['legal_form']}. Choisissez parmi : {', '.join(FORMS)}."
            )
        commune = Commune.objects.filter(code=options["commune"]).first()
        if commune is None:
            raise CommandError(
                f"Commune inconnue : {options['commune']}. Donnez le code INSEE à cinq caractères "
                "(57463 pour Metz), pas le code postal."
            )
        short_name = options["short_name"] or options["name"]
        organisation = Organisation(
            kind=Organisation.Kind.COLLECTIVITE,
            legal_form=options["legal_form"],
            name=options["name"],
            short_name=short_name[:60],
            slug=options["slug"] or slugify(short_name)[:60],
            siret=siret,
            commune=commune,
            latitude=commune.latitude,
            longitude=commune.longitude,
        )
        try:
            organisation.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        organisation.save()
        return organisation, True

    def _coordinator(self, organisation: Organisation, options: dict[str, Any]) -> User:
        email = options["coordinator"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"« {email} » n’est pas une adresse électronique.") from error
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            person = User.objects.create_user(
                email, first_name=options["first_name"], last_name=options["last_name"]
            )
        membership = Membership.objects.live().filter(user=person, organisation=organisation)
        own = membership.first() or Membership.objects.create(
            user=person, organisation=organisation
        )
        if not Role.objects.live().filter(membership=own, kind=Role.Kind.COORDINATOR).exists():
            Role.objects.create(membership=own, kind=Role.Kind.COORDINATOR)
        return person
