"""Why silence may say nothing."""

import pytest

from tests.engine.scan.scanning import exchange, job_for, scan_of, within
from tests.sites.mending import mending
from vedette.contract.exchange import Exchange, Request
from vedette.contract.job import Login
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.crawl.identity import Judge
from vedette.engine.parse.page import Page
from vedette.engine.scan.doubting import NOT_THERE, OTHERWISE, doubt, other_page, turned_away

URL = "http://127.0.0.1:9/x"
LOGIN = '<form method="post" action="/login"><input name="u"><input type="password" name="p"></form>'


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (exchange(URL, "<p>Hello</p>"), ""),
        (exchange(URL, "", 302, (("Location", "/next"),)), ""),
        (exchange(URL, "", 302, (("Location", "/login?next=/x"),)), "the page sent us to a log-in page"),
        (exchange(URL, "", 404), NOT_THERE),
        (exchange(URL, "", 410), NOT_THERE),
        (exchange(URL, "", 405), NOT_THERE),
        (exchange(URL, "", 401), "the page answered 401"),
        (exchange(URL, "", 403), "the page answered 403"),
        (exchange(URL, "", 500), "the page answered 500"),
        (exchange(URL, "", 429), "the page answered 429"),
        (Exchange(Request("GET", URL), error="timeout"), "timeout"),
    ],
)
async def test_what_is_not_the_page(answer, reason):
    assert turned_away(scan_of(job_for(URL)), answer) == reason


async def test_a_log_in_form_tells_members_only():
    page = exchange(URL, LOGIN)
    assert turned_away(scan_of(job_for(URL)), page) == ""
    member = scan_of(job_for(URL, login=Login(kind="static")))
    page.request = Request("GET", URL, user="A")
    assert turned_away(member, page) == "the log-in did not hold"


async def test_an_answer_that_says_missing_with_another_status_is_known():
    scan = scan_of(job_for(URL))
    nothing = "<h1>Sorry</h1><p>What you look for is not here and never was, believe us.</p>"
    folder = scan.soft404.folder_of(URL)
    scan.soft404.learn(folder, [exchange(f"http://127.0.0.1:9/{name}", nothing) for name in ("abc", "defgh")])
    assert turned_away(scan, exchange(URL, nothing)) == NOT_THERE


async def test_an_answer_built_otherwise_than_the_crawls_is_known():
    scan = scan_of(job_for(URL))
    target = Target(Request("GET", URL), "/x")
    like, unlike = exchange(URL, "<p>One</p><p>Two</p>"), exchange(URL, "<table><tr><td>1</td></tr></table>")
    assert not other_page(scan, target, [unlike]), "the crawl did not ask"
    scan.facts.learn_target(target, 0, "k", Judge().identify(Page(like)).cluster)
    assert other_page(scan, target, [unlike])
    assert not other_page(scan, target, [unlike, like]), "one of the right kind is enough"


async def doubted(site, path, before=lambda: None):
    scan = scan_of(job_for(site.url))
    target = Target(Request("GET", site.url + path), "/" + path.partition("?")[0])
    point = Point(target, PointKind.QUERY, "q", "tea")
    probe = scan.probe("u", site.url, full=True, watched=True)
    found = []

    async def work():
        await probe.baseline(point)
        before()
        found.append(await doubt(scan, probe, point))

    await within(scan, work())
    return found[0]


async def test_from_first_to_last_the_same_page_leaves_no_doubt():
    async with mending() as site:
        assert await doubted(site, "search?q=tea") == ""
        assert await doubted(site, "search?q=tea", lambda: site.removed.add("/search")) == NOT_THERE
        site.removed.clear()
        assert await doubted(site, "search?q=tea", lambda: site.broken.add("/search")) == "connect"


async def test_a_page_that_comes_to_answer_otherwise_is_doubted():
    async with mending() as site:
        site.mended.add("go")
        assert await doubted(site, "go?to=/write") == ""
        assert await doubted(site, "go?to=/write", lambda: site.mended.discard("go")) == OTHERWISE
