"""What a page offers is read as a person sees it, and can be filled in and pressed."""

import pytest

from tests.sites.pages import pages
from vedette.engine.net import signing_in
from vedette.engine.net.browser_process import BrowserTrouble

from .lodging import shares_chromium
from .proxying import browsing

PAGE = """<form onsubmit="document.title = u.value; return false"><label for=u>Your name</label>
<input id=u autocomplete=username><input type=hidden name=h><input name=gone style="display:none">
<input name=off disabled><button type=button>Help</button><input type=submit value="Come in"></form>
<x-box></x-box><y-box></y-box><iframe srcdoc="<input name=inner placeholder=Code>"></iframe>
<script>document.querySelector("x-box").attachShadow({mode: "open"}).innerHTML =
"<span>Secret</span><input name=deep type=password><div role=button>Send</div>";
const y = document.querySelector("y-box"); const inner = y.attachShadow({mode: "closed"});
inner.innerHTML = "<p>Wrong, said nobody.</p><input name=shut><button>Shut</button>";
inner.lastChild.onclick = () => { document.title = inner.querySelector("input").value; };
localStorage.setItem("key", "value"); sessionStorage.setItem("other", "thing");</script>"""

NATIVES = """() => [Element.prototype.attachShadow.toString(), Function.prototype.toString.toString(),
  EventTarget.prototype.addEventListener.toString(), document.querySelector("y-box").shadowRoot,
  Object.getOwnPropertyNames(window).sort().join()]"""


@shares_chromium
async def test_a_whole_page():
    async with pages(home=PAGE) as site, browsing(site.url + "/") as (browser, _):
        tab = await browser.tab("A")
        assert await tab.goto(site.url + "/") == ""
        await tab.settle()
        plain = await tab.page.evaluate(NATIVES)
        word = await signing_in.open_trees(tab)
        assert await tab.goto(site.url + "/") == ""
        await tab.settle()
        assert await tab.page.evaluate(NATIVES) == plain
        assert {one.name for one in (await signing_in.read(tab)).controls}.isdisjoint({"shut"})
        await _as_seen(tab, word)


async def _as_seen(tab, word):
    sheet = await signing_in.read(tab, word)
    fields = {(one.name or one.id): one for one in sheet.controls}
    assert set(fields) == {"u", "deep", "shut", "inner"}
    assert "Wrong, said nobody." in sheet.html
    assert (fields["u"].label, fields["u"].autocomplete, fields["u"].kind) == ("Your name", "username", "text")
    assert (fields["deep"].kind, fields["deep"].label) == ("password", "Secret")
    assert fields["inner"].placeholder == "Code"
    assert fields["u"].form not in (-1, fields["inner"].form)
    assert [(one.text, one.kind) for one in sheet.presses] == [
        ("Help", "button"), ("Come in", "submit"), ("Send", "button"), ("Shut", "submit"),
    ]  # fmt: skip
    for name in fields:
        await sheet.fill(fields[name].at, f"for {name}")
    await sheet.press(sheet.presses[1].at)
    assert await tab.page.title() == "for u"
    await sheet.press(sheet.presses[3].at)
    assert await tab.page.title() == "for shut"
    await sheet.fill(fields["u"].at, "again")
    await sheet.enter(fields["u"].at)
    assert await tab.page.title() == "again"
    assert (await signing_in.picture(tab)).startswith(b"\x89PNG")
    assert await signing_in.stored(tab) == {"key": "value", "other": "thing"}
    assert await signing_in.forget(tab)
    assert not await signing_in.forget(tab)
    await signing_in.press(tab, "[type=submit]")
    await tab.page.evaluate("document.body.innerHTML = ''")
    with pytest.raises(BrowserTrouble):
        await sheet.fill(fields["u"].at, "x")
