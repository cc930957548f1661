"""What a job is told where the settings of a target refer to credentials."""

from __future__ import annotations

import base64

import pytest

from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import Target
from vedette.server.targets.references import uri
from vedette.server.targets.services import credentials, extra_hosts, job_settings, stored_values, targets
from vedette.server.targets.services.descriptions import store
from vedette.server.tenancy.models import Team

VALUE = 'canary "77"'


@pytest.fixture
def secret(owner):
    return credentials.create(owner, name="Test user", value=VALUE)


def told(target):
    return job_settings.job_settings(Target.objects.get(pk=target.pk))


def value_of(given, setting):
    return given.secrets[setting.secret] if setting.secret else setting.value


def test_forms_and_basic_authentication(owner, make, secret):
    target = make(
        auth_enabled=True,
        has_form_login=True,
        form_login_url="https://shop.example/login",
        form_login=[{"name": "user", "value": "ann"}, {"name": "pass", "value": uri(secret.public_id)}],
        has_basic_auth=True,
        basic_auth={"username": "ann", "password": uri(secret.public_id)},
    )
    given = told(target)
    assert [value_of(given, one) for one in given.login.fields] == ["ann", VALUE]
    assert base64.b64decode(given.secrets["basic-auth"].removeprefix("Basic ")).decode() == f"ann:{VALUE}"


def test_a_sensitive_value_is_a_secret_wherever_it_stands(owner, make, secret):
    plain = credentials.create(owner, name="User", value="ann", sensitive=False)
    pairs = [{"name": "user", "value": uri(plain.public_id)}, {"name": "pass", "value": "x"}]
    target = make(auth_enabled=True, has_form_login=True, form_login_url="https://shop.example/", form_login=pairs)
    assert told(target).login.fields[0].value == "ann"
    pairs[0]["value"] = uri(secret.public_id)
    targets.change(owner, target, form_login=pairs)
    given = told(target)
    assert given.login.fields[0].value == "" and value_of(given, given.login.fields[0]) == VALUE


def test_keys_of_second_factors_are_brought_to_their_form(owner, make):
    key = credentials.create(owner, name="Key", value="jbsw y3dp ehpk 3pxp")
    target = make(
        auth_enabled=True,
        has_form_login=True,
        form_login_url="https://shop.example/",
        form_login=[{"name": "user", "value": "ann"}],
        has_otp=True,
        otp_secret=uri(key.public_id),
    )
    assert told(target).secrets["otp-secret"] == "JBSWY3DPEHPK3PXP"


def test_headers_of_targets_and_hosts(owner, make, team):
    token = credentials.create(owner, name="Token", value="t-1")
    item = RequestItem(name="Authorization", value=f"Bearer {uri(token.public_id)}", authentication=True)
    target = make(headers=[item])
    host = extra_hosts.add(owner, target, host="api.example.org", skip_reachability_check=True, headers=[item])
    type(host.domain).objects.filter(pk=host.domain_id).update(verified=True)
    given = told(target)
    assert value_of(given, given.headers[0]) == "Bearer t-1"
    assert value_of(given, given.hosts[0].headers[0]) == "Bearer t-1"


def test_what_cannot_stand_in_a_header_is_not_put_there(owner, make):
    odd = credentials.create(owner, name="Odd", value="p\u00e4ss")
    given = told(make(headers=[RequestItem(name="X-Key", value=uri(odd.public_id))]))
    assert value_of(given, given.headers[0]) == uri(odd.public_id)


@pytest.mark.parametrize(
    ("payload", "sent"),
    [
        ('{{"user": "ann", "password": "{0}"}}', '{"user": "ann", "password": "canary \\"77\\""}'),
        ("user=ann&password={0}", "user=ann&password=canary+%2277%22"),
        ("{0}", VALUE),
    ],
)
def test_payloads_keep_their_form(owner, make, secret, payload, sent):
    target = make(
        kind="api",
        api_scan_settings={
            "api_login_enabled": True,
            "api_login_url": "https://shop.example/login",
            "api_login_payload": payload.format(uri(secret.public_id)),
            "api_login_token_field": "token",
        },
    )
    store(owner, target, name="api.json", content=b'{"openapi": "3.0.0", "info": {}, "paths": {}}')
    assert told(target).secrets["api-login-payload"] == sent


def test_a_change_of_the_credential_reaches_its_targets(owner, make, secret):
    target = make(headers=[RequestItem(name="X-Key", value=uri(secret.public_id))])
    credentials.change(owner, secret, value="new")
    given = told(target)
    assert value_of(given, given.headers[0]) == "new"


def test_credentials_of_teams_are_for_their_targets_alone(owner, make, organisation, team):
    own = credentials.create(owner, name="Own", value="v", team=team.public_id)
    inside, outside = make(teams=[team.public_id]), make("https://other.example/")
    assert stored_values.filled(inside, uri(own.public_id)) == "v"
    assert stored_values.filled(outside, uri(own.public_id)) == uri(own.public_id)
    foreign = Team.objects.create(organisation=organisation, name="Bank")
    assert stored_values.filled(make("https://bank.example/", teams=[foreign.public_id]), uri(own.public_id)) != "v"


def test_credentials_of_others_fill_nothing(make, stranger):
    theirs = credentials.create(stranger, name="Theirs", value="v")
    assert stored_values.filled(make(), uri(theirs.public_id)) == uri(theirs.public_id)
