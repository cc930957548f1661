"""Killed with signal 9 at any instant and resumed, a scan ends with the same findings as one left in peace."""

from __future__ import annotations

import collections
import json
import random
import signal
import subprocess
import time

import pytest

from vedette.range.server import RangeServer

CONCURRENCY = 10
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


def peaceful(cli):
    """The findings of an undisturbed scan, and the port that the site must have for the same identities."""
    with RangeServer(port=0, seed=1) as shop:
        process = cli.start("scan", f"{shop.url}/", *FAST, "--json", "peace.json", "--quiet")
        return finish(cli, process, "peace.json"), int(shop.url.rpartition(":")[2])


def test_kills_change_nothing(cli):
    expected, port = peaceful(cli)
    assert len(expected) > 25
    with RangeServer(port=port, seed=1) as shop:
        found, hits = killed_scan(cli, f"{shop.url}/", 4, random.Random(7), FAST, 6.0)
    assert found == expected
    assert hits >= 3


@pytest.mark.long
def test_fifty_kills_change_nothing(cli):
    expected, port = peaceful(cli)
    rng, hits = random.Random(time.time_ns()), 0
    while hits < 50:
        with RangeServer(port=port, seed=1) as shop:
            found, more = killed_scan(cli, f"{shop.url}/", 8, rng, FAST, 4.0)
            assert shop.sprung == []
        assert found == expected
        hits += more


def test_no_crawled_page_is_fetched_twice_but_those_in_flight(cli):
    with RangeServer(port=0, seed=1) as shop:
        options = ("--profile", "lightning", "--rate", "150")
        _, hits = killed_scan(cli, f"{shop.url}/", 4, random.Random(3), options, 1.2)
        assert hits >= 2
        asked = collections.Counter((entry.method, entry.target) for entry in shop.log)
    starts = asked.pop(("GET", "/"))
    again = sum(count - 1 for count in asked.values())
    assert again <= hits * CONCURRENCY
    # The reachability check, the crawl, and one visit for cookies in each resumed scan.
    assert starts <= 2 + 2 * hits


def test_a_scan_that_ended_is_reported_again_without_a_request(cli):
    with RangeServer(port=0, seed=1) as shop:
        finish(cli, cli.start("scan", f"{shop.url}/", "--profile", "lightning", "--events", "e.jsonl",
                              "--json", "e.json", "--quiet"), "e.json")  # fmt: skip
        before = len(shop.log)
        again = finish(cli, cli.start("scan", "--resume", "e.jsonl", "--json", "again.json", "--quiet"), "again.json")
        assert len(shop.log) == before
    assert again == identities(cli.folder / "e.json")
