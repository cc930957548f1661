"""The log-in, sequences, scope and description of a target, as people set them."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.server import factories
from tests.server.layers import shared
from vedette.contract.batch import Batch
from vedette.contract.events import LoginAttempt, LoginStep, ScanFinished
from vedette.server.scans.services import committing, leasing, pictures
from vedette.server.targets.models import ApiDescription, LogoutDetector, ReducedScope, Sequence, Target
from vedette.server.targets.services import blocks, reach
from vedette.server.targets.services.job_settings import job_settings

SECRET = "c4nary-S3CRET-79"
LOGIN = {
    "way": "form",
    "form_login_url": "http://shop.example.org/login",
    "user": "ann",
    "password": SECRET,
    "otp_algorithm": "SHA256",
    "otp_digits": "8",
    "logout_condition": "any",
}
STEPS = json.dumps(
    [{"type": "goto", "url": "http://shop.example.org/"}, {"type": "fill_value", "css": "#p", "value": SECRET}]
)


@pytest.fixture
def path(shop):
    return f"/ui/targets/{shop.public_id}/"


@shared
def service(home):
    return factories.target(home, "http://api.example.org/", kind="api")


def messages(answer):
    return [str(one) for one in answer.context["messages"]]


def told(target):
    return job_settings(Target.objects.get(pk=target.pk))


class TestLogin:
    def test_is_saved_and_its_secret_never_shown(self, client, path, shop):
        answer = client.post(path + "settings/login/", LOGIN, follow=True)
        assert messages(answer) == ["Saved."] and SECRET not in answer.content.decode()
        assert "ann" in answer.content.decode()
        given = told(shop)
        assert given.login.kind == "form" and SECRET in given.secrets.values()
        client.post(path + "settings/login/", {**LOGIN, "password": "", "user": "bob"})
        assert SECRET in told(shop).secrets.values() and told(shop).login.fields[0].value == "bob"

    def test_is_filmed_unless_that_is_switched_off(self, client, path, shop):
        for given, wanted in (({}, False), ({"film_logins": "on"}, True)):
            client.post(path + "settings/login/", {**LOGIN, **given})
            assert Target.objects.get(pk=shop.pk).film_logins is wanted
            form = client.get(path + "settings/login/").context["form"]
            assert form.initial["film_logins"] is wanted

    def test_shows_the_film_of_the_last_one(self, client, enter, path, shop):
        assert client.get(path + "login.webm").status_code == 404
        assert "login.webm" not in client.get(path + "settings/login/").content.decode()
        pictures.keep_film(factories.run_scan(shop), b"\x1a\x45\xdf\xa3 frames")
        assert f'src="{path}login.webm"' in client.get(path + "settings/login/").content.decode()
        answer = client.get(path + "login.webm")
        assert (answer.content, answer["Content-Type"]) == (b"\x1a\x45\xdf\xa3 frames", "video/webm")

    def test_has_a_second_factor(self, client, path, shop):
        client.post(path + "settings/login/", {**LOGIN, "has_otp": "on", "otp_secret": "JBSWY3DP"})
        assert (told(shop).login.otp.algorithm, told(shop).login.otp.digits) == ("SHA256", 8)

    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ({"form_login_url": ""}, "form_login_url"),
            ({"user": "", "password": ""}, "user"),
            ({"way": "sequence"}, "way"),
            ({"has_basic_auth": "on"}, "basic_user"),
            ({"has_otp": "on"}, "otp_secret"),
            ({"form_login_check_pattern": "("}, "form_login_check_pattern"),
            ({"logout_detection_enabled": "on"}, "check_session_url"),
        ],
    )
    def test_faults_stand_at_their_fields(self, client, path, fields, name):
        answer = client.post(path + "settings/login/", {**LOGIN, **fields})
        assert answer.status_code == 422
        assert name in answer.context["form"].errors
        assert SECRET not in answer.content.decode()

    def test_is_forgotten(self, client, path, shop):
        client.post(path + "settings/login/", LOGIN)
        assert "Forget the form log-in" in client.get(path + "settings/login/").content.decode()
        client.post(path + "forget/form-login/")
        assert told(shop).login.kind == "none" and told(shop).secrets == {}
        assert client.post(path + "forget/nonsense/").status_code == 404

    def test_signs_are_added_and_removed(self, client, path):
        client.post(path + "detectors/", {"kind": "text", "value": "Bye"})
        row = LogoutDetector.objects.get()
        assert "Bye" in client.get(path + "settings/login/").content.decode()
        assert messages(client.post(path + "detectors/", {"kind": "status_code", "value": "x"}, follow=True))
        client.post(f"{path}detectors/{row.public_id}/")
        assert not LogoutDetector.objects.exists()


class TestTrying:
    PNG = b"\x89PNG\r\n\x1a\npixels"

    def test_shows_what_a_worker_saw(self, client, path, shop):
        client.post(path + "settings/login/", LOGIN)
        assert "Try the log-in" in client.get(path + "settings/login/").content.decode()
        where = client.post(path + "login-test/")["Location"]
        assert "Under way" in client.get(where).content.decode()
        grant = factories.claim()
        assert grant.job.login.kind == "form" and SECRET in grant.secrets.values()
        step = LoginStep(label="<i>Open</i>", url="http://shop.example.org/login", picture=self.PNG)
        end = [LoginAttempt(ok=False, reason="The password was refused."), ScanFinished(verdict="failed")]
        committing.commit(grant.run, Batch(grant.epoch, 1, [step, *end]))
        leasing.release(grant.run, grant.epoch, "finished")
        part = client.get(f"{path}login-test/{grant.run}/").content.decode()
        assert "The password was refused." in part and "&lt;i&gt;Open" in part and "hx-get" not in part
        answer = client.get(f"{path}login-test/{grant.run}/1.png")
        assert (answer.content, answer["Content-Type"]) == (self.PNG, "image/png")
        assert client.get(f"{path}login-test/{grant.run}/2.png").status_code == 404

    def test_needs_a_way_to_log_in(self, client, path):
        assert messages(client.post(path + "login-test/", follow=True)) == ["Say first how to log in."]

    def test_is_for_those_who_may_change_the_target(self, client, enter, path):
        client.post(path + "settings/login/", LOGIN)
        run = client.post(path + "login-test/")["Location"].partition("run=")[2]
        assert enter("auditor").get(f"{path}login-test/{run}/").status_code == 403
        assert "Try the log-in" not in enter("auditor").get(path + "settings/login/").content.decode()


class TestSequences:
    def test_are_added_moved_switched_and_removed(self, client, path):
        for name in ("a", "b"):
            client.post(path + "sequences/", {"name": name, "kind": "login", "content": STEPS})
        body = client.get(path + "settings/sequences/").content.decode()
        assert "A session" in body and SECRET not in body
        last = Sequence.objects.get(name="b")
        for word, names in (("up", ["b", "a"]), ("off", ["b", "a"]), ("on", ["b", "a"]), ("remove", ["a"])):
            client.post(f"{path}sequences/{last.public_id}/", {"do": word})
            assert list(Sequence.objects.values_list("name", flat=True)) == names

    def test_come_as_a_file(self, client, path):
        file = SimpleUploadedFile("a.json", STEPS.encode())
        client.post(path + "sequences/", {"name": "a", "kind": "navigation", "file": file})
        assert Sequence.objects.get().kind == "navigation"

    def test_that_are_none_are_refused_without_repeating_them(self, client, path):
        given = {"name": "a", "kind": "login", "content": f'[{{"type": "{SECRET}"}}]'}
        answer = client.post(path + "sequences/", given, follow=True)
        assert messages(answer) == ["Step 1 is of a kind that cannot be replayed."]
        assert not Sequence.objects.exists()


class TestScope:
    def test_addresses_are_added_switched_and_removed(self, client, path):
        client.post(path + "reduced-scopes/", {"url": "http://shop.example.org/cart"})
        row = ReducedScope.objects.get()
        assert "http://shop.example.org/cart" in client.get(path + "settings/scope/").content.decode()
        for word, enabled in (("off", False), ("on", True)):
            client.post(f"{path}reduced-scopes/{row.public_id}/", {"do": word})
            assert ReducedScope.objects.get().enabled is enabled
        assert messages(client.post(path + "reduced-scopes/", {"url": "http://x/"}, follow=True))
        client.post(f"{path}reduced-scopes/{row.public_id}/", {"do": "remove"})
        assert not ReducedScope.objects.exists()

    def test_parts_are_switched(self, client, path, shop):
        client.post(path + "settings/scope/", {"whitelist": "", "blacklist": "", "incremental": "on"})
        assert Target.objects.get(pk=shop.pk).settings == {"incremental": True}
        given = {"whitelist": "", "blacklist": "", "include_deduplicated_endpoints": "on"}
        client.post(path + "settings/scope/", given)
        row = Target.objects.get(pk=shop.pk)
        assert (row.settings, row.include_deduplicated_endpoints) == ({}, True)


class TestApi:
    def test_is_added(self, client, monkeypatch):
        monkeypatch.setattr(
            "vedette.server.targets.services.targets.check_reach", lambda *_, **__: reach.ReachResult(True)
        )
        answer = client.post("/ui/targets/new/", {"url": "http://api.example.org/", "kind": "api"})
        row = Target.objects.get()
        assert (row.kind, answer["Location"]) == ("api", f"/ui/targets/{row.public_id}/settings/api/")

    def test_is_described(self, client, service):
        path = f"/ui/targets/{service.public_id}/"
        file = SimpleUploadedFile("shop.json", b'{"openapi": "3.0.0"}')
        assert messages(client.post(path + "description/", {"file": file}, follow=True))
        assert "shop.json" in client.get(path + "settings/api/").content.decode()
        assert told(service).descriptions[0].text == '{"openapi": "3.0.0"}'
        client.post(path + "description/", {"do": "remove"})
        assert not ApiDescription.objects.exists()
        assert client.post(path + "description/", {}, follow=True).context["messages"]

    def test_is_set(self, client, service):
        path = f"/ui/targets/{service.public_id}/settings/api/"
        given = {
            "api_schema_type": "postman",
            "api_schema_url": "http://api.example.org/c.json",
            "media_type": "application/json",
            "custom_api_parameters": f"shop = 7\ntoken = {SECRET}",
            "api_login_enabled": "on",
            "api_login_url": "http://api.example.org/in",
            "api_login_payload": f'{{"p": "{SECRET}"}}',
            "api_login_token_field": "token",
        }
        answer = client.post(path, given, follow=True)
        assert messages(answer) == ["Saved."] and SECRET not in answer.content.decode()
        shown = answer.context["form"].initial["custom_api_parameters"]
        client.post(path, {**given, "api_login_payload": "", "custom_api_parameters": shown})
        job = told(service)
        assert (job.descriptions[0].kind, job.login.kind) == ("postman", "api")
        assert sorted(job.secrets.values()) == sorted([SECRET, given["api_login_payload"]])
        assert client.post(path, {**given, "api_login_url": ""}).status_code == 422

    def test_a_web_site_has_no_such_settings(self, client, path):
        assert "This target is a web site" in client.get(path + "settings/api/").content.decode()
        assert "API</a>" not in client.get(path + "settings/login/").content.decode()


def test_who_may_only_look_changes_nothing(enter, path, shop):
    auditor = enter("auditor")
    row = LogoutDetector.objects.create(target=shop, kind="text", value="Bye")
    for address, given in {
        "reduced-scopes/": {"url": "http://shop.example.org/a"},
        "detectors/": {"kind": "text", "value": "x"},
        f"detectors/{row.public_id}/": {},
        "sequences/": {"name": "a", "kind": "login", "content": STEPS},
        "forget/logout-detection/": {},
    }.items():
        assert auditor.post(path + address, given).status_code == 302
    assert LogoutDetector.objects.count() == 1
    assert not ReducedScope.objects.exists() and not Sequence.objects.exists()


def test_what_belongs_to_another_target_is_not_reached_this_way(client, home, path):
    other = factories.target(home)
    row = LogoutDetector.objects.create(target=other, kind="text", value="Bye")
    assert client.post(f"{path}detectors/{row.public_id}/").status_code == 404
    assert LogoutDetector.objects.exists()


def test_every_block_that_may_be_forgotten_is_one():
    from vedette.server.web.target_sections import BLOCK_NAMES

    assert set(BLOCK_NAMES) <= set(blocks.BLOCKS)
