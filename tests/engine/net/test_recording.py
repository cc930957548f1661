"""What a tab remembers of its pages."""

import asyncio
import time

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.net.recording import LONG_S, MAX_ENTRIES, Recorder

URL = "http://127.0.0.1:9"


class Asked:
    """A request as the library shows it, with as much as is looked at before there is an answer."""

    def __init__(self, path: str, kind: str = "fetch", method: str = "GET", body: bytes | None = None) -> None:
        self.url, self.resource_type, self.method, self.post_data_buffer = URL + path, kind, method, body
        self.headers = {"accept": "*/*", "host": "x", ":path": "/"}
        self.failure = "net::ERR_FAILED"


class Socket:
    def __init__(self, path: str) -> None:
        self.url = "ws://127.0.0.1:9" + path


def recorder(reasons=None, shaken=None) -> Recorder:
    return Recorder("A", 100, lambda url: (reasons or {}).get(url, ""), (shaken or {}).get)


def test_only_what_code_and_people_ask_for_is_kept():
    made = recorder()
    asked = [Asked(f"/{kind}", kind) for kind in ("document", "fetch", "xhr", "ping", "eventsource", "image", "script")]
    asked += [Asked("/form", "image", "POST", b"a=1"), Asked("/style", "stylesheet")]
    for one in asked:
        made._request(one)
        made._failed(one)
    assert [one.request.url.rpartition("/")[2] for one in made.drain()] == [
        "document", "fetch", "xhr", "ping", "eventsource", "form"
    ]  # fmt: skip
    assert made.drain() == []
    assert made.begun == len(asked)


def test_what_a_script_fetched_need_not_be_waited_for_once_the_page_has_it(monkeypatch):
    made = recorder()
    fetched, script = Asked("/data"), Asked("/part.js", "script")
    assert not made.loading()
    made._request(fetched)
    assert (made.loading(), made.loading(but_fetched=True), made.entered) == (True, False, 1)
    made._request(script)
    assert (made.loading(but_fetched=True), made.entered, made.begun) == (True, 1, 2)
    made._failed(script)
    assert (made.loading(), made.loading(but_fetched=True)) == (True, False)
    later = time.monotonic() + LONG_S
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not made.loading(), "no answer is likely to come any more"


def test_failures_tell_ours_from_the_sites():
    made = recorder({URL + "/out": "out of scope: elsewhere"})
    for path in ("/out", "/broken"):
        asked = Asked(path, method="PUT", body=b"data")
        made._request(asked)
        made._failed(asked)
    refused, failed = made.drain()
    assert (refused.error, refused.detail) == ("refused", "out of scope: elsewhere")
    assert (failed.error, failed.detail) == ("connect", "net::ERR_FAILED")
    assert (failed.request.method, failed.request.body, failed.request.headers) == (
        "PUT",
        b"data",
        (("accept", "*/*"),),
    )


def test_what_is_awaited_for_long_is_told_without_an_answer(monkeypatch):
    made = recorder()
    made._request(Asked("/wait"))
    assert made.busy and made.drain() == []
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + LONG_S + 1)
    assert not made.busy
    (told,) = made.drain()
    assert (told.request.url, told.response, told.error) == (URL + "/wait", None, "")


def test_sockets_are_told_by_their_handshake():
    request = Request("GET", URL + "/ws", (("Origin", URL),), b"", "A")
    made = recorder(shaken={"ws://127.0.0.1:9/ws": Exchange(request, Response(101))})
    made._socket(Socket("/ws"))
    (told,) = made.drain()
    assert (told.status, told.request.url, told.request.headers) == (101, "ws://127.0.0.1:9/ws", (("Origin", URL),))


def test_pages_that_open_are_known_once():
    made = recorder()
    made._request(Asked("/seen", "document"))
    for url in (URL + "/seen", URL + "/unseen", URL + "/unseen", "about:blank"):
        made.opened(url)
    assert [one.request.url for one in made.drain()] == [URL + "/unseen"]


def test_memory_has_a_bound_and_can_be_emptied():
    made = recorder()
    for number in range(MAX_ENTRIES + 5):
        made._request(Asked(f"/{number}"))
    assert made.dropped == 5
    made.forget()
    assert not made.busy and made.drain() == []


async def test_waiting_for_a_change_ends_with_it_or_with_time():
    made = recorder()
    waiting = asyncio.ensure_future(made.change(30))
    await asyncio.sleep(0)
    made.noticed(Asked("/x"))
    await asyncio.wait_for(waiting, 60)
    await asyncio.wait_for(made.change(0.01), 5)
