"""The list of scans, and the stop that holds for all."""

from __future__ import annotations

import pytest

from tests.server import factories
from vedette.server.scans.models import Scan
from vedette.server.tenancy.models import Organisation


@pytest.fixture
def some(home):
    """One scan of each kind of end, newest last, by the name of its target."""
    made = {}
    for name, verdict in (("clean", "clean"), ("gaps", "incomplete"), ("flaws", "findings"), ("broken", "failed")):
        flaws = [factories.flaw("a")] if verdict == "findings" else []
        made[name] = factories.run_scan(factories.target(home, name=name), *flaws, verdict=verdict)
    stopped = factories.start(factories.target(home, name="stopped"))
    Scan.objects.filter(pk=stopped.pk).update(status="canceled", verdict="incomplete")
    made["waiting"] = factories.start(factories.target(home, name="waiting"), profile="lightning")
    return made


def names(answer):
    return [row.scan.target.name for row in answer.context["rows"]]


def test_an_empty_list_says_where_scans_are_started(client, words):
    assert "Scans are started from a target." in words(client.get("/ui/scans/"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["waiting", "stopped", "broken", "flaws", "gaps", "clean"]),
        ("?show=active", ["waiting"]),
        ("?show=trouble", ["broken", "gaps"]),
        ("?show=done", ["flaws", "clean"]),
        ("?show=canceled", ["stopped"]),
        ("?profile=lightning", ["waiting"]),
        ("?q=LEA", ["clean"]),
        ("?q=%00", ["waiting", "stopped", "broken", "flaws", "gaps", "clean"]),
        ("?order=target", ["broken", "clean", "flaws", "gaps", "stopped", "waiting"]),
        ("?show=nonsense&order=nonsense&page=x", ["waiting", "stopped", "broken", "flaws", "gaps", "clean"]),
    ],
)
def test_the_address_narrows_and_orders(client, some, query, expected):
    assert names(client.get(f"/ui/scans/{query}")) == expected


def test_scans_of_others_are_not_listed(client, rival):
    assert names(client.get("/ui/scans/")) == []


def test_a_row_tells_verdict_and_numbers(client, some, words):
    text = words(client.get("/ui/scans/?q=flaws"))
    for part in ("Findings", "1 high", "Normal"):
        assert part in text


def test_a_cell_of_a_running_scan_asks_again_until_it_is_over(client, home, shop):
    scan = factories.start(shop)
    path = f"/ui/scans/{scan.public_id}/brief/"
    assert f'hx-get="{path}"' in client.get("/ui/scans/").content.decode()
    assert client.get(path).status_code == 200
    Scan.objects.filter(pk=scan.pk).update(status="canceled")
    answer = client.get(path)
    assert answer.status_code == 286
    assert "Cancelled" in answer.content.decode()


def test_everything_is_stopped_and_may_start_again(client, home, shop, words):
    scan = factories.start(shop)
    factories.claim()
    answer = client.post("/ui/stop-all/", follow=True)
    assert "All scans are stopped: 1 running." in words(answer)
    scan.refresh_from_db()
    assert (scan.status, Organisation.objects.get(pk=home.pk).paused) == ("pausing", True)
    assert "Nothing new starts until this is lifted." in words(client.get("/ui/scans/"))
    client.post("/ui/lift-stop/")
    assert not Organisation.objects.get(pk=home.pk).paused


@pytest.mark.parametrize("path", ["/ui/stop-all/", "/ui/lift-stop/"])
def test_not_everybody_stops_everything(enter, home, path):
    answer = enter("developer").post(path, follow=True)
    assert [str(one) for one in answer.context["messages"]] == ["You may not do this."]
    assert not Organisation.objects.get(pk=home.pk).paused


def test_a_long_list_asks_a_bounded_number_of_questions(client, home, django_assert_max_num_queries):
    for number in range(12):
        factories.start(factories.target(home, name=f"t{number}"))
    with django_assert_max_num_queries(25):
        assert len(names(client.get("/ui/scans/"))) == 12
