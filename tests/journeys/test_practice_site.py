"""The whole path on the practice site: every planted flaw proven, no look-alike reported, no trap sprung."""

from __future__ import annotations

import json

import pytest

from tests.journeys.practice import score
from vedette.engine.net.browser_process import missing
from vedette.range.server import RangeServer


def scan(cli, shop, seed):
    cli.browser = True
    done = cli.run("scan", f"{shop.url}/", "--seed", str(seed), "--json", f"{seed}.json", "--html", f"{seed}.html")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads((cli.folder / f"{seed}.json").read_text())


def check(shop, report):
    result = score(report)
    assert result.missed == []
    assert result.fooled == []
    assert result.unplanned == []
    assert shop.sprung == []
    if not missing():
        scripts = [row for row in report["findings"] if row["check"].startswith("xss-")]
        assert {row["proof"] for row in scripts} == {"confirmed"}
    assert report["scan"]["verdict"] == "findings", report["scan"]["reasons"]


def test_a_scan_finds_all_and_nothing_else(cli, shop):
    report = scan(cli, shop, 1)
    check(shop, report)
    dull = report["coverage"]["requests_per_dull_point"]
    assert report["coverage"]["dull_points"] >= 50
    assert dull["median"] <= 25
    assert dull["most"] <= 40
    assert report["coverage"]["check_failures"] == []
    told, heard = report["scan"]["requests"], len(shop.log)
    assert abs(told - heard) <= 0.01 * heard, "our count of requests and the site's own log disagree"


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3, 4, 5, 6])
def test_other_seeds_find_the_same(cli, seed):
    with RangeServer(port=0, seed=seed) as shop:
        check(shop, scan(cli, shop, seed))
