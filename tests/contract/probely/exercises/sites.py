"""How a site is logged in to, and the description of an API: wiped, tried, handed in."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World
from tests.server import factories
from vedette.contract.job import JobKind
from vedette.server.agents import services as agents
from vedette.server.scans.models import Scan
from vedette.server.scans.services import leasing, pictures

SHOP = "http://shop.example.org/"
FORM = {
    "auth_enabled": True,
    "has_form_login": True,
    "form_login_url": f"{SHOP}login",
    "form_login": [{"name": "user", "value": "ann"}, {"name": "password", "value": "secret"}],
}
HANDED = {**FORM, "has_otp": True, "otp_type": "other"}
API_LOGIN = {
    "api_login_enabled": True,
    "api_login_url": "http://api.example.org/token",
    "api_login_payload": '{"user": "ann"}',
    "api_login_token_field": "token",
    "token_parameter_name": "Authorization",
    "token_parameter_location": "header",
}
STEPS = json.dumps([{"type": "goto", "url": f"{SHOP}login"}, {"type": "click", "css": "#go"}])
SCHEMA = json.dumps({"openapi": "3.0.0", "info": {"title": "Shop", "version": "1"}, "paths": {}})


def given(w: World, **site: Any) -> Any:
    """Sets the site, and shows it."""
    return w.do("PATCH", f"/targets/{w.target}/", {"site": site})["site"]


@exercise("DELETE /targets/{}/form-login/")
def form_is_wiped(w: World) -> None:
    given(w, **FORM)
    w.call(w.target)
    assert w.job().login.kind == "none"


@exercise("DELETE /targets/{}/basic-auth/")
def basic_is_wiped(w: World) -> None:
    given(w, has_basic_auth=True, basic_auth={"username": "ann", "password": "secret"})
    w.call(w.target)
    assert w.job().headers == ()


@exercise("DELETE /targets/{}/sequence-login/")
def sequence_is_wiped(w: World) -> None:
    body = {"name": "Log in", "type": "login", "content": STEPS, "enabled": True}
    w.do("POST", f"/targets/{w.target}/sequences/", body)
    given(w, auth_enabled=True, has_sequence_login=True)
    w.call(w.target)
    assert w.job().login.kind == "none" and w.listed("/targets/sequences/", target=w.target) == []


@exercise("DELETE /targets/{}/logout-detection/")
def detection_is_wiped(w: World) -> None:
    w.do("POST", f"/targets/{w.target}/logout/", {"type": "text", "value": "Bye"})
    given(w, **FORM, logout_detection_enabled=True, check_session_url=f"{SHOP}me")
    w.call(w.target)
    assert w.job().login.detectors == ()


@exercise("DELETE /targets/{}/otp/")
def second_factor_is_wiped(w: World) -> None:
    given(w, **FORM, has_otp=True, otp_secret="JBSWY3DPEHPK3PXP")
    held = w.grant()
    assert held.job.login.otp is not None
    w.call(w.target)
    assert leasing.heartbeat(held.run, held.epoch).control == "yield"
    leasing.release(held.run, held.epoch, "yield")
    assert factories.claim().job.login.otp is None


@exercise("POST /targets/{}/otp/reset/")
def address_of_codes_is_made_anew(w: World) -> None:
    before = path_of(given(w, **HANDED)["otp_url"])
    made = path_of(w.call(w.target)["detail"]["otp_url"])
    assert w.nobody.post(before, {"otp": "123456"}).status == 404
    assert list(w.nobody.post(made, {"otp": "123456"}).data) == ["non_field_errors"]


def path_of(url: str) -> str:
    return url.removeprefix("http://testserver")


@exercise("POST /targets/{}/otp/{}/")
def code_reaches_the_worker(w: World) -> None:
    token = given(w, **HANDED)["otp_url"].rstrip("/").rpartition("/")[2]
    w.do("POST", f"/targets/{w.target}/scan_now/")
    grant = factories.claim()
    w.call(w.target, token, body={"otp": "123456"})
    assert agents.heartbeat(grant.run, grant.epoch).code == "123456"
    assert w.nobody.post(f"/targets/{w.target}/otp/{'0' * 24}/", {"otp": "123456"}).status == 404


@exercise("POST /targets/{}/check_api_login/")
def worker_is_asked_to_log_in(w: World) -> None:
    given(w, **FORM)
    assert w.call(w.target)["status"] == "in_progress"
    job = factories.claim().job
    assert (job.kind, job.login.url) == (JobKind.LOGIN_TEST, f"{SHOP}login")


# APIs


def service(w: World) -> str:
    """A target that is an API."""
    body = {"site": {"url": "http://shop.example.org/api"}, "type": "api"}
    return str(w.do("POST", "/targets/", body, skip_reachability_check=True)["id"])


def upload(text: str) -> tuple[bytes, str]:
    head = 'Content-Disposition: form-data; name="file"; filename="shop.json"\r\nContent-Type: application/json'
    return f"--x\r\n{head}\r\n\r\n{text}\r\n--x--\r\n".encode(), "multipart/form-data; boundary=x"


@exercise("DELETE /targets/{}/api-auth/")
def api_login_is_wiped(w: World) -> None:
    target = service(w)
    w.api.raw("POST", f"/targets/{target}/upload_api_schema_file/", *upload(SCHEMA))
    w.do("PATCH", f"/targets/{target}/", {"site": {"api_scan_settings": API_LOGIN}})
    w.call(target)
    assert w.job(target).login.kind == "none"


@exercise("POST /targets/{}/upload_api_schema_file/")
def description_reaches_the_worker(w: World) -> None:
    target = service(w)
    w.call(target, raw=upload(SCHEMA))
    (description,) = w.job(target).descriptions
    assert json.loads(description.text) == json.loads(SCHEMA)


@exercise("GET /targets/{}/download_api_schema_file/")
def description_is_given_back(w: World) -> None:
    target, other = service(w), SCHEMA.replace("Shop", "Bank")
    for text in (SCHEMA, other):
        w.api.raw("POST", f"/targets/{target}/upload_api_schema_file/", *upload(text))
        assert w.call(target) == json.loads(text)


@exercise("GET /targets/{}/login-video/")
def film_is_the_last(w: World) -> None:
    for frames in (b"one", b"two"):
        scan = Scan.objects.get(public_id=w.job().id)
        pictures.keep_film(scan, b"\x1a\x45\xdf\xa3" + frames)
        assert w.call(w.target).endswith(frames.decode())
        w.do("POST", f"/targets/{w.target}/scans/{scan.public_id}/cancel/")
        leasing.release(scan.run.public_id, scan.run.epoch, "cancel")
