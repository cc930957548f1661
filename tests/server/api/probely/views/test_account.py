from __future__ import annotations

from vedette.server.audit.models import DomainEvent


class TestAccount:
    def test_names_the_organisation_without_limits(self, api, home):
        data = api.get("/account/").data
        assert (data["id"], data["name"], data["status"]) == (home.public_id, "Home", "active")
        assert data["pool_size"] is None and data["free_target_quantity"] is None
        assert data["plan"]["allowed_scan_profiles"] == [
            "lightning", "safe", "normal", "full", "api_lightning", "api_safe", "api_normal", "api_full",
        ]  # fmt: skip

    def test_slots_are_unlimited(self, api):
        assert api.get("/account/available-slots/").data == {"available_slots": None}

    def test_entitlements_say_what_there_is_and_what_is_not(self, api):
        features = api.get("/account/entitlements/").data["features"]
        assert features["custom_roles"] and features["audit_log"]
        assert not features["scanning_agents"]
        assert features["scheduled_scans"] and features["blackout_period"]
        assert features["api_targets"] and features["form_login"] and features["partial_scans"]


class TestSettings:
    def test_the_blackout_period_of_all_targets_is_one_of_them(self, api, api_as):
        assert api.get("/account/settings/").data["blackout_period"] is None
        given = {"begin": "22:00", "cease": "06:00", "weekdays": [5], "timezone": "Europe/Lisbon"}
        shown = api.patch("/account/settings/", {"blackout_period": given}).data["blackout_period"]
        assert (shown["begin"], shown["weekdays"], shown["enabled"]) == ("22:00:00", [5], True)
        assert api.get("/account/settings/").data["blackout_period"] == shown
        wrong = api.patch("/account/settings/", {"blackout_period": {"begin": "late"}})
        assert (wrong.status, list(wrong.data)) == (400, ["blackout_period"])
        assert api_as("developer").patch("/account/settings/", {"blackout_period": None}).status == 403
        assert api.patch("/account/settings/", {"blackout_period": None}).data["blackout_period"] is None

    def test_are_changed_and_kept(self, api, home):
        changed = {"require_approver_name": True, "maximum_acceptance_period": 30}
        assert api.patch("/account/settings/", changed).status == 200
        data = api.get("/account/settings/").data
        assert data["require_approver_name"] is True and data["maximum_acceptance_period"] == 30
        assert data["secrets_obfuscation"] is True and data["require_approval_date"] is False
        assert DomainEvent.objects.filter(organisation=home, kind="organisation.changed").count() == 1

    def test_what_was_fetched_can_be_put_back(self, api):
        data = api.get("/account/settings/").data
        assert api.put("/account/settings/", data).data == data

    def test_wrong_values_are_named(self, api):
        answer = api.patch("/account/settings/", {"maximum_acceptance_period": -1, "require_approver_name": "so"})
        assert answer.status == 400
        assert sorted(answer.data) == ["maximum_acceptance_period", "require_approver_name"]

    def test_secrets_stay_obfuscated(self, api):
        answer = api.patch("/account/settings/", {"secrets_obfuscation": False})
        assert (answer.status, list(answer.data)) == (400, ["secrets_obfuscation"])

    def test_need_the_permission(self, api_as):
        assert api_as("developer").patch("/account/settings/", {"require_approver_name": True}).status == 403
