"""Tests: real PostgreSQL, Redis and Elasticsearch when their addresses are given."""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from portal.settings.base import *  # noqa: F403
from portal.settings.base import CACHES, ELASTICSEARCH_URL, REDIS_URL, database, environment

DEBUG = False
DEMO_MODE = False
ICONS_STRICT = True  # a template that names an unknown icon fails its tests
SECRET_KEY = "test-only-" + "x" * 50
ALLOWED_HOSTS = ["*"]

# pytest-xdist runs one process a core: each has its own databases, Redis database and indexes.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")

DATABASE_URL = environment.url(
    "DATABASE_URL", ("sqlite", "postgres", "postgresql"), default="sqlite://:memory:"
)
DATABASES = {"default": database(DATABASE_URL)}
if DATABASE_URL.startswith("sqlite:////"):
    # Django would test in memory, where nothing is concurrent: a file when a file is asked for.
    DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}.test"}

TASKS = {"default": {"BACKEND": "portal.tasks.OnCommitImmediateBackend"}}
if REDIS_URL:
    # Tests empty the cache: never the database 0 that something else may use, but the last ones.
    REDIS_URL = urlsplit(REDIS_URL)._replace(path=f"/{15 - int(WORKER[2:]) % 15}").geturl()
    CACHES["default"]["LOCATION"] = REDIS_URL
    RQ_QUEUES = {"default": {"URL": environment.with_timeouts(REDIS_URL, 2)}}
    # Tests of the queue ask for it by name; all others run their tasks at once.
    TASKS["redis"] = {"BACKEND": "portal.tasks.OnCommitRQBackend", "QUEUES": ["default"]}
if ELASTICSEARCH_URL:
    ELASTICSEARCH_INDEX_PREFIX = f"test-{WORKER}"

# The words alone, as most tests say; those of the sense turn it on.
EMBEDDINGS = False

MEDIA_ROOT = tempfile.mkdtemp(prefix="portal-tests-")
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Tests count failures themselves; the lock-out has its own test that turns this on.
ACCOUNT_RATE_LIMITS = False
WHITENOISE_AUTOREFRESH = True
PLATFORM_URL = WAGTAILADMIN_BASE_URL = "http://localhost"
VAR_DIR = Path(MEDIA_ROOT)
