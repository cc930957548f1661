from __future__ import annotations

import pytest

from vedette.server.api.cloneguard.schemas.sign_in import CheckedSchema, RecoveredSchema, SignedInSchema, SignInSchema


def test_passwords_keep_their_spaces():
    given = SignInSchema(data={"username": " dana ", "password": " x "})
    assert given.is_valid()
    assert dict(given.validated_data) == {"username": "dana", "password": " x "}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "x" * 2000}, "max_length"),
        ({"otp_method": "post"}, "invalid_choice"),
        ({"username": None}, "null"),
        ({"username": "a\0"}, "null_characters_not_allowed"),
    ],
)
def test_wrong_input(change, code):
    given = SignInSchema(data={"username": "a", "password": "b", **change})
    assert not given.is_valid()
    assert [texts[0].code for texts in given.errors.values()] == [code]


def test_answers_are_declared():
    assert list(SignedInSchema().fields) == ["token", "expires_at", "user"]
    assert list(RecoveredSchema().fields)[-1] == "recovery_codes_left"
    assert "required" in CheckedSchema().fields["two_factor"].fields
