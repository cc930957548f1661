"""Events gathered into rows."""

from tests.cli.samples import finding, finished
from vedette.cli.output.json_report import document
from vedette.contract import events
from vedette.contract.checkinfo import ProofLevel, Severity


def test_the_same_finding_again_replaces_its_earlier_self():
    scan = finished(finding())
    scan.take(events.FindingSeen(finding=finding(occurrence_count=5)))
    assert [item.occurrence_count for item in scan.findings()] == [5]


def test_order_is_worst_then_surest():
    scan = finished(
        finding(name="a", severity=Severity.LOW),
        finding(name="b", proof=ProofLevel.FIRM),
        finding(name="c"),
        finding(name="d", severity=Severity.CRITICAL, proof=ProofLevel.TENTATIVE),
    )
    assert [item.location.url[-3] for item in scan.findings()] == ["c", "b", "a"]
    assert [item.location.url[-3] for item in scan.findings(tentative=True)] == ["d", "c", "b", "a"]


def test_descriptions_are_kept():
    scan = finished()
    scan.take(events.DescriptionRead(source="openapi", operations=3, problems=("GET /a: nothing.",)))
    assert [(one.source, one.operations) for one in scan.descriptions] == [("openapi", 3)]
    (row,) = document(scan)["descriptions"]
    assert row == {"source": "openapi", "operations": 3, "problems": ["GET /a: nothing."]}


def test_an_unknown_event_is_passed_over():
    scan = finished()
    scan.take(events.Unknown(raw={"kind": "new"}))
    assert scan.summary.verdict == "findings"


def test_progress_gives_numbers_before_the_end():
    scan = finished()
    scan.take(events.Progress(phase="crawl", percent=5, parts={}, requests=99, elapsed_s=2.5))
    assert (scan.summary.requests, scan.summary.duration_s) == (99, 2.5)


def test_a_scan_that_was_stopped_short_is_incomplete_and_says_why():
    scan = finished(verdict="")
    scan.stop_short("Interrupted.")
    assert (scan.summary.verdict, scan.summary.reasons, scan.summary.cancelled) == (
        "incomplete",
        ("Interrupted.",),
        True,
    )
    ended = finished(verdict="clean")
    ended.stop_short("Too late.")
    assert (ended.summary.verdict, ended.summary.reasons) == ("clean", ())


def test_tentative_findings_are_not_counted():
    scan = finished(finding(), finding(name="t", proof=ProofLevel.TENTATIVE))
    assert scan.shown == len(scan.findings()) == 1
