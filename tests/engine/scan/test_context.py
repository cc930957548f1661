"""What the phases of a slice share."""

import pytest

from tests.engine.scan.scanning import exchange, job_for, scan_of, within
from vedette.contract import events as kinds
from vedette.contract.batch import apply
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.contract.job import Login, Setting
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import ProbeStop, Reaction
from vedette.engine.net.tls import TlsReport

URL = "http://127.0.0.1:9/"


def scan(state=None, secrets=None, limits=None, **changes):
    return scan_of(job_for(URL, limits=limits, **changes), state, secrets)


def setting(cookie, url=URL, method="GET"):
    return Exchange(Request(method, url), Response(200, (("Set-Cookie", cookie),)))


async def test_tokens_come_from_a_secret_that_lasts():
    made = scan()
    state = {"tokens": {"secret": f'"{made.secret.hex()}"'}}
    assert scan(state).rng("u").token("t") == made.rng("u").token("t")
    assert scan().rng("u").token("t") != made.rng("u").token("t")
    assert scan(state).rng("u").token("t") != scan(state).rng("v").token("t")
    assert scan(state, seed=2).rng("u").integer(0, 10**9) != made.rng("u").integer(0, 10**9)


async def test_a_probe_carries_what_its_unit_needs_to_know():
    made = scan()
    point = Point(Target(Request("GET", URL), "/"), PointKind.QUERY, "q")
    made.facts.learn_technologies("127.0.0.1:9", ["php"])
    reaction = Reaction(frozenset({"odd"}))
    probe = made.probe("u", URL, full=False, budget=3, reaction=reaction)
    assert (probe.full, probe.reaction, probe.technologies) == (False, reaction, {"php"})
    assert probe.browser is made.proofs
    assert (made.browser, scan(browser=True).browser is None) == (None, False)
    assert await probe.sinks(point) == ()
    assert made.probe("u", "http://other/", full=True).technologies == frozenset()


async def test_pages_that_set_cookies_are_named_so_that_a_successor_can_ask_them_again():
    made, state = scan(), {}
    apply(state, made.keep_cookies(setting("lang=en")))
    apply(state, made.keep_cookies(setting("lang=de", URL + "other")))
    apply(state, made.keep_cookies(setting("plan=a", URL + "plans")))
    apply(state, made.keep_cookies(setting("cart=1", URL + "cart", method="POST")))
    assert scan(state).cookie_pages == [URL, URL + "plans"]
    assert "en" not in state["head"]["cookie-pages"]


async def test_values_that_stand_for_a_log_in_are_not_handed_on():
    secrets = {"session": "abcdefgh"}
    made = scan(secrets=secrets, cookies=(Setting(name="sid", secret="session"),), login=Login(kind="static"))
    for pair in ("lang=en", "session_id=0123456789abcdef", "sid=abcdefgh"):
        answer = setting(pair)
        answer.request = Request("GET", URL, user="A")
        made.keep_cookies(answer)
    values = {name: made.harmless_value(name) for name in ("lang", "session_id", "sid", "none")}
    assert values == {"lang": "en", "session_id": "", "sid": "", "none": ""}


async def test_what_was_written_is_listed_once_over_all_slices():
    made, state = scan(), {}
    post = Request("POST", URL + "book")
    events, rows = made.written(post)
    apply(state, rows)
    assert [(event.method, event.url) for event in events] == [("POST", URL + "book")]
    assert events[0].marker == made.rng("any").mark
    assert made.written(post) == ([], [])
    assert scan(state).written(post) == ([], [])


async def test_steps_are_masked_in_all_their_words():
    made = scan(secrets={"key": "canary-4711"}, headers=(Setting(name="X-Key", secret="key"),))
    raw = Step("l", exchange(URL, "is canary-4711"), ("canary-4711",), "saw canary-4711", True, ("x=canary-4711",))
    (step,) = made.masked((raw,))
    assert step.exchange.response.text == "is ‹secret:key›"
    assert (step.marks, step.request_marks, step.note) == (("‹secret:key›",), ("x=‹secret:key›",), "saw ‹secret:key›")
    assert (step.label, step.control) == ("l", True)
    assert raw.exchange.response.text == "is canary-4711", "what the engine works with stays whole"


async def test_of_a_handshake_cut_off_nothing_is_told():
    made = scan()

    async def inspect(origin):
        return TlsReport(accepted=("TLSv1.3",), error="")

    made.network.handshake = inspect
    assert (await made.handshake("https://a")).accepted == ("TLSv1.3",)
    made.control.say("stop")
    with pytest.raises(ProbeStop, match="stopped"):
        await made.handshake("https://b")


async def test_limits_are_noted_and_end_all_work():
    made = scan(limits={"max_requests": 5})
    made.check_limits()
    assert not made.over
    made.network.requests = 5
    made.check_limits()
    assert made.over
    assert made.tally.limits == ["max-requests"]


async def test_time_counts_earlier_slices():
    state = {"head": {"spent": '{"elapsed": 50.0, "requests": 7}'}}
    made = scan(state, limits={"max_time_s": 50.0})
    assert made.elapsed >= 50
    made.check_limits()
    assert made.tally.limits == ["max-time"]
    assert (await made.network.send(Request("GET", URL))).error == "stopped"
    assert made.network.requests == 7


async def test_every_batch_carries_what_has_been_spent():
    made = scan()

    async def work():
        made.network.requests += 3
        await made.commit(kinds.PhaseStarted(phase="x"))

    result = await within(made, work)
    assert '"requests":3' in result.state["head"]["spent"]


async def test_a_target_that_is_slow_or_gone_is_told():
    made = scan()

    async def work():
        made._slowed("a", "status 429", 2.0, 5)
        made._blocked("a", "10 errors", True)
        await made.ledger.committed()

    result = await within(made, work)
    assert [event.concurrency for event in result.of(kinds.TargetSlowed)] == [5]
    assert [event.open for event in result.of(kinds.TargetBlocked)] == [True]


async def test_rows_of_a_room_are_handed_out_once():
    made = scan({"frontier": {"a": "1"}})
    assert made.state_of("frontier") == {"a": "1"}
    assert made.state_of("frontier") == {}


async def test_a_point_of_the_sessions_cookie_has_the_value_of_now():
    """After a log-in the old value is nobody's, and a baseline with it the page that nobody gets."""
    made = scan()
    for cookie in ("sid=0123456789abcdef; Path=/", "lang=en; Path=/"):
        made.network.keep_cookies(setting(cookie))
    target = Target(Request("GET", URL), "/")
    old, language = made.live(Point(target, PointKind.COOKIE, "sid")), Point(target, PointKind.COOKIE, "lang", "en")
    assert old.value == "0123456789abcdef"
    for cookie in ("sid=fedcba9876543210; Path=/", "lang=fr; Path=/"):
        made.network.keep_cookies(setting(cookie))
    assert made.live(old).value == "fedcba9876543210"
    assert made.live(language).value == "en", "what stands for no log-in stays as it was crawled"
