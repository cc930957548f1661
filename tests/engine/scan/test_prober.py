"""The probe that checks receive, and the baselines that all units of a target share."""

import asyncio

import pytest

from tests.engine.scan.scanning import exchange
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.mutations import cookie_point
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import ProbeStop, Reaction, Sink, TlsFacts
from vedette.engine.attack.rng import Rng
from vedette.engine.scan.prober import BASELINE_SAMPLES, MAX_BASELINES, Baselines, UnitProbe, throttled

URL = "http://127.0.0.1/x?q=1"


def target(url=URL, method="GET"):
    return Target(Request(method, url), "/x")


POINT = Point(target(), PointKind.QUERY, "q", "1")


class Sender:
    """Gives prepared answers in turn, then the last again, and notes how it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers) or [exchange(URL, "<p>fine</p>")]
        self.asked = []
        self.gate = None

    async def send(self, request, *, fresh=False, timed=False):
        self.asked.append((request.url, fresh, timed))
        if self.gate is not None:
            await self.gate.wait()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def failing(error):
    return Exchange(Request("GET", URL), error=error)


def probe(sender, budget=10, verifying=False, sinks=()):
    async def tls(origin):
        return TlsFacts(accepted=(origin,))

    return UnitProbe(
        sender=sender,
        baselines=Baselines(sender),
        tls=tls,
        rng=Rng(1, "u"),
        reaction=Reaction(),
        technologies=frozenset(),
        full=True,
        budget=budget,
        sinks=lambda key: tuple(sinks),
        verifying=verifying,
    )


async def test_requests_carry_the_payload_and_are_counted():
    sender = Sender()
    one = probe(sender)
    await one.send(POINT, "a b<")
    await one.send_raw(POINT, "a%20b")
    await one.fetch(Request("GET", "http://127.0.0.1/other"), fresh=True)
    assert sender.asked == [
        ("http://127.0.0.1/x?q=a%20b%3C", False, False),
        ("http://127.0.0.1/x?q=a%20b", False, False),
        ("http://127.0.0.1/other", True, False),
    ]
    assert one.requests == 3


async def test_the_budget_ends_the_unit_before_a_request_leaves():
    sender = Sender()
    one = probe(sender, budget=2)
    await one.send(POINT, "1")
    await one.send(POINT, "2")
    with pytest.raises(ProbeStop, match="requests are spent"):
        await one.send(POINT, "3")
    assert len(sender.asked) == 2


@pytest.mark.parametrize("word", ["stopped", "budget"])
async def test_the_end_of_the_scan_ends_the_unit(word):
    one = probe(Sender(failing(word)))
    with pytest.raises(ProbeStop, match=word):
        await one.send(POINT, "1")
    assert one.trouble == ""


@pytest.mark.parametrize(
    ("error", "trouble"),
    [("timeout", "timeout"), ("connect", "connect"), ("protocol", ""), ("refused", "")],
)
async def test_only_a_target_that_does_not_answer_is_trouble(error, trouble):
    one = probe(Sender(failing(error)))
    assert (await one.send(POINT, "1")).error == error
    assert one.trouble == trouble


async def test_what_may_have_written_is_remembered():
    one = probe(Sender())
    await one.fetch(Request("OPTIONS", URL))
    await one.fetch(Request("HEAD", URL))
    assert one.wrote is None
    await one.fetch(Request("PUT", URL))
    await one.fetch(Request("GET", URL))
    assert one.wrote == Request("PUT", URL)


def test_throttling_is_429_or_503_with_a_time():
    assert throttled(exchange(URL, status=429))
    assert throttled(exchange(URL, status=503, headers=(("Retry-After", "3"),)))
    assert not throttled(exchange(URL, status=503))
    assert not throttled(failing("timeout"))


async def test_a_throttled_request_is_made_once_more():
    sender = Sender(exchange(URL, status=429), exchange(URL, "<p>fine</p>"))
    one = probe(sender)
    assert (await one.send(POINT, "1")).status == 200
    assert (one.requests, one.trouble) == (2, "")
    late = probe(Sender(exchange(URL, status=429)))
    assert (await late.send(POINT, "1")).status == 429
    assert (late.requests, late.trouble) == (2, "throttled")


async def test_a_screening_measures_warm_and_a_proof_fresh():
    sender = Sender()
    await probe(sender).timed(POINT, "1")
    await probe(sender, verifying=True).timed(POINT, "1")
    assert [asked[1:] for asked in sender.asked] == [(False, False), (True, True)]


@pytest.mark.parametrize("fault", ["resent", "truncated"])
async def test_a_doubtful_measurement_is_none(fault):
    answer = Exchange(Request("GET", URL), Response(200, ttfb_s=0.5, **{fault: True}))
    assert (await probe(Sender(answer)).timed(POINT, "1")).seconds is None
    good = Exchange(Request("GET", URL), Response(200, ttfb_s=0.5))
    assert (await probe(Sender(good)).timed(POINT, "1")).seconds == 0.5
    assert (await probe(Sender(failing("timeout"))).timed(POINT, "1")).seconds is None


async def test_sinks_and_handshakes_come_from_the_scan():
    sink = Sink(Request("GET", "http://127.0.0.1/book"), ())
    one = probe(Sender(), sinks=(sink,))
    assert await one.sinks(POINT) == (sink,)
    assert (await one.handshake("https://a")).accepted == ("https://a",)


async def test_a_baseline_is_learned_once_for_all_who_wait():
    sender = Sender()
    sender.gate = asyncio.Event()
    shared = Baselines(sender)
    waiting = [asyncio.ensure_future(shared.of(target())) for _ in range(5)]
    await asyncio.sleep(0)
    sender.gate.set()
    models = await asyncio.gather(*waiting)
    assert len({id(model) for model in models}) == 1
    assert len(sender.asked) == shared.requests == BASELINE_SAMPLES
    one = probe(sender)
    await one.baseline(POINT)
    await one.model(target())
    assert one.requests == 0, "baselines are nobody's own"


async def test_a_cookies_baseline_carries_the_value_that_is_tested():
    """A resumed scan has a new session, whose cookie may have another value than the one that was crawled."""
    sent = []

    class Recording(Sender):
        async def send(self, request, **ways):
            sent.append(request)
            return await super().send(request, **ways)

    one = probe(Recording())
    seen = cookie_point(target(), "recent", "11,7")
    cookies = [await one.baseline(seen), await one.baseline(POINT)]
    assert cookies[0] is not cookies[1]
    assert [request.headers for request in sent[:BASELINE_SAMPLES]] == [(("Cookie", "recent=11%2C7"),)] * 3
    assert [request.headers for request in sent[BASELINE_SAMPLES:]] == [()] * 3


async def test_a_baseline_that_was_nobodys_is_learned_anew():
    undo = []
    sender = Sender()
    shared = Baselines(sender, lambda request, forget: undo.append(forget))
    model = await shared.of(target())
    assert await shared.of(target()) is model
    for forget in undo:
        forget()
    assert await shared.of(target()) is not model
    assert len(sender.asked) == 2 * BASELINE_SAMPLES


async def test_an_error_of_the_moment_is_no_normal_answer():
    fine, broken = exchange(URL, "<p>fine</p>"), exchange(URL, "<p>Internal error</p>", 500)
    sender = Sender(fine, broken, fine, fine)
    model = await Baselines(sender).of(target())
    assert len(sender.asked) == 4
    assert not model.same(broken)
    assert model.same(fine)


async def test_a_page_that_always_fails_is_taken_as_it_is():
    broken = exchange(URL, "<p>Internal error</p>", 500)
    sender = Sender(broken)
    assert (await Baselines(sender).of(target())).same(broken)
    assert len(sender.asked) == BASELINE_SAMPLES


async def test_who_waits_for_a_cancelled_learner_learns_himself():
    sender = Sender()
    sender.gate = asyncio.Event()
    shared = Baselines(sender)
    learner = asyncio.ensure_future(shared.of(target()))
    await asyncio.sleep(0)
    waiter = asyncio.ensure_future(shared.of(target()))
    await asyncio.sleep(0)
    learner.cancel()
    await asyncio.sleep(0)
    sender.gate.set()
    model = await asyncio.wait_for(waiter, 60)
    assert model is await shared.of(target())
    with pytest.raises(asyncio.CancelledError):
        await learner


async def test_a_waiter_that_is_cancelled_disturbs_nobody():
    sender = Sender()
    sender.gate = asyncio.Event()
    shared = Baselines(sender)
    learner = asyncio.ensure_future(shared.of(target()))
    await asyncio.sleep(0)
    waiter = asyncio.ensure_future(shared.of(target()))
    await asyncio.sleep(0)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    sender.gate.set()
    assert await asyncio.wait_for(learner, 60)


async def test_when_all_are_cancelled_at_once_nobody_goes_on():
    sender = Sender()
    sender.gate = asyncio.Event()
    shared = Baselines(sender)
    tasks = [asyncio.ensure_future(shared.of(target())) for _ in range(3)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 1)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    assert len(sender.asked) == 1


async def test_without_answers_there_is_no_baseline_and_the_next_tries_again():
    sender = Sender(failing("timeout"), exchange(URL, "<p>fine</p>"))
    shared = Baselines(sender)
    with pytest.raises(ProbeStop, match="timeout"):
        await shared.of(target())
    assert await shared.of(target())


async def test_old_baselines_are_forgotten():
    sender = Sender()
    shared = Baselines(sender)
    for number in range(MAX_BASELINES + 5):
        await shared.of(target(f"http://127.0.0.1/x?q={number}"))
    before = len(sender.asked)
    await shared.of(target(f"http://127.0.0.1/x?q={MAX_BASELINES}"))
    assert len(sender.asked) == before
    await shared.of(target("http://127.0.0.1/x?q=0"))
    assert len(sender.asked) == before + BASELINE_SAMPLES
