"""Production: everything from the environment, checked at start with a sentence that helps.

Each variable is described in docs/configuration.md.
"""

from urllib.parse import urlsplit

from portal.settings.base import *  # noqa: F403
from portal.settings.base import environ, environment

DEBUG = False
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")

# --- Secrets --------------------------------------------------------------------------------------

DRAW_A_KEY = "Tirez-en une : python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
SECRET_KEY = environment.text("SECRET_KEY", mend=DRAW_A_KEY)
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    raise environment.refuse(
        "SECRET_KEY", "la clé est trop simple, il faut 50 caractères tirés au hasard.", DRAW_A_KEY
    )
if SECRET_KEY.startswith(("development-only-", "test-only-", "django-insecure-")):
    raise environment.refuse("SECRET_KEY", "cette clé est publique.", DRAW_A_KEY)

# --- Services -------------------------------------------------------------------------------------

GIVE_POSTGRESQL = "Donnez l’adresse de PostgreSQL : postgres://utilisateur:secret@hote:5432/base"
DATABASE_URL = environment.url("DATABASE_URL", ("postgres", "postgresql"), mend=GIVE_POSTGRESQL)
if not urlsplit(DATABASE_URL).path.strip("/"):
    raise environment.refuse("DATABASE_URL", "le nom de la base manque.", GIVE_POSTGRESQL)

REDIS_URL = environment.url(
    "REDIS_URL",
    ("redis", "rediss", "unix"),
    mend="Donnez l’adresse de Redis : redis://hote:6379/0",
)
ELASTICSEARCH_URL = environment.url(
    "ELASTICSEARCH_URL",
    ("http", "https"),
    default="",
    mend="Donnez l’adresse d’Elasticsearch : http://hote:9200",
)

# --- Addresses ------------------------------------------------------------------------------------

GIVE_PLATFORM = "Donnez l’adresse publique de la plateforme : https://entraide.exemple.fr"
PLATFORM_URL = WAGTAILADMIN_BASE_URL = environment.url(
    "PLATFORM_URL", ("https", "http"), mend=GIVE_PLATFORM
).rstrip("/")
platform = urlsplit(PLATFORM_URL)
HTTPS = platform.scheme == "https"
if not HTTPS and platform.hostname not in LOCAL_NAMES:
    raise environment.refuse(
        "PLATFORM_URL",
        "hors de cette machine, le site se sert en https.",
        GIVE_PLATFORM,
    )
if platform.path or platform.query or platform.fragment:
    raise environment.refuse(
        "PLATFORM_URL", "il ne faut que le nom, sans chemin après lui.", GIVE_PLATFORM
    )

# `portal.hosts` refuses every host that has no Site; this list is the belt under it.
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", (platform.hostname or "",))
for host in ALLOWED_HOSTS:
    if host == "*" or "/" in host:
        raise environment.refuse(
            "ALLOWED_HOSTS",
            f"« {host} » n’est pas un nom de domaine.",
            "Écrivez les noms servis, séparés par des virgules ; « .exemple.fr » couvre un domaine "
            "et tous ceux qui en dépendent.",
        )

# A form is accepted from its own host; only a form served elsewhere needs an entry here.
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
for origin in CSRF_TRUSTED_ORIGINS:
    if not origin.startswith(("https://", "http://")):
        raise environment.refuse(
            "CSRF_TRUSTED_ORIGINS",
            f"« {origin} » n’a pas de https:// devant lui.",
            "Écrivez les origines entières, séparées par des virgules : https://exemple.fr",
        )

# --- Mail -----------------------------------------------------------------------------------------

EMAIL_URL = environment.url(
    "EMAIL_URL",
    ("smtp", "smtp+tls", "smtp+ssl"),
    mend="Donnez le serveur d’envoi : smtp+tls://utilisateur:secret@hote:587",
)
vars().update(environ.Env.email_url_config(EMAIL_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.email(
    "DEFAULT_FROM_EMAIL", mend="Donnez l’adresse d’expédition : entraide@exemple.fr"
)

# --- Files ----------------------------------------------------------------------------------------

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Behind a proxy -------------------------------------------------------------------------------

# TLS ends at the proxy, which says so in this header and must overwrite what a browser sends.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies stand before us: the lock-out counts by the address the last of them saw.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.integer("PROXY_COUNT", 1)
SECURE_SSL_REDIRECT = HTTPS
# Browsers drop secure cookies over http, which only a trial on this machine uses.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = environment.integer("SECURE_HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
