from __future__ import annotations

from datetime import date

import pytest

from tests.server.factories import flaw
from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Exchange, Request, Step
from vedette.contract.finding import Location
from vedette.server.findings import rules
from vedette.server.findings.rules import AcceptanceRules

TODAY = date(2026, 11, 22)
DEMANDING = AcceptanceRules(
    require_expiration_date=True, maximum_days=30, require_approver_name=True, require_approval_date=True
)


def faults(demands: AcceptanceRules, until: date | None, name: str = "", approved: date | None = None) -> list[str]:
    found = rules.acceptance_faults(demands, today=TODAY, until=until, approver_name=name, approval_date=approved)
    return sorted(found)


def test_a_decision_outranks_what_was_observed():
    assert rules.state_of("fixed", "accepted") == "accepted"
    assert rules.state_of("fixed", None) == "fixed"


def test_within_a_scan_the_stronger_word_stands():
    assert [one for one in rules.OUTCOMES if rules.outweighs(one, "unreachable")] == ["gone", "seen"]
    assert all(rules.outweighs(one, None) for one in rules.OUTCOMES)
    assert not any(rules.outweighs(one, "seen") for one in rules.OUTCOMES)


def test_what_an_acceptance_needs():
    assert faults(AcceptanceRules(), None) == []
    assert faults(DEMANDING, None) == ["approval_date", "approver_name", "expiration_date"]
    assert faults(DEMANDING, date(2026, 12, 22), "Ada", TODAY) == []
    assert faults(DEMANDING, date(2026, 12, 23), "Ada", TODAY) == ["expiration_date"]
    assert faults(DEMANDING, TODAY, "  ", TODAY) == ["approver_name"]


def test_an_acceptance_may_end_today_but_not_yesterday():
    assert faults(AcceptanceRules(), TODAY) == []
    assert faults(AcceptanceRules(), date(2026, 11, 21)) == ["expiration_date"]


def test_a_limit_in_days_demands_an_end():
    assert faults(AcceptanceRules(maximum_days=7), None) == ["expiration_date"]


def test_a_limit_beyond_the_calendar_is_no_error():
    assert faults(AcceptanceRules(maximum_days=4_000_000_000), date(2090, 1, 1)) == []


def test_of_the_same_identity_the_surest_counts_and_of_equals_the_last():
    one = flaw("q", proof=ProofLevel.FIRM, detail="first")
    two = flaw("q", proof=ProofLevel.CONFIRMED, detail="second")
    three = flaw("q", proof=ProofLevel.CONFIRMED, detail="third")
    four = flaw("q", proof=ProofLevel.TENTATIVE, detail="fourth")
    other = flaw("r")
    found = rules.surest([one, two, other, three, four])
    assert list(found) == [one.id, other.id]
    assert found[one.id].detail == "third"


def test_one_signal_says_nothing_against_an_earlier_proof():
    assert rules.lasting_proof("confirmed", ProofLevel.TENTATIVE) is None
    assert rules.lasting_proof("tentative", ProofLevel.TENTATIVE) is ProofLevel.TENTATIVE
    assert rules.lasting_proof("confirmed", ProofLevel.FIRM) is ProofLevel.FIRM
    assert rules.lasting_proof("tentative", ProofLevel.CONFIRMED) is ProofLevel.CONFIRMED


def test_text_that_no_database_stores_is_replaced():
    assert rules.clean("a\x00b\ud800c") == "a\ufffdb\ufffdc"
    assert rules.clean_json({"a\x00": ["\udfff", {"b": 1}], "c": None}) == {"a\ufffd": ["\ufffd", {"b": 1}], "c": None}
    assert rules.clean("plain ünï") == "plain ünï"


def test_searchable_text_has_a_line_for_each_value():
    columns = {
        "title": "SQL\n Injection",
        "url": "http://A.example/Ü",
        "parameter": "Id",
        "check_id": "c",
        "detail": "",
    }
    assert rules.search_text(7, columns) == "\nsql injection\nhttp://a.example/ü\nid\n7\nc\n"
    long = rules.search_text(7, columns | {"url": "x" * 100_000})
    assert len(long) < 2100


def step(url: str = "http://a.example/", body: bytes = b"", headers=(), **fields) -> Step:
    return Step("attack", Exchange(Request("POST", url, headers, body)), **fields)


@pytest.mark.parametrize(
    ("kind", "steps", "value"),
    [
        ("query", (step("http://a.example/?p=1'&q=x"),), "1'"),
        ("form", (step(body=b"q=1&p=a%20b"),), "a b"),
        ("header", (step(headers=(("P", "evil"),)),), "evil"),
        ("cookie", (step(headers=(("Cookie", "a=1; p=2"),)),), "2"),
        ("json", (step(request_marks=("{{7*7}}",)),), "{{7*7}}"),
        ("json", (step(),), ""),
        ("query", (step("http://a.example/?p=attack"), step("http://a.example/?p=calm", control=True)), "attack"),
        ("query", (step("http://a.example/?" + "&" * 1200),), ""),
        ("query", (), ""),
    ],
)
def test_the_payload_is_what_the_decisive_step_sent(kind, steps, value):
    location = Location(url="http://a.example/", kind=kind, parameter="p")
    assert rules.payload_of(flaw(location=location, steps=steps)) == value
