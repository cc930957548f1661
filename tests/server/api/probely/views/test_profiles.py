from __future__ import annotations

import pytest
from probely.sdk.schemas import ScanProfileDataModel

from vedette.server.definitions import queries as definitions


def test_lists_as_the_client_asks_and_reads(api):
    data = api.get("/scan-profiles/", ordering="-changed", length=50, page=1).data
    assert sorted(row["id"] for row in data["results"] if row["type"] == "web") == [
        "full", "lightning", "normal", "safe",
    ]  # fmt: skip
    for row in data["results"]:
        assert ScanProfileDataModel(**row).builtin is True


def test_says_what_each_looks_for(api):
    counts = {row["id"]: len(row["vulnerabilities"]) for row in api.get("/scan-profiles/").data["results"]}
    assert 0 < counts["lightning"] < counts["safe"] < counts["normal"] <= counts["full"]


def test_is_narrowed(api):
    def found(**query):
        return sorted(row["id"] for row in api.get("/scan-profiles/", **query).data["results"])

    assert found(verified="False") == ["api_lightning", "lightning"]
    assert found(verified="true", type="web") == ["full", "normal", "safe"]
    assert found(builtin="false") == []
    assert found(type="api") == ["api_full", "api_lightning", "api_normal", "api_safe"]
    assert found(search="PAYLOAD") == ["api_lightning", "lightning"]
    assert found(archived="true") == []
    assert api.get("/scan-profiles/", type="ftp").status == 400
    assert api.get("/scan-profiles/", ordering="x").status == 400


def test_one_is_made_changed_archived_and_restored(api):
    xss = definitions.for_check("xss-reflected").id
    body = {
        "name": "Night",
        "description": None,
        "speed": 30,
        "payloads": 30,
        "methods": "",
        "max_run_time": "25m",
        "max_urls": 100,
        "delay": 10,
        "vulnerabilities": [{"id": xss}],
    }
    made = api.post("/scan-profiles/", body)
    assert made.status == 200
    data = made.data
    assert data["id"].startswith("sp-") and data["builtin"] is False and data["type"] == "web"
    assert (data["methods"], data["max_run_time"], data["description"]) == ("all", "25m", "")
    assert [row["id"] for row in data["vulnerabilities"]] == [xss]
    assert ScanProfileDataModel(**data).id == data["id"]
    path = f"/scan-profiles/{data['id']}/"
    assert api.put(path, data).data["vulnerabilities"] == data["vulnerabilities"]
    assert api.patch(path, {"max_run_time": 7200, "speed": None}).data["max_run_time"] == "2h"
    assert api.get(path).data["speed"] == 20
    assert api.patch(path, {"archived": True}).data["archived"] is True
    assert data["id"] in str(api.get("/scan-profiles/").data)
    assert data["id"] not in str(api.get("/scan-profiles/", archived="False").data)
    assert [row["id"] for row in api.get("/scan-profiles/", archived="true").data["results"]] == [data["id"]]
    assert api.get(path).status == 200
    assert api.patch(path, {"archived": False}).data["archived"] is False


def test_what_may_scan_unverified_sends_no_payload(api):
    data = api.post("/scan-profiles/", {"name": "Look", "can_scan_unverified": True}).data
    lightning = api.get("/scan-profiles/lightning/").data
    assert data["can_scan_unverified"] is True
    assert data["vulnerabilities"] == lightning["vulnerabilities"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"speed": 11}, "speed"),
        ({"delay": 5001}, "delay"),
        ({"max_urls": 0}, "max_urls"),
        ({"max_run_time": "soon"}, "max_run_time"),
        ({"max_run_time": True}, "max_run_time"),
        ({"max_run_time": "31d"}, "max_run_time"),
        ({"vulnerabilities": [{"id": "2" * 12}]}, "vulnerabilities"),
        ({"vulnerabilities": [7]}, "vulnerabilities"),
        ({"methods": "some"}, "methods"),
    ],
)
def test_wrong_input_is_named(api, change, field):
    answer = api.post("/scan-profiles/", {"name": "x", **change})
    assert (answer.status, list(answer.data)) == (400, [field])


@pytest.mark.parametrize("method", ["get", "put", "patch"])
def test_an_unknown_one_is_missing(api, method):
    assert getattr(api, method)("/scan-profiles/sp-nothing/").status == 404


def test_built_in_ones_stay_as_they_are(api, api_as):
    assert api.patch("/scan-profiles/normal/", {"name": "x"}).status == 403
    assert api_as("scanner").post("/scan-profiles/", {"name": "x"}).status == 403
