"""Every check, found by the catalogue, keeps the form and is right about its own examples."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from cvss import CVSS3, CVSS4

from vedette.contract.checkinfo import Kind, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine import catalog, testkit
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.mutations import cookie_point, header_point, points_of
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Proof, Reaction
from vedette.engine.catalog import Check

CHECKS = catalog.load().checks
PROBING = [check for check in CHECKS if check.info.kind is Kind.ACTIVE]
CASES = [(check, example) for check in CHECKS for example in check.examples]
CURES = re.compile(r"(?:^|-)(?<!not-)(?<!no-)(?:use|add|set|enable|fix|require|protect|secure|prevent)(?:-|$)")


def _ids(check: Check) -> str:
    return check.id


def test_there_are_checks() -> None:
    assert len(CHECKS) > 1
    assert PROBING


@pytest.mark.parametrize("check", CHECKS, ids=_ids)
def test_the_form_says_what_a_reader_needs(check: Check) -> None:
    info = check.info
    assert check.doc.summary.endswith(".")
    assert len(info.title) <= 80
    assert not info.title.endswith(".")
    assert not CURES.search(info.id), "the id names the flaw, not the cure"
    assert info.severity in Severity
    assert info.proof in ProofLevel
    assert all(url.startswith("https://") for url in info.references)


@pytest.mark.parametrize("check", CHECKS, ids=_ids)
def test_the_vectors_are_valid(check: Check) -> None:
    if check.info.cvss31:
        CVSS3(check.info.cvss31)
    if check.info.cvss40:
        CVSS4(check.info.cvss40)
    if check.info.severity is not Severity.INFO:
        assert check.info.cvss31, "a flaw has a CVSS vector"


@pytest.mark.parametrize(("check", "example"), CASES, ids=[f"{check.id}: {one.name}" for check, one in CASES])
def test_it_is_right_about_its_example(check: Check, example: Example) -> None:
    found = testkit.run_example(check, example)
    assert bool(found) == example.vulnerable, [item.detail for item in found]
    for item in found:
        assert item.detail
        if isinstance(item, Proof):
            assert item.level.rank >= check.info.proof.rank, "surer than its INFO says"
            assert item.steps
            assert check.info.kind is Kind.HOST or any(step.control for step in item.steps), "no negative control"


@pytest.mark.parametrize("check", [check for check in CHECKS if check.info.kind is not Kind.PASSIVE], ids=_ids)
def test_it_does_the_same_twice(check: Check) -> None:
    example = next(one for one in check.examples if one.vulnerable)
    runs = [[json.dumps(item.detail) for item in testkit.run_example(check, example)] for _ in range(2)]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("check", PROBING, ids=_ids)
def test_a_dull_point_costs_no_more_than_stated(check: Check) -> None:
    """On a site that always answers the same, at every kind of point that the check applies to."""
    for point in _points():
        if check.info.points and point.kind not in check.info.points:
            continue
        probe = testkit.TestProbe(_always_the_same, "dull", full=False, reaction=Reaction())
        assert check.detect is not None
        assert asyncio.run(check.detect(probe, point)) == []
        assert len(probe.sent) <= check.info.cost, f"{len(probe.sent)} requests at a {point.kind} point"


@pytest.mark.parametrize("check", PROBING, ids=_ids)
def test_a_dead_or_refusing_site_is_no_flaw(check: Check) -> None:
    """Also at full depth: a site that breaks or blocks on everything proves nothing."""
    for status, body in ((500, b"Internal Server Error"), (403, b"Request blocked"), (429, b"slow down"), (404, b"")):
        for point in _points():
            if check.info.points and point.kind not in check.info.points:
                continue
            probe = testkit.TestProbe(_only_once_well(status, body, point.target.request), "dead", full=True)
            assert check.detect is not None
            assert check.verify is not None
            for candidate in asyncio.run(check.detect(probe, point)):
                assert asyncio.run(check.verify(probe, candidate)) is None


@pytest.mark.parametrize("check", [check for check in CHECKS if check.info.kind is Kind.PASSIVE], ids=_ids)
def test_a_passive_check_reads_anything(check: Check) -> None:
    """Odd answers are part of the job: none may crash a check."""
    request = Request("GET", "http://site.example/a/b.php?c=%ff&d=")
    bodies = (b"", b"\xff\xfe\x00<", b"<html", b"{}", b"[1,", b"<!doctype html><p id=a>" + b"<b>" * 200)
    kinds = ("text/html", "application/json", "text/javascript", "", "text/html; charset=nonsense", "image/png")
    for body in bodies:
        for kind in kinds:
            headers = (("Content-Type", kind), ("Set-Cookie", "=;;"), ("Content-Security-Policy", ";;x"))
            for status in (200, 301, 404, 500):
                example = Example(
                    name="", vulnerable=False, exchange=Exchange(request, Response(status, headers, body))
                )
                testkit.run_example(check, example)


def _always_the_same(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/html"),), b"<!doctype html><title>Shop</title><p>Welcome.</p>")


def _only_once_well(status: int, body: bytes, normal: Request) -> Handler:
    def handle(request: Request) -> Response:
        if request == normal:
            return _always_the_same(request)
        return Response(status, (("Content-Type", "text/html"),), body)

    return handle


def _points() -> list[Point]:
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    requests = [
        Request("GET", "http://site.example/item/5?id=3&q=lamp"),
        Request("POST", "http://site.example/buy", form, b"amount=2&note=hello"),
        Request("POST", "http://site.example/api", (("Content-Type", "application/json"),), b'{"a": {"b": [1, "x"]}}'),
        Request("POST", "http://site.example/xml", (("Content-Type", "text/xml"),), b'<r a="1"><b>text</b></r>'),
    ]
    targets = [Target(request, "") for request in requests]
    found = [point for target in targets for point in points_of(target)]
    found += [cookie_point(targets[0], "theme", "dark"), header_point(targets[0], "X-Forwarded-Host", "")]
    kinds: dict[PointKind, Point] = {}
    for point in found:
        kinds.setdefault(point.kind, point)
    return list(kinds.values())
