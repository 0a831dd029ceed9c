"""One machine, no server: SQLite, embedded search, e-mails in files that /_courriels/ shows."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import MIDDLEWARE, TEMPLATES, VAR_DIR, environment

DEBUG = environment.boolean("DEBUG", True)
DEMO_MODE = environment.boolean("DEMO_MODE", True)
SECRET_KEY = environment.text("SECRET_KEY", "development-only-" + "x" * 50)
# Unknown hosts are refused by portal.hosts, which knows the sites.
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS = ["127.0.0.1"]

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "emails"

# Unknown addresses show what people will see; other errors keep Django's own page.
MIDDLEWARE.append("portal.development.middleware.KindNotFoundMiddleware")

VAR_DIR.mkdir(parents=True, exist_ok=True)
TEMPLATES[0]["OPTIONS"]["debug"] = DEBUG
