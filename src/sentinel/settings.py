"""Django settings: every environment variable is read here (foundation.env says what each does)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from sentinel.accounts.rules import ROLES
from sentinel.foundation.env import Environment, kept_secret
from sentinel.foundation.logs import logging_configuration
from sentinel.foundation.statements import Cursor

ENV = Environment()
MODE = ENV.text("SENTINEL_MODE")
if MODE not in {"demonstration", "production", "test"}:
    raise ImproperlyConfigured("SENTINEL_MODE is demonstration, production or test.")
PRODUCTION = MODE == "production"
PROCESS = ENV.text("SENTINEL_PROCESS")
HOME: Path = ENV.home
BASE = Path(__file__).resolve().parent


def _number(name: str) -> int:
    try:
        return ENV.number(name)
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from error


def _providers() -> list[dict[str, Any]]:
    """OpenID Connect providers. What was given is never repeated: secrets stand in it."""
    try:
        found = json.loads(ENV.text("SENTINEL_OIDC") or "[]")
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(
        isinstance(one, dict) and one.get("provider_id") for one in found
    ):
        raise ImproperlyConfigured("SENTINEL_OIDC is a list of providers in JSON, each with its provider_id.")
    return found


def database(url: str) -> dict[str, Any]:
    """Django's settings for a libpq URL: a socket folder may stand percent-encoded as host or as ?host=."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    netloc_host = parts.netloc.rpartition("@")[2]
    host, _, port = netloc_host.partition(":")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "sentinel",
        "USER": unquote(parts.username or query.get("user", "")),
        "PASSWORD": unquote(parts.password or query.get("password", "")),
        "HOST": query.get("host") or unquote(host),
        "PORT": query.get("port") or port,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "server_side_binding": True,
            "cursor_factory": Cursor,
            # A statement asked thrice is planned no more: with the row policies of every table in it, planning took the
            # database longer than answering. What alters tables must not hold plans of them.
            "prepare_threshold": None if PROCESS == "owner" else 3,
            "application_name": f"sentinel-{PROCESS}",
            **{k: v for k, v in query.items() if k in {"sslmode", "sslrootcert", "options"}},
        },
        "TEST": {"MIGRATE": False},
    }


def _database_url() -> str:
    name = {"owner": "DATABASE_OWNER_URL", "worker": "DATABASE_WORKER_URL"}.get(PROCESS, "DATABASE_URL")
    role = {"owner": "sentinel_owner", "worker": "sentinel_worker"}.get(PROCESS, "sentinel_app")
    # `sentinel` names the embedded server's socket before it starts anything; without either there is no database.
    return ENV.get(name) or f"postgresql://{role}@/sentinel?host={HOME}"


DATABASES = {"default": database(_database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if PRODUCTION and not ENV.get("SENTINEL_SECRET_KEY"):
    raise ImproperlyConfigured("SENTINEL_SECRET_KEY must be set when SENTINEL_MODE is production.")
SECRET_KEY = ENV.get("SENTINEL_SECRET_KEY") or kept_secret(HOME, "secret-key")
DEBUG = False
ALLOWED_HOSTS = ENV.items("SENTINEL_HOSTS") + ([] if PRODUCTION else ["localhost", "testserver"])

ROOMS = [
    "sentinel.foundation",
    "sentinel.web",
    "sentinel.accounts",
    "sentinel.audit",
    "sentinel.access",
    "sentinel.questionnaires",
    "sentinel.people",
    "sentinel.places",
    "sentinel.cases",
    "sentinel.reports",
    "sentinel.matching",
    "sentinel.matching.hits",
    "sentinel.matching.steward",
    "sentinel.matching.batch",
    "sentinel.risk",
    "sentinel.care",
    "sentinel.partnership",
    "sentinel.reminders",
    "sentinel.search",
    "sentinel.procedures",
    "sentinel.insight",
    "sentinel.governance",
    "sentinel.desk",
    "sentinel.interfaces",
    "sentinel.interfaces.command_control",
    "sentinel.interfaces.federated",
    "sentinel.cli",
]
INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "sentinel.foundation.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "sentinel.web.static_files.StaticMiddleware",
    "sentinel.web.middleware.CompressionMiddleware",
    "sentinel.web.middleware.HeadersMiddleware",
    "sentinel.web.middleware.PlainAnswersMiddleware",
    "sentinel.foundation.middleware.ProbeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "sentinel.audit.sign_in.FailedSignInMiddleware",
    "sentinel.access.middleware.ActorMiddleware",
    "sentinel.accounts.middleware.FirstThingsMiddleware",
    "sentinel.access.reasons.ReasonMiddleware",
]
ROOT_URLCONF = "sentinel.urls"
WSGI_APPLICATION = "sentinel.wsgi.application"
CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.messages.context_processors.messages",
    "sentinel.desk.context.page",
    "sentinel.accounts.context.session",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "sentinel.web.jinja.environment",
            "context_processors": CONTEXT_PROCESSORS,
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["sentinel.accounts.backends.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_USER_DISPLAY = "sentinel.accounts.queries.name_of"
# Addresses are an administrator's to give and never one's own to add.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "sentinel.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "sentinel.accounts.sign_in.forms.SignInForm",
    "reset_password": "sentinel.accounts.sign_in.forms.ForgottenForm",
    "reset_password_from_key": "sentinel.accounts.sign_in.forms.LinkPasswordForm",
    "user_token": "sentinel.accounts.sign_in.forms.LinkForm",
    "change_password": "sentinel.accounts.sign_in.forms.ChangePasswordForm",
    "set_password": "sentinel.accounts.sign_in.forms.SetPasswordForm",
    "reauthenticate": "sentinel.accounts.sign_in.forms.ConfirmPasswordForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  a class
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_GET = False
# The other sessions end all the same: their key is made of the password.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/5m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "10/m/user",
    "reauthenticate": "10/m/user",
}
SOCIALACCOUNT_ADAPTER = "sentinel.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": _providers(), "OAUTH_PKCE_ENABLED": True}}
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # accounts.agency_sign_in finds the account, by rules of its own
MFA_ADAPTER = "sentinel.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "sentinel.accounts.sign_in.forms.CodeForm",
    "reauthenticate": "sentinel.accounts.sign_in.forms.ConfirmCodeForm",
    "activate_totp": "sentinel.accounts.sign_in.forms.AppForm",
    "add_webauthn": "sentinel.accounts.sign_in.forms.PasskeyForm",
    "edit_webauthn": "sentinel.accounts.sign_in.forms.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Sentinel"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = False
SECOND_FACTOR_ROLES = frozenset(ENV.items("SENTINEL_SECOND_FACTOR_ROLES"))
if SECOND_FACTOR_ROLES - ROLES.keys():
    # A role that is misspelt would ask nobody for a second step, and nothing would tell.
    raise ImproperlyConfigured(f"SENTINEL_SECOND_FACTOR_ROLES names roles. There are: {', '.join(ROLES)}.")

# Unused for an hour a session ends; a page warns two minutes before. After a long shift it ends in any case.
SESSION_COOKIE_AGE = 60 * 60
SESSION_ENGINE = "sentinel.accounts.session_store"
SESSION_LONGEST = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
# A browser keeps cookies by host and not by port: two copies side by side would sign each other out.
SESSION_COOKIE_NAME = "__Host-sentinel" if PRODUCTION else f"sentinel-{ENV.text('PORT')}"
CSRF_COOKIE_NAME = "__Host-sentinel-form" if PRODUCTION else f"sentinel-form-{ENV.text('PORT')}"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sentinel.web.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz\Z", r"^readyz\Z", r"^metrics\Z"]
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXY = ENV.yes("SENTINEL_TRUSTED_PROXY")
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if PRODUCTION:
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ENV.items("SENTINEL_HOSTS")]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
# Where the web server finds its compressed copies (web.static_files.publish); a test reads them where they lie.
STATIC_ROOT = None if MODE == "test" else HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {"BACKEND": "sentinel.web.static_files.VersionedStorage"},
}
WHITENOISE_USE_FINDERS = MODE == "test"
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
UPLOAD_MAX_BYTES = _number("SENTINEL_UPLOAD_MB") * 1024 * 1024

CACHES = {"default": {"BACKEND": "sentinel.accounts.limits.SharedCache"}}

SMTP = ENV.text("SENTINEL_SMTP")
_smtp = urlsplit(SMTP)
NOTIFY_KEY, NOTIFY_URL = ENV.text("SENTINEL_NOTIFY_KEY"), ENV.text("SENTINEL_NOTIFY_URL")
NOTIFY_TEMPLATES = {
    channel: template
    for channel, template in {
        "email": ENV.text("SENTINEL_NOTIFY_EMAIL"), "text": ENV.text("SENTINEL_NOTIFY_TEXT"),
    }.items()
    if NOTIFY_KEY and template
}  # fmt: skip
# Sign-in mail goes by the mail server where there is one, else by Notify.
if SMTP:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
elif "email" in NOTIFY_TEMPLATES:
    EMAIL_BACKEND = "sentinel.interfaces.notify.transport.NotifyBackend"
else:
    EMAIL_BACKEND = "sentinel.foundation.messages.mail.OutboxBackend"
MAIL_IS_SET = bool(SMTP or "email" in NOTIFY_TEMPLATES)
EMAIL_HOST = _smtp.hostname or "localhost"
EMAIL_PORT = _smtp.port or (465 if _smtp.scheme == "smtps" else 25)
EMAIL_HOST_USER = unquote(_smtp.username or "")
EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
EMAIL_USE_SSL = _smtp.scheme == "smtps"
# A password is never sent in the clear.
EMAIL_USE_TLS = _smtp.scheme == "smtp" and (_smtp.port == 587 or bool(_smtp.username))
EMAIL_TIMEOUT = 10
# How a link in a message begins. A message is made by the worker, who is asked by no browser.
_host = next((host.lstrip(".") for host in ENV.items("SENTINEL_HOSTS") if host != "*"), "localhost")
ADDRESS = f"https://{_host}" if PRODUCTION else f"http://localhost:{ENV.text('PORT')}"
DEFAULT_FROM_EMAIL = ENV.text("SENTINEL_MAIL_FROM")

SEAL_KEY = ENV.get("SENTINEL_SEAL_KEY") or kept_secret(HOME, "seal-key")
SEAL_HEADS = Path(ENV.get("SENTINEL_SEAL_HEADS") or HOME / "seal-heads.jsonl")
REASON_REQUIRED = ENV.yes("SENTINEL_REASON_REQUIRED")
REFERENCE_PREFIX = ENV.text("SENTINEL_REFERENCE_PREFIX")
CLAMAV = ENV.text("SENTINEL_CLAMAV")
MAP_TILES = ENV.text("SENTINEL_TILES")
METRICS_TOKEN = ENV.text("SENTINEL_METRICS_TOKEN")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
LOGGING_CONFIG = None
logging_configuration(server=PROCESS in {"web", "worker"} and MODE != "test")
