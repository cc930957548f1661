"""One finding per identity, its occurrences counted, and never told less surely than before."""

import copy
import dataclasses

import pytest

from tests.engine.scan.scanning import exchange
from vedette.contract.batch import apply
from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Step
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Proof
from vedette.engine.parse.page import Observation, Page
from vedette.engine.scan.findings import (
    MAX_BODY,
    MAX_OCCURRENCES,
    Findings,
    from_observation,
    from_proof,
    location_of,
    plain_route,
    route,
)

INFO = CheckInfo(
    id="a-b", title="A", kind=Kind.ACTIVE, phase=Phase.DETECT, severity=Severity.LOW, proof=ProofLevel.FIRM,
    cwe=(79,), flaw="xss",
)  # fmt: skip
SYSTEMIC = dataclasses.replace(INFO, identity=("origin",), flaw="")


def seen(url, info=SYSTEMIC):
    page = Page(exchange(url, "<p>x</p>"))
    return from_observation(info, page, Observation(detail="A detail.", mark="x"), page.exchange, page.exchange.request)


def point(path="/item/7", kind=PointKind.QUERY, name="q", template="/item/{}"):
    return Point(Target(Request("GET", f"http://a{path}?q=1"), template), kind, name, "1")


def proven(level=ProofLevel.CONFIRMED, at=None, **fields):
    at = at or point()
    proof = Proof(level=level, detail="D", steps=(), **fields)
    return from_proof(INFO, Candidate(check="a-b", point=at), proof, (Step("s", exchange("http://a/")),), ("php", "a"))


def test_the_first_of_its_kind_is_told_and_stored():
    findings, state = Findings({}), {}
    (event,), rows = findings.add(INFO, proven(), point().key)
    apply(state, rows)
    assert event.finding.occurrences == ("http://a/item/7?q=1",)
    assert event.finding.technologies == ("a", "php")
    again = Findings(state)
    assert again.confirmed(event.finding.identity)
    assert again.proven("xss", point().key) == "a-b"
    assert again.proven("xss", "elsewhere") == ""
    assert again.proven("", point().key) == ""
    assert again.add(INFO, proven(), point().key) == ([], []), "also after a resume"


def test_each_further_page_is_told_while_the_list_grows_and_counted_ever_after():
    findings, state, told = Findings({}), {}, []
    for number in range(50):
        events, rows = findings.add(SYSTEMIC, seen(f"http://a/{number}"))
        apply(state, rows)
        told += events
    assert [event.finding.occurrence_count for event in told] == list(range(1, MAX_OCCURRENCES + 1))
    assert len(told[-1].finding.occurrences) == MAX_OCCURRENCES
    (last,) = findings.recounted()
    assert last.finding.occurrence_count == 50
    assert last.finding.id == told[0].finding.id
    assert findings.recounted() == []
    resumed = Findings(state)
    resumed.add(SYSTEMIC, seen("http://a/more"))
    assert resumed.recounted()[0].finding.occurrence_count == 51
    assert findings.shown == 1


def test_the_same_page_again_adds_nothing():
    findings = Findings({})
    findings.add(SYSTEMIC, seen("http://a/1"))
    assert findings.add(SYSTEMIC, seen("http://a/1")) == ([], [])
    assert findings.recounted() == []


def test_what_was_told_does_not_change_afterwards():
    findings = Findings({})
    first = findings.add(SYSTEMIC, seen("http://a/1"))[0][0]
    before = copy.deepcopy(first)
    findings.add(SYSTEMIC, seen("http://a/2"))
    assert first == before


def test_surer_wins_and_less_sure_is_not_told():
    findings = Findings({})
    findings.add(INFO, proven(ProofLevel.TENTATIVE))
    assert findings.shown == 0
    (event,), rows = findings.add(INFO, proven(ProofLevel.CONFIRMED))
    assert event.finding.proof == ProofLevel.CONFIRMED
    assert rows
    other = point("/item/8")
    events, rows = findings.add(INFO, proven(ProofLevel.FIRM, other))
    assert events == [], "whoever keeps the last event keeps the surest"
    assert rows, "but it is counted"
    assert findings.recounted() == []
    (event,), _ = findings.add(INFO, proven(ProofLevel.CONFIRMED, point("/item/9")))
    assert event.finding.occurrence_count == 3


def test_a_proof_may_override_what_the_check_says():
    own = proven(title="T", severity="high", url="http://a/real", sink_url="http://a/sink", parameter="p")
    assert (own.title, own.severity) == ("T", Severity.HIGH)
    assert (own.location.url, own.location.sink_url, own.location.parameter) == (
        "http://a/real",
        "http://a/sink",
        "p",
    )
    assert proven().title == "A"


def test_a_host_finding_has_no_point():
    proof = Proof(level=ProofLevel.FIRM, detail="D", steps=())
    assert location_of(None, "http://a/.env", proof).url == "http://a/.env"
    assert location_of(None, "http://a/.env").kind == ""


def test_a_path_segment_under_test_counts_as_variable():
    assert route(point()) == "/item/{}"
    assert route(point("/shop/tea", PointKind.PATH, "1", "/shop/tea")) == "/shop/{}"
    assert route(point("/shop/tea", PointKind.PATH, "9", "/shop/tea")) == "/shop/tea"
    one = proven(at=point("/shop/tea", PointKind.PATH, "1", "/shop/tea"))
    two = proven(at=point("/shop/pot", PointKind.PATH, "1", "/shop/pot"))
    assert one.id == two.id


@pytest.mark.parametrize(
    ("body", "mark", "kept"),
    [
        ("here" + "x" * MAX_BODY, "here", MAX_BODY),
        ("x" * MAX_BODY + "here" + "y" * 9, "here", MAX_BODY + 4),
        ("x" * (MAX_BODY + 9), "", MAX_BODY),
        ("x" * (MAX_BODY + 9), "text/html", MAX_BODY),
        ("x" * (MAX_BODY + 9), "nowhere", MAX_BODY + 9),
        ("x" * MAX_BODY, "", MAX_BODY),
    ],
)
def test_a_long_page_is_kept_as_far_as_it_shows_what_was_seen(body, mark, kept):
    page = Page(exchange("http://a/", body))
    observation, request = Observation(detail="D.", mark=mark), page.exchange.request
    finding = from_observation(SYSTEMIC, page, observation, page.exchange, request)
    response = finding.steps[0].exchange.response
    assert len(response.body) == kept
    assert response.truncated == (kept < len(body))
    assert len(page.response.body) == len(body), "the page itself stays as it came"


def test_only_those_asked_for_are_taken_up():
    wanted = seen("http://a/1")
    findings = Findings({}, frozenset({wanted.id}))
    assert findings.add(INFO, proven()) == ([], [])
    assert findings.add(SYSTEMIC, wanted)[0]
    assert findings.seen(wanted.id)
    assert not findings.seen(proven().id)


def test_what_an_odd_value_brought_about_is_told_with_its_input():
    """Its identity must not hold the value, which is another in every scan."""
    info = dataclasses.replace(INFO, identity=("origin", "path", "detail"))
    at = point("/shop/tea", PointKind.PATH, "1", "/shop/{}")

    def found(value):
        page = Page(exchange(f"http://a/shop/{value}", "oops"))
        return from_observation(info, page, Observation(detail="D."), page.exchange, at.target.request, at)

    one, two = found("xyz%22"), found("abc%27")
    assert one.id == two.id
    assert (one.location.path, one.location.kind, one.location.parameter) == ("/shop/{}", "path", "1")
    assert one.location.url == "http://a/shop/xyz%22"
    assert one.request == at.target.request


def test_a_route_by_look_alone_does_not_depend_on_what_was_learned():
    assert plain_route(point("/shop/tea", PointKind.QUERY, "q", "/shop/{}")) == "/shop/tea"
    assert plain_route(point("/item/7", PointKind.QUERY, "q", "/item/7")) == "/item/{}"
    assert plain_route(point("/shop/tea", PointKind.PATH, "1", "/x")) == "/shop/{}"
