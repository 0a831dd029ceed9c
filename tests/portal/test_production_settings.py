"""Production starts only when every setting is right; else one sentence names and mends it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

RIGHT = {
    "SECRET_KEY": "Zk3vQ9pX7mN2bT8cR4wY6uJ1hG5fD0sALqEoViBnMxKtWjHr",
    "DATABASE_URL": "postgres://portal:secret@localhost:5432/portal",
    "REDIS_URL": "redis://localhost:6379/0",
    "PLATFORM_URL": "https://entraide.example",
    "EMAIL_URL": "smtp+tls://user:secret@localhost:587",
    "DEFAULT_FROM_EMAIL": "Entraide <entraide@entraide.example>",
}
RIGHT["SECRET_KEY"] += "0123456789"


def start(command: str = "import portal.wsgi", **variables: str | None):
    """Start the product as Granian does, with these variables changed or (None) taken away."""
    environment = {"PATH": os.environ["PATH"], **RIGHT, **variables}
    environment["DJANGO_SETTINGS_MODULE"] = "portal.settings.production"
    return subprocess.run(
        [sys.executable, "-c", command],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=240,
    )


READ = "from django.conf import settings; from portal.environment import check_settings; "
READ += "check_settings(); print(*(getattr(settings, name) for name in {!r}), sep='|')"


def values(*names: str, **variables: str | None) -> list[str]:
    result = start(READ.format(names), **variables)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip().split("|")


def test_with_everything_right_it_starts():
    result = start()

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", list(RIGHT))
def test_a_missing_variable_stops_the_start(name):
    result = start(READ.format(()), **{name: None})

    assert result.returncode == 1
    assert result.stderr.startswith(f"Réglage à corriger. {name} : la variable d’environnement")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "50 caractères"),
        ("SECRET_KEY", "ab" * 40, "50 caractères"),
        ("SECRET_KEY", "development-only-" + "x7y8z9" * 20, "publique"),
        ("DATABASE_URL", "mysql://a@b/c", "commence par"),
        ("DATABASE_URL", "sqlite:////tmp/x.sqlite3", "commence par postgres://"),
        ("DATABASE_URL", "postgres://portal:secret@localhost", "nom de la base"),
        ("DATABASE_URL", "postgres:///portal", "nom du serveur"),
        ("DATABASE_URL", "postgres://portal:p@ss:word@localhost:x/portal", "codage d’URL"),
        ("REDIS_URL", "localhost:6379", "commence par redis://"),
        ("REDIS_URL", "redis://", "nom du serveur"),
        ("ELASTICSEARCH_URL", "localhost:9200", "commence par http://"),
        ("PLATFORM_URL", "entraide.example", "Elle commence par"),
        ("PLATFORM_URL", "http://entraide.example", "https"),
        ("PLATFORM_URL", "https://entraide.example/accueil", "sans chemin"),
        ("ALLOWED_HOSTS", "*", "n’est pas un nom de domaine"),
        ("ALLOWED_HOSTS", "https://entraide.example", "n’est pas un nom de domaine"),
        ("CSRF_TRUSTED_ORIGINS", "entraide.example", "https://"),
        ("EMAIL_URL", "consolemail://", "commence par smtp://"),
        ("EMAIL_URL", "smtp://", "nom du serveur"),
        ("DEFAULT_FROM_EMAIL", "Entraide", "adresse électronique"),
        ("SECURE_HSTS_SECONDS", "un an", "nombre entier"),
        ("PROXY_COUNT", "-1", "0 au moins"),
        ("LOG_LEVEL", "bavard", "Choisissez entre DEBUG"),
        ("DEMO_MODE", "peut-être", "« oui » ou « non »"),
    ],
)
def test_a_wrong_variable_stops_the_start(name, value, sentence):
    result = start(READ.format(()), **{name: value})

    assert result.returncode == 1
    assert result.stderr.startswith(f"Réglage à corriger. {name} : ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_refused_address_never_shows_its_password():
    result = start(READ.format(()), DATABASE_URL="mysql://portal:tres-secret@localhost/portal")

    assert "tres-secret" not in result.stderr + result.stdout


def test_a_trial_on_this_machine_may_use_http_and_keeps_its_cookies():
    names = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS")

    assert values(*names, PLATFORM_URL="http://localhost:8080") == ["False", "False", "0"]
    assert values(*names) == ["True", "True", "31536000"]


def test_only_the_platforms_name_is_served_unless_more_are_given():
    assert values("ALLOWED_HOSTS") == ["['entraide.example']"]
    given = values("ALLOWED_HOSTS", ALLOWED_HOSTS="entraide.example, .collectivite.example")
    assert given == ["['entraide.example', '.collectivite.example']"]


def test_mail_goes_out_encrypted_as_its_address_says():
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS")
    assert values(*names) == ["localhost", "587", "True"]


def test_redis_never_holds_a_page_for_ever():
    (queues,) = values("RQ_QUEUES")
    assert "socket_timeout=2" in queues
    (caches,) = values("CACHES")
    assert "'SOCKET_TIMEOUT': 1" in caches
