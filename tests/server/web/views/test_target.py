"""The page of a target."""

from __future__ import annotations

import pytest

from tests.server import factories
from vedette.contract.checkinfo import Severity


def test_a_new_target_is_led_to_its_first_scan(client, shop, words):
    answer = client.get(f"/ui/targets/{shop.public_id}/")
    assert "Prepare the first scan" in words(answer)
    assert "data-chart" not in answer.content.decode()


def test_the_summary_tells_what_is_open(client, shop, words):
    flaws = [factories.flaw(str(n), severity=one) for n, one in enumerate((Severity.CRITICAL, Severity.INFO))]
    factories.run_scan(shop, *flaws)
    answer = client.get(f"/ui/targets/{shop.public_id}/")
    assert answer.context["open"] == 2
    assert [row.severity for row in answer.context["worst"]] == [40, 0]
    assert f"/ui/charts/severity-trend/?target={shop.public_id}" in answer.content.decode()
    assert "Worst open finding: critical" in words(answer)


def test_a_scan_under_way_is_pointed_at(client, shop):
    scan = factories.start(shop)
    assert (
        f'<a href="/ui/scans/{scan.public_id}/">Watch it</a>'
        in client.get(f"/ui/targets/{shop.public_id}/").content.decode()
    )


def test_the_tab_of_scans_has_them_all(client, home, shop):
    first = factories.run_scan(shop)
    factories.run_scan(factories.target(home))
    answer = client.get(f"/ui/targets/{shop.public_id}/scans/")
    assert [row.scan for row in answer.context["rows"]] == [first]


def test_coverage_is_that_of_the_last_scan(client, shop, words):
    path = f"/ui/targets/{shop.public_id}/coverage/"
    assert "Nothing was reached yet" in words(client.get(path))
    scan = factories.run_scan(shop)
    answer = client.get(path)
    assert answer.context["scan"] == scan


@pytest.mark.parametrize("tab", ["", "scans/", "coverage/", "settings/", "begin/"])
def test_others_find_nothing(client, rival, tab):
    assert client.get(f"/ui/targets/{rival[0].public_id}/{tab}").status_code == 404


@pytest.mark.parametrize("role", ["analyst", "developer", "auditor", "scanner"])
@pytest.mark.parametrize("tab", ["", "scans/", "coverage/", "settings/"])
def test_every_role_may_look(enter, shop, role, tab):
    factories.run_scan(shop, factories.flaw("a"))
    assert enter(role).get(f"/ui/targets/{shop.public_id}/{tab}").status_code == 200


def test_what_was_deleted_is_gone(client, shop):
    client.post(f"/ui/targets/{shop.public_id}/delete/")
    assert client.get(f"/ui/targets/{shop.public_id}/").status_code == 404
