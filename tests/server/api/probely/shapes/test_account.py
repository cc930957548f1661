from __future__ import annotations

from vedette.server.api.probely.shapes import account as shape
from vedette.server.targets.rules import NOT_YET
from vedette.server.tenancy.models import Organisation


def test_an_account_has_no_limits():
    data = shape.account(Organisation(public_id="2" * 12, name="Shop"), ["normal"])
    assert (data["name"], data["pool_size"], data["plan"]["allowed_scan_profiles"]) == ("Shop", None, ["normal"])


def test_settings_and_policy_use_this_dialects_names():
    row = Organisation(max_api_key_days=7, require_approver_name=True)
    assert shape.settings(row, None)["require_approver_name"] is True
    assert shape.settings(row, None)["secrets_obfuscation"] is True
    assert shape.key_policy(row)["max_api_key_duration_days"] == 7
    given = {"max_api_key_duration_days": 9, "enable_max_api_key_duration": False}
    assert shape.policy_fields(given) == {"max_api_key_days": 9, "limit_api_key_days": False}


def test_a_feature_appears_with_the_setting_it_needs(monkeypatch):
    assert shape.entitlements()["features"]["form_login"] is ("has_form_login" not in NOT_YET)
    monkeypatch.setitem(NOT_YET, "has_form_login", NOT_YET.get("has_form_login"))
    assert shape.entitlements()["features"]["form_login"] is False
    monkeypatch.delitem(NOT_YET, "has_form_login")
    assert shape.entitlements()["features"]["form_login"] is True
