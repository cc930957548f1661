"""Coverage as a tree and as files; both are looked at whole in the tests of the view."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from tests.server import factories
from vedette.contract.batch import Batch
from vedette.contract.events import EndpointFound
from vedette.server.scans import coverage
from vedette.server.scans.services import committing
from vedette.server.web import coverage_shapes as shapes


@pytest.fixture
def scan(db):
    made = factories.start(factories.target(factories.organisation()))
    grant = factories.claim()
    urls = ("http://a/", "http://a/x/1", "http://a/x/2", "https://b/y")
    events = [EndpointFound(method="GET", url=url, status=200, source="link") for url in urls]
    committing.commit(grant.run, Batch(grant.epoch, 1, events))
    return made


def test_each_host_is_headed_once(scan):
    branches = shapes.tree(scan, QueryDict())["branches"]
    assert [branch.heading for branch in branches] == ["http://a", "", "", "https://b"]
    assert [(branch.endpoint.folder, branch.endpoint.name) for branch in branches] == [
        ("/", ""),
        ("/x/", "1"),
        ("/x/", "2"),
        ("/", "y"),
    ]


def test_words_that_mean_nothing_are_left_out(scan):
    assert shapes.tree(scan, QueryDict("show=nonsense&page=x"))["show"] == ""
    assert len(shapes.tree(scan, QueryDict("q=/x/"))["branches"]) == 2


def test_every_state_and_end_has_its_words():
    assert set(shapes.STATES) == set(coverage.SHOW) - {""}
    assert set(dict(shapes.SHOW)) == set(coverage.SHOW)
    assert tuple(shapes.WORDS) == coverage.WORDS


def test_only_what_happened_is_told():
    assert shapes.told({"tested": 2, "error": 0}) == [("Tested", "ok", 2)]


def test_a_file_has_a_row_for_an_endpoint_without_inputs(scan):
    rows = list(shapes.table(scan))
    assert len(rows) == 4
    assert {len(row) for row in rows} == {len(shapes.HEAD)}
