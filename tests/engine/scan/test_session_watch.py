"""Sessions end while a scan goes on: it notices, logs in again, and does again what nobody's answers had settled."""

import asyncio
import dataclasses

import pytest

from tests.engine.scan.entering import entering, form_login, job_of, secrets_of, token_login
from tests.engine.scan.scanning import ran
from tests.sites.login_club import club
from vedette.contract import events as kinds
from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.job import Detector, Job, Setting
from vedette.engine.crawl.login import LoginResult
from vedette.engine.scan.health import Tally
from vedette.engine.scan.session_watch import EVERY, LEAST, MAX_LOSSES, PATIENCE, SECONDS, SessionWatch

INNER = {"/members", "/members/note", "/members/rooms", *(f"/members/rooms/{number}" for number in range(1, 8))}


def found(result):
    return {event.finding.location.url.partition("?")[0][-13:] for event in result.of(kinds.FindingSeen)}


async def test_a_whole_scan_within_a_session():
    async with club() as site:
        result = await ran(job_of(site, form_login(site)), secrets=secrets_of(site))
        assert found(result) == {"/members/note"}
        assert result.finished.verdict == "findings"
        assert set(site.inside) >= INNER
        assert (site.logins, site.logouts) == (1, 0)
        (attempt,) = result.of(kinds.LoginAttempt)
        assert attempt.ok
        assert result.of(kinds.Progress)[-1].logged_in_share == 1.0


@pytest.mark.parametrize("lifetime", [25, 60])
async def test_sessions_that_end_every_few_requests(lifetime):
    async with club(lifetime=lifetime) as site:
        result = await ran(job_of(site, form_login(site)), secrets=secrets_of(site))
        assert found(result) == {"/members/note"}
        assert set(site.inside) >= INNER
        assert site.logins >= 2
        assert all(attempt.ok for attempt in result.of(kinds.LoginAttempt))
        assert result.of(kinds.Progress)[-1].logged_in_share > 0.8
        outcomes = {o for point in result.points() for o in point.outcomes.values()}
        assert not [outcome for outcome in outcomes if "session" in outcome]


async def test_a_scan_goes_through_although_all_are_thrown_out_now_and_then():
    async with club() as site:
        asked = 0

        def count(batch):
            nonlocal asked
            asked += 1
            if asked % 20 == 0:
                site.throw_out()

        result = await ran(job_of(site, form_login(site)), secrets=secrets_of(site), on_batch=count)
        assert found(result) == {"/members/note"}
        assert site.logins >= 3
        assert result.of(kinds.Progress)[-1].logged_in_share > 0.8


@pytest.mark.parametrize("lifetime", [0, 80])
async def test_forms_with_tokens_that_serve_once_are_tested(lifetime):
    async with club(booking=True, lifetime=lifetime) as site:
        result = await ran(job_of(site, form_login(site)), secrets=secrets_of(site))
        assert found(result) == {"/members/note", "/members/book"}


async def test_a_token_is_fetched_anew():
    async with club(door="bearer", lifetime=40) as site:
        result = await ran(job_of(site, token_login(site)), secrets=secrets_of(site))
        assert found(result) == {"/members/note"}
        assert site.logins > 2
        assert not any(token in str(result.events) for token in site.sessions), "tokens stay inside"


async def test_a_session_that_never_holds_is_given_up():
    async with club(lifetime=3) as site:
        result = await ran(job_of(site, form_login(site)), secrets=secrets_of(site))
        assert result.finished.verdict == "incomplete"
        assert "did not hold" in result.finished.reasons[0]
        assert site.logins <= 2 * MAX_LOSSES


async def test_both_users_log_in():
    async with club() as site:
        job = dataclasses.replace(job_of(site, form_login(site)), second_login=form_login(site))
        result = await ran(job, secrets=secrets_of(site))
        assert [(attempt.user, attempt.ok) for attempt in result.of(kinds.LoginAttempt)] == [("A", True), ("B", True)]
        wrong = form_login(site, fields=(Setting(name="u", value="x"), Setting(name="p", value="y")))
        job = dataclasses.replace(job, second_login=wrong)
        result = await ran(job, secrets=secrets_of(site))
        assert result.finished.verdict == "incomplete"
        assert "That of the second user" in result.finished.reasons[0]


async def test_detectors_tell_the_end_of_a_session():
    async with club() as site:
        login = form_login(site, check_url=site.url + "/members", detectors=(Detector(kind="url", value="/login"),))
        async with entering(site, login) as way:
            assert (await way.entry.establish()).ok
            assert await way.entry.check.holds(way.entry.send) is True
            site.throw_out()
            assert await way.entry.check.holds(way.entry.send) is False


class Clock:
    def __init__(self):
        self.at = 0.0

    def now(self):
        return self.at


def watch_of(way, clock):
    told = []
    tally = Tally({}, Job(id="j", start_urls=(way.entry.login.url,), login=way.entry.login))

    async def nothing():
        pass

    return SessionWatch(way.entry, tally, told.append, nothing, told.append, clock), tally, told


def answer(url, status=200, location="", user="A"):
    headers = (("Content-Type", "text/html"), *((("Location", location),) if location else ()))
    return Exchange(Request("GET", url, user=user), Response(status, headers, b"x"))


async def test_when_it_is_time_to_ask():
    async with club() as site, entering(site, form_login(site)) as way:
        clock = Clock()
        watch, tally, told = watch_of(way, clock)
        watch.saw(answer(site.url))
        assert not watch.due, "nobody watches yet"
        watch.arm(await way.entry.establish())
        for _ in range(EVERY - 1):
            watch.saw(answer(site.url))
        watch.saw(answer(site.url, user=""))
        assert not watch.due
        watch.saw(answer(site.url))
        assert watch.due
        assert await watch.holds(watch.epoch)
        assert (tally.logged_in, watch.due) == (EVERY, False)
        watch.saw(answer(site.url))
        clock.at = SECONDS + 1
        assert watch.due
        assert not told


async def test_a_session_that_is_lost_often_is_asked_for_often():
    async with club() as site, entering(site, form_login(site)) as way:
        clock = Clock()
        watch, *_ = watch_of(way, clock)
        watch.arm(await way.entry.establish())
        needed = []
        for losses in (0, 1, 3, 50):
            watch.epoch, count = losses, 0
            while not watch.due:
                watch.saw(answer(site.url + "/members"))
                count += 1
            needed.append(count)
            assert await watch.holds(losses)
        assert needed == [EVERY, EVERY // 2, EVERY // 4, LEAST[0]]
        watch.saw(answer(site.url + "/members"))
        clock.at += LEAST[1]
        assert watch.due


async def test_everybody_waits_while_a_suspicion_is_looked_into():
    async with club() as site, entering(site, form_login(site)) as way:
        watch, tally, told = watch_of(way, Clock())
        watch.arm(await way.entry.establish())
        watch.saw(answer(site.url + "/members/a"))
        asked = len(site.log)
        assert await watch.unquestioned()
        assert len(site.log) == asked, "without a suspicion nobody asks"
        site.throw_out()
        watch.saw(answer(site.url + "/members/b", 302, "/login"))
        question = asyncio.ensure_future(watch.unquestioned())
        await asyncio.sleep(0)
        waiting = asyncio.ensure_future(watch.ready())
        assert await question is False
        await asyncio.wait_for(waiting, 60)
        assert (watch.epoch, site.logins, len(told)) == (1, 2, 1)
        assert (tally.logged_in, tally.logged_out) == (1, 1)
        watch.saw(answer(site.url + "/members/b", 302, "/login"))
        assert await watch.unquestioned(), "it holds again"


async def test_an_answer_of_the_session_before_says_nothing_of_this_one():
    async with club() as site, entering(site, form_login(site)) as way:
        watch, *_ = watch_of(way, Clock())
        watch.arm(await way.entry.establish())
        site.throw_out()
        late = answer(site.url + "/members/b", 302, "/login")
        watch.saw(late, 0)
        assert await watch.unquestioned() is False
        watch.saw(late, 0)
        assert not watch.due, "it was sent before the log-in"
        site.throw_out()
        watch.saw(late, 1)
        assert watch.due, "the same now is a sign again"
        assert await watch.unquestioned() is False


async def test_a_suspicion_is_looked_into_once():
    async with club() as site, entering(site, form_login(site)) as way:
        watch, tally, _ = watch_of(way, Clock())
        watch.arm(await way.entry.establish())
        watch.saw(answer(site.url + "/x", 302, "/login"))
        assert watch.due
        assert await watch.holds(0)
        watch.saw(answer(site.url + "/x?again", 302, "/login"))
        assert not watch.due, "that page does so within the session too"
        assert tally.logged_out == 0


async def test_what_was_asked_since_the_first_suspicion_was_nobodys():
    async with club() as site, entering(site, form_login(site)) as way:
        watch, tally, told = watch_of(way, Clock())
        watch.arm(await way.entry.establish())
        site.throw_out()
        for status in (200, 200, 401, 401, 401):
            watch.saw(answer(site.url + "/y", status))
        assert not await watch.holds(0)
        assert (tally.logged_in, tally.logged_out) == (2, 3)
        assert watch.epoch == 1
        assert told == [LoginResult(ok=True, url=site.url + "/members")]
        assert not await watch.holds(0), "who began before has to begin again"


async def test_a_page_that_deceived_is_looked_into_again_when_time_has_passed():
    """It may turn us away by habit, and once because nobody is logged in any more."""
    async with club() as site, entering(site, form_login(site)) as way:
        watch, *_ = watch_of(way, Clock())
        watch.arm(await way.entry.establish())
        gaps = []
        for _ in range(4):
            count = 1
            watch.saw(answer(site.url + "/x", 302, "/login"))
            while not watch.due:
                watch.saw(answer(site.url + "/x", 302, "/login"))
                count += 1
            gaps.append(count)
            assert await watch.holds(0)
        assert gaps == [1, PATIENCE * 2, PATIENCE * 4, PATIENCE * 8]
        site.throw_out()
        watch.saw(answer(site.url + "/y", 302, "/login"))
        assert not await watch.unquestioned()
        watch.saw(answer(site.url + "/y", 302, "/login"))
        assert watch.due, "what told the truth is believed at once"


async def test_requests_that_bring_another_session_say_nothing_of_ours():
    async with club() as site, entering(site, form_login(site)) as way:
        watch, tally, _ = watch_of(way, Clock())
        watch.arm(await way.entry.establish())
        for _ in range(3):
            watch.saw(answer(site.url + "/members/a", 302, "/login"), whole=False)
        assert not watch.due
        assert await watch.holds(0)
        assert tally.logged_in == 0, "they count for neither side"
        watch.saw(answer(site.url + "/members/a"))
        for _ in range(4):
            watch.saw(answer(site.url + "/about"))
        site.throw_out()
        assert not await watch.holds(0)
        # Nobody would have got the first; of the others nothing is known.
        assert (tally.logged_in, tally.logged_out) == (3, 2)


async def test_what_nobody_was_answered_is_unlearned():
    async with club() as site, entering(site, form_login(site)) as way:
        watch, *_ = watch_of(way, Clock())
        undone = []
        watch.unless_held(lambda: undone.append("unarmed"))
        watch.arm(await way.entry.establish())
        watch.unless_held(lambda: undone.append("held"))
        assert await watch.holds(0)
        watch.unless_held(lambda: undone.append("lost"))
        site.throw_out()
        assert not await watch.holds(0)
        assert undone == ["lost"]
        watch.saw(answer(site.url + "/members/a", 302, "/login"), whole=False)
        watch.saw(answer(site.url + "/members/a"))
        watch.unless_held(lambda: undone.append("before an answer from within"))
        watch.saw(answer(site.url + "/members/a"))
        watch.saw(answer(site.url + "/about"))
        watch.unless_held(lambda: undone.append("after it"))
        site.throw_out()
        assert not await watch.holds(1)
        assert undone == ["lost", "after it"]


async def test_a_request_is_made_again_when_its_answer_was_nobodys():
    async with club() as site, entering(site, form_login(site)) as way:
        watch, *_ = watch_of(way, Clock())
        watch.arm(await way.entry.establish())
        request = Request("GET", site.url + "/members/rooms", user="A")
        assert (await watch.exchange(request, way.entry.send)).status == 200
        site.throw_out()
        assert (await watch.exchange(request, way.entry.send)).status == 200
        assert site.turned_away.count("/members/rooms") == 1
        assert site.logins == 2


async def test_tests_of_the_sessions_own_cookie_do_not_make_it_deaf():
    """They are all sent away, from every inner page: the next log-out must be noticed at once all the same."""
    async with club(lifetime=50) as site:
        job = job_of(site, form_login(site), limits={"rate": 1000.0, "concurrency": 1})
        result = await ran(job, secrets=secrets_of(site))
        assert found(result) == {"/members/note"}
        assert site.logins >= 2
        assert result.of(kinds.Progress)[-1].logged_in_share >= 0.95
