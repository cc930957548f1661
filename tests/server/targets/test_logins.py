"""How a site logs in, read strictly, and which settings belong together."""

from __future__ import annotations

from typing import Any

import pytest

from vedette.server.targets import logins
from vedette.server.targets.logins import Facts, Pair
from vedette.server.targets.values import FieldError

FORM = {
    "has_form_login": True,
    "form_login_url": "https://shop.example/login",
    "form_login": [Pair("user", "ann"), Pair("password", "x", True)],
}


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (None, ""),
        (" ", ""),
        ("https://Shop.example", "https://shop.example/"),
        ("https://shop.example/app#/login", "https://shop.example/app#/login"),
        ("https://shop.example:443/#", "https://shop.example/#"),
    ],
)
def test_an_address_keeps_its_fragment(given: object, stored: str) -> None:
    assert logins.page_url(given) == stored


@pytest.mark.parametrize("given", [7, "login", "ftp://shop.example/", "https://shop.example/#a b", "https://u:p@x/"])
def test_what_is_no_address_is_refused(given: object) -> None:
    with pytest.raises(FieldError):
        logins.page_url(given)


@pytest.mark.parametrize("given", ["(", "[a", "*", "(?P<a>x)(?P<a>y)", "a{99999999999}"])
def test_what_is_no_pattern_is_refused(given: str) -> None:
    with pytest.raises(FieldError, match="regular expression"):
        logins.pattern(given)
    assert logins.pattern("[[a]") == "[[a]"


def test_all_but_the_user_are_hidden() -> None:
    rows = [{"name": "a", "value": "ann"}, {"name": "b", "value": "x"}, {"name": "token", "value": "y"}]
    assert [one.hidden for one in logins.pairs(rows)] == [False, True, True]
    assert [one.hidden for one in logins.pairs(rows[::-1])] == [True, True, True]
    assert [one.hidden for one in logins.parameters(rows)] == [False, False, True]


@pytest.mark.parametrize("given", ["x", [7], [{"value": "x"}], [{"name": "x"}] * 51, [{"name": "x", "value": 7}]])
def test_what_is_no_list_of_pairs_is_refused(given: object) -> None:
    with pytest.raises(FieldError):
        logins.pairs(given)


@pytest.mark.parametrize(
    ("given", "stored"),
    [("jbsw y3dp-ehpk3pxp", "JBSWY3DPEHPK3PXP"), (None, ""), ("MZXW6===", "MZXW6")],
)
def test_the_key_of_a_second_factor(given: object, stored: str) -> None:
    assert logins.otp_secret(given) == stored


@pytest.mark.parametrize("given", ["1", "ABC!", "é", "A"])
def test_what_is_no_key_is_refused(given: str) -> None:
    with pytest.raises(FieldError, match="Base32"):
        logins.otp_secret(given)


@pytest.mark.parametrize("given", [5, 9, True, "6", 6.5])
def test_codes_have_six_to_eight_digits(given: object) -> None:
    with pytest.raises(FieldError):
        logins.otp_digits(given)
    assert (logins.otp_digits(None), logins.otp_digits(7)) == (6, 7)


def test_every_setting_has_a_reader_and_belongs_to_a_block() -> None:
    assert set(logins.READERS) | {"auth_enabled"} == set(logins.DEFAULTS)
    assert sorted(name for names in logins.BLOCKS.values() for name in names) == sorted(logins.READERS)


@pytest.mark.parametrize(
    ("settings", "facts", "names"),
    [
        ({}, Facts(), []),
        (FORM, Facts(), []),
        ({**FORM, "form_login_url": ""}, Facts(), ["form_login_url"]),
        ({**FORM, "form_login": []}, Facts(), ["form_login"]),
        ({**FORM, "has_sequence_login": True}, Facts(sequences=1), ["has_form_login"]),
        ({"has_sequence_login": True}, Facts(), ["has_sequence_login"]),
        ({"has_basic_auth": True}, Facts(), ["basic_auth"]),
        ({"logout_detection_enabled": True}, Facts(detectors=1), ["check_session_url"]),
        (
            {"logout_detection_enabled": True, "check_session_url": "https://shop.example/"},
            Facts(),
            ["logout_detection_enabled"],
        ),
        ({"has_otp": True}, Facts(), ["otp_secret"]),
        ({"has_otp": True, "otp_secret": "A"}, Facts(), []),
        (
            {"has_otp": True, "otp_secret": "A", "has_sequence_login": True},
            Facts(sequences=1),
            ["otp_login_sequence_totp_value"],
        ),
        ({"has_otp": True, "otp_secret": "A", "has_sequence_login": True}, Facts(sequences=1, otp_steps=True), []),
    ],
)
def test_what_belongs_together(settings: dict[str, Any], facts: Facts, names: list[str]) -> None:
    assert [name for name, _ in logins.faults(settings, facts)] == names


def test_there_is_a_way_to_log_in() -> None:
    assert not logins.possible({}, Facts(), by_api=False)
    assert logins.possible({}, Facts(static=True), by_api=False)
    assert logins.possible({}, Facts(), by_api=True)
    assert logins.possible({"has_basic_auth": True}, Facts(), by_api=False)
