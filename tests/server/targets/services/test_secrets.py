"""What a target knows to log in: sealed, shown obfuscated, unchanged when that is sent back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vedette.server.kernel import sealing
from vedette.server.targets.logins import Pair
from vedette.server.targets.models import Target, TargetSecret
from vedette.server.targets.rules import Errors
from vedette.server.targets.services import secrets

Make = Callable[..., Target]
KEY = "JBSWY3DPEHPK3PXP"


def test_a_secret_is_sealed_opened_replaced_and_taken_away(make: Make) -> None:
    target = make()
    for text in ("first", "second"):
        secrets.put(target, "otp_secret", text)
        assert secrets.opened(target, "otp_secret") == text
        assert text.encode() not in bytes(TargetSecret.objects.get().sealed)
    secrets.put(target, "otp_secret", "")
    assert (secrets.opened(target, "otp_secret"), TargetSecret.objects.count()) == ("", 0)


def test_a_secret_of_one_target_opens_nowhere_else(make: Make) -> None:
    one, other = make(), make("https://other.example/")
    secrets.put(one, "otp_secret", "mine")
    row = TargetSecret.objects.get()
    secrets.put(other, "otp_secret", "yours")
    TargetSecret.objects.filter(target=other).update(sealed=row.sealed)
    with pytest.raises(sealing.SealError):
        secrets.opened(other, "otp_secret")


def test_settings_hold_only_what_may_be_shown(make: Make) -> None:
    target = make()
    values = {
        "form_login": [Pair("user", "ann"), Pair("password", "pa55", True)],
        "otp_secret": KEY,
        "basic_auth": {"username": "ann", "password": "ba51c"},
        "has_otp": False,
    }
    target.settings = secrets.merged(target.organisation, {"logout_condition": "all"}, values)
    secrets.write(target, values)
    assert target.settings["form_login"][0] == {"name": "user", "value": "ann"}
    assert target.settings["logout_condition"] == "all" and "has_otp" not in target.settings
    assert not any(word in str(target.settings) for word in ("pa55", KEY, "ba51c"))
    assert secrets.opened_pairs(target, "form_login") == values["form_login"]
    # What is there already stays as it is when something else changes.
    assert secrets.merged(target.organisation, target.settings, {"has_otp": True}) == {
        **target.settings,
        "has_otp": True,
    }


def test_what_was_shown_stands_for_what_is_stored(make: Make) -> None:
    target = make()
    pairs = [Pair("user", "ann"), Pair("password", "pa55", True)]
    secrets.write(target, {"form_login": pairs, "otp_secret": KEY})
    shown = secrets.merged(target.organisation, {}, {"form_login": pairs, "otp_secret": KEY})
    hash_of = shown["form_login"][1]["value"]
    given = {"form_login": [Pair("a", "new"), Pair("b", hash_of)], "otp_secret": shown["otp_secret"]}
    errors = Errors()
    secrets.resolve(target, given, errors)
    assert given == {"form_login": [Pair("a", "new"), Pair("b", "pa55", True)], "otp_secret": KEY}
    assert errors.fields == {}


def test_what_stands_for_nothing_is_told(make: Make) -> None:
    lost = "OBFUSCATED_" + "0" * 24
    for target in (None, make()):
        errors = Errors()
        given = {
            "form_login": [Pair("a", lost)],
            "otp_secret": lost,
            "basic_auth": {"password": lost},
            "api_scan_settings": {"api_login_payload": lost, "custom_api_parameters": [Pair("a", lost)]},
        }
        secrets.resolve(target, given, errors)
        assert sorted(errors.fields) == [
            "site.api_scan_settings.api_login_payload",
            "site.api_scan_settings.custom_api_parameters",
            "site.basic_auth.password",
            "site.form_login",
            "site.otp_secret",
        ]
