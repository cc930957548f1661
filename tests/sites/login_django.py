"""A site that is not ours: the log-in pages of Django's own administration, of Django REST framework and of
django-allauth, with their forms, tokens and cookies, served from a process of its own."""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SERVER = """
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server
import django
from django.conf import settings

folder, user, password, lasts = sys.argv[1:]
apps = ["admin", "auth", "contenttypes", "sessions", "messages"]
loader = {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                           "django.contrib.messages.context_processors.messages"]}}
settings.configure(
    SECRET_KEY="k" * 50, DEBUG=False, ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF="__main__", USE_TZ=True,
    INSTALLED_APPS=[*(f"django.contrib.{name}" for name in apps), "rest_framework", "allauth", "allauth.account"],
    TEMPLATES=[loader], STATIC_URL="/static/", LOGIN_REDIRECT_URL="/rooms/", ACCOUNT_EMAIL_VERIFICATION="none",
    AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(folder) / "d.sqlite3")}},
    MIDDLEWARE=["__main__.wearing_out",
                "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware",
                "allauth.account.middleware.AccountMiddleware"],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
)
django.setup()
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.contrib.auth.decorators import login_required
from django.urls import include, path
def wearing_out(get_response):
    served = {}
    def answer(request):
        session = request.COOKIES.get("sessionid", "")
        served[session] = served.get(session, 0) + 1
        if served[session] > int(lasts):
            request.COOKIES.pop("sessionid", None)
        return get_response(request)
    return answer

call_command("migrate", verbosity=0)
User.objects.create_superuser(user, "", password)
front = "<h1>Front</h1><a href=/admin/>Administration</a>"
rooms = login_required(lambda request: HttpResponse("<h1>Rooms</h1><p>For members.</p>"), login_url="/accounts/login/")
urlpatterns = [path("admin/", admin.site.urls), path("", lambda request: HttpResponse(front)), path("rooms/", rooms),
               path("api-auth/", include("rest_framework.urls")), path("accounts/", include("allauth.account.urls"))]
WSGIRequestHandler.log_message = lambda *_: None
server = make_server("127.0.0.1", 0, get_wsgi_application())
print(server.server_port, flush=True)
server.serve_forever()
"""


@dataclass
class Office:
    """Where it is, and who may come in."""

    url: str
    user: str
    password: str


@contextlib.contextmanager
def office(folder: Path, lasts: int = 1_000_000) -> Iterator[Office]:
    """The administration while the block runs; its sessions last so many requests."""
    user, password = f"clerk-{secrets.token_hex(3)}", secrets.token_hex(8)
    command = [sys.executable, "-W", "ignore", "-c", SERVER, str(folder), user, password, str(lasts)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = int(process.stdout.readline())
        yield Office(f"http://127.0.0.1:{port}", user, password)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
