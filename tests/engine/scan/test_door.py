"""What testers send goes within the session of the user in whose name they ask, or it settles nothing."""

import contextlib
import dataclasses

import pytest

from tests.engine.scan.entering import form_login, job_of, secrets_of
from tests.engine.scan.scanning import job_for, scan_of, within
from tests.sites.login_club import club
from tests.sites.shop import shop
from vedette.contract import events as kinds
from vedette.contract.exchange import Request
from vedette.contract.job import Login, Setting
from vedette.engine.attack.probe import ProbeStop
from vedette.engine.scan.context import ENDED
from vedette.engine.scan.door import LOST
from vedette.engine.scan.session_watches import UNKNOWN_USER
from vedette.engine.scan.units import Result, Unit, run_units


async def test_the_testers_door_leaves_the_session_alone_and_counts_as_the_scanner():
    async with shop() as site:
        made = scan_of(job_for(site.url))

        async def work():
            await made.door.send(Request("GET", site.url))
            assert made.network.session("").placed == {}
            part = made.meter.parts["crawler"]
            made.keep_cookies(await made.network.send(Request("GET", site.url), part=part, keep_cookies=False))
            assert list(made.network.session("").placed) == ["lang"]

        await within(made, work)
    assert made.meter.parts["scanner"].requests == 1


async def test_an_address_is_written_to_only_so_often():
    async with shop() as site:
        made = scan_of(job_for(site.url, limits={"form_posts": 2}), None, None)
        async with made.network:
            for _ in range(2):
                assert (await made.door.send(Request("POST", f"{site.url}search?a=1"))).response is not None
            with pytest.raises(ProbeStop, match="write to this address"):
                await made.door.send(Request("POST", f"{site.url}search?a=2"))
            assert (await made.door.send(Request("GET", f"{site.url}search?a=3"))).response is not None


@contextlib.asynccontextmanager
async def two_users(site, second=None, **more):
    """A scan of a club in which both users are logged in."""
    job = dataclasses.replace(job_of(site, form_login(site), **more), second_login=second or form_login(site))
    made = scan_of(job, None, secrets_of(site))
    async with made.network:
        for user, entry in made.entries.items():
            made.watches.of(user).arm(await entry.establish())
        yield made


def throw_out(made, site, user):
    """Ends the session of one user and of nobody else."""
    del site.sessions[made.network.session(user).value("sid")]


def inner(site, user, path="/members/note?text=x"):
    return Request("GET", site.url + path, user=user)


async def test_the_second_users_session_is_watched_and_made_anew():
    async with club() as site, two_users(site) as made:
        assert (await made.door.send(inner(site, "B"))).status == 200
        throw_out(made, site, "B")
        with pytest.raises(ProbeStop, match=LOST):
            await made.door.send(inner(site, "B"))
        assert (await made.door.send(inner(site, "B"))).status == 200
        assert (site.logins, made.watch.epoch, made.watches.epoch) == (3, 0, 1)
        assert (made.tally.logged_in, made.tally.logged_out) == (1, 1), "it counts in the share"
        assert (await made.door.send(inner(site, "A"))).status == 200, "the first user's went on"


async def test_what_is_forbidden_to_the_second_user_is_no_end_of_his_session():
    async with club() as site, two_users(site) as made:
        exchange = await made.door.send(inner(site, "B", "/login/none"))
        assert exchange.status == 404
        assert await made.watches.holds(0)
        assert (site.logins, made.tally.logged_out) == (2, 0)


def comparing(site, seen):
    """A test that asks for a page as both users, and tells whether the second one may see what the first one may."""

    async def work(probe):
        first = await probe.fetch(inner(site, "A"))
        second = await probe.fetch(inner(site, "B"))
        seen.append((first.status, second.status))
        return Result(outcome="both" if first.status == second.status == 200 else "one")

    return work


def unit(made, site, seen, name="access"):
    return Unit(name, name, "p", lambda: made.probe(name, site.url + "/", full=True), comparing(site, seen))


async def test_a_test_that_compares_users_is_begun_again_when_the_second_one_was_thrown_out():
    """Else it would say that he may not see what he may."""
    async with club() as site, two_users(site) as made:
        throw_out(made, site, "B")
        seen = []
        await within(made, run_units(made, [unit(made, site, seen)], 1))
        assert seen == [(200, 200)]
        assert made.coverage.points["p"].outcomes == {"access": "both"}
        assert site.turned_away.count("/members/note") == 1


async def test_without_the_second_user_nothing_is_said_of_what_he_may_do():
    async with club() as site, two_users(site) as made:
        throw_out(made, site, "B")
        made.entries["B"].failures.barred = "Wrong password."
        seen = []
        result = await within(made, run_units(made, [unit(made, site, seen), unit(made, site, seen, "later")], 2))
        assert seen == []
        told = {"access": f"blocked: {UNKNOWN_USER}", "later": f"blocked: {UNKNOWN_USER}"}
        assert made.coverage.points["p"].outcomes == told
        assert made.tally.units_left == 2
        health = made.tally.health(0, cancelled=False)
        assert health.login_failed.startswith("That of the second user: The session was lost")
        assert not made.tally.login_failed
        assert [(event.user, event.ok) for event in result.of(kinds.LoginAttempt)] == [("B", False)]


async def test_the_second_users_given_session_that_ends_shows_in_the_verdict():
    async with club(door="header") as site:
        given = {"headers": (Setting(name="X-Member-Key", secret="one"),), "login": Login(kind="static")}
        job = dataclasses.replace(
            job_for(site.url + "/members", **given),
            second_login=Login(kind="static"),
            second_headers=(Setting(name="X-Member-Key", secret="two"),),
        )
        made = scan_of(job, None, {"one": site.header_value, "two": site.header_value})
        async with made.network:
            for entry in made.entries.values():
                assert (await entry.establish()).ok
            await made.ask_for_given()
            assert (made.tally.login_failed, made.tally.second_login_failed) == ("", "")
            assert (await made.door.send(inner(site, "B"))).status == 200
            site.revoked = True
            await made.ask_for_given()
            assert made.tally.second_login_failed.endswith(ENDED)
            with pytest.raises(ProbeStop, match=UNKNOWN_USER):
                await made.door.send(inner(site, "B"))
