"""Blocks of settings are wiped, descriptions handed in and given back, and an API's own log-in reaches the job."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.server import factories
from tests.server.api.probely.views.test_site_logins import FORM, KEY, SECRET, STEPS, everywhere
from tests.server.layers import shared
from vedette.contract.events import LoginAttempt
from vedette.server.agents import services as agents
from vedette.server.agents.models import Run
from vedette.server.kernel import sealing
from vedette.server.targets.models import LogoutDetector, Sequence, Target
from vedette.server.targets.services import login_check
from vedette.server.targets.services.job_settings import job_settings

SCHEMA = json.dumps({"openapi": "3.0.0", "paths": {}, "info": {"title": "x", "description": SECRET}})
LOGIN = {
    "api_login_enabled": True,
    "api_login_url": "http://api.example.org/token",
    "api_login_payload": json.dumps({"user": "ann", "password": SECRET}),
    "api_login_token_field": "data.token",
    "token_prefix": "Bearer",
    "token_parameter_name": "Authorization",
    "token_parameter_location": "header",
}


@shared
def url(home):
    return f"/targets/{factories.target(home).public_id}/"


@shared
def service(home):
    return factories.target(home, "http://api.example.org/v1", kind="api")


def told(target):
    return job_settings(Target.objects.get(pk=target.pk))


def upload(home, path, content, name="shop-api_schema_file-1.json", kind="application/json"):
    headers = {"Authorization": f"JWT {factories.key(home)}"}
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode(), kind)
    return Client().post(path + "upload_api_schema_file/", {"file": file}, headers=headers)


@pytest.mark.parametrize("block", ["form-login", "basic-auth", "otp", "logout-detection", "sequence-login", "api-auth"])
def test_wiping_nothing_changes_nothing(api, url, block):
    before = api.get(url).data
    gone = api.delete(f"{url}{block}/")
    assert (gone.status, gone.data) == (200, before)


def test_each_block_is_wiped_alone(api, url, models):
    fresh = api.get(url).data["site"]
    api.post(url + "sequences/", {"name": "Log in", "type": "login", "content": STEPS})
    api.post(url + "logout/", {"type": "text", "value": "Bye"})
    site = {
        **FORM,
        "has_basic_auth": True,
        "basic_auth": {"username": "ann", "password": SECRET},
        "has_otp": True,
        "otp_secret": KEY,
        "logout_detection_enabled": True,
        "check_session_url": "http://shop.example.org/me",
    }
    assert api.patch(url, {"site": site}).status == 200
    for block, names in {
        "form-login": ("has_form_login", "form_login_url", "form_login", "form_login_check_pattern"),
        "otp": ("has_otp", "otp_secret"),
        "logout-detection": ("logout_detection_enabled", "check_session_url"),
        "basic-auth": ("has_basic_auth", "basic_auth", "auth_enabled"),
    }.items():
        before = api.get(url).data["site"]
        wiped = api.delete(f"{url}{block}/")
        assert wiped.status == 200
        after = models.target(**wiped.data) and wiped.data["site"]
        differing = {name for name in after if after[name] != before[name]} - {"changed", "changed_by"}
        assert differing <= set(names) and all(after[name] == fresh[name] for name in names)
    assert not LogoutDetector.objects.exists()
    assert api.delete(f"{url}sequence-login/").status == 200
    assert not Sequence.objects.exists()


def test_a_reader_wipes_nothing(api_as, url):
    assert api_as("auditor").delete(f"{url}form-login/").status == 403


HANDED = FORM | {"has_otp": True, "otp_type": "other"}


class TestCodes:
    def test_are_handed_in_at_a_secret_address(self, api, nobody, url, home, models):
        shown = api.patch(url, {"site": HANDED}).data
        address = str(models.target(**shown).site.otp_url)
        assert address.startswith(f"http://testserver{url}otp/")
        assert api.get(url + "site/").data["otp_url"] == address
        path = address.removeprefix("http://testserver")
        assert nobody.post(path, {"otp": "123456"}).status == 400
        factories.start(Target.objects.get())
        grant = factories.claim()
        for body in ({"otp": "123456"}, {"otp_code": "654321"}):
            answer = nobody.post(path, body)
            assert (answer.status, list(answer.data)) == (200, ["detail"])
            assert agents.heartbeat(grant.run, grant.epoch).code == next(iter(body.values()))
        assert nobody.post(path, {}).status == 400
        assert nobody.post(f"{url}otp/{'0' * 24}/", {"otp": "123456"}).status == 404

    def test_the_address_is_made_anew(self, api, nobody, url):
        before = api.patch(url, {"site": HANDED}).data["site"]["otp_url"]
        answer = api.post(url + "otp/reset/")
        assert answer.status == 200 and answer.data["detail"]["otp_url"] not in ("", before)
        assert nobody.post(before.removeprefix("http://testserver"), {"otp": "123456"}).status == 404
        assert nobody.post(url + "otp/reset/").status == 401

    def test_there_is_none_for_codes_that_are_made(self, api, url):
        assert api.get(url).data["site"]["otp_url"] == ""
        assert api.post(url + "otp/reset/").status == 404


class TestCheck:
    @pytest.mark.parametrize(
        ("events", "status"),
        [
            (None, "in_progress"),
            ([LoginAttempt(ok=True)], "success"),
            ([LoginAttempt(ok=False, reason="No.")], "failed"),
        ],
    )
    def test_says_what_came_of_it(self, api, url, monkeypatch, events, status):
        monkeypatch.setattr(agents, "wait", lambda run, **_: events)
        monkeypatch.setattr(agents, "events_of", lambda run: events or [])
        monkeypatch.setattr(login_check, "_run", lambda *_: Run(state="waiting" if events is None else "done"))
        api.patch(url, {"site": FORM})
        answer = api.post(url + "check_api_login/")
        assert (answer.status, answer.data["status"]) == (200, status)

    def test_needs_a_way_to_log_in(self, api, api_as, url):
        assert api.post(url + "check_api_login/").status == 400
        assert api_as("auditor").post(url + "check_api_login/").status == 403


class TestApi:
    def test_is_added_as_the_client_does_it(self, api, home, models):
        body = {"site": {"url": "http://api.example.org/", "api_scan_settings": {"api_schema_type": "postman"}}}
        made = api.post("/targets/", {**body, "type": "api"}, skip_reachability_check=True)
        assert made.status == 201
        read = models.target(**made.data)
        assert (read.type, made.data["site"]["api_scan_settings"]["api_schema_type"]) == ("api", "postman")
        stored = upload(home, f"/targets/{read.id}/", SCHEMA)
        assert stored.status_code == 201
        assert stored.json()["site"]["api_scan_settings"]["api_schema_file"] == "shop-api_schema_file-1.json"
        assert SECRET not in stored.content.decode() and SECRET not in everywhere()

    def test_its_description_reaches_the_job_and_comes_back(self, api, home, service):
        path = f"/targets/{service.public_id}/"
        assert api.get(path + "download_api_schema_file/").status == 404
        upload(home, path, "\ufeff" + SCHEMA)
        (given,) = told(service).descriptions
        assert (given.kind, given.text, given.base) == ("openapi", SCHEMA, "http://api.example.org/v1")
        answer = api.get(path + "download_api_schema_file/")
        assert (answer.status, answer.data) == (200, json.loads(SCHEMA))
        assert answer.response["Content-Disposition"].startswith("attachment")
        upload(home, path, "openapi: 3.0.0\npaths: {}\n", "shop.yaml", "application/yaml")
        assert api.get(path + "download_api_schema_file/").response["Content-Type"] == "application/yaml"

    def test_an_address_does_too(self, api, service):
        given = {"api_schema_url": "http://api.example.org/openapi.json", "media_type": "application/json"}
        assert api.patch(f"/targets/{service.public_id}/", {"site": {"api_scan_settings": given}}).status == 200
        (known,) = told(service).descriptions
        assert (known.url, known.text) == ("http://api.example.org/openapi.json", "")

    def test_parameters_are_told_and_secrets_hidden(self, api, service):
        path = f"/targets/{service.public_id}/"
        rows = [{"name": "shop", "value": "7"}, {"name": "api_key", "value": SECRET}]
        given = {"custom_api_parameters": rows, "api_schema_url": "http://api.example.org/openapi.json"}
        shown = api.patch(path, {"site": {"api_scan_settings": given}}).data["site"]["api_scan_settings"]
        assert shown["custom_api_parameters"][0] == rows[0]
        assert sealing.is_obfuscated(shown["custom_api_parameters"][1]["value"])
        assert api.patch(path, {"site": {"api_scan_settings": shown}}).data["site"]["api_scan_settings"] == shown
        (known,) = told(service).descriptions
        assert known.values[0].value == "7"
        assert told(service).secrets[known.values[1].secret] == SECRET
        assert SECRET not in everywhere()

    def test_logs_in(self, api, service):
        path = f"/targets/{service.public_id}/"
        answer = api.patch(path, {"site": {"api_scan_settings": LOGIN}})
        shown = answer.data["site"]["api_scan_settings"]
        assert SECRET not in answer.response.content.decode() and sealing.is_obfuscated(shown["api_login_payload"])
        again = {"api_login_payload": shown["api_login_payload"], "token_prefix": "Token"}
        assert api.patch(path, {"site": {"api_scan_settings": again}}).status == 200
        given = told(service)
        token = given.login.token
        assert (given.login.kind, given.login.url) == ("api", LOGIN["api_login_url"])
        assert (token.field, token.prefix, token.name, token.place) == (
            *("data.token", "Token"),
            *("Authorization", "header"),
        )
        assert (given.secrets[token.payload], token.media_type) == (LOGIN["api_login_payload"], "application/json")
        wiped = api.delete(path + "api-auth/")
        assert wiped.data["site"]["api_scan_settings"]["api_login_payload"] == ""
        assert told(service).login.kind == "none"
        assert SECRET not in everywhere()

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({**LOGIN, "api_login_url": ""}, "api_login_url"),
            ({**LOGIN, "api_login_payload": ""}, "api_login_payload"),
            ({**LOGIN, "api_login_token_field": ""}, "api_login_token_field"),
            ({"token_parameter_location": "query"}, "token_parameter_location"),
            ({"token_parameter_name": "a b"}, "token_parameter_name"),
            ({"token_prefix": "x" * 17}, "token_prefix"),
            ({"media_type": "text/plain"}, "media_type"),
            ({"api_schema_type": "wsdl"}, "api_schema_type"),
            ({"api_schema_url": "openapi.json"}, "api_schema_url"),
            ({"custom_api_parameters": [{"name": "", "value": "x"}]}, "custom_api_parameters"),
        ],
    )
    def test_refuses_what_may_not_be(self, api, service, given, field):
        answer = api.patch(f"/targets/{service.public_id}/", {"site": {"api_scan_settings": given}})
        assert answer.status == 400
        assert list(answer.data["site"]["api_scan_settings"]) == [field]

    def test_is_scanned_only_with_a_description(self, api, home, service):
        path = f"/targets/{service.public_id}/"
        assert api.post(path + "scan_now/").status == 400
        upload(home, path, SCHEMA)
        assert api.post(path + "scan_now/").status == 200

    def test_has_no_pages_and_no_other_hosts(self, api, service):
        path = f"/targets/{service.public_id}/"
        assert list(api.patch(path, {"site": {"whitelist": ["/a"]}}).data["site"]) == ["whitelist"]
        host = {"host": "cdn.example.org"}
        assert list(api.post(path + "assets/", host, skip_reachability_check=True).data) == ["host"]

    @pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00", b"{" * (4 * 1024 * 1024 + 1)])
    def test_refuses_what_is_no_description(self, home, service, content):
        answer = upload(home, f"/targets/{service.public_id}/", content)
        assert (answer.status_code, list(answer.json())) == (400, ["file"])

    def test_a_web_target_has_none(self, home, url):
        assert list(upload(home, url, SCHEMA).json()) == ["file"]

    def test_a_reader_gets_none(self, api_as, home, service):
        path = f"/targets/{service.public_id}/"
        upload(home, path, SCHEMA)
        assert api_as("auditor").get(path + "download_api_schema_file/").status == 403
