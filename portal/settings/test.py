"""Tests: real PostgreSQL, Redis and Elasticsearch when their addresses are given."""

import tempfile
from pathlib import Path

from portal.settings.base import *  # noqa: F403
from portal.settings.base import database, environment

DEBUG = False
DEMO_MODE = False
SECRET_KEY = "test-only-" + "x" * 50
ALLOWED_HOSTS = ["*"]

DATABASE_URL = environment.url(
    "DATABASE_URL", ("sqlite", "postgres", "postgresql"), default="sqlite://:memory:"
)
DATABASES = {"default": database(DATABASE_URL)}

MEDIA_ROOT = tempfile.mkdtemp(prefix="portal-tests-")
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ELASTICSEARCH_INDEX_PREFIX = "test"
# Tests count failures themselves; the lock-out has its own test that turns this on.
ACCOUNT_RATE_LIMITS = False
WHITENOISE_AUTOREFRESH = True
PLATFORM_URL = WAGTAILADMIN_BASE_URL = "http://localhost"
VAR_DIR = Path(MEDIA_ROOT)
