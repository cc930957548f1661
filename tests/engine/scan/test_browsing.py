import pytest

from tests.engine.net.lodging import shares_chromium
from tests.engine.net.proxying import browsing, kill, needs_chromium
from tests.sites import reach_apps, reach_traps, reach_widgets
from tests.sites.reach_server import Hide, behaviour, document, serve
from vedette.contract.job import Job
from vedette.engine.crawl.states import MAX_ACTS, MAX_STATES
from vedette.engine.net.browser_process import GONE, BrowserTrouble
from vedette.engine.net.exploring import Act, Explorer, Look, Step, Taken
from vedette.engine.scan import browsing as exploring
from vedette.engine.scan.browsing import MAX_FRUITLESS, MAX_LOST, Pilot, _value

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


VIEWS, PARTS = 8, 6


class Desk:
    """An application of some views with some buttons each, and a browser that dies at the steps that are told, or over
    one button. `late`: that it is dead is not known at once. It plays the browser, its tabs and their explorers."""

    def __init__(self, deaths=(), deadly="", late=False):
        self.pressed, self.made, self.steps = set(), 0, 0
        self.deaths, self.deadly, self.late = set(deaths), deadly, late
        self.page, self.user, self.spoiled, self.dead, self.view = self, "", False, False, -1
        self.loads = 0

    async def tab(self, user):
        self.made, self.dead = self.made + 1, False
        return self

    @property
    def lost(self):
        return self.dead and not self.late

    hung = lost

    def is_closed(self):
        return False

    async def goto(self, url):
        self.loads += 1
        self.view = 0
        return GONE if self.dead else ""

    async def settle(self):
        assert not self.dead

    async def cookies_to_session(self):
        if self.dead:
            raise BrowserTrouble(GONE)

    async def release(self):
        self.late = self.late and self.dead

    def drain(self):
        return []

    async def install(self):
        assert not self.dead

    async def step(self, act=None, values=()):
        self.steps += 1
        if self.steps in self.deaths or (act is not None and act.label == self.deadly):
            self.dead = True
        if self.dead:
            return Step(False, False, Taken(), Look("", (), ()))
        if act is not None and act.label.startswith("to "):
            self.view = int(act.label[3:])
        elif act is not None:
            self.pressed.add(act.label)
        return Step(act is not None, True, Taken((("u", "b", str(self.view)),)), await self.look())

    async def look(self):
        labels = [f"part {self.view}.{number}" for number in range(PARTS) if self.view]
        labels += [f"to {number}" for number in range(VIEWS)]
        acts = tuple(Act(label, "click", label, index=at) for at, label in enumerate(labels))
        return Look(f"http://s.test/{self.view}", acts, tuple(f"p|view {'x' * self.view}" for _ in range(2)))


ALL = {f"part {view}.{number}" for view in range(1, VIEWS) for number in range(PARTS)}


async def driven(monkeypatch, desk):
    monkeypatch.setattr(exploring, "Explorer", lambda tab, refused: desk)
    job = Job(id="t", start_urls=("http://s.test/",))
    return await Pilot(desk, "", "(?!)").explore(job, lambda: False, "http://s.test/", {})


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("every", [7, 10])
async def test_a_browser_that_dies_now_and_then_leaves_nothing_unseen(monkeypatch, late, every):
    """Also when it dies on the way to where something is left, and nobody notices at once."""
    desk = Desk(range(3, 160, every), late=late)
    harvest = await driven(monkeypatch, desk)
    assert desk.pressed == ALL
    assert harvest.ended and not harvest.lost and harvest.trouble == ""
    assert 5 < desk.made < MAX_LOST


@pytest.mark.parametrize("late", [False, True])
async def test_what_kills_the_browser_each_time_is_tried_twice(monkeypatch, late):
    desk = Desk(deadly="part 3.2", late=late)
    harvest = await driven(monkeypatch, desk)
    assert desk.pressed == ALL - {"part 3.2"}
    assert (desk.made, harvest.ended) == (3, True)


async def test_a_page_on_which_no_browser_lasts_is_given_up(monkeypatch):
    desk = Desk(range(1, 1000))
    harvest = await driven(monkeypatch, desk)
    assert desk.made <= MAX_FRUITLESS and harvest.lost and harvest.graph is None
    desk = Desk(range(2, 1000))
    harvest = await driven(monkeypatch, desk)
    assert desk.made <= MAX_FRUITLESS and harvest.lost


async def test_a_page_gets_no_more_time_for_being_lost_again_and_again(monkeypatch):
    monkeypatch.setattr(exploring, "PAGE_S", 0.0)
    desk = Desk([9])
    harvest = await driven(monkeypatch, desk)
    assert harvest.ended and desk.steps <= 3
