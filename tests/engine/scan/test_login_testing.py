"""The test of a log-in tells what happened, step by step, and how it ended."""

import dataclasses

from tests.engine.scan.entering import form_login, job_of, secrets_of
from tests.engine.scan.scanning import ran
from tests.sites.login_club import club
from vedette.contract import events as kinds
from vedette.contract.job import JobKind
from vedette.engine.scan import Control


def test_of(site, login=None, **more):
    return dataclasses.replace(job_of(site, login or form_login(site)), kind=JobKind.LOGIN_TEST, **more)


test_of.__test__ = False


async def test_a_good_log_in():
    async with club() as site:
        result = await ran(test_of(site), secrets=secrets_of(site))
        assert result.finished.verdict == "clean"
        assert [step.label for step in result.of(kinds.LoginStep)] == [
            "Opened the log-in page", "Sent the user name and the password", "Checked the session",
        ]  # fmt: skip
        (attempt,) = result.of(kinds.LoginAttempt)
        assert (attempt.ok, attempt.url) == (True, site.url + "/members")
        assert site.password not in str(result.events)
        assert len(result.batches) > 3, "steps come as they happen"


async def test_a_bad_one_says_why():
    async with club() as site:
        wrong = secrets_of(site) | {"password": "another-one"}
        result = await ran(test_of(site), secrets=wrong)
        assert result.finished.verdict == "failed"
        assert "was refused; the site says “invalid user name or password”" in result.finished.reasons[0]
        assert len(site.tries) == 1


async def test_a_session_that_ends_with_the_first_pages():
    async with club(lifetime=2) as site:
        result = await ran(test_of(site), secrets=secrets_of(site))
        assert result.finished.verdict == "failed"
        assert "did not hold" in result.finished.reasons[0]


async def test_both_users_are_tested():
    async with club() as site:
        job = test_of(site, second_login=dataclasses.replace(form_login(site), url=site.url + "/about"))
        result = await ran(job, secrets=secrets_of(site))
        assert [attempt.ok for attempt in result.of(kinds.LoginAttempt)] == [True, False]
        assert result.finished.reasons[0].startswith("That of the second user: No field")


async def test_told_to_end_it_ends():
    async with club() as site:
        control = Control()
        control.say("pause")
        result = await ran(test_of(site), secrets=secrets_of(site), control=control)
        assert result.of(kinds.SliceEnded)
        assert not site.tries
