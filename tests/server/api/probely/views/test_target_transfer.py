"""Targets go out as a table and come in from one."""

from __future__ import annotations

import csv
import json

from django.test import Client

from tests.server import factories
from vedette.server.targets.models import Target


def upload(home, name, content, role="admin"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    headers = {"Authorization": f"JWT {factories.key(home, role)}"}
    return Client().post("/targets/upload/", {"file": SimpleUploadedFile(name, content)}, headers=headers)


def test_what_goes_out_comes_in_again(api, home):
    team = api.post("/teams/", {"name": "Shop team"}).data["id"]
    target = factories.target(home, name="=Shop", teams=[team])
    api.patch(f"/targets/{target.public_id}/", {"labels": [{"name": "red"}, {"name": "blue"}]})
    factories.run_scan(Target.objects.get(pk=target.pk), factories.flaw("a"))
    answer = api.get("/targets/download/")
    assert answer.response["Content-Type"].startswith("text/csv")
    (line,) = csv.DictReader(answer.data.splitlines())
    assert (line["id"], line["url"], line["name"], line["verified"]) == (target.public_id, target.url, "'=Shop", "true")
    assert (line["risk"], line["highs"], line["labels"], line["teams"]) == ("30", "1", "red; blue", "Shop team")
    assert line["last_scan_status"] == "completed"

    api.delete(f"/targets/{target.public_id}/")
    found = upload(home, "targets.csv", answer.data.encode())
    assert (found.status_code, found.json()["count"], found.json()["errors"]) == (201, 1, [])
    again = api.get(f"/targets/{found.json()['results'][0]['id']}/").data
    assert (again["site"]["url"], again["site"]["name"]) == (target.url, "=Shop")
    assert {one["name"] for one in again["labels"]} == {"red", "blue"}
    assert again["teams"] == [{"id": team, "name": "Shop team"}]


def test_the_filters_of_the_list_count(api, home):
    factories.target(home, name="Alpha")
    factories.target(home, name="Beta", verified=False)
    names = [row["name"] for row in csv.DictReader(api.get("/targets/download/", verified="true").data.splitlines())]
    assert names == ["Alpha"]
    assert list(api.get("/targets/download/", risk="high").data) == ["risk"]


def test_each_row_is_judged_by_itself(home):
    rows = [
        {"url": "http://a.example.org/", "name": "A"},
        {"url": "ftp://b.example.org/"},
        {"site": {"url": "http://a.example.org/"}},
        {"site": {"url": "http://c.example.org/"}, "teams": [{"id": "2" * 12}]},
        {"url": "http://d.example.org/", "scan_profile": "nonsense"},
    ]
    answer = upload(home, "targets.json", json.dumps(rows).encode())
    assert answer.status_code == 201
    assert [row["row"] for row in answer.json()["results"]] == [1]
    faults = {fault["row"]: fault["errors"] for fault in answer.json()["errors"]}
    assert faults[2] == {"site": {"url": ["Only http and https URLs can be scanned."]}}
    assert list(faults[3]["site"]) == ["url"]
    assert list(faults[4]) == ["teams"]
    assert list(faults[5]) == ["scan_profile"]
    assert Target.objects.count() == 1


def test_nothing_added_is_an_error(home, api):
    answer = upload(home, "targets.csv", b"url\nnonsense\n")
    assert (answer.status_code, answer.json()["count"], len(answer.json()["errors"])) == (400, 0, 1)
    assert list(upload(home, "targets.csv", b"name\nShop\n").json()) == ["file"]
    assert list(api.post("/targets/upload/").data) == ["file"]


def test_needs_the_right_to_add_targets(home):
    assert upload(home, "t.csv", b"url\nhttp://a.example.org/\n", role="developer").status_code == 403
    assert not Target.objects.exists()
