"""Parts of a site and settings of hosts, as they are typed."""

import json

import pytest

from tests.cli.samples import finished
from vedette.cli.journal import Journal
from vedette.cli.output.json_report import document
from vedette.cli.part import changeable, earlier, hosts, part
from vedette.cli.problem import Problem
from vedette.contract.batch import Batch
from vedette.contract.events import EndpointFound
from vedette.contract.job import HostSettings, Job, Part, Setting

SEEN = EndpointFound(method="GET", url="http://a.test/", status=200, source="start", key="k1", digest="d1")
SKIPPED = EndpointFound(method="GET", url="http://a.test/x", status=0, source="a", skipped="may do harm: pay")


def test_an_earlier_scan_is_read_from_its_events(tmp_path):
    path = tmp_path / "events"
    with Journal.create(path, Job(id="t", start_urls=("http://a.test/",))) as journal:
        journal.store(Batch(1, 1, [SEEN, SKIPPED]))
    assert part(["http://a.test/x"], path, duplicates=True) == Part(
        urls=("http://a.test/x",), incremental=True, earlier={"k1": "d1"}, duplicates=True
    )


def test_and_from_its_report(tmp_path):
    scan = finished()
    scan.take(SEEN)
    path = tmp_path / "report.json"
    path.write_text(json.dumps(document(scan)))
    assert earlier(path) == {"k1": "d1"}
    assert part([], None, duplicates=False) == Part()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"endpoints": []}', '{"endpoints": [5]}', "\x00", '{"job": 5}'])
def test_what_is_no_earlier_scan_is_told(tmp_path, text):
    path = tmp_path / "file"
    path.write_text(text)
    with pytest.raises(Problem):
        earlier(path)
    with pytest.raises(Problem, match="cannot be read"):
        earlier(tmp_path / "none")


def test_headers_and_cookies_that_tests_may_change():
    headers, cookies = changeable(["X-Tenant: 5"], ["a=1; b=2"])
    assert headers == (Setting(name="X-Tenant", value="5", testing=True),)
    assert [(one.name, one.value, one.testing) for one in cookies] == [("a", "1", True), ("b", "2", True)]


def test_settings_of_hosts_are_gathered_by_origin_and_secret():
    made, secrets = hosts(
        ["https://API.test:444 X-Key: k 1", "http://[::1]:81/ A: b", "https://api.test:444 B: c"],
        ["https://api.test:444 sid=5"],
    )
    assert made == (
        HostSettings(
            origin="https://api.test:444",
            headers=(Setting(name="X-Key", secret="host-header-1"), Setting(name="B", secret="host-header-3")),
            cookies=(Setting(name="sid", secret="host-cookie-1"),),
        ),
        HostSettings(origin="http://[::1]:81", headers=(Setting(name="A", secret="host-header-2"),)),
    )
    assert secrets == {
        "host-header-1": "k 1", "host-header-2": "b", "host-header-3": "c", "host-cookie-1": "5"}  # fmt: skip


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: changeable(["no colon"], []), "--test-header number 1 is not a header"),
        (lambda: changeable([], ["novalue"]), "--test-cookie number 1 is not a cookie"),
        (lambda: hosts(["X-Key: topsecret"], []), "--host-header number 1"),
        (lambda: hosts(["https://a.test/path X: y"], []), "does not begin with an origin"),
        (lambda: hosts(["https://a.test:99999 X: y"], []), "does not begin with an origin"),
        (lambda: hosts([], ["https://a.test"]), "--host-cookie number 1 is not a cookie"),
        (lambda: hosts(["https://a.test X: a\r\nB: c"], []), "is not a header"),
    ],
)
def test_what_cannot_be_meant_is_told_without_repeating_it(made, reason):
    with pytest.raises(Problem, match=reason) as caught:
        made()
    assert "topsecret" not in str(caught.value)
