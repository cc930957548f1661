from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel.ids import new_id

UNSEEN = {"skip_reachability_check": True}


@shared
def target(home):
    return factories.target(home)


@pytest.fixture
def url(target):
    return f"/targets/{target.public_id}/assets/"


def test_is_added_shown_changed_and_removed(api, url, target, models):
    made = api.post(url, {"host": "api.example.org", "name": "API", "include": "TRUE"}, include="target", **UNSEEN)
    assert made.status == 201
    host = models.host(**made.data)
    assert (host.host, host.name, host.include, host.target.id) == ("api.example.org", "API", True, target.public_id)
    one = f"{url}{host.id}/"
    assert models.host(**api.get(one).data).target is None
    assert models.host(**api.get(one, include="target").data).target.id == target.public_id

    changed = api.patch(one, {"include": "FALSE", "desc": "not ours"}, include="target")
    assert changed.status == 200
    assert (changed.data["include"], changed.data["desc"], changed.data["name"]) == (False, "not ours", "API")
    assert api.put(one, changed.data).status == 200

    gone = api.delete(one)
    assert (gone.status, gone.data) == (204, None)
    assert api.get(one).status == 404


def test_a_list_for_all_targets_and_one_for_each(api, home, url, target, models):
    api.post(url, {"host": "a.example.org"}, **UNSEEN)
    other = factories.target(home)
    api.post(f"/targets/{other.public_id}/assets/", {"host": "b.example.org"}, **UNSEEN)
    answer = api.get("/targets/assets/", include="target", ordering="-changed", length=50)
    assert [models.host(**row).target.id for row in answer.data["results"]] == [other.public_id, target.public_id]
    assert [row["host"] for row in api.get("/targets/assets/", target=target.public_id).data["results"]] == [
        "a.example.org"
    ]
    assert [row["host"] for row in api.get(url).data["results"]] == ["a.example.org"]
    wanted = answer.data["results"][0]["id"]
    assert [row["id"] for row in api.get("/targets/assets/", id=wanted).data["results"]] == [wanted]
    missing = api.get("/targets/assets/", id=[wanted, "2" * 12], is_id_404_validation=True)
    assert (missing.status, missing.data["invalid_ids"]) == (404, ["2" * 12])
    assert api.get("/targets/assets/", search="b.exam").data["count"] == 1
    assert [row["host"] for row in api.get("/targets/assets/", ordering="host").data["results"]] == [
        "a.example.org",
        "b.example.org",
    ]


def test_the_list_asks_no_more_for_many(api, home, django_assert_max_num_queries):
    for number in range(5):
        target = factories.target(home)
        api.post(f"/targets/{target.public_id}/assets/", {"host": f"h{number}.example.org"}, **UNSEEN)
    with django_assert_max_num_queries(20):
        assert len(api.get("/targets/assets/", include="target", length=50).data["results"]) == 5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "host"),
        ({"host": "http://x/"}, "host"),
        ({"host": "*.example.org"}, "host"),
        ({"host": "api.example.org", "include": "perhaps"}, "include"),
        ({"host": "api.example.org", "headers": [{"name": "A b", "value": "b"}]}, "headers"),
        ({"host": "api.example.org", "cookies": [{"name": "A", "value": "b;"}]}, "cookies"),
    ],
)
def test_refuses_what_may_not_be(api, url, body, field):
    answer = api.post(url, body, **UNSEEN)
    assert (answer.status, list(answer.data)) == (400, [field])


def test_refuses_to_order_by_what_it_does_not_know(api):
    assert api.get("/targets/assets/", ordering="colour").status == 400


def test_what_is_not_there_is_not_found(api, url):
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert api(method, f"{url}{new_id()}/").status == 404
    assert api.get(f"/targets/{new_id()}/assets/").status == 404
    assert api.post(f"/targets/{new_id()}/assets/", {"host": "a.example.org"}, **UNSEEN).status == 404


def test_a_reader_adds_nothing(api_as, url):
    assert api_as("auditor").post(url, {"host": "a.example.org"}, **UNSEEN).status == 403
