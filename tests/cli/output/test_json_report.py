"""The JSON report keeps its promise."""

import json
from pathlib import Path

from tests.cli.samples import HOSTILE, finding, finished
from vedette.cli.output import json_report
from vedette.contract.checkinfo import ProofLevel


def test_the_documented_keys_are_there():
    report = json.loads(json_report.render(finished(finding(), reasons=["r"])))
    assert {"schema", "scan", "findings", "endpoints", "coverage"} <= set(report)
    assert {"verdict", "reasons", "requests", "duration_s"} <= set(report["scan"])
    row = report["findings"][0]
    wanted = {"id", "check", "title", "severity", "proof", "url", "method", "parameter", "location", "cwe", "evidence"}
    assert wanted <= set(row)
    assert row["cwe"] == [113]
    assert row["parameter"] == HOSTILE
    assert set(report["endpoints"][0]) == {"method", "url", "status", "source"}


def test_tentative_findings_are_in_the_report_and_say_so():
    report = json_report.document(finished(finding(proof=ProofLevel.TENTATIVE)))
    assert [row["proof"] for row in report["findings"]] == ["tentative"]


def test_coverage_names_what_was_skipped_and_why():
    inputs = json_report.document(finished())["coverage"]["inputs"]
    assert inputs[0]["checks"]["sqli-error"] == "skipped: not in the profile"
    assert inputs[0]["requests"] == 9


def keys(value):
    """Every key of the report but those that sites and checks name."""
    if isinstance(value, list):
        return {key for item in value for key in keys(item)}
    if not isinstance(value, dict):
        return set()
    open_ended = ("checks", "parts")
    return set(value) | {key for name, item in value.items() if name not in open_ended for key in keys(item)}


def test_every_key_is_documented():
    page = Path(__file__).parents[3].joinpath("docs", "use", "json-report.md").read_text()
    missing = sorted(key for key in keys(json_report.document(finished(finding()))) if f"`{key}`" not in page)
    assert not [key for key in missing if f"`{key}[]`" not in page]
