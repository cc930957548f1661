"""Codes as the standard's own examples have them, and none twice."""

import base64

import pytest

from vedette.contract.job import Otp
from vedette.engine.net.totp import Codes, decoded

KEYS = {
    "SHA1": b"12345678901234567890",
    "SHA256": b"12345678901234567890123456789012",
    "SHA512": (b"1234567890" * 7)[:64],
}


class Time:
    """Wall clock and sleep in one: sleeping moves it."""

    def __init__(self, now):
        self.at = now
        self.slept = []

    def now(self):
        return self.at

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.at += seconds


def codes(algorithm, digits, now, **more):
    key = base64.b32encode(KEYS[algorithm]).decode()
    time = Time(now)
    return Codes(key, Otp(algorithm=algorithm, digits=digits), wall=time.now, clock=time, **more), time


@pytest.mark.parametrize(
    ("algorithm", "now", "expected"),
    [
        ("SHA1", 59 - 1, "94287082"),
        ("SHA256", 1111111109 - 1, "68084774"),
        ("SHA512", 20000000000, "47863826"),
        ("SHA1", 1234567890, "89005924"),
    ],
)
async def test_codes_are_those_of_the_standard(algorithm, now, expected):
    made, time = codes(algorithm, 8, now)
    assert await made.take() == expected
    assert not time.slept
    assert await codes(algorithm, 6, now)[0].take() == expected[2:]
    assert await codes(algorithm, 7, now)[0].take() == expected[1:]


async def test_no_code_is_given_twice():
    made, time = codes("SHA1", 6, 1000.0)
    taken = [await made.take() for _ in range(4)]
    assert len(set(taken)) == 4
    assert time.slept == [20.0, 30.0, 30.0]


async def test_what_an_earlier_slice_used_counts():
    made, time = codes("SHA1", 6, 1000.0, used=33)
    await made.take()
    assert time.slept == [20.0]
    assert made.used == 34


async def test_a_code_about_to_end_is_not_given():
    made, time = codes("SHA1", 6, 1019.5)
    await made.take()
    assert time.slept == [0.5]


def test_keys_are_read_as_people_copy_them():
    assert decoded("jbsw y3dp-ehpk3pxp") == decoded("JBSWY3DPEHPK3PXP====")
    with pytest.raises(ValueError, match="not Base32") as error:
        decoded("s3cr3t!")
    assert "s3cr3t" not in str(error.value)


@pytest.mark.parametrize("otp", [Otp(algorithm="MD5"), Otp(digits=5), Otp(digits=9), Otp(period_s=0)])
def test_settings_that_make_no_codes_are_refused(otp):
    with pytest.raises(ValueError, match="codes"):
        Codes("JBSWY3DPEHPK3PXP", otp)
