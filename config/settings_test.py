"""Settings for tests: the same code, with what makes tests fast and nothing that makes them lie."""

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
WHITENOISE_USE_FINDERS = True  # journeys get static files straight from where they lie
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405

# Tests speak plain HTTP to a local port, and sign in without a code unless they are about the code.
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
HOST_COOKIE = PATH_COOKIE = ""  # a browser refuses the prefixed names without TLS
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "form"
MFA_REQUIRED = False
PRIVACY_MAILBOX = "privacy@center.example"
