"""Settings of Clearway: one file, read from the environment, unsafe combinations refused.

Nothing here opens a connection or starts a server. Without DATABASE_URL the addresses of the embedded
servers are read from the file that the supervisor wrote (`.local/runtime.env`).
"""

import os
from pathlib import Path

import bootstrap_wrapper
import environ
import whitenoise.compress
from csp.constants import NONE, SELF

from config.key_rings import load_ring

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(os.environ.get("CLEARWAY_STATE", BASE_DIR / ".local"))

env = environ.Env()
if "DATABASE_URL" not in os.environ and (STATE_DIR / "runtime.env").exists():
    env.read_env(STATE_DIR / "runtime.env")

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("CLEARWAY_SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_TLS = env.bool("BEHIND_TLS", default=not DEMO)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1 if BEHIND_TLS else 0)  # in front of us, each ours
# A browser keeps a cookie of these names only if it came by TLS, and from this very host.
HOST_COOKIE, PATH_COOKIE = ("__Host-", "__Secure-") if BEHIND_TLS else ("", "")

# ---------------------------------------------------------------- the center
CENTER_NAME = env.str("CENTER_NAME", default="Juniper House")
CENTER_SHORT_NAME = env.str("CENTER_SHORT_NAME", default="Juniper")
CENTER_PHONE = env.str("CENTER_PHONE", default="(804) 555-0100")
CENTER_TIME_ZONE = env.str("CENTER_TIME_ZONE", default="America/New_York")
# Who must sign a minor's consent, by the law of the state: "minor_alone" or "minor_and_parent". No default:
# until it is set, no consent of a minor is taken.
CENTER_STATE = env.str("CENTER_STATE", default="")
MINOR_RULE = env.str("MINOR_RULE", default="")
MINOR_AGE = env.int("MINOR_AGE", default=18)
# Whether minors are admitted at all. Saying yes takes the rule, the state, and who approved it for the law.
MINORS_ADMITTED = env.bool("MINORS_ADMITTED", default=False)
MINORS_APPROVED_BY = env.str("MINORS_APPROVED_BY", default="")

OPEN_FROM = env.int("OPEN_FROM", default=7)  # hour of the day, center's zone
OPEN_UNTIL = env.int("OPEN_UNTIL", default=24)
CALLBACK_MINUTES = env.int("CALLBACK_MINUTES", default=30)
REVIEW_MINUTES = env.int("REVIEW_MINUTES", default=120)  # how soon a clinician's decision is promised
ANSWER_MINUTES = env.int("ANSWER_MINUTES", default=120)  # how soon a clinician's question is answered
REVIEW_LEASE_MINUTES = env.int("REVIEW_LEASE_MINUTES", default=20)  # how long a review is somebody's alone
STEP_DOWN_REVIEW_DAYS = env.int("STEP_DOWN_REVIEW_DAYS", default=14)
ADMISSION_UNDO_MINUTES = env.int("ADMISSION_UNDO_MINUTES", default=15)  # 60 at most: the database says so
WAITLIST_OFFER_HOURS = env.int("WAITLIST_OFFER_HOURS", default=4)  # a free place is held for who is next
# Hours after somebody began to wait at which they are called; then the last gap again and again.
WAITLIST_CALL_HOURS = [int(hours) for hours in env.list("WAITLIST_CALL_HOURS", default=["24", "72", "168"])]
WAITLIST_MISSED_HOURS = env.int("WAITLIST_MISSED_HOURS", default=12)  # after that a due call was missed
REFERENCE_PREFIX = env.str("REFERENCE_PREFIX", default="JH")
ADMISSIONS_MAILBOX = env.str("ADMISSIONS_MAILBOX", default="admissions@demo.example" if DEMO else "")
ON_CALL_MAILBOX = env.str("ON_CALL_MAILBOX", default="on-call@demo.example" if DEMO else "")
PRIVACY_MAILBOX = env.str("PRIVACY_MAILBOX", default="privacy@demo.example" if DEMO else "")
PRIVACY_PHONE = env.str("PRIVACY_PHONE", default=CENTER_PHONE)  # in the notice and in letters
CENTER_FAX = env.str("CENTER_FAX", default="")  # on the cover sheet of a packet
CENTER_NPI = env.str("CENTER_NPI", default="")  # National Provider Identifier, in a packet as FHIR
DOWNTIME_KIT_MILES = env.int("DOWNTIME_KIT_MILES", default=150)
DOWNTIME_KIT_PARTNERS = env.int("DOWNTIME_KIT_PARTNERS", default=60)
CENTER_ADDRESS = env.str("CENTER_ADDRESS", default="12 Harbor Street, Richmond, VA 23219")
CENTER_ZIP = env.str("CENTER_ZIP", default=CENTER_ADDRESS.rsplit(" ", 1)[-1][:5])  # the kit measures from it
INSTRUMENT_TEXT_FOLDER = env.str("INSTRUMENT_TEXT_FOLDER", default="")  # licensed wordings of the site
RECORDS_PER_HOUR = env.int("RECORDS_PER_HOUR", default=30)  # read by one of staff: a supervisor looks at it
PUBLIC_REQUESTS_PER_MINUTE = env.int("PUBLIC_REQUESTS_PER_MINUTE", default=20)  # from one network

# ---------------------------------------------------------------- applications
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.static.CollectedFiles",
    "django.contrib.postgres",
    "django.forms",
    "crispy_forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "rules",
    "audit",
    "accounts",
    "outbox",
    "records",
    "intake",
    "programs",
    "referrals",
    "desk",
]

MIDDLEWARE = [
    "config.middleware.confidential_responses",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.readable_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "audit.context.remember_session",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.FormProtection",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "config.middleware.pages_for_buttons",
    "accounts.middleware.session_limits",
    "accounts.middleware.DenyByDefault",
    "records.break_glass.EmergencyReading",
    "records.closed.ClosedRecords",
    "django_htmx.middleware.HtmxMiddleware",
    "outbox.middleware.LeadWhereItLed",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["config.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "clearway"
CRISPY_TEMPLATE_PACK = "clearway"
CRISPY_FAIL_SILENTLY = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---------------------------------------------------------------- database: three roles, one database
# The running role is the app's. manage.py picks the owner for the few commands that need it.
ROLE_URLS = {"app": "DATABASE_URL", "owner": "DATABASE_OWNER_URL", "public": "DATABASE_PUBLIC_URL"}


def database(role: str) -> dict:
    """Return Django's settings for one database role ("app", "owner" or "public")."""
    config = env.db_url(ROLE_URLS[role], default="postgres://clearway@/clearway?host=/nonexistent")
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = True
    options = config.setdefault("OPTIONS", {})
    if "host" in options:
        config["HOST"] = options.pop("host")
    limits = "" if role == "owner" else "-c statement_timeout=15000 -c lock_timeout=5000 "
    options["options"] = f"{limits}-c idle_in_transaction_session_timeout=60000"
    options["connect_timeout"] = 5
    return config


RUNNING_ROLE = env.str("CLEARWAY_DB_ROLE", default="app")
DATABASES = {"default": database(RUNNING_ROLE), "public": database("public")}
DATABASE_ROUTERS = ["config.db.PublicRoleRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The cache holds sign-in throttle counters and used codes; they are shared, so they live in PostgreSQL.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # the stock 300 would forget used codes under a flood
    },
}

# ---------------------------------------------------------------- keys
# The main ring wraps data keys and secrets; the counseling ring wraps the keys of counseling notes only.
KEY_RING = load_ring(
    text=env.str("CLEARWAY_KEYS", default=""),
    file=env.str("CLEARWAY_KEYS_FILE", default=""),
    label="key ring (CLEARWAY_KEYS_FILE)",
)
COUNSELING_RING = load_ring(
    text=env.str("CLEARWAY_COUNSELING_KEYS", default=""),
    file=env.str("CLEARWAY_COUNSELING_KEYS_FILE", default=""),
    label="key ring of counseling notes (CLEARWAY_COUNSELING_KEYS_FILE)",
    main=False,
)

# One small file a day that tells later whether the trail was cut off; to be copied elsewhere.
AUDIT_CHECKPOINTS = env.str("AUDIT_CHECKPOINTS", default=str(STATE_DIR / "checkpoints"))

# ---------------------------------------------------------------- sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "accounts.passwords.PasswordRules"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/staff/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "accounts.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "accounts.models.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
STEP_UP_MINUTES = env.int("STEP_UP_MINUTES", default=5)  # how long a sign-in is good for what can't be undone
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # browsers allow passkeys at http://localhost; nowhere else
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 10
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "authenticate_webauthn": "accounts.forms.PasskeyAnswerForm",
    "activate_totp": "accounts.forms.ActivateForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
    "login_webauthn": "accounts.forms.SignInByPasskeyForm",
}
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.NewPasswordForm",
}
REQUIRE_PASSKEY_FOR = env.list("REQUIRE_PASSKEY_FOR", default=[])  # roles, such as supervisor,administrator
MFA_TOTP_ISSUER = CENTER_SHORT_NAME
MFA_ADAPTER = "accounts.adapter.SealedSecretsAdapter"
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=not DEMO)
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=15 * 60)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", default=12 * 3600)

SESSION_ENGINE = "accounts.session_store"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = f"{HOST_COOKIE}session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_NAME = f"{HOST_COOKIE}form"
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

# ---------------------------------------------------------------- web hardening
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=BEHIND_TLS)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # config.middleware.FormProtection is Django's own protection of forms, and stricter
    "security.W021",  # the preload list is public: the center decides
]
SECURE_REFERRER_POLICY = "no-referrer"  # browsers then post with `Origin: null`: config.middleware knows
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the TOTP square is a data: image made by the server
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # the longest list of substances is sent as one page
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024  # uploads are at most 10 MB and never touch a disk
UPLOAD_MEGABYTES_PER_DAY = env.int("UPLOAD_MEGABYTES_PER_DAY", default=200)  # stored by one person or link
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# ---------------------------------------------------------------- language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ---------------------------------------------------------------- static files
STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", bootstrap_wrapper.get_bootstrap_dir()),
]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*whitenoise.compress.Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# ---------------------------------------------------------------- what leaves: outbox, Celery, mail
CELERY_BROKER_URL = env.str("REDIS_URL", default="redis+socket:///nonexistent")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT, CELERY_TASK_SOFT_TIME_LIMIT = 60, 45
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 15,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.05,
    "interval_max": 0.1,
}
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "outbox.tasks.sweep", "schedule": 15.0, "options": {"expires": 14.0}},
}
CELERY_BEAT_SCHEDULER = "outbox.beat:HeartbeatScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")

MAIL_DIR = STATE_DIR / "mail"  # demo mode only: what would have been sent, for a tester to read
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="desk@center.example")
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000")  # for links in mail

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "config.log.ScrubbedHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "clearway": {"level": "INFO"},
    },
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.log.NoLocals"
DEFAULT_EXCEPTION_REPORTER = "config.log.Reporter"
