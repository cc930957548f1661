"""What nobody answers is answered in the dialect of its path; what somebody answers is found however it is written."""

import json

import pytest
from django.test import Client

from tests.server import factories
from vedette.server.api.paths import PathMiddleware
from vedette.server.config import outside

pytestmark = pytest.mark.django_db


def ask(method, path, *given, **more):
    """A request whose path comes exactly as written: the test client would read `//x/y` as a host."""
    path, _, query = path.partition("?")
    return getattr(Client(), method)("/", *given, PATH_INFO=path, QUERY_STRING=query, **more)


def shape(answer):
    """Which dialect an answer is in."""
    if answer["Content-Type"].startswith("text/html"):
        return "web"
    body = json.loads(answer.content)
    if "Message" in body:
        return "invicti"
    if set(body) == {"code", "message", "fields"}:
        return "native"
    return "probely" if set(body) == {"detail"} else "cloneguard"


UNKNOWN = [
    ("/nowhere", "probely"),
    ("/nowhere/", "probely"),
    ("//targets//nowhere-at-all//x", "probely"),
    ("/TARGETS/", "probely"),
    ("/api/1.0/nowhere", "invicti"),
    ("/API/1.0/Nowhere/At/All", "invicti"),
    ("//api//1.0//nowhere", "invicti"),
    ("/api/1.0", "invicti"),
    ("/api/native/nowhere", "native"),
    ("/API/Native", "native"),
    ("/v2/nowhere", "cloneguard"),
    ("/V2/nowhere/", "cloneguard"),
    ("/auth/nowhere", "cloneguard"),
    ("/ui/nowhere/", "web"),
    ("/UI//nowhere", "web"),
    ("/ui/\xff\xfe/", "web"),
]


@pytest.mark.parametrize("method", ["get", "post", "delete"])
@pytest.mark.parametrize(("path", "dialect"), UNKNOWN)
def test_an_unknown_path_is_not_found_in_its_dialect(path, dialect, method):
    answer = ask(method, path)
    assert (answer.status_code, shape(answer)) == (404, dialect)
    assert "nowhere" not in answer.content.decode()


@pytest.mark.parametrize(("path", "dialect"), [("/\x00", "probely"), ("/api/1.0/\x00", "invicti"), ("/ui/\x00", "web")])
def test_what_no_path_can_hold_is_not_found(path, dialect):
    answer = ask("get", path)
    assert (answer.status_code, shape(answer)) == (404, dialect)


@pytest.mark.parametrize(("status", "view"), [(400, outside.bad_request), (403, outside.forbidden)])
@pytest.mark.parametrize(("path", "dialect"), [("/x/", "probely"), ("/api/1.0/x", "invicti"), ("/v2/x", "cloneguard")])
def test_other_errors_too(rf, path, dialect, status, view):
    answer = view(rf.get(path), ValueError("secret"))
    assert (answer.status_code, shape(answer)) == (status, dialect)
    answer = outside.server_error(rf.get(path))
    assert (answer.status_code, shape(answer)) == (500, dialect)


@pytest.mark.parametrize(("path", "dialect"), [("/targets/", "probely"), ("/api/1.0/account/me", "invicti")])
def test_a_foreign_host_is_refused_in_the_dialect_of_the_path(settings, path, dialect):
    settings.VEDETTE = settings.VEDETTE.__class__(
        data_dir=settings.VEDETTE.data_dir, master_keys=settings.VEDETTE.master_keys
    )
    answer = Client().get(path, headers={"host": "evil.example"})
    assert (answer.status_code, shape(answer)) == (400, dialect)


@pytest.mark.parametrize("path", ["/targets/", "/targets", "//targets", "/targets//"])
def test_a_body_survives_however_the_path_is_written(path):
    home = factories.organisation()
    answer = ask(
        "post",
        f"{path}?skip_reachability_check=true",
        {"site": {"url": "http://shop.example.org/", "name": "Shop"}},
        content_type="application/json",
        headers={"authorization": f"JWT {factories.key(home)}"},
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["site"]["name"] == "Shop"


@pytest.mark.parametrize("path", ["/api/1.0/account/me", "/API/1.0/Account/Me/", "//api/1.0//account/me"])
def test_the_second_dialect_is_found_in_any_case(path):
    answer = ask("get", path)
    assert (answer.status_code, shape(answer)) == (401, "invicti")


def test_the_sign_in_of_the_third_takes_its_body_with_a_slash_too():
    for path in ("/auth/sign_in", "/auth/sign_in/", "/v2/auth/sign_in//"):
        answer = Client().post(path, {"username": "x"}, content_type="application/json")
        assert answer.status_code in (401, 403, 422), (path, answer.content)
        assert shape(answer) == "cloneguard"


@pytest.mark.parametrize("path", ["/targets/", "/scans/", "/findings/", "/profile/", "/api/1.0/account/me", "/v2/user"])
def test_the_session_of_the_pages_opens_no_api(path):
    home = factories.organisation()
    client = Client()
    client.force_login(factories.person(home), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/ui/").status_code == 200
    for method in (client.get, client.post):
        assert method(path, content_type="application/json").status_code in (401, 403, 405, 422)


def test_the_middleware_leaves_query_and_body_alone(rf):
    seen = []
    request = rf.post("/?q=a//b", b"x//y", content_type="text/plain", PATH_INFO="//targets")
    PathMiddleware(lambda request: seen.append(request))(request)
    assert (seen[0].path_info, seen[0].path) == ("/targets/", "/targets/")
    assert (seen[0].META["QUERY_STRING"], seen[0].body) == ("q=a//b", b"x//y")
