"""Forms in one step and in several, by plain requests."""

import dataclasses

from tests.engine.scan.entering import entering, form_login, lodge_login
from tests.sites.login_club import club
from tests.sites.login_lodge import lodge
from vedette.contract.exchange import Request
from vedette.engine.scan.login_by_form import by_form


async def tried(way):
    entry = way.entry
    return await by_form(entry.send, entry.login, "A", entry.values, entry.say)


async def test_what_was_done_is_told_step_by_step():
    async with club(form="two-step") as site, entering(site, form_login(site)) as way:
        assert (await tried(way)).ok
        assert [step.label for step in way.steps] == [
            "Opened the log-in page", "Sent the user name", "Sent the password",
        ]  # fmt: skip
        assert way.steps[-1].url == site.url + "/members"


async def test_a_script_made_form_is_left_to_a_browser():
    async with club(form="scripted") as site, entering(site, form_login(site)) as way:
        attempt = await tried(way)
        assert (attempt.ok, attempt.undecided, attempt.sent) == (False, True, False)


async def test_a_log_in_that_leads_out_of_scope():
    async with club(away="http://127.0.0.1:1/sso") as site, entering(site, form_login(site)) as way:
        attempt = await tried(way)
        assert "It leads to http://127.0.0.1:1/sso, which must not be requested" in attempt.reason
        assert not attempt.sent


async def test_a_page_without_a_form():
    async with club() as site:
        login = dataclasses.replace(form_login(site), url=site.url + "/about")
        async with entering(site, login) as way:
            assert "No field for a user name or password was found on" in (await tried(way)).reason


async def test_a_session_that_is_not_kept_is_no_wrong_password():
    async with club(forgetful=True) as site, entering(site, form_login(site)) as way:
        attempt = await tried(way)
        assert "did not hold" in attempt.reason
        assert not attempt.refused


async def test_a_page_in_between_is_answered():
    async with lodge() as site, entering(site, lodge_login(site), secrets={"word": site.password}) as way:
        assert (await tried(way)).ok
        assert [step.label for step in way.steps][-2:] == ["Sent the user name and the password", "Went on"]
        assert (await way.entry.send(Request("GET", site.url + "/room", user="A"))).status == 200
        assert site.registered == []


async def test_a_link_is_not_asked_for():
    """The mail would come to somebody who did not want it, and nobody would follow it."""
    async with club(form="link") as site, entering(site, form_login(site)) as way:
        attempt = await tried(way)
        assert "link by e-mail" in attempt.reason and "None was asked for" in attempt.reason
        assert (attempt.ok, attempt.sent, attempt.undecided) == (False, False, False)
        assert [method for method, _, _ in site.log] == ["GET"]
    async with club(form="either") as site, entering(site, form_login(site)) as way:
        attempt = await tried(way)
        assert attempt.undecided, "a browser may bring the other form to light"
        assert [method for method, _, _ in site.log] == ["GET"]
