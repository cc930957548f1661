from __future__ import annotations

import pytest

from tests.server import factories
from vedette.server.targets import ownership

MISSING = "2" * 12


def test_one_is_added_shown_and_removed(api):
    made = api.post("/domains/", {"hostname": "Shop.Example.org:8443"})
    assert made.status == 201
    data = made.data
    assert data["hostname"] == "shop.example.org:8443" and data["verified"] is False
    assert len(data["verification_token"]) == 36 and data["verification_method"] == ""
    path = f"/domains/{data['id']}/"
    assert api.get(path).data == data
    assert api.put(path, data).data == data
    assert api.delete(path).status == 204
    assert api.get(path).status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "hostname"),
        ({"hostname": "not a host"}, "hostname"),
        ({"hostname": "*.example.org"}, "hostname"),
        ({"hostname": "a.example.org:8080", "port": 8443}, "port"),
        ({"hostname": "a.example.org", "port": 65536}, "port"),
        ({"hostname": "192.0.2.7", "discovery_enabled": True}, "discovery_enabled"),
        ({"hostname": "a.example.org", "basic_auth_username": "a:b"}, "basic_auth_username"),
    ],
)
def test_wrong_input_is_named(api, body, field):
    answer = api.post("/domains/", body)
    assert (answer.status, list(answer.data)) == (400, [field])


def test_a_log_in_and_a_port_read_back_and_may_be_sent_back(api):
    body = {"hostname": "shop.example.org", "port": 8443, "basic_auth_username": "ann", "basic_auth_password": "c4nary"}
    made = api.post("/domains/", body)
    assert made.status == 201 and "c4nary" not in made.response.content.decode()
    assert (made.data["hostname"], made.data["port"]) == ("shop.example.org:8443", 8443)
    assert made.data["basic_auth_username"] == "ann" and made.data["basic_auth_password"].startswith("OBFUSCATED_")
    path = f"/domains/{made.data['id']}/"
    assert api.put(path, made.data).data == made.data
    cleared = api.patch(path, {"basic_auth_username": None, "basic_auth_password": None}).data
    assert cleared["basic_auth_username"] is cleared["basic_auth_password"] is None


def test_twice_is_refused(api):
    api.post("/domains/", {"hostname": "shop.example.org"})
    assert list(api.post("/domains/", {"hostname": "SHOP.example.org"}).data) == ["hostname"]


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_an_unknown_one_is_missing(api, method):
    assert getattr(api, method)(f"/domains/{MISSING}/").status == 404
    assert api.post(f"/domains/{MISSING}/verify/", {"type": "file"}).status == 404


def test_it_cannot_be_renamed(api):
    path = f"/domains/{api.post('/domains/', {'hostname': 'shop.example.org'}).data['id']}/"
    assert list(api.patch(path, {"hostname": "bank.example.org"}).data) == ["hostname"]
    assert api.patch(path, {"hostname": "shop.example.org"}).status == 200


def test_one_in_use_stays_until_its_target_is_gone(api, home):
    target = factories.target(home, "http://shop.example.org/")
    path = f"/domains/{target.domain.public_id}/"
    assert api.delete(path).status == 400
    assert api.delete(f"/targets/{target.public_id}/").status == 204
    assert api.delete(path).status == 204


def test_lists_are_narrowed(api, home):
    factories.target(home, "http://shop.example.org/")
    api.post("/domains/", {"hostname": "bank.example.org"})

    def found(**query):
        return [row["hostname"] for row in api.get("/domains/", **query).data["results"]]

    assert found(ordering="hostname") == ["bank.example.org", "shop.example.org"]
    assert found(verified="True") == ["shop.example.org"]
    assert found(search_fld="BANK") == ["bank.example.org"] == found(search="bank")
    assert found(discovery_enabled="true") == [] == found(source="aws")
    assert len(found(discovery_enabled="0")) == 2
    assert len(found(source="manual")) == 2
    assert api.get("/domains/", ordering="x").status == 400


def test_verification_says_how_it_went(api, worker):
    path = f"/domains/{api.post('/domains/', {'hostname': 'shop.example.org'}).data['id']}/verify/"
    worker.update(ok=False, reason="Token file not found.")
    answer = api.post(path, {"type": "file"})
    assert answer.status == 200 and answer.data["verified"] is False
    assert answer.data["verification_last_error"] == "Token file not found."
    assert answer.data["verification_method"] == "file" and answer.data["verification_date"]
    worker.update(ok=True, reason="")
    assert api.post(path, {"type": "file"}).data["verified"] is True


def test_verification_without_a_worker_is_still_running(api, monkeypatch):
    monkeypatch.setattr(ownership.agents, "wait", lambda run, *, timeout_s: None)
    path = f"/domains/{api.post('/domains/', {'hostname': 'shop.example.org'}).data['id']}/verify/"
    answer = api.post(path, {"type": "meta_tag"})
    assert (answer.status, answer.data["verification_last_error"]) == (200, ownership.RUNNING)


def test_verification_needs_a_known_way(api, api_as):
    made = api.post("/domains/", {"hostname": "shop.example.org"}).data["id"]
    assert list(api.post(f"/domains/{made}/verify/", {"type": "akamai"}).data) == ["type"]
    assert list(api.post(f"/domains/{made}/verify/", {}).data) == ["type"]
    assert api_as("developer").post(f"/domains/{made}/verify/", {"type": "file"}).status == 403


def test_adding_and_removing_need_the_permission(api, api_as):
    made = api.post("/domains/", {"hostname": "shop.example.org"}).data["id"]
    assert api_as("developer").post("/domains/", {"hostname": "x.example.org"}).status == 403
    assert api_as("developer").delete(f"/domains/{made}/").status == 403


def test_discovery_is_switched_on_and_off(api, api_as):
    made = api.post("/domains/", {"hostname": "shop.example.org", "discovery_enabled": True})
    assert (made.status, made.data["discovery_enabled"]) == (201, True)
    path = f"/domains/{made.data['id']}/"
    assert [row["id"] for row in api.get("/domains/", discovery_enabled=True).data["results"]] == [made.data["id"]]
    assert api.get("/discovery/status/").data["next_scheduled_scan_at"]
    assert api.put(path, made.data).data["discovery_enabled"] is True
    assert api_as("developer").patch(path, {"discovery_enabled": False}).status == 403
    assert api.patch(path, {"discovery_enabled": False}).data["discovery_enabled"] is False
    assert api.get("/discovery/status/").data["next_scheduled_scan_at"] is None


def test_an_address_is_not_added_by_half(api):
    assert api.post("/domains/", {"hostname": "192.0.2.7", "discovery_enabled": True}).status == 400
    assert api.get("/domains/").data["count"] == 0
