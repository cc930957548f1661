"""What a job is told about logging in."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from vedette.server.targets.items import RequestItem
from vedette.server.targets.models import Target
from vedette.server.targets.references import uri
from vedette.server.targets.services import credentials, login_job, sequences, targets
from vedette.server.tenancy.actor import Actor

Make = Callable[..., Target]


def typed(css: str, value: str) -> dict[str, str]:
    return {"type": "fill_value", "css": css, "value": value}


def test_nothing_is_the_default(make: Make) -> None:
    target = make()
    assert login_job.login_of(target).login.kind == "none"
    assert login_job.second_login_of(target).kind == "none"
    assert login_job.basic_header(target) == ((), {})
    assert login_job.navigation_of(target) == ((), {})


def test_a_second_user_is_a_user_of_their_own(make: Make) -> None:
    target = make(cookies=[RequestItem(name="sid", value="b", authentication_secondary=True)])
    assert login_job.login_of(target).login.kind == "none"
    assert login_job.second_login_of(target).kind == "static"


def test_names_of_users_are_no_secrets_and_all_else_typed_in_a_log_in_is(owner: Actor, make: Make) -> None:
    target = make()
    steps = [typed("#username", "ann"), typed("#q1", "hunter2"), typed("input[name=password]", "pa55"), typed("#x", "")]
    sequences.add(owner, target, name="Log in", kind="login", content=json.dumps(steps))
    search = [typed("#q", "shoes"), typed("#password", "s3cond")]
    sequences.add(owner, target, name="Search", kind="navigation", content=json.dumps(search))
    target = targets.change(owner, target, has_sequence_login=True, auth_enabled=True)
    told = login_job.login_of(target)
    assert [step.value for step in told.login.steps] == ["ann", "", "", ""]
    assert [told.secrets[step.secret] for step in told.login.steps[1:3]] == ["hunter2", "pa55"]
    (sequence,), known = login_job.navigation_of(target)
    assert [step.value for step in sequence.steps] == ["shoes", ""]
    assert known == {sequence.steps[1].secret: "s3cond"}


def test_placeholders_stand_for_stored_credentials(owner: Actor, make: Make) -> None:
    target = make()
    secret = credentials.create(owner, name="Test user", value="pa55")
    mappings = [
        {"name": "[CUSTOM_USERNAME]", "value": "ann", "hidden": False},
        {"name": "[CUSTOM_PASSWORD]", "value": uri(secret.public_id), "hidden": False},
    ]
    steps = [typed("#user", "[CUSTOM_USERNAME]"), typed("#x", "[CUSTOM_PASSWORD]"), typed("#y", uri(secret.public_id))]
    for kind in ("login", "navigation"):
        sequences.add(owner, target, name=kind, kind=kind, content=json.dumps(steps), mappings=mappings)
    target = targets.change(owner, target, has_sequence_login=True, auth_enabled=True)
    told = login_job.login_of(target)
    (sequence,), known = login_job.navigation_of(target)
    for given, secrets in ((told.login.steps, told.secrets), (sequence.steps, known)):
        assert [step.value for step in given] == ["ann", "", ""]
        assert [secrets[step.secret] for step in given[1:]] == ["pa55", "pa55"]


@pytest.mark.parametrize(
    ("payload", "media_type"),
    [('{"a": 1}', "application/json"), ("user=ann&password=x", "application/x-www-form-urlencoded")],
)
def test_the_form_of_what_is_posted_is_seen(owner: Actor, make: Make, payload: str, media_type: str) -> None:
    given = {
        "api_login_enabled": True,
        "api_login_url": "https://api.example/in",
        "api_login_payload": payload,
        "api_login_token_field": "token",
    }
    told = login_job.login_of(make(kind="api", api_scan_settings=given))
    assert told.login.token is not None
    assert (told.login.token.media_type, told.secrets[told.login.token.payload]) == (media_type, payload)
    assert (told.login.token.name, told.login.token.place) == ("Authorization", "header")
