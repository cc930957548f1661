"""How assets and runs read."""

from datetime import UTC, datetime, timedelta

import pytest

from vedette.server.discovery.models import AssetLog, DiscoveryAsset, DiscoveryRun
from vedette.server.kernel import clock
from vedette.server.targets.models import Target
from vedette.server.web import discovery_shapes as shapes

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def states(run):
    return [stage["state"] for stage in shapes.stages(run)]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"status": "queued"}, ["", "", ""]),
        ({"status": "in_progress", "phase": "sources"}, ["current", "", ""]),
        ({"status": "in_progress", "phase": "services"}, ["done", "done", "current"]),
        ({"status": "completed", "phase": "services"}, ["done", "done", "done"]),
        ({"status": "failed", "phase": "names"}, ["done", "failed", ""]),
        ({"status": "in_progress", "phase": "something newer"}, ["", "", ""]),
    ],
)
def test_stages(fields, shown):
    assert states(DiscoveryRun(**fields)) == shown


def test_sources_that_failed_come_first_and_then_those_that_told_most():
    run = DiscoveryRun(
        sources={
            "given": {"names": 1, "reason": ""},
            "crt-sh": {"names": 9, "reason": ""},
            "gone-one": {"names": 0, "reason": "It did not answer."},
        }
    )
    assert [one.name for one in shapes.sources(run)] == [
        "gone-one",
        "Certificate transparency (crt.sh)",
        "The domain itself",
    ]


def test_how_long_it_took():
    with clock.frozen(NOON):
        waiting = DiscoveryRun(created_at=NOON - timedelta(seconds=5))
        over = DiscoveryRun(
            created_at=NOON, started_at=NOON + timedelta(seconds=1), completed_at=NOON + timedelta(seconds=9)
        )
        assert (shapes.elapsed_s(waiting), shapes.elapsed_s(over)) == (5, 8)


def test_a_row_names_a_few_technologies():
    seen = [{"name": f"T{number}", "version": "1" if number == 0 else ""} for number in range(5)]
    row = shapes.row(DiscoveryAsset(technologies=seen, sources=["given", "retired"]))
    assert (row.technologies, row.more) == (["T0 1", "T1", "T2"], 2)
    assert row.sources == ["The domain itself", "retired"]


def test_a_deleted_target_is_none():
    assert shapes.live_target(DiscoveryAsset()) is None
    assert shapes.live_target(DiscoveryAsset(target=Target(url="https://a.example/"))) is not None
    assert shapes.live_target(DiscoveryAsset(target=Target(archived_at=NOON))) is None


@pytest.mark.parametrize("end", [None, 0, -5, 1e30, "soon"])
def test_a_certificate_without_a_sensible_end_shows_none(end):
    assert shapes.expiry(DiscoveryAsset(certificate={"not_after": end})) is None


def test_the_end_of_a_certificate():
    assert shapes.expiry(DiscoveryAsset(certificate={"not_after": NOON.timestamp()})) == NOON


def test_lines_have_words_even_for_kinds_of_later():
    lines = shapes.history([AssetLog(kind="ip"), AssetLog(kind="moved_on")])
    assert [line.label.word for line in lines] == ["Address", "Moved on"]


def test_a_page_is_another_once_anything_changed():
    run = DiscoveryRun(counter=1)
    before = shapes.etag(run)
    run.counter = 2
    assert shapes.etag(run) != before
