"""Recorded steps are done where they were recorded: in frames, in shadow trees, by place."""

import contextlib

import pytest

from tests.sites.pages import pages
from vedette.contract.job import RecordedStep
from vedette.engine.net import playing
from vedette.engine.net.playing import named, play

from .lodging import shares_chromium
from .proxying import browsing

PAGE = """<title>0</title><body><iframe name=one srcdoc="<input id=inner>"></iframe><x-box></x-box>
<select id=s multiple><option>a<option>b<option>c</select><select id=o><option>x<option>y</select>
<input id=t><input type=checkbox id=c><button id=b>Go</button><p id=late hidden>late</p>
<script>const root = document.querySelector("x-box").attachShadow({mode: "open"});
root.innerHTML = "<input class=deep>";
const b = document.getElementById("b"); let said = [];
for (const kind of ["click", "dblclick", "mouseover"])
  b.addEventListener(kind, () => { said.push(kind); document.title = said.join(" "); });
document.getElementById("t").addEventListener("keydown", (e) => { if (e.key === "Enter") document.title = "entered"; });
</script>"""


@contextlib.asynccontextmanager
async def opened():
    async with pages(home=PAGE) as site, browsing(site.url + "/") as (browser, _):
        tab = await browser.tab("A")
        assert await play(tab, RecordedStep(kind="goto", url=site.url + "/"), "") == ""
        yield tab
        await tab.release()


@shares_chromium
async def test_every_kind_of_step():
    async with opened() as tab:
        page = tab.page
        for step, text in (
            (RecordedStep(kind="fill_value", css="#inner", frame="nth=0"), "in a frame"),
            (RecordedStep(kind="bfill_value", css=".deep", shadow_host="x-box"), "in the shadow"),
            (RecordedStep(kind="fill_value", css="#none", xpath="//input[@id='t']"), "by path"),
            (RecordedStep(kind="check", css="#c", checked=True), ""),
            (RecordedStep(kind="select_multi", css="#s", values=("a", "c")), ""),
            (RecordedStep(kind="fill_value", css="#o"), "y"),
        ):
            playing_patience = 0.5 if step.css == "#none" else playing.FIND_S
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(playing, "FIND_S", playing_patience)
                assert await play(tab, step, text) == ""
        assert await page.frames[1].evaluate("document.getElementById('inner').value") == "in a frame"
        assert await page.evaluate("document.querySelector('x-box').shadowRoot.firstChild.value") == "in the shadow"
        assert await page.evaluate("[t.value, c.checked, o.value, [...s.selectedOptions].map(x => x.value)]") == [
            "by path", True, "y", ["a", "c"],
        ]  # fmt: skip
        assert await play(tab, RecordedStep(kind="press_key", css="#t", value="Enter"), "") == ""
        assert await page.title() == "entered"
        box = await page.locator("#b").bounding_box()
        place = RecordedStep(kind="bclick", x=box["x"] + box["width"] / 2, y=box["y"] + box["height"] / 2)
        for step in (place, RecordedStep(kind="dblclick", css="#b"), RecordedStep(kind="mouseover", css="#b")):
            assert await play(tab, step, "") == ""
        title = await page.title()
        assert "click" in title
        assert "dblclick" in title
        assert "mouseover" in title


@shares_chromium
async def test_what_cannot_be_done_is_said(monkeypatch):
    monkeypatch.setattr(playing, "FIND_S", 0.3)
    async with opened() as tab:
        hidden = RecordedStep(kind="click", css="#late")
        assert await play(tab, hidden, "") == "The element of the step click #late was not found."
        away = RecordedStep(kind="goto", url="http://elsewhere.invalid/")
        assert "out of scope" in await play(tab, away, "")


def test_names_of_steps():
    assert named(RecordedStep(kind="click", css="#a")) == "click #a"
    assert named(RecordedStep(kind="bclick", x=1.4, y=2.6)) == "bclick (1, 3)"
    assert named(RecordedStep(kind="press_key", value="Enter")) == "press_key Enter"
