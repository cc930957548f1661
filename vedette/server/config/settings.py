"""Django's settings, all derived from the environment."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from vedette.server.config import environment
from vedette.server.config.mail import TIMEOUT_S

VEDETTE = environment.read()
WEB = Path(__file__).resolve().parent.parent / "web"

SECRET_KEY = environment.secret_key(VEDETTE)
DEBUG = VEDETTE.debug
ALLOWED_HOSTS = ["*"]  # FrontMiddleware decides
APPEND_SLASH = False
ROOT_URLCONF = "vedette.server.config.urls"
WSGI_APPLICATION = "vedette.server.config.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "vedette.server",
]

MIDDLEWARE = [
    "vedette.server.api.paths.PathMiddleware",
    "vedette.server.config.front.FrontMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "vedette.server.web.session.SeenMiddleware",
    "vedette.server.web.session.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vedette.server.web.context.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "libraries": {"ui": "vedette.server.web.templatetags.ui"},
            "builtins": ["vedette.server.web.templatetags.ui"],
        },
    }
]

DATABASES = {"default": environment.database(VEDETTE)}
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "vedette"}}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en"

STATIC_URL = "/ui/static/"
STATICFILES_DIRS = [WEB / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False

AUTH_USER_MODEL = "server.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
EMAIL_BACKEND = VEDETTE.mail.backend
EMAIL_HOST, EMAIL_PORT = VEDETTE.mail.host, VEDETTE.mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = VEDETTE.mail.user, VEDETTE.mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = VEDETTE.mail.starttls, VEDETTE.mail.tls
EMAIL_TIMEOUT = TIMEOUT_S
DEFAULT_FROM_EMAIL = SERVER_EMAIL = VEDETTE.mail.sender

LOGIN_URL = "/ui/account/login/"
LOGIN_REDIRECT_URL = "/ui/"

ACCOUNT_ADAPTER = "vedette.server.web.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/ui/account/login/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,10/5m/key"}
MFA_ADAPTER = "vedette.server.web.accounts.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Vedette"
# Nobody signs up with the mailbox of somebody else here, and without a mail server none is ever confirmed.
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_TRACK_ACTIVITY = True

AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "vedette.server.web.accounts.locked_out"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True

# The session is for pages alone: no API ever sees the cookie.
SESSION_ENGINE = "vedette.server.web.session_store"
SESSION_COOKIE_PATH = "/ui/"
SESSION_COOKIE_NAME = "vedette_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = VEDETTE.https
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_PATH = "/ui/"
CSRF_COOKIE_NAME = "vedette_csrf"
CSRF_COOKIE_SECURE = VEDETTE.https
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "vedette.server.web.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if VEDETTE.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if VEDETTE.https and VEDETTE.trusted_proxies else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Choices stand where they are used: names made for them would change with every other list of the same name.
SPECTACULAR_SETTINGS: dict[str, list[str]] = {"POSTPROCESSING_HOOKS": []}

REST_FRAMEWORK = {
    # Deny everything; each dialect's base view names its own authentication, parsers, errors and paging.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["vedette.server.api.deny.DenyAll"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "vedette": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        # Foreign hosts and paths that cannot be: anybody could fill the log with their tracebacks.
        "django.security": {"level": "CRITICAL"},
        "axes": {"level": "ERROR"},
    },
}
