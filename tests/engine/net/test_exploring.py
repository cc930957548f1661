import asyncio
import contextlib

import pytest

from tests.engine.net.lodging import shares_chromium
from tests.engine.net.proxying import browsing
from tests.sites import reach_apps, reach_traffic, reach_widgets
from tests.sites.reach_server import Hide, behaviour, document, serve
from vedette.engine.net import exploring
from vedette.engine.net.exploring import BOUNDARY, Explorer, _noted, script

SITES = (reach_apps, reach_traffic, reach_widgets)


@behaviour("steps")
def comes_in_turn(hide: Hide) -> str:
    script = f"""const box = document.getElementById('b'), go = document.getElementById('go');
      go.onclick = () => fetch({hide.path()}).then((answer) => answer.text()).then((text) => setTimeout(() => {{
        box.textContent = text; box.ontransitionend = () => box.after('Arrived.'); box.style.opacity = 0; }}, 150));
      setTimeout(() => document.body.append('Late.'), 600);"""
    style = "<style>#b { transition: opacity 20s }</style>"
    return document(f"<button id=go>Go</button><p id=b>Here</p><script>{script}</script>", style)


NATIVES = """() => {
  const failed = (work) => {
    try { work(); return 'done'; } catch (error) { return error.name + ': ' + error.message; }
  };
  return [
    fetch.toString(), setTimeout.toString(), Element.prototype.attachShadow.toString(), WebSocket.toString(),
    Function.prototype.toString.toString(), EventTarget.prototype.addEventListener.name,
    XMLHttpRequest.prototype.open.length,
    failed(() => addEventListener('click')), failed(() => document.body.attachShadow({})),
    failed(() => History.prototype.pushState.call({})), failed(() => new WebSocket('ftp:x')).split(':')[0],
    WebSocket.prototype.constructor === WebSocket, IntersectionObserver.name,
    Object.getOwnPropertyNames(window).filter((name) => name !== '_').sort().join(),
    Object.getOwnPropertySymbols(window).length,
    Object.keys(Object.getOwnPropertyDescriptor(window, 'fetch')).join(),
  ];
}"""


@contextlib.asynccontextmanager
async def opened(name, site):
    """An explorer on a page of the site, at rest."""
    async with browsing(site.url) as (browser, _):
        tab = await browser.tab()
        explorer = Explorer(tab, "delete")
        await explorer.install()
        assert await tab.goto(f"{site.url}{name.replace('_', '-')}") == ""
        await explorer.rest()
        yield explorer


@shares_chromium
async def test_a_page_cannot_tell_that_it_is_looked_at():
    with serve(["open_shadow"]) as site:
        async with browsing(site.url) as (browser, _):
            tab = await browser.tab()
            await tab.goto(site.url)
            plain = await tab.page.evaluate(NATIVES)
            await Explorer(tab).install()
            await tab.goto(site.url)
            assert await tab.page.evaluate(NATIVES) == plain


@shares_chromium
async def test_closed_trees_are_read_and_driven():
    with serve(["closed_shadow", "closed_shadow_event"]) as site:
        async with opened("closed_shadow_event", site) as explorer:
            (act,) = [one for one in (await explorer.look()).acts if one.kind == "click"]
            assert await explorer.perform(act)
            noted = (await explorer.take()).noted
            assert [one.kind for one in noted] == ["fetch"]
            assert noted[0].request.url.endswith(site.expected["closed_shadow_event"][0])
            await explorer.page.goto(f"{site.url}closed-shadow")
            await explorer.rest()
            ((_, _, html),) = (await explorer.take()).documents
            assert f'href="{site.expected["closed_shadow"][0]}"' in html


@shares_chromium
async def test_a_page_that_wants_to_leave_stays_and_says_where_to():
    with serve(["moves_on_load", "window_open_later", "form_by_script"]) as site:
        async with opened("moves_on_load", site) as explorer:
            (noted,) = (await explorer.take()).noted
            assert (noted.kind, noted.request.method) == ("navigation", "GET")
            assert noted.request.url.endswith(site.expected["moves_on_load"][0])
            assert explorer.page.url.endswith("/moves-on-load")
            await explorer.page.goto(f"{site.url}window-open-later")
            (act,) = (await explorer.look()).acts
            assert await explorer.perform(act)
            assert [one.kind for one in (await explorer.take()).noted] == ["window"]
            await explorer.page.goto(f"{site.url}form-by-script")
            await explorer.rest()
            (noted,) = (await explorer.take()).noted
            assert noted.request.url.endswith(site.expected["form_by_script"][0] + "?a=1")


@shares_chromium
async def test_long_waits_pass_quickly_and_actions_that_are_gone_say_so():
    with serve(["timer", "dialog"]) as site:
        async with opened("timer", site) as explorer:
            assert (await explorer.take()).noted == ()
            (act,) = (await explorer.look()).acts
            assert act.kind == "wait" and await explorer.perform(act)
            assert [one.kind for one in (await explorer.take()).noted] == ["fetch"]
            assert (await explorer.look()).acts == ()
            await explorer.page.goto(f"{site.url}dialog")
            acts = (await explorer.look()).acts
            assert [(one.label, one.hidden) for one in acts if one.kind == "click"] == [("Open", False), ("In", True)]
            await explorer.page.evaluate("document.body.innerHTML = ''")
            assert not await explorer.perform(acts[0])
            assert (await explorer.look()).acts == ()


@shares_chromium
async def test_actions_are_those_of_their_elements_and_keep_their_names(monkeypatch):
    with serve(["one_listener_for_all", "button_beside_its_fields"]) as site:
        async with opened("one_listener_for_all", site) as explorer:
            acts = (await explorer.look()).acts
            assert sorted((one.kind, one.label) for one in acts) == [("click", "One"), ("context", "Two")]
            await explorer.page.goto(f"{site.url}button-beside-its-fields")
            before = (await explorer.look()).acts
            await explorer.page.evaluate("document.body.addEventListener('click', (event) => console.log(event))")
            after = (await explorer.look()).acts
            assert {one.key for one in before} <= {one.key for one in after}
            (button,) = [one for one in before if one.label == "Post"]
            assert [one["name"] for one in button.fields] == ["c", "m"]
            # The same page, once it answers no more.
            monkeypatch.setattr(exploring, "STEP_S", 0.2)
            stuck = asyncio.gather(explorer.page.evaluate("() => { for (;;) {} }"), return_exceptions=True)
            assert not explorer.hung
            for _ in range(3):
                await explorer.take()
            assert explorer.hung and (await explorer.look()).acts == ()
            await explorer.page.close()
            await stuck


@shares_chromium
async def test_a_step_waits_for_what_it_brings_about_and_for_nothing_else():
    """An answer, a short timer, a transition: whatever comes of an action is seen with it."""
    with serve(["comes_in_turn"]) as site:
        async with opened("comes_in_turn", site) as explorer:
            first = await explorer.step()
            assert not first.asked and len(first.taken.documents) == 1
            assert first.look.lines[-1].endswith("Late.") or "Late." in first.taken.documents[0][2]
            again = await explorer.step()
            assert (again.taken.documents, again.taken.noted, again.performed) == ((), (), False), "told once"
            (act,) = again.look.acts
            step = await explorer.step(act)
            assert step.performed and step.asked
            assert [one.kind for one in step.taken.noted] == ["fetch"]
            ((_, _, html),) = step.taken.documents
            assert "Well found." in html and "Arrived." in html
            await explorer.page.evaluate("document.getElementById('go').remove()")
            gone = await explorer.step(act)
            assert not gone.performed and not gone.asked and gone.look.acts == ()


@shares_chromium
async def test_a_step_on_a_page_with_frames_is_one_of_all_of_them():
    with serve(["frame_of_text"]) as site:
        async with opened("frame_of_text", site) as explorer:
            assert len(explorer.page.frames) > 1
            step = await explorer.step()
            assert len(step.taken.documents) == len(explorer.page.frames)
            assert {line.partition("|")[0] for line in step.look.lines} == {"0", "1"}


@pytest.mark.parametrize(
    ("row", "headers", "body"),
    [
        ({"body": "a=1&b=2"}, (("Content-Type", "application/x-www-form-urlencoded"),), b"a=1&b=2"),
        (
            {"body": '{"a":1}', "headers": [["X-A", "b"]]},
            (("X-A", "b"), ("Content-Type", "application/json")),
            b'{"a":1}',
        ),
        ({"body": "<a/>", "headers": [["Content-Type", "text/xml"]]}, (("Content-Type", "text/xml"),), b"<a/>"),
        (
            {"pairs": [["a", "1", ""], ["f", "", "x.txt"]], "encoding": "application/x-www-form-urlencoded"},
            (("Content-Type", "application/x-www-form-urlencoded"),),
            b"a=1&f=x.txt",
        ),
        ({}, (), b""),
    ],
)
def test_what_scripts_ask_for_becomes_whole_requests(row, headers, body):
    noted = _noted({"kind": "fetch", "url": "http://s.test/x", "method": "POST", **row}, "http://s.test/p#/q")
    assert noted.request.headers == (*headers, ("Referer", "http://s.test/p"))
    assert noted.request.body == body


def test_forms_with_files_are_multipart():
    row = {"kind": "navigation", "url": "http://s.test/x", "method": "POST", "encoding": "multipart/form-data"}
    request = _noted({**row, "pairs": [["a", "1", ""], ["f", "", "x.txt"]]}, "http://s.test/p").request
    assert request.headers[0] == ("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    assert request.body.count(BOUNDARY.encode()) == 3 and b'filename="x.txt"' in request.body


def test_the_script_answers_to_its_token_alone():
    text = script("secret-token", 'a"b\\d')
    assert "%TOKEN%" not in text and 'TOKEN = "secret-token"' in text and '"a\\"b\\\\d"' in text
