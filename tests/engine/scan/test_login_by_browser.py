"""What only a browser can do: forms that scripts make, tokens that pages keep, recordings, pictures, films."""

import contextlib
import dataclasses

import pytest

from tests.engine.net.lodging import shares_chromium
from tests.engine.scan.entering import entering, form_login, lodge_login, otp_of
from tests.sites.login_club import club
from tests.sites.login_lodge import lodge
from vedette.contract.events import LoginStep, LoginVideo
from vedette.contract.exchange import Request
from vedette.contract.job import Login, Otp, RecordedStep, Setting
from vedette.engine.net.browser import Browser


@contextlib.asynccontextmanager
async def driving(site, login, **more):
    async with entering(site, login, **more) as way:
        browser = Browser(way.entry.network)
        way.entry.browser = browser
        try:
            yield way
        finally:
            await browser.close()


async def member(way, url):
    answer = await way.entry.send(Request("GET", url + "/members/note?text=mine", user="A"))
    return answer.status == 200 and "You wrote: mine" in answer.response.text


@shares_chromium
async def test_a_form_that_appears_late():
    async with club(form="delayed") as site, driving(site, form_login(site)) as way:
        result = await way.entry.establish()
        assert result.ok, result.reason
        assert await member(way, site.url)
        assert site.tries == [(site.user, site.password)]


@shares_chromium
async def test_a_form_in_a_closed_tree():
    async with club(form="closed") as site, driving(site, form_login(site)) as way:
        result = await way.entry.establish()
        assert result.ok, result.reason
        assert await member(way, site.url)
        assert site.tries == [(site.user, site.password)]
        site.password = "another"
        result = await way.entry.establish()
        assert "the site says “invalid user name or password”" in result.reason


@shares_chromium
async def test_where_a_link_would_be_sent_a_password_is_asked_for():
    async with club(form="either") as site, driving(site, form_login(site)) as way:
        result = await way.entry.establish()
        assert result.ok, result.reason
        assert await member(way, site.url)
        assert site.tries == [(site.user, site.password)]
        site.habits.form = "link"
        result = await way.entry.establish()
        assert "None was asked for" in result.reason
        assert len(site.tries) == 1


@shares_chromium
async def test_a_form_made_by_a_script_whose_token_stays_in_storage():
    async with club(form="scripted", door="bearer") as site, driving(site, form_login(site)) as way:
        result = await way.entry.establish()
        assert result.ok, result.reason
        assert await member(way, site.url)
        site.throw_out()
        assert await way.entry.check.holds(way.entry.send) is False
        asked = len(site.log)
        assert (await way.entry.establish()).ok
        assert await member(way, site.url)
        opened = [path for method, path, _ in site.log[asked:] if path == "/login"]
        assert len(opened) <= 2, "what worked once is what is tried again"


@shares_chromium
async def test_a_wrong_password_is_seen_in_what_a_script_writes():
    async with club(form="scripted", door="bearer") as site:
        fields = (Setting(name="u", value=site.user), Setting(name="p", value="guess-1"))
        async with driving(site, form_login(site, fields=fields)) as way:
            result = await way.entry.establish()
            assert "the site says “wrong user name or password”" in result.reason
            assert not (await way.entry.establish()).ok
            assert len(site.tries) == 1


@shares_chromium
async def test_each_step_is_shown_and_filmed():
    async with club(form="two-step", otp="page") as site:
        login = form_login(site, otp=otp_of(site), record=True)
        async with driving(site, login, shown=True) as way:
            events = []

            async def note(event):
                events.append(event)

            way.entry.note = note
            result = await way.entry.establish()
            assert result.ok, result.reason
            steps = [event for event in events if isinstance(event, LoginStep)]
            assert [step.label for step in steps if "Filled" in step.label] == [
                "Filled in user", "Filled in password", "Filled in code",
            ]  # fmt: skip
            # At the end of its time a code is not used any more: the log-in then says that it waits for the next.
            acts = [step for step in steps if not step.label.startswith("Waiting")]
            assert all(step.picture.startswith(b"\x89PNG") for step in acts)
            (film,) = [event for event in events if isinstance(event, LoginVideo)]
            assert film.video.startswith(b"\x1aE\xdf\xa3")


@shares_chromium
async def test_a_log_in_is_filmed_once_and_quick_the_next_time():
    async with club() as site, driving(site, form_login(site, record=True)) as way:
        events = []

        async def note(event):
            events.append(event)

        way.entry.note = note
        for _ in range(2):
            assert (await way.entry.establish()).ok
            assert await member(way, site.url)
            site.throw_out()
        assert len([event for event in events if isinstance(event, LoginVideo)]) == 1
        # Steps without a picture are those of requests: the second time no browser was asked.
        assert [event.label for event in events if isinstance(event, LoginStep)] == [
            "Opened the log-in page", "Sent the user name and the password",
        ]  # fmt: skip
        assert site.logins == 2


@shares_chromium
async def test_a_recorded_sequence():
    async with club(otp="page") as site:
        steps = (
            RecordedStep(kind="goto", url=site.url + "/login"),
            RecordedStep(kind="fill_value", css=f"[name={site.user_field}]", value=site.user),
            RecordedStep(kind="bfill_value", xpath=f"//input[@name='{site.password_field}']", secret="password"),
            RecordedStep(kind="check", css="[name=stay]", checked=True),
            RecordedStep(kind="click", css="button"),
            RecordedStep(kind="fill_otp", css=f"[name={site.code_field}]"),
            RecordedStep(kind="press_key", value="Enter", css=f"[name={site.code_field}]"),
        )
        login = Login(kind="sequence", steps=steps, otp=otp_of(site))
        async with driving(site, login) as way:
            result = await way.entry.establish()
            assert result.ok, result.reason
            assert await member(way, site.url)


@shares_chromium
async def test_a_sequence_whose_element_is_not_there(monkeypatch):
    monkeypatch.setattr("vedette.engine.net.playing.FIND_S", 0.3)
    async with club() as site:
        steps = (
            RecordedStep(kind="goto", url=site.url + "/login"),
            RecordedStep(kind="click", css="#nowhere"),
        )
        async with driving(site, Login(kind="sequence", steps=steps)) as way:
            result = await way.entry.establish()
            assert result.reason == (
                "Step 2 of the sequence failed. The element of the step click #nowhere was not found."
            )
        async with entering(site, Login(kind="sequence", steps=steps)) as way:
            assert (await way.entry.establish()).reason == "The scan does without a browser."


BROKEN = [
    ({"form": "scripted", "away": "http://elsewhere.invalid/"}, "out of scope"),
    ({"captcha": True}, "captcha"),
    ({"otp": "page"}, "A second factor is asked for, and the log-in has none"),
    ({"forgetful": True}, "did not hold"),
]


@shares_chromium
@pytest.mark.parametrize(("habits", "reason"), BROKEN, ids=[reason for _, reason in BROKEN])
async def test_what_is_wrong_is_said(habits, reason, monkeypatch):
    monkeypatch.setattr("vedette.engine.scan.login_by_browser.ANSWER_S", 1.0)
    async with club(**habits) as site, driving(site, form_login(site), shown=True) as way:
        result = await way.entry.establish()
        assert not result.ok
        assert reason in result.reason


@shares_chromium
async def test_a_page_without_a_form(monkeypatch):
    monkeypatch.setattr("vedette.engine.scan.login_by_browser.APPEAR_S", 0.5)
    async with club() as site:
        login = dataclasses.replace(form_login(site), url=site.url + "/about")
        async with driving(site, login) as way:
            assert "No field for a user name or password was found on" in (await way.entry.establish()).reason


@shares_chromium
@pytest.mark.long
async def test_a_crowded_page():
    """A layer over it, a form to register first, a code box by box, a question in between."""
    async with lodge(code="424242") as site:
        login = lodge_login(site, otp=Otp(kind="handed"))
        async with driving(site, login, secrets={"word": site.password}, shown=True) as way:
            way.control.on_code_wanted(lambda: way.control.hand_in(site.code))
            result = await way.entry.establish()
            assert result.ok and result.shown, result.reason
            assert (site.tries, site.registered) == (1, [])
            assert "Went on with “No”" in [step.label for step in way.steps]
            assert (await way.entry.send(Request("GET", site.url + "/room", user="A"))).status == 200
