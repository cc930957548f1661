"""JUnit XML that any reader takes, whatever the site returned."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from tests.cli.samples import finding, finished
from vedette.cli.output import junit
from vedette.contract.checkinfo import Severity


def parsed(scan):
    return ET.fromstring(junit.render(scan).encode())


def test_a_finding_is_a_failure_of_its_check():
    suite = parsed(finished(finding())).find("testsuite")
    case = suite.find("testcase[@name='crlf-response-header']")
    assert case.find("failure").get("type") == "high"
    assert suite.get("failures") == "1"
    assert suite.get("errors") == "0"


def test_what_is_only_worth_knowing_turns_no_build_red():
    suite = parsed(finished(finding(severity=Severity.INFO))).find("testsuite")
    case = suite.find("testcase[@name='crlf-response-header']")
    assert case.find("failure") is None
    assert "info confirmed GET" in case.find("system-out").text
    assert suite.get("failures") == "0"


def test_the_worst_names_the_failure_and_all_are_listed():
    both = finished(finding(severity=Severity.INFO, name="a"), finding(severity=Severity.LOW, name="b"))
    failure = parsed(both).find("testsuite/testcase/failure")
    assert (failure.get("type"), failure.get("message")) == ("low", "Response header injection (1)")
    assert len([line for line in failure.text.splitlines() if " confirmed GET " in line]) == 2


def test_an_unreliable_scan_is_an_error():
    suite = parsed(finished(verdict="incomplete", reasons=["blocked"])).find("testsuite")
    assert suite.get("errors") == "1"
    assert "blocked" in suite.find("testcase/error").text


def test_skipped_checks_are_no_cases():
    names = [case.get("name") for case in parsed(finished()).iter("testcase")]
    assert "sqli-error" not in names
    assert "crlf-response-header" in names


def test_who_allowed_the_scan_is_recorded():
    scan = finished(finding())
    scan.job = replace(scan.job, authorized="Ada \x1b, owner")
    given = {item.get("name"): item.get("value") for item in parsed(scan).iter("property")}
    assert given == {"profile": "normal", "authorized": "Ada �, owner"}


def test_no_text_of_a_site_moves_a_cursor_or_forges_a_line():
    text = junit.render(finished(finding(detail="a\x9b1m\x7f\u202e\x1b[2J\nhigh confirmed GET http://b/: forged")))
    assert [char for char in text if not char.isprintable() and char != "\n"] == []
    failure = ET.fromstring(text.encode()).find("testsuite/testcase/failure")
    assert len(failure.text.splitlines()) == 1
