"""The order of checks: the first failure wins."""

from __future__ import annotations

import pytest

from tests.server.api.cloneguard.conftest import SIGN_IN, USER, Api, access_token, refused
from vedette.server.api.cloneguard import base


def test_the_size_comes_before_the_key(home):
    refused(Api().post(SIGN_IN, b"x" * (base.MAX_BODY + 1)), 413, "payload_too_large")


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "7", b"\xff"])
def test_a_body_that_cannot_be_read_comes_before_the_key(home, body):
    refused(Api().post(SIGN_IN, body), 400, "malformed_request")


def test_the_key_comes_before_the_person(home):
    refused(Api("", "Bearer x").get(USER), 401, "invalid_api_key")


def test_the_person_comes_before_the_fields(api):
    refused(api.get(USER), 401, "unauthorized")
    refused(api.post(SIGN_IN, {}), 422, "validation_failed")


def test_a_body_sent_with_a_question_is_not_read(api, user):
    session = api.as_session(api.sign_in(user).json()["token"])
    assert session("GET", USER, "{").status_code == 200


def test_only_sessions_sign_out(api, user, home):
    refused(api.as_access(access_token(user, home)).delete("/v2/auth/sign_out"), 403, "session_required")


def test_another_method_says_which_there_are(api, user):
    session = api.as_session(api.sign_in(user).json()["token"])
    answer = session.post(USER, {})
    refused(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_other_content_is_refused(api):
    refused(api.post(SIGN_IN, "<a/>", content_type="application/xml"), 415, "unsupported_media_type")
    refused(api.post(SIGN_IN, {}, Accept="text/html"), 406, "not_acceptable")


def test_a_form_is_as_good_as_json(api, user):
    from urllib.parse import urlencode

    from tests.server import factories

    form = urlencode({"user[username]": user.email, "user[password]": factories.PASSWORD})
    answer = api.post(SIGN_IN, form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/json")
