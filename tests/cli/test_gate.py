"""Exit codes: an unreliable scan never passes; findings fail only when asked to."""

import json

import pytest

from tests.cli.samples import finding, finished
from vedette.cli.gate import judge, known_ids
from vedette.cli.output import json_report
from vedette.cli.problem import Exit, Problem
from vedette.contract.checkinfo import ProofLevel, Severity


@pytest.mark.parametrize("verdict", ["incomplete", "failed", ""])
def test_an_unreliable_scan_never_passes(verdict):
    assert judge(finished(verdict=verdict), fail_on=None) == Exit.NOT_RELIABLE
    assert judge(finished(finding(), verdict=verdict), fail_on=Severity.LOW) == Exit.NOT_RELIABLE


def test_findings_alone_pass():
    assert judge(finished(finding()), fail_on=None) == Exit.PASSED


@pytest.mark.parametrize(
    ("threshold", "code"),
    [(Severity.INFO, 1), (Severity.MEDIUM, 1), (Severity.HIGH, 1), (Severity.CRITICAL, 0)],
)
def test_the_threshold_is_included(threshold, code):
    assert judge(finished(finding(severity=Severity.HIGH)), fail_on=threshold) == code


def test_tentative_findings_do_not_fail_a_build():
    assert judge(finished(finding(proof=ProofLevel.TENTATIVE)), fail_on=Severity.INFO) == Exit.PASSED


def test_only_new_findings_count_against_a_baseline(tmp_path):
    old = finding(name="old")
    baseline = tmp_path / "base.json"
    baseline.write_text(json_report.render(finished(old)))
    known = known_ids(baseline)
    assert judge(finished(old), fail_on=None, known=known, new_only=True) == Exit.PASSED
    assert judge(finished(old, finding(name="new")), fail_on=None, known=known, new_only=True) == Exit.FINDINGS
    assert judge(finished(old, finding(name="new")), fail_on=Severity.CRITICAL, known=known, new_only=True) == 0


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"findings": [{}]}), "\xff"])
def test_a_baseline_that_is_no_report_is_refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(Problem, match="not a JSON report"):
        known_ids(path)


def test_a_missing_baseline_is_named(tmp_path):
    with pytest.raises(Problem, match="cannot be read"):
        known_ids(tmp_path / "none.json")
