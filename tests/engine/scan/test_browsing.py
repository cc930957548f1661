import pytest

from tests.engine.net.lodging import shares_chromium
from tests.engine.net.proxying import browsing, kill, needs_chromium
from tests.sites import reach_apps, reach_traps, reach_widgets
from tests.sites.reach_server import Hide, behaviour, document, serve
from vedette.contract.job import Job
from vedette.engine.crawl.states import MAX_ACTS, MAX_STATES
from vedette.engine.net.exploring import Explorer
from vedette.engine.scan.browsing import Pilot, _value

SITES = (reach_apps, reach_widgets, reach_traps)


@behaviour("refusals")
def harmful_buttons(hide: Hide) -> str:
    return document(
        f'<button onclick="fetch({hide.path("deleted")})">Delete</button>'
        f'<a href="#x" onclick="fetch({hide.path("out")})">Log out</a>'
        f"<button onclick=\"if (confirm('Really delete it?')) fetch({hide.path('asked')})\">Tidy up</button>"
        f'<button onclick="fetch({hide.path("shown")})">Show</button>'
    )


async def explored(site, name, over=lambda: False, graph=None):
    """What exploring one page of the site gave."""
    job = Job(id="t", start_urls=(site.url,))
    async with browsing(site.url) as (browser, _):
        pilot = Pilot(browser, "", "delete")
        url = f"{site.url}{name.replace('_', '-')}"
        harvest = await pilot.explore(job, over, url, graph or {})
        await pilot.close()
        return harvest


@shares_chromium
async def test_steps_that_ask_for_fields_are_taken_one_after_another():
    with serve(["wizard_with_fields"]) as site:
        harvest = await explored(site, "wizard_with_fields")
        assert site.missed() == []
    assert harvest.trouble == "" and harvest.states >= 3
    assert harvest.graph is None


@shares_chromium
async def test_what_may_do_harm_is_left_alone():
    with serve(["harmful_buttons"]) as site:
        harvest = await explored(site, "harmful_buttons")
        assert site.found("harmful_buttons") == 1
        assert any(path == site.expected["harmful_buttons"][3] for _, path in site.asked)
    assert harvest.refused == {"click Delete": "delete", "click Log out": "log-out"}


@shares_chromium
@pytest.mark.parametrize("name", ["churning_ids", "leaves_by_itself"])
async def test_pages_that_never_rest_come_to_an_end(name):
    with serve([name]) as site:
        harvest = await explored(site, name)
        assert site.missed() == []
    assert harvest.states < MAX_STATES and harvest.acts < MAX_ACTS / 4


@shares_chromium
async def test_a_page_that_was_cut_off_goes_on_from_its_states():
    questions = iter((False, False))
    with serve(["wizard_with_fields"]) as site:
        first = await explored(site, "wizard_with_fields", lambda: next(questions, True))
        assert first.graph is not None and site.missed()
        second = await explored(site, "wizard_with_fields", graph=first.graph)
        assert site.missed() == []
    assert second.acts >= first.acts


@shares_chromium
async def test_a_tab_that_was_lost_is_replaced():
    with serve(["dialog", "timer"]) as site:
        job = Job(id="t", start_urls=(site.url,))
        async with browsing(site.url) as (browser, _):
            pilot = Pilot(browser, "", "delete")
            await pilot.explore(job, lambda: False, f"{site.url}dialog", {})
            assert pilot._tab is not None
            await pilot._tab.page.close()
            harvest = await pilot.explore(job, lambda: False, f"{site.url}timer", {})
            await pilot.close()
        assert site.missed() == []
    assert harvest.taken


@needs_chromium
@pytest.mark.long
async def test_what_a_browser_that_died_left_is_done_by_the_next(monkeypatch):
    stepped, browsers, steps = Explorer.step, [], iter(range(100))

    async def step(self, act=None, values=()):
        if act is not None and next(steps) == 1:
            kill(browsers[0])
        return await stepped(self, act, values)

    monkeypatch.setattr(Explorer, "step", step)
    with serve(["wizard_with_fields"]) as site:
        job = Job(id="t", start_urls=(site.url,))
        async with browsing(site.url) as (browser, _):
            browsers.append(browser)
            pilot = Pilot(browser, "", "delete")
            harvest = await pilot.explore(job, lambda: False, f"{site.url}wizard-with-fields", {})
            await pilot.close()
        assert site.missed() == []
    assert (harvest.lost, harvest.graph, harvest.trouble) == (False, None, "")
    assert next(steps) > 3


@shares_chromium
async def test_an_address_that_does_not_answer_is_told():
    with serve(["dialog"]) as site:
        other = Job(id="t", start_urls=(site.url,))
        async with browsing(site.url) as (browser, _):
            harvest = await Pilot(browser, "", "(?!)").explore(other, lambda: False, "http://127.0.0.1:9/", {})
    assert "127.0.0.1:9" in harvest.trouble and harvest.taken == []


def test_values_are_those_of_forms():
    raw = {
        "name": "email", "kind": "email", "value": "", "options": [], "required": True, "pattern": "", "minlength": 0,
        "maxlength": 0, "minimum": "", "maximum": "", "step": "", "label": "", "placeholder": "", "accept": "",
        "checked": False,
    }  # fmt: skip
    assert _value(raw) == "jane.doe@example.com"
    file = _value({**raw, "name": "f", "kind": "file", "accept": "image/png"})
    assert file["name"].endswith(".png") and file["type"] == "image/png"
