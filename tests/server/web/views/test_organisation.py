"""The organisation's settings, labels, scan profiles, and the health of the instance."""

import pytest

from vedette.server.scans.models import ScanProfile
from vedette.server.tenancy import queries
from vedette.server.tenancy.services import account, labels
from vedette.server.web.settings_forms import OrganisationForm


def given(actor, **changes):
    start = OrganisationForm.start(actor) | changes
    return {name: "on" if value is True else value for name, value in start.items() if value not in (False, None)}


def test_settings_are_changed(client, actor, home, words):
    answer = client.post("/ui/settings/", given(actor, name="Acme Inc", maximum_acceptance_period=30), follow=True)
    assert "Saved." in words(answer)
    home.refresh_from_db()
    assert (home.name, home.maximum_acceptance_period, home.limit_api_key_days) == ("Acme Inc", 30, True)
    client.post("/ui/settings/", given(actor, maximum_acceptance_period=None, limit_api_key_days=False))
    home.refresh_from_db()
    assert (home.name, home.maximum_acceptance_period, home.limit_api_key_days) == ("Acme Inc", None, False)


def test_what_is_wrong_is_told(client, actor, home, words):
    answer = client.post("/ui/settings/", given(actor, name="", max_api_key_days=99999))
    assert answer.status_code == 422
    home.refresh_from_db()
    assert home.max_api_key_days == 90


def test_who_may_not_change_them_sees_them_only(enter, actor, home):
    auditor = enter("auditor")
    assert " disabled" in auditor.get("/ui/settings/").content.decode()
    assert auditor.post("/ui/settings/", given(actor, name="Mine")).status_code == 422
    assert enter("scanner").get("/ui/settings/").status_code == 403
    home.refresh_from_db()
    assert home.name == "Acme"


def test_the_emergency_stop_is_told(client, actor, words):
    assert "Scans may run" in words(client.get("/ui/settings/"))
    account.stop_all(actor=actor)
    assert "All scans are stopped" in words(client.get("/ui/settings/"))


def test_a_second_factor_that_is_required_is_set_up_first(client, actor):
    account.change_settings(actor=actor, require_second_factor=True)
    assert client.get("/ui/settings/")["Location"] == "/ui/account/2fa/totp/activate/"


def test_labels_are_made_changed_and_deleted(client, actor, words):
    client.post("/ui/settings/labels/new/", {"kind": "finding", "name": "backlog", "color": "blue"})
    (label,) = queries.labels_for_actor(actor, "finding")
    path = f"/ui/settings/labels/finding/{label.public_id}/"
    assert 'fill="blue"' in client.get("/ui/settings/labels/").content.decode()
    client.post(path, {"name": "later", "color": ""})
    label.refresh_from_db()
    assert (label.name, label.color) == ("later", "")
    assert client.get(f"/ui/settings/labels/target/{label.public_id}/").status_code == 404
    client.post(f"{path}delete/")
    assert not queries.labels_for_actor(actor)


def test_a_label_s_name_is_taken_once(client, actor, words):
    labels.create(actor=actor, kind="finding", name="backlog")
    answer = client.post("/ui/settings/labels/new/", {"kind": "finding", "name": "BACKLOG"})
    assert answer.status_code == 422


def test_scan_profiles_are_made_changed_and_put_away(client, home, words):
    fields = {"name": "Quick", "type": "api", "base": "normal", "methods": "all", "speed": "20", "payloads": "10"}
    fields["max_urls"] = "50"
    assert client.post("/ui/settings/profiles/new/", fields | {"checks": "xss\n-xss-stored"})["Location"]
    made = ScanProfile.objects.get(organisation=home)
    assert (made.checks, made.payloads, made.type) == (["xss", "-xss-stored"], 10, "api")
    text = words(client.get(f"/ui/settings/profiles/{made.key}/"))
    assert "xss-reflected" in text and "xss-stored" not in text.partition("What it looks for")[2]
    client.post(f"/ui/settings/profiles/{made.key}/", fields | {"name": "Quicker"})
    made.refresh_from_db()
    assert (made.name, made.checks) == ("Quicker", [])
    client.post(f"/ui/settings/profiles/{made.key}/archive/")
    assert "Quicker" not in words(client.get("/ui/settings/profiles/"))
    assert "Quicker" in words(client.get("/ui/settings/profiles/?archived=1"))
    client.post(f"/ui/settings/profiles/{made.key}/archive/", {"do": "restore"})
    assert "Quicker" in words(client.get("/ui/settings/profiles/"))


@pytest.mark.parametrize(
    ("changes", "text"),
    [({"checks": "made-up"}, "made-up"), ({"can_scan_unverified": "on"}, "Only a profile on the base of lightning")],
)
def test_a_profile_that_cannot_be_is_refused(client, words, changes, text):
    fields = {"name": "Quick", "type": "api", "base": "normal", "methods": "all", "speed": "20", "payloads": "10"}
    fields["max_urls"] = "50"
    answer = client.post("/ui/settings/profiles/new/", fields | changes)
    assert answer.status_code == 422
    assert text in words(answer)


def test_built_in_profiles_are_shown_only(client, words):
    answer = client.get("/ui/settings/profiles/safe/")
    assert "Built-in profiles cannot be changed" in words(answer)
    fields = {"name": "Mine", "base": "full", "methods": "all", "speed": "20", "payloads": "10", "max_urls": "50"}
    assert client.post("/ui/settings/profiles/safe/", fields).status_code == 422
    assert ScanProfile.objects.get(key="safe").name == "Safe"


def test_the_health_of_the_instance_is_for_its_operators(client, actor, words):
    actor.user.is_operator = False
    actor.user.save()
    assert client.get("/ui/settings/health/").status_code == 403
    actor.user.is_operator = True
    actor.user.save()
    text = words(client.get("/ui/settings/health/"))
    for part in ("Workers", "Database", "No worker was heard of", "Version"):
        assert part in text
