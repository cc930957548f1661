"""Visits follow redirects as browsers do, and end in a sentence where they end nowhere."""

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.crawl.login_trail import MAX_HOPS, follow


class Site:
    """Answers by path: a status and a location, or an error."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    async def send(self, request):
        self.asked.append(request)
        answer = self.answers.get(request.url.partition("?")[0].rpartition("/")[2], (200, ""))
        if isinstance(answer[0], str):
            return Exchange(request, error=answer[0], detail=answer[1])
        status, location = answer
        return Exchange(request, Response(status, (("Location", location), ("Content-Type", "text/html")), b"<p>x"))


async def test_a_post_that_is_sent_on_becomes_a_get():
    site = Site(a=(303, "/b"), b=(302, "c"))
    trail = await follow(site.send, Request("POST", "http://s/a", (("X", "1"),), b"body", "A"))
    assert [(one.method, one.url, one.body, one.user) for one in site.asked] == [
        ("POST", "http://s/a", b"body", "A"), ("GET", "http://s/b", b"", "A"), ("GET", "http://s/c", b"", "A"),
    ]  # fmt: skip
    assert trail.last.url == "http://s/c"
    assert not trail.reason


async def test_some_redirects_keep_the_method():
    site = Site(a=(307, "/b"))
    await follow(site.send, Request("POST", "http://s/a", (), b"body"))
    assert (site.asked[1].method, site.asked[1].body) == ("POST", b"body")


async def test_ends_that_are_none():
    circle = await follow(Site(a=(302, "/a")).send, Request("GET", "http://s/a"))
    assert len(circle.pages) == MAX_HOPS
    assert "on and on" in circle.reason
    away = await follow(Site(a=(302, "/b"), b=("refused", "out of scope: http://s")).send, Request("GET", "http://s/a"))
    assert away.reason == "It leads to http://s/b, which must not be requested: out of scope: http://s."
    silent = await follow(Site(a=("timeout", "no answer in 15 s")).send, Request("GET", "http://s/a?x=1"))
    assert silent.reason == "http://s/a did not answer: no answer in 15 s."
    stopped = await follow(Site(a=("stopped", "")).send, Request("GET", "http://s/a"))
    assert stopped.stopped
