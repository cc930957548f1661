"""What a log-in types."""

import dataclasses

import pytest

from vedette.contract.job import Login, Otp, Setting
from vedette.engine.scan.control import Control
from vedette.engine.scan.login_values import WAITS_FOR_CODE, Values, codes_of

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FIELDS = (Setting(name="login", value="jane"), Setting(name="p", secret="pw"), Setting(name="realm", value="north"))
SECRETS = {"pw": "hunter22", "key": KEY}


def values(said=None, control=None, **login):
    async def say(label, detail):
        if said is not None:
            said.append(label)

    return Values(Login(kind="form", fields=FIELDS, **login), SECRETS, control or Control(), say)


def test_values_by_what_they_are_for():
    made = values()
    assert made.by_role == {"user": "jane", "password": "hunter22", "realm": "north"}
    assert made.complete
    assert made.names == ("login", "p", "realm")


async def test_codes_are_made_and_not_repeated():
    made = values(otp=Otp(secret="key"))
    code = await made.code()
    assert len(code) == 6
    assert made.codes.wait_s > 0


async def test_codes_from_outside():
    control, said = Control(), []
    made = values(said, control, otp=Otp(kind="handed"))
    control.hand_in("1234")
    assert await made.code() == "1234"
    assert said == [WAITS_FOR_CODE]
    control.say("cancel")
    assert await made.code() == ""
    assert "handed in" in made.codeless
    assert "has none" in values().codeless


def test_keys_are_looked_at_before_anything_is_sent():
    assert codes_of(Otp(kind="handed"), {}) is None
    with pytest.raises(ValueError, match="Base32"):
        codes_of(dataclasses.replace(Otp(), secret="key"), {"key": "1"})
