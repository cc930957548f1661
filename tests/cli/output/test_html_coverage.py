"""The coverage part tells what was not tested and why."""

from tests.cli.samples import finished
from vedette.cli.output.html_coverage import coverage_section
from vedette.contract import events


def test_skipped_checks_are_listed_with_their_reason():
    page = coverage_section(finished()).html
    assert "skipped: not in the profile" in page
    assert "median 9" in page


def test_trouble_is_listed():
    scan = finished()
    scan.take(events.TargetBlocked(host="h", reason="no answer"))
    scan.take(events.CheckFailed(check="xss-stored", unit="u", reason="broke"))
    page = coverage_section(scan).html
    assert "no answer" in page
    assert "xss-stored" in page


def test_an_unfinished_scan_says_so():
    scan = finished()
    scan.economy = {}
    assert "did not come to its end" in coverage_section(scan).html


def test_each_input_tells_what_was_not_tested_on_it():
    page = coverage_section(finished()).html
    assert "1 checks" in page
    assert "skipped: not in the profile: sqli-error" in page
