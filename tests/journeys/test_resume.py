"""Killed with signal 9 at any instant and resumed, a scan ends with the same findings as one left in peace."""

from __future__ import annotations

import collections
import json
import random
import signal
import subprocess
import time

import pytest

from vedette.engine.scan.fetching import ROUND
from vedette.range.server import RangeServer

# The catalogue that never ends is most of the site.
FEW = ("--checks", "xss", "--checks", "crlf", "--checks", "redirect", "--checks", "headers", "--exclude", "*/browse*")
FAST = ("--checks", "sqli", "--checks", "xss", "--checks", "crlf", "--checks", "redirect", "--checks", "command",
        "--checks", "headers", "--checks", "-command-injection-time", "--checks", "-sqli-time")  # fmt: skip


def identities(path):
    return {(row["id"], row["proof"]) for row in json.loads(path.read_text())["findings"]}


def finish(cli, process, report):
    """Waits for a command; its findings when it came to its end."""
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output[-3000:]
    return identities(cli.folder / report)


def killed_scan(cli, url, kills, rng, options, longest):
    """A scan killed so often at random instants, then left to end. Returns its findings and the kills that hit."""
    process = cli.start("scan", url, *options, "--events", "k.jsonl", "--json", "k.json", "--quiet")
    hits = 0
    for _ in range(kills):
        try:
            process.wait(timeout=rng.uniform(0.35, longest))
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            hits += 1
        if not (cli.folder / "k.jsonl.state").exists():
            process = cli.start("scan", url, *options, "--events", "k.jsonl", "--json", "k.json", "--quiet")
            continue
        resume = ("scan", "--resume", "k.jsonl", "--json", "k.json", "--quiet")
        process = cli.start(*resume)
    return finish(cli, process, "k.json"), hits


def peaceful(cli, options):
    """The findings of an undisturbed scan, and the port that the site must have for the same identities."""
    with RangeServer(port=0, seed=1) as shop:
        process = cli.start("scan", f"{shop.url}/", *options, "--json", "peace.json", "--quiet")
        return finish(cli, process, "peace.json"), int(shop.url.rpartition(":")[2])


def test_kills_change_nothing(cli):
    expected, port = peaceful(cli, FEW)
    assert len(expected) > 15
    with RangeServer(port=port, seed=1) as shop:
        found, hits = killed_scan(cli, f"{shop.url}/", 4, random.Random(7), FEW, 2.0)
    assert found == expected
    assert hits >= 2


@pytest.mark.long
def test_fifty_kills_change_nothing(cli):
    expected, port = peaceful(cli, FAST)
    rng, hits = random.Random(time.time_ns()), 0
    while hits < 50:
        with RangeServer(port=port, seed=1) as shop:
            found, more = killed_scan(cli, f"{shop.url}/", 8, rng, FAST, 2.5)
            assert shop.sprung == []
        assert found == expected
        hits += more


@pytest.mark.long
def test_kills_with_all_checks_and_a_browser_change_nothing(cli):
    cli.browser = True
    with RangeServer(port=0, seed=1) as shop:
        whole = finish(cli, cli.start("scan", f"{shop.url}/", "--json", "peace.json", "--quiet"), "peace.json")
        port = int(shop.url.rpartition(":")[2])
    with RangeServer(port=port, seed=1) as shop:
        found, hits = killed_scan(cli, f"{shop.url}/", 8, random.Random(time.time_ns()), (), 14.0)
        assert shop.sprung == []
    assert found == whole
    assert hits >= 5


@pytest.mark.long
def test_no_crawled_page_is_fetched_twice_but_those_in_flight(cli):
    with RangeServer(port=0, seed=1) as shop:
        options = ("--profile", "lightning", "--rate", "150")
        _, hits = killed_scan(cli, f"{shop.url}/", 4, random.Random(3), options, 1.2)
        assert hits >= 2
        asked = collections.Counter(entry.target for entry in shop.log)
        pages = {
            row["url"].removeprefix(shop.url) for row in json.loads((cli.folder / "k.json").read_text())["endpoints"]
        }
    # Each resumed scan visits the pages that set cookies once more; addresses that cannot exist are asked for to learn
    # how a folder says no, and are no pages.
    visited = cookie_pages(cli.folder / "k.jsonl.state")
    again = sum(asked[page] - 1 for page in sorted(pages - visited - {"/"}) if page in asked)
    assert again <= hits * ROUND
    assert all(asked[page] <= 2 + 3 * hits for page in sorted(visited | {"/"}))


def cookie_pages(state):
    """The paths of the pages that the scan noted for their cookies."""
    lines = [json.loads(line) for line in state.read_text().splitlines()]
    noted = [line[2] for line in lines if isinstance(line, list) and line[:2] == ["head", "cookie-pages"]]
    return {"/" + url.split("/", 3)[3] for url in json.loads(noted[-1])} if noted else set()


def test_a_scan_that_ended_is_reported_again_without_a_request(cli):
    with RangeServer(port=0, seed=1) as shop:
        options = ("--profile", "lightning", "--exclude", "*/browse*", "--events", "e.jsonl", "--json", "e.json")
        finish(cli, cli.start("scan", f"{shop.url}/", *options, "--quiet"), "e.json")
        before = len(shop.log)
        again = finish(cli, cli.start("scan", "--resume", "e.jsonl", "--json", "again.json", "--quiet"), "again.json")
        assert len(shop.log) == before
    assert again == identities(cli.folder / "e.json")
