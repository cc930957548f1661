from __future__ import annotations

import json

import pytest
from django.test import RequestFactory
from rest_framework import serializers

from vedette.server.api.cloneguard import errors
from vedette.server.kernel.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound, Unavailable


def handled(error):
    answer = errors.handle(error, {"request": RequestFactory().get("/"), "view": None})
    return answer.status_code, answer.data["code"], answer


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound(), 404, "not_found"),
        (NotAllowed(), 403, "forbidden"),
        (NotAllowed("session_required"), 403, "session_required"),
        (NotAllowed("organisation_suspended"), 403, "organization_suspended"),
        (NotAllowed("token_expired"), 401, "token_expired"),
        (NotAllowed("invalid_credentials"), 401, "invalid_credentials"),
        (NotAllowed("invalid_otp"), 401, "invalid_otp"),
        (NotAllowed("invalid_recovery_code"), 401, "invalid_recovery_code"),
        (Conflict("invalid_state", "Not now."), 409, "invalid_state"),
        (LimitReached("rate_limited", retry_after=3), 429, "rate_limited"),
        (LimitReached("account_locked", retry_after=3), 403, "account_locked"),
        (Unavailable("scanner_unreachable"), 503, "scanner_unreachable"),
    ],
)
def test_each_kind_has_a_status_and_a_code(error, status, code):
    found = handled(error)
    assert found[:2] == (status, code)
    assert list(found[2].data) == ["status", "status_text", "code", "request_id"]
    assert found[2].get("Retry-After") == ("3" if isinstance(error, LimitReached) else None)


def test_the_second_step_says_which_there_are():
    data = {"methods": ["app"], "default_method": "app", "phone_hint": None}
    status, code, answer = handled(NotAllowed("two_factor_required", data=data))
    assert (status, code, answer.data["two_factor"]) == (401, "two_factor_required", data)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_wrong_fields_are_named_with_their_codes():
    answer = handled(Invalid(fields={"name": ["is odd"], "": ["both or none"]}))[2]
    assert answer.status_code == 422
    assert answer.data["errors"] == {"name": ["is odd"], "base": ["both or none"]}
    assert answer.data["error_codes"] == {"name": ["invalid"], "base": ["invalid"]}


def test_wrong_input_is_told_by_path():
    class Inner(serializers.Serializer):
        zone = serializers.ChoiceField(choices=("a",))

    class Outer(serializers.Serializer):
        name = serializers.CharField(max_length=3)
        inner = Inner()

        def validate(self, attrs):
            raise serializers.ValidationError("never")

    with pytest.raises(serializers.ValidationError) as caught:
        Outer(data={"name": "long", "inner": {"zone": "b"}}).is_valid(raise_exception=True)
    answer = handled(caught.value)[2]
    assert answer.data["error_codes"] == {"name": ["too_long"], "inner.zone": ["inclusion"]}
    assert answer.data["errors"]["name"] == ["is too long"]
    with pytest.raises(serializers.ValidationError) as caught:
        Outer(data={"name": "a", "inner": {"zone": "a"}}).is_valid(raise_exception=True)
    assert handled(caught.value)[2].data["error_codes"] == {"base": ["invalid"]}


def test_a_failure_says_nothing_of_what_it_was(caplog):
    status, code, answer = handled(RuntimeError("the password is x"))
    assert (status, code) == (500, "internal_error") and "password" not in str(answer.data)
    assert "a view failed" in caplog.text


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "malformed_request"), (403, "forbidden"), (404, "route_not_found"), (500, "internal_error")],
)
def test_outside_of_views_too(status, code):
    answer = errors.outside(RequestFactory().get("/v2/nothing"), status)
    body = json.loads(answer.content)
    assert (answer.status_code, body["code"], body["request_id"]) == (status, code, answer["X-Request-Id"])
