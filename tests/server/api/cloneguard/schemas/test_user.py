from __future__ import annotations

from tests.server.api.cloneguard.conftest import USER
from vedette.server.api.cloneguard.schemas.user import CurrentUserSchema, UserSchema


def test_the_declaration_names_what_is_answered(api, user):
    signed = api.sign_in(user).json()
    assert list(UserSchema().fields) == list(signed["user"])
    data = api.as_session(signed["token"]).get(USER).json()["user"]
    assert list(CurrentUserSchema().fields) == list(data)
    given = CurrentUserSchema(data=data)
    assert given.is_valid(), given.errors
