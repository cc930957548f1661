"""The done set, outcomes and economy."""

from vedette.contract.batch import apply
from vedette.contract.events import PointTested
from vedette.contract.exchange import Request
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.scan.coverage import SURVEY, Coverage, economy, unit_key

POINT = Point(Target(Request("GET", "http://a/x?q=1"), "/x"), PointKind.QUERY, "q", "1")


def test_done_units_outlast_the_slice():
    first, state = Coverage({}), {}
    key = unit_key("detect", "sqli-error", 1, POINT.key)
    apply(state, [first.settle(key, "sqli-error", POINT.key, "tested", 4, 1)])
    second = Coverage(state)
    assert second.done(key)
    assert not second.done(unit_key("detect", "sqli-error", 2, POINT.key)), "a newer version is another unit"
    (event,) = second.events([POINT], set())
    assert (event.requests, event.outcomes) == (4, {"sqli-error": "tested"})


def test_the_light_pass_costs_but_is_no_check():
    coverage = Coverage({})
    coverage.settle("light|x", SURVEY, POINT.key, "tested", 2)
    (event,) = coverage.events([POINT], {POINT.key})
    assert (event.requests, event.outcomes, event.dull) == (2, {}, True)


def test_a_point_with_a_candidate_is_not_dull():
    coverage = Coverage({})
    coverage.settle("k", "sqli-time", POINT.key, "tested", 3, candidates=1)
    assert not coverage.events([POINT], {POINT.key})[0].dull


def test_a_note_never_overwrites_a_result():
    coverage = Coverage({})
    coverage.settle("k", "sqli-time", POINT.key, "tested", 3)
    coverage.note(POINT.key, "sqli-time", "skipped: already proven")
    coverage.note(POINT.key, "xss-stored", "skipped: not in the profile")
    outcomes = coverage.events([POINT], set())[0].outcomes
    assert outcomes == {"sqli-time": "tested", "xss-stored": "skipped: not in the profile"}


def test_economy_tells_dull_points_apart():
    def point(requests, dull):
        return PointTested(
            point="p", method="GET", url="u", point_kind="query", parameter="q", requests=requests, dull=dull
        )

    facts = economy([point(10, True), point(30, True), point(20, True), point(300, False)])
    assert facts["requests_per_dull_point"] == {"median": 20, "most": 30}
    assert facts["requests_per_point"]["most"] == 300
    assert economy([])["requests_per_point"] == {"median": 0, "most": 0}


def test_forgetting_leaves_nothing_done():
    coverage = Coverage({})
    coverage.settle("k", "sqli-time", POINT.key, "tested", 3)
    coverage.forget()
    assert not coverage.done("k")


def test_of_the_checks_to_keep_each_unit_is_known_apart_and_lasts():
    first, state = Coverage({}, frozenset({"sqli-error"})), {}
    apply(state, [first.settle("detect|a", "sqli-error", POINT.key, "tested", 4, 2)])
    apply(state, [first.settle("verify|a", "sqli-error", POINT.key, "blocked: timeout", 4)])
    apply(state, [first.settle("detect|b", "xss-reflected", POINT.key, "tested", 4)])
    for coverage in (first, Coverage(state, frozenset({"sqli-error"}))):
        assert (coverage.outcome("detect|a"), coverage.candidates("detect|a")) == ("tested", 2)
        assert (coverage.outcome("verify|a"), coverage.candidates("verify|a")) == ("blocked: timeout", 0)
        assert (coverage.outcome("detect|b"), coverage.candidates("detect|b")) == ("", 0)
    first.forget()
    assert first.outcome("detect|a") == ""
