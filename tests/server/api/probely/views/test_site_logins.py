"""How a site logs in, over the wire: what is set reads back, secrets never do, and the job has it all."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.apps import apps

from tests.server import factories
from tests.server.layers import shared
from vedette.contract import wire
from vedette.server.kernel import sealing
from vedette.server.targets.models import Target
from vedette.server.targets.services.job_settings import job_settings

SECRET = "c4nary-S3CRET-77"
KEY = "JBSWY3DPEHPK3PXP"
FORM = {
    "auth_enabled": True,
    "has_form_login": True,
    "form_login_url": "http://shop.example.org/login",
    "form_login": [{"name": "user", "value": "ann"}, {"name": "password", "value": SECRET}],
}
STEPS = (
    '[{"type":"goto","url":"http://shop.example.org/login"},{"type":"fill_value","css":"#a","value":"'
    + SECRET
    + '"},{"type":"fill_value","css":"#code","value":"123456"},{"type":"click","css":"#go"}]'
)


@shared
def target(home):
    return factories.target(home)


@pytest.fixture
def url(target):
    return f"/targets/{target.public_id}/"


@pytest.fixture
def patched(api, url):
    """Changes the site, and gives back what a later look shows."""

    def patch(**site: Any) -> dict[str, Any]:
        answer = api.patch(url, {"site": site})
        assert answer.status == 200, answer.data
        assert SECRET not in answer.response.content.decode()
        shown: dict[str, Any] = api.get(url).data["site"]
        assert shown == answer.data["site"]
        return shown

    return patch


def told(target):
    return job_settings(Target.objects.get(pk=target.pk))


def everywhere() -> str:
    """Every row of every table, as text; sealed columns are bytes."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        found += [repr(row) for row in model._base_manager.values_list()]
    return "\n".join(found)


ROWS: list[tuple[str, Any]] = [
    ("form_login_url", "http://shop.example.org/app#/login"),
    ("form_login_check_pattern", "Welcome, \\w+"),
    ("logout_condition", "all"),
    ("check_session_url", "http://shop.example.org/me"),
    ("otp_algorithm", "SHA512"),
    ("otp_digits", 8),
    ("otp_field", "#code"),
    ("otp_submit", "button[name=ok]"),
    ("otp_login_sequence_totp_value", "123456"),
]


@pytest.mark.parametrize(("name", "value"), ROWS)
def test_a_setting_reads_back(patched, name, value):
    assert patched(**{name: value})[name] == value


@pytest.mark.parametrize(("name", "value"), ROWS)
def test_null_is_the_default(patched, name, value):
    default = patched()[name]
    assert default != value
    patched(**{name: value})
    assert patched(**{name: None})[name] == default


@pytest.mark.parametrize("name", ["incremental", "reduced_scope", "crawl_sequences_only"])
def test_partial_scans_are_switched(api, url, name):
    for wanted in (True, False):
        assert api.patch(url, {name: wanted}).data[name] is wanted
        assert api.get(url).data[name] is wanted


@pytest.mark.parametrize("name", ["cancel_scan_on_nav_seq_failure", "include_deduplicated_endpoints"])
def test_switches_reach_the_job(api, url, target, name):
    assert api.patch(url, {name: True}).data[name] is True
    assert api.get(url).data[name] is True
    factories.start(Target.objects.get(pk=target.pk))
    job = factories.claim().job
    assert (job.stop_on_sequence_failure, job.part.duplicates) == (
        name == "cancel_scan_on_nav_seq_failure",
        name == "include_deduplicated_endpoints",
    )


@pytest.mark.parametrize("wanted", [None, True, False])
def test_fail_fast_reaches_the_job(api, url, target, wanted):
    assert api.patch(url, {"fail_fast": wanted}).data["fail_fast"] is (wanted is not False)
    factories.start(Target.objects.get(pk=target.pk))
    assert factories.claim().job.fail_fast is (wanted is not False)


class TestForm:
    def test_logs_in_with_hidden_values(self, patched, target, models, api, url):
        shown = patched(**FORM)
        assert shown["form_login"][0] == {"name": "user", "value": "ann"}
        assert sealing.is_obfuscated(shown["form_login"][1]["value"])
        assert models.target(**api.get(url).data).site.has_form_login is True
        given = told(target)
        assert (given.login.kind, given.login.url) == ("form", FORM["form_login_url"])
        assert [(field.name, field.value) for field in given.login.fields] == [("user", "ann"), ("password", "")]
        assert given.secrets[given.login.fields[1].secret] == SECRET
        assert SECRET not in wire.dumps(given.login)

    def test_what_was_shown_may_be_sent_back(self, patched, target):
        shown = patched(**FORM)
        again = patched(form_login=shown["form_login"], form_login_check_pattern="Hi")
        assert again["form_login"] == shown["form_login"]
        assert SECRET in told(target).secrets.values()
        assert told(target).login.logged_in_pattern == "Hi"

    def test_a_hidden_value_never_becomes_readable(self, patched, target):
        shown = patched(**FORM)["form_login"][1]["value"]
        moved = patched(form_login=[{"name": "user", "value": shown}])["form_login"]
        assert moved == [{"name": "user", "value": shown}]
        assert SECRET in told(target).secrets.values()

    def test_a_foreign_hash_stands_for_nothing(self, api, url):
        fields = [{"name": "user", "value": "OBFUSCATED_" + "0" * 24}]
        answer = api.patch(url, {"site": {**FORM, "form_login": fields}})
        assert (answer.status, list(answer.data["site"])) == (400, ["form_login"])

    def test_is_used_only_when_logging_in_is_switched_on(self, patched, target):
        patched(**{**FORM, "auth_enabled": False})
        assert told(target).login.kind == "none"

    def test_no_byte_of_it_is_kept_in_the_open(self, patched, target):
        patched(**FORM)
        assert told(target).secrets
        assert SECRET not in everywhere()

    def test_goes_off_with_its_last_way(self, patched):
        assert patched(**FORM)["auth_enabled"] is True
        assert patched(has_form_login=False)["auth_enabled"] is False


BASIC = {"has_basic_auth": True, "basic_auth": {"username": "ann", "password": SECRET}}


class TestBasic:
    def test_is_a_header(self, patched, target):
        shown = patched(**BASIC)["basic_auth"]
        assert shown["username"] == "ann" and sealing.is_obfuscated(shown["password"])
        given = told(target)
        (header,) = given.headers
        plain = base64.b64encode(f"ann:{SECRET}".encode()).decode()
        assert (header.name, given.secrets[header.secret]) == ("Authorization", f"Basic {plain}")
        assert given.login.kind == "static"

    def test_the_password_stays_when_it_is_sent_back_or_left_out(self, patched, target):
        shown = patched(**BASIC)["basic_auth"]
        for given in (shown, {"username": "bob"}):
            assert patched(basic_auth=given)["basic_auth"]["password"] == shown["password"]
        (header,) = told(target).headers
        assert base64.b64decode(told(target).secrets[header.secret].split()[1]).decode() == f"bob:{SECRET}"

    def test_gives_way_to_a_header_of_the_same_name(self, patched, target):
        patched(**BASIC, headers=[{"name": "authorization", "value": "Bearer x", "authentication": True}])
        assert [header.name for header in told(target).headers] == ["authorization"]

    def test_no_byte_of_it_is_kept_in_the_open(self, patched):
        patched(**BASIC)
        assert SECRET not in everywhere()


class TestSecondFactor:
    def test_comes_with_the_form(self, patched, target):
        shown = patched(**FORM, has_otp=True, otp_secret=KEY.lower(), otp_algorithm="SHA256", otp_digits=8)
        assert sealing.is_obfuscated(shown["otp_secret"])
        given = told(target)
        assert (given.login.otp.algorithm, given.login.otp.digits) == ("SHA256", 8)
        assert given.secrets[given.login.otp.secret] == KEY
        assert patched(otp_secret=shown["otp_secret"], otp_field="#c")["otp_secret"] == shown["otp_secret"]
        assert told(target).secrets[given.login.otp.secret] == KEY
        assert told(target).login.otp.field == "#c"
        assert KEY not in everywhere()

    def test_a_recorded_code_becomes_a_fresh_one(self, api, url, patched, target):
        made = api.post(url + "sequences/", {"name": "Log in", "type": "login", "content": STEPS})
        assert made.status == 201
        patched(auth_enabled=True, has_sequence_login=True)
        patched(has_otp=True, otp_secret=KEY, otp_login_sequence_totp_value="123456")
        login = told(target).login
        assert (login.kind, [step.kind for step in login.steps]) == (
            "sequence",
            ["goto", "fill_value", "fill_otp", "click"],
        )
        assert (login.url, login.steps[1].value) == ("http://shop.example.org/login", "")
        assert told(target).secrets[login.steps[1].secret] == SECRET
        assert SECRET not in everywhere()


class TestLogOutDetection:
    def test_needs_an_address_and_a_detector(self, api, url, patched, target):
        assert list(api.patch(url, {"site": {"logout_detection_enabled": True}}).data["site"]) == [
            "check_session_url",
            "logout_detection_enabled",
        ]
        api.post(url + "logout/", {"type": "sel", "value": "#login"})
        me = "http://shop.example.org/me"
        patched(**FORM, logout_detection_enabled=True, check_session_url=me, logout_condition="all")
        login = told(target).login
        assert (login.check_url, login.condition) == (me, "all")
        assert [(one.kind, one.value) for one in login.detectors] == [("sel", "#login")]


class TestHeaders:
    def test_flags_read_back_and_reach_the_job(self, patched, target):
        first = {"name": "X-User", "value": SECRET, "authentication": True, "allow_testing": True}
        second = {"name": "X-User", "value": SECRET + "B", "authentication_secondary": True}
        shown = patched(headers=[first, second], cookies=[{"name": "seen", "value": "1", "allow_testing": True}])
        assert [one["authentication_secondary"] for one in shown["headers"]] == [False, True]
        assert [one["allow_testing"] for one in (*shown["headers"], *shown["cookies"])] == [True, False, True]
        assert all(sealing.is_obfuscated(one["value"]) for one in shown["headers"])
        assert patched(headers=shown["headers"])["headers"] == shown["headers"]
        given = told(target)
        assert [(one.testing, one.authenticates) for one in given.headers] == [(True, True)]
        assert given.secrets[given.headers[0].secret] == SECRET
        assert given.secrets[given.second_headers[0].secret] == SECRET + "B"
        assert (given.login.kind, given.second_login.kind) == ("static", "static")
        assert SECRET not in everywhere()

    def test_those_of_an_extra_host_go_there_alone(self, api, url, target):
        body = {"host": "api.example.org", "headers": [{"name": "X-Key", "value": SECRET, "value_is_sensitive": True}]}
        made = api.post(url + "assets/", body, skip_reachability_check=True)
        assert made.status == 201 and SECRET not in str(made.data)
        one = f"{url}assets/{made.data['id']}/"
        assert api.get(one).data["headers"] == made.data["headers"]
        cookies = [{"name": "c", "value": "1"}]
        changed = api.patch(one, {"headers": made.data["headers"], "cookies": cookies})
        assert [cookie["name"] for cookie in changed.data["cookies"]] == ["c"]
        assert told(target).hosts == ()
        factories.verify(Target.objects.get(pk=target.pk).extra_hosts.get().domain)
        given = told(target)
        assert [host.origin for host in given.hosts] == ["https://api.example.org", "http://api.example.org"]
        assert given.secrets[given.hosts[0].headers[0].secret] == SECRET
        assert given.headers == ()


@pytest.mark.parametrize(
    ("site", "field"),
    [
        ({**FORM, "form_login_url": ""}, "form_login_url"),
        ({**FORM, "form_login": []}, "form_login"),
        ({**FORM, "form_login_url": "/login"}, "form_login_url"),
        ({"has_sequence_login": True}, "has_sequence_login"),
        ({"auth_enabled": True}, "auth_enabled"),
        ({"has_basic_auth": True}, "basic_auth"),
        ({"basic_auth": {"username": "a:b"}}, "basic_auth"),
        ({"has_otp": True}, "otp_secret"),
        ({"otp_secret": "not base32!"}, "otp_secret"),
        ({"otp_digits": 5}, "otp_digits"),
        ({"otp_algorithm": "MD5"}, "otp_algorithm"),
        ({"otp_type": "smoke"}, "otp_type"),
        ({"otp_login_sequence_totp_value": "12345"}, "otp_login_sequence_totp_value"),
        ({"logout_condition": "some"}, "logout_condition"),
        ({"form_login_check_pattern": "(["}, "form_login_check_pattern"),
        ({"headers": [{"name": "X", "authentication": True, "authentication_secondary": True}]}, "headers"),
        ({"api_scan_settings": {"api_schema_type": "openapi"}}, "api_scan_settings"),
    ],
)
def test_what_does_not_go_together_is_refused(api, url, site, field):
    before = api.get(url).data
    answer = api.patch(url, {"site": site})
    assert (answer.status, list(answer.data), list(answer.data["site"])) == (400, ["site"], [field])
    assert api.get(url).data == before


def test_a_form_and_a_recording_exclude_each_other(api, url, patched):
    api.post(url + "sequences/", {"name": "Log in", "type": "login", "content": STEPS})
    patched(has_sequence_login=True)
    assert list(api.patch(url, {"site": FORM}).data["site"]) == ["has_form_login"]


def test_what_was_fetched_may_be_posted_back(api, url, patched, target):
    patched(**FORM, has_otp=True, otp_secret=KEY, basic_auth={"username": "ann", "password": SECRET})
    before = told(target)
    fetched = api.get(url).data
    assert api.put(url, fetched).status == 200
    assert told(target) == before


def test_a_deleted_target_knows_nothing_any_more(api, url, patched, target):
    patched(**FORM)
    api.post(url + "sequences/", {"name": "Log in", "type": "login", "content": STEPS})
    assert api.delete(url).status == 204
    row = Target.objects.get(pk=target.pk)
    assert not row.secrets.exists() and not row.sequences.exists()


def test_an_item_of_a_list_is_given_whole(api, url):
    refused = api.patch(url, {"site": {"form_login": [{"name": "user"}], "headers": [{"value": "x"}]}})
    assert refused.status == 400
    required = ["This field is required."]
    assert refused.data == {"site": {"form_login": {"0": {"value": required}}, "headers": {"0": {"name": required}}}}
