"""Tokens of forms are those of the session that is in force."""

import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.point import Target
from vedette.engine.scan.freshening import Freshener

KIND = (("Content-Type", "application/x-www-form-urlencoded"),)


class Site:
    """Gives a token with its form, and takes only tokens that it gave: of this session, once if `once`."""

    def __init__(self, once=False):
        self.once = once
        self.number = 0
        self.good = set()
        self.taken = []
        self.asked = 0

    def new_session(self):
        self.good.clear()

    async def send(self, request):
        kind = (("Content-Type", "text/html"),)
        if request.method == "GET":
            self.asked += 1
            self.number += 1
            if self.once:
                self.good.clear()
            self.good.add(f"token-{self.number:06}")
            text = f"<form method=post action=/do><input name=csrf value=token-{self.number:06}><input name=a></form>"
            return Exchange(request, Response(200, kind, text.encode()))
        token = request.body.decode().partition("csrf=")[2].partition("&")[0]
        if token not in self.good:
            return Exchange(request, Response(403, kind, b"<p>CSRF token invalid"))
        self.taken.append(request.body.decode())
        if self.once:
            self.good.discard(token)
        return Exchange(request, Response(200, kind, b"done"))


async def known(site):
    page = await site.send(Request("GET", "http://s/form", user="A"))
    token = page.response.text.partition("value=")[2][:12]
    request = Request("POST", "http://s/do", KIND, f"csrf={token}&a=1".encode(), "A")
    fresh = Freshener(site.send)
    fresh.learn([Target(request, "/do", "http://s/form")])
    return fresh, request


async def test_after_a_log_in_the_token_is_another():
    site = Site()
    fresh, request = await known(site)
    assert (await fresh.exchange(request, site.send)).status == 200
    site.new_session()
    await fresh.renew()
    assert (await fresh.exchange(request, site.send)).status == 200
    assert site.taken == ["csrf=token-000001&a=1", "csrf=token-000002&a=1"]


async def test_a_token_that_serves_once_is_fetched_for_each_request():
    site = Site(once=True)
    fresh, request = await known(site)
    for _ in range(3):
        assert (await fresh.exchange(request, site.send)).status == 200
    assert len(site.taken) == 3
    assert site.asked == 3, "one that the crawl saw, and one for each that it did not do for"


@pytest.mark.parametrize("body", [b"csrf=<script>&a=1", b"a=1"])
async def test_a_request_without_the_token_goes_as_it_is(body):
    site = Site()
    fresh, request = await known(site)
    asked = site.asked
    sent = Request("POST", request.url, KIND, body, "A")
    exchange = await fresh.exchange(sent, site.send)
    assert exchange.request == sent
    assert site.asked == asked


async def test_what_is_no_token_is_left_alone():
    fresh = Freshener(None)
    fresh.learn([
        Target(Request("POST", "http://s/do", KIND, b"csrf=short&name=a-long-enough-value", "A"), "/do", "http://s/f"),
        Target(Request("POST", "http://s/do", KIND, b"csrf=long-enough-value", "A"), "/do", ""),
        Target(Request("GET", "http://s/do?csrf=long-enough-value", (), b"", "A"), "/do", "http://s/f"),
    ])  # fmt: skip
    assert fresh._known == {}
