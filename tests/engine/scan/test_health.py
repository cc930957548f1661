"""Sums over all slices of a scan."""

import json

from vedette.contract.job import Job, Login
from vedette.contract.verdict import Verdict, decide
from vedette.engine.scan.health import Tally

JOB = Job(id="j", start_urls=("http://a/", "http://b/"))


class Counters:
    """What a network would count."""

    def __init__(self, requests=0, troubled=0):
        self.requests, self.troubled = requests, troubled


def after(tally, elapsed=1.0):
    return {"head": {"spent": json.dumps(tally.spent(elapsed))}}


def test_counts_go_on_in_the_next_slice():
    first = Tally({}, JOB)
    first.endpoints, first.units_left = 4, 1
    first.crash("sqli-time")
    first.remark("note")
    first.take(Counters(requests=100, troubled=3))
    second = Tally(after(first, 9.5), JOB)
    second.take(Counters(requests=150, troubled=2))
    health = second.health(0, cancelled=False)
    assert (health.requests, health.troubled_requests, health.endpoints, health.units_left) == (150, 5, 4, 1)
    assert health.checks_crashed == ("sqli-time",)
    assert second.elapsed_before == 9.5


def test_taking_the_counters_twice_counts_once():
    tally = Tally({}, JOB)
    for _ in range(2):
        tally.take(Counters(requests=10, troubled=4))
    assert (tally.requests, tally.troubled) == (10, 4)


def test_start_urls_that_gave_nothing_are_named():
    tally = Tally({}, JOB)
    tally.fruitful.append("http://a/")
    assert tally.health(0, cancelled=False).barren_start_urls == ("http://b/",)


def test_a_limit_lasts_for_its_slice_only():
    tally = Tally({}, JOB)
    tally.limit("max-time")
    tally.limit("max-time")
    assert tally.limits == ["max-time"]
    assert Tally(after(tally), JOB).limits == []


def test_the_share_of_logged_in_answers():
    tally = Tally({}, Job(id="j", start_urls=("http://a/",), login=Login(kind="static")))
    assert tally.logged_in_share == 1.0
    tally.fruitful.append("http://a/")
    tally.logged_in, tally.logged_out = 9, 1
    assert decide(tally.health(0, cancelled=False))[0] == Verdict.INCOMPLETE


def test_a_cap_on_a_part_of_the_work_lasts_and_makes_the_scan_incomplete():
    tally = Tally({}, JOB)
    tally.fruitful += ["http://a/", "http://b/"]
    tally.cap("max-pages")
    again = Tally(after(tally), JOB)
    assert again.limits == []
    verdict, reasons = decide(again.health(0, cancelled=False))
    assert verdict == Verdict.INCOMPLETE
    assert "max-pages" in reasons[0]


def test_the_second_users_log_in_counts_too():
    job = Job(id="j", start_urls=("http://a/",), second_login=Login(kind="form", url="http://a/login"))
    tally = Tally({}, job)
    tally.second_login_failed = "That of the second user: no form."
    tally.logins["B"] = {"failed": 2, "barred": ""}
    health = tally.health(0, cancelled=False)
    assert (health.login_requested, health.login_failed) == (True, "That of the second user: no form.")
    again = Tally({"head": {"spent": json.dumps(tally.spent(1.0))}}, job)
    assert (again.second_login_failed, again.logins) == (tally.second_login_failed, tally.logins)
