from __future__ import annotations

import base64

import pytest

from tests.server import factories
from tests.server.api.invicti.conftest import Api, basic, person_of
from vedette.server.kernel import ids
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.services import keys, people

ME = "/api/1.0/account/me"


def denied(answer):
    assert answer.status_code == 401
    assert answer.json() == {"Message": "Authorization has been denied for this request."}
    assert answer["WWW-Authenticate"].startswith("Basic")


def test_an_id_and_a_token_open(person):
    assert Api(basic(person.hex, person.token)).get(ME).json()["Email"] == person.user.email
    assert Api(basic(person.hex.upper(), person.token)).get(ME).status_code == 200
    assert Api(basic(ids.as_uuid("user", person.user.public_id), person.token)).get(ME).status_code == 200


def test_a_token_alone_opens_for_plug_ins(person):
    assert Api(basic("", person.token)).get(ME).status_code == 200


def test_the_id_must_be_of_the_same_person(home, person):
    other = person_of(home)
    for name in (other.hex, "0" * 32, "admin", person.user.email, person.hex[:-1], " "):
        denied(Api(basic(name, person.token)).get(ME))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Bearer abc",
        "JWT abc",
    ],
)
def test_anything_else_does_not(person, header):
    denied(Api({"Authorization": header} if header else {}).get(ME))


def test_keys_of_other_dialects_do_not(home):
    denied(Api(basic("", factories.key(home))).get(ME))


def test_a_reset_token_and_one_of_somebody_shut_out_do_not(home, person, actor):
    keys.revoke_personal(actor=actor, kind="invicti")
    denied(Api(basic("", person.token)).get(ME))
    other = person_of(home, "analyst")
    member = next(row for row in other.user.memberships.all())
    people.deactivate(actor=system_actor(home), member=member)
    denied(Api(basic("", other.token)).get(ME))
