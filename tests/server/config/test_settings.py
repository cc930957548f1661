"""What every answer carries, and what cookies may do."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db
PAGE = "/ui/account/login/"


def policy_of(answer):
    parts = answer["Content-Security-Policy"].split(";")
    return {name: words.split() for name, _, words in (part.strip().partition(" ") for part in parts)}


@pytest.mark.parametrize("path", [PAGE, "/ui/nowhere/", "/targets/", "/api/1.0/account/me", "/v2/user", "/healthz"])
def test_no_answer_is_sniffed_framed_or_given_away(path):
    answer = Client().get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Server" not in answer
    assert "X-Powered-By" not in answer
    policy = policy_of(answer)
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    for directive in ("script-src", "style-src", "connect-src", "form-action", "font-src", "frame-src"):
        assert policy[directive] == ["'self'"], directive
    assert not any("unsafe" in word or "*" in word for words in policy.values() for word in words)


@pytest.mark.parametrize("path", ["/targets/", "/api/1.0/account/me", "/v2/user", "/healthz", "/readyz", "/metrics"])
def test_no_api_sets_a_cookie(path):
    client = Client()
    client.get(path)
    client.post(path)
    assert not client.cookies


def test_cookies_are_for_pages_alone():
    client = Client()
    client.get(PAGE)
    kept = (settings.SESSION_COOKIE_PATH, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE)
    assert kept == ("/ui/", True, "Lax")
    form = client.cookies["vedette_csrf"]
    assert (form["path"], form["samesite"]) == ("/ui/", "Lax")


def test_static_files_are_for_our_pages_alone():
    answer = Client().get("/ui/static/app.js")
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.close()


NAMES = (
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "DEBUG",
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [False, False, 0, None, False]),
        ({"VEDETTE_HTTPS": "1"}, [True, True, 31_536_000, ["HTTP_X_FORWARDED_PROTO", "https"], False]),
    ],
)
def test_behind_https_cookies_stay_on_it(tmp_path, given, expected):
    command = (
        "import json; from vedette.server.config import settings; "
        f"print(json.dumps([getattr(settings, name) for name in {NAMES}]))"
    )
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("VEDETTE_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", command],
        env=variables | given | {"VEDETTE_DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(done.stdout) == expected
