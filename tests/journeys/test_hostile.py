"""A site that means harm gets a scan that ends in time, stays small, blames nobody wrongly and harms no reader."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from tests.sites.hostile import hostile

NASTY = (
    "/gzip-bomb", "/gzip-twice", "/endless", "/links", "/deep-tags", "/deep-json", "/open-script", "/one-word",
    "/many-fields", "/unique/", "/bad-links", "/growing", "/long-header", "/many-headers", "/same-headers",
    "/odd-headers", "/no-status", "/bad-status", "/bad-chunks", "/two-lengths", "/huge-length", "/early-close",
    "/nothing", "/reset", "/charsets", "/binary", "/bad-utf8", "/lone-surrogates", "/robots.txt", "/sitemap.xml",
    "/cookies", "/payloads",
)  # fmt: skip
STALLING = ("/drip", "/silent", "/endless-100", "/too-many", "/payloads")
DRAIN_S = 5
PATIENCE_S = 60  # of a busy machine; pages that stall do so until the site is closed
MAX_RSS = 500 * 1024 * 1024
TRUE_OF_ANY_SITE = ("headers", "cookies", "disclosure")


class Elements(HTMLParser):
    """The names of a page's elements and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)


def harmless(text: str) -> bool:
    """Whether a terminal would only print this: no control or direction characters, no halves of characters."""
    return all(unicodedata.category(char) not in ("Cc", "Cf", "Cs") or char in "\n\r\t" for char in text)


# A process starts with the size of the one that forked it, and a test run of thousands of tests is large.
LAUNCH = (
    "import os, subprocess, sys; child = subprocess.Popen(sys.argv[2:]); _, status, used = os.wait4(child.pid, 0);"
    "open(sys.argv[1], 'w').write(str(used.ru_maxrss)); sys.exit(os.waitstatus_to_exitcode(status))"
)


def scan(folder, pages, seconds):
    """Exit code, largest size in bytes, and the requests that the site got."""
    reports = [word for kind in ("json", "sarif", "junit", "html", "csv") for word in (f"--{kind}", f"r.{kind}")]
    with hostile(pages) as site, (folder / "terminal").open("wb") as terminal:
        command = [sys.executable, "-m", "vedette", "scan", site.url, "--max-time", f"{seconds}s", *reports]
        launcher = [sys.executable, "-c", LAUNCH, "largest", *command]
        done = subprocess.run(
            launcher, cwd=folder, stdout=terminal, stderr=subprocess.STDOUT, timeout=2 * PATIENCE_S, check=False
        )
        largest = int((folder / "largest").read_text()) * 1024
        return done.returncode, largest, site.log


def given_time(folder, pages, seconds, may_miss):
    """Scans, with more time where the machine was too busy for all pages: the seconds, and the pages left out."""
    while True:
        code, size, log = scan(folder, pages, seconds)
        terminal = (folder / "terminal").read_text(encoding="utf-8")
        assert "Traceback" not in terminal
        assert harmless(terminal)
        assert code == 3, terminal[-2000:]
        assert size < MAX_RSS
        missed = set(pages) - {line.split()[1].partition("?")[0] for line in log}
        if len(missed) <= may_miss or seconds > PATIENCE_S / 2:
            return seconds, missed if len(missed) > may_miss else set()
        seconds *= 3


@pytest.mark.parametrize(("pages", "seconds"), [(NASTY, 6), (STALLING, 2)], ids=["nasty", "stalling"])
def test_a_hostile_site_harms_neither_scan_nor_reader(tmp_path, pages, seconds):
    # A page that stalls may take all the time there is.
    seconds, missed = given_time(tmp_path, pages, seconds, 1 if pages is NASTY else 2)
    assert missed == set()

    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert report["scan"]["verdict"] == "incomplete"
    assert seconds <= report["scan"]["duration_s"] < seconds + DRAIN_S + PATIENCE_S
    assert report["coverage"]["check_failures"] == []
    assert {row["check"].partition("-")[0] for row in report["findings"]} <= set(TRUE_OF_ANY_SITE)
    assert [row for row in report["endpoints"] if not row["url"].startswith("http://127.0.0.1:")] == []
    well_formed(tmp_path, len(report["findings"]))


def well_formed(folder, findings):
    """Every report can be read by its own kind of reader, tells all findings, and holds nothing that runs."""
    texts = {kind: (folder / f"r.{kind}").read_text(encoding="utf-8") for kind in ("sarif", "junit", "html", "csv")}
    (run,) = json.loads(texts["sarif"])["runs"]
    assert len(run["results"]) == findings
    assert ET.fromstring(texts["junit"]).tag == "testsuites"
    rows = list(csv.reader(texts["csv"].splitlines(keepends=True)))
    assert len(rows) == findings + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    page = Elements(texts["html"])
    assert page.tags.isdisjoint(("script", "iframe", "object", "embed", "base"))
    assert not [name for name in page.names if name.startswith("on")]
    assert all(harmless(texts[kind]) for kind in ("html", "csv", "junit", "sarif"))
