"""Production: everything from the environment, checked at start with a sentence that helps."""

from urllib.parse import urlsplit

from portal.settings.base import *  # noqa: F403
from portal.settings.base import environ, environment

DEBUG = False

SECRET_KEY = environment.text(
    "SECRET_KEY",
    mend="Tirez-en une avec : python -c 'import secrets; print(secrets.token_urlsafe(64))'",
)
if len(SECRET_KEY) < 50:
    raise environment.refuse(
        "SECRET_KEY",
        "la clé est trop courte.",
        "Il en faut au moins 50 caractères, tirés au hasard.",
    )

DATABASE_URL = environment.url(
    "DATABASE_URL",
    ("postgres", "postgresql"),
    mend="Donnez l’adresse de PostgreSQL : postgres://utilisateur:mot-de-passe@hote:5432/base",
)
REDIS_URL = environment.url(
    "REDIS_URL", ("redis", "rediss", "unix"), mend="Donnez l’adresse de Redis : redis://hote:6379/0"
)
ELASTICSEARCH_URL = environment.url("ELASTICSEARCH_URL", ("http", "https"), default="")

PLATFORM_URL = WAGTAILADMIN_BASE_URL = environment.url(
    "PLATFORM_URL",
    ("https", "http"),
    mend="Donnez l’adresse de la plateforme : https://entraide.exemple.fr",
)
# `portal.hosts` refuses every host that has no Site; this list is the proxy-level belt.
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", (urlsplit(PLATFORM_URL).hostname or "",))
if "*" in ALLOWED_HOSTS:
    raise environment.refuse(
        "ALLOWED_HOSTS",
        "« * » laisserait passer n’importe quel nom.",
        "Écrivez les noms servis, séparés par des virgules ; « .exemple.fr » couvre un domaine.",
    )
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS", (PLATFORM_URL.rstrip("/"),))

EMAIL_URL = environment.url(
    "EMAIL_URL",
    ("smtp", "smtp+tls", "smtp+ssl", "submission"),
    mend="Donnez le serveur d’envoi : smtp+tls://utilisateur:mot-de-passe@hote:587",
)
vars().update(environ.Env.email_url_config(EMAIL_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text(
    "DEFAULT_FROM_EMAIL", mend="Donnez l’adresse d’expédition : entraide@exemple.fr"
)

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# TLS ends at the proxy, which says so in this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
HTTPS = urlsplit(PLATFORM_URL).scheme == "https"
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = environment.integer("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
