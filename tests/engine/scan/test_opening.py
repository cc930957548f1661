from collections import Counter

from tests.engine.net.lodging import shares_chromium
from tests.engine.scan.scanning import job_for, ran, scan_of
from tests.sites import reach_events, reach_traffic
from tests.sites.reach_server import serve
from vedette.contract import events as kinds
from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.job import Profile
from vedette.engine.crawl.frontier import Item
from vedette.engine.net.exploring import Noted, Taken
from vedette.engine.parse.page import Page
from vedette.engine.scan import Control
from vedette.engine.scan.browsing import Harvest
from vedette.engine.scan.opening import MAX_ALIKE, ROOM, Openings, rendered

SITES = (reach_events, reach_traffic)
URL = "http://127.0.0.1:9/a"


class Desk:
    """Keeps what it is given."""

    def __init__(self):
        self.links = []
        self.requests = []
        self.pages = []
        self.told = []

    def offer(self, url, source, depth, labels=(), referer=""):
        self.links.append((url, source, depth))

    def ask(self, item, request, source):
        self.requests.append((request.method, request.url, request.headers, source))

    def submit(self, item, page):
        self.pages.append(page)

    def tell(self, found):
        self.told.append(found.url)


def page(body="<script>go()</script>", url=URL):
    answer = Response(200, (("Content-Type", "text/html"),), body.encode())
    return Page(Exchange(Request("GET", url), answer))


def openings():
    return Openings(scan_of(job_for("http://127.0.0.1:9/")), {})


def item(url=URL):
    return Item(Request("GET", url), 2)


def test_of_pages_that_are_alike_one_is_opened():
    made = openings()
    made.consider(item(), page(), "c1")
    made.consider(item(URL + "b"), page(url=URL + "b"), "c1")
    made.consider(item(URL + "c"), page("<p>no scripts</p>", URL + "c"), "c1")
    assert made.upcoming == [URL] and made.waiting == 1
    for number in range(2 * MAX_ALIKE):
        made.consider(item(f"{URL}{number}"), page(url=f"{URL}{number}"), f"other {number}")
    assert made.waiting == MAX_ALIKE


def test_what_waits_is_kept_in_the_resume_state():
    made = openings()
    made.consider(item(), page(), "c1")
    rows = {change.key: change.value for change in made.changes()}
    assert made.changes() == []
    again = Openings(scan_of(job_for("http://127.0.0.1:9/")), rows)
    assert again.upcoming == [URL]
    again.consider(item(URL + "b"), page(url=URL + "b"), "c1")
    assert again.waiting == 1


def test_everything_that_a_page_gave_goes_to_the_desk():
    call = Request("POST", "http://127.0.0.1:9/api", (("X-Key", "1"), ("Content-Type", "a/b")), b"x")
    wire = Request("GET", "ws://127.0.0.1:9/live", (("User-Agent", "m"), ("sec-fetch-mode", "cors"), ("X-Own", "1")))
    taken = Taken(
        (
            (URL, URL, "<a href='/one'>One</a><form action='/two'></form>"),
            ("about:srcdoc", URL, "<a href='three'>3</a>"),
        ),
        ('{"next": {"url": "/four"}}', "/five/x", "just words"),
        (
            Noted("fetch", call),
            Noted("text", Request("GET", URL), "/six/y"),
            Noted("markup", Request("GET", URL), "<a href=/seven>7</a>"),
            Noted("route", Request("GET", "http://127.0.0.1:9/a#/deep")),
        ),
    )
    harvest = Harvest([taken], [Exchange(wire)], {URL: None, URL + "#/home": None, URL + "#top": None})
    desk = Desk()
    openings()._feed(desk, {"url": URL, "depth": 2}, harvest)
    root = "http://127.0.0.1:9"
    assert [(url.removeprefix(root), source) for url, source, _ in desk.links] == [
        ("/one", "browser"),
        ("/two", "browser"),
        ("/three", "browser"),
        ("/four", "browser-storage"),
        ("/five/x", "browser-storage"),
        ("/six/y", "browser-message"),
        ("/seven", "browser"),
    ]
    assert {depth for _, _, depth in desk.links} == {3}
    assert desk.requests == [
        ("POST", root + "/api", call.headers, "browser-xhr"),
        ("GET", root + "/a", (), "browser-route"),
        ("GET", root + "/live", (("X-Own", "1"),), "browser-xhr"),
    ]
    assert desk.told == [URL + "#/home", root + "/a#/deep"]
    assert len(desk.pages) == 3


def test_a_rendered_document_reads_like_a_fetched_one():
    made = rendered(URL, "<p>é</p>", Request("GET", "http://x/", user="A"))
    assert made.is_html and made.url == URL and made.logged_in and "é" in made.text


@shares_chromium
async def test_a_scan_opens_what_only_a_browser_can_tell_and_sends_nothing_that_its_profile_forbids():
    with serve(["click_listener", "hash_route", "asks_xhr"]) as site:
        result = await ran(job_for(site.url, profile=Profile.LIGHTNING, browser=True))
        assert site.missed() == ["asks_xhr"]
        assert {method for method, _ in site.asked} <= {"GET", "HEAD"}
    found = {event.url: event for event in result.of(kinds.EndpointFound)}
    paths = {url.partition("#")[0].rpartition(":")[2].partition("/")[2]: event for url, event in found.items()}
    (clicked,) = site.expected["click_listener"]
    assert paths[clicked[1:]].source.startswith("browser")
    (written,) = site.expected["asks_xhr"]
    assert "nothing that may write" in paths[written[1:]].skipped
    assert any(url.endswith("#/deep") for url in found)


class ForgetfulWatch:
    """A session that is gone when it is first asked for, and there again afterwards."""

    armed = True
    epoch = 0

    def __init__(self):
        self.asked = []
        self.seen = 0

    async def ready(self):
        pass

    def saw(self, exchange):
        self.seen += 1

    async def holds(self, epoch):
        self.asked.append(epoch)
        self.epoch += epoch == 0
        return epoch > 0


@shares_chromium
async def test_what_a_page_showed_without_the_session_is_looked_at_once_more():
    with serve(["click_listener"]) as site:
        scan = scan_of(job_for(site.url, browser=True))
        scan.watch = watch = ForgetfulWatch()
        made, desk = Openings(scan, {}), Desk()
        url = f"{site.url}click-listener"
        made.consider(Item(Request("GET", url), 1), page(url=url), "c")
        async with scan.network:
            try:
                assert await made.next(desk)
                assert (made.waiting, desk.links, desk.requests) == (1, [], [])
                assert await made.next(desk)
            finally:
                await made.close()
                await scan.browser.close()
        assert site.missed() == []
    assert (made.waiting, watch.asked) == (0, [0, 1]) and watch.seen > 1
    assert desk.links or desk.requests


def page_done(control):
    """Ends the slice when a page was opened."""

    def look(batch):
        if any(
            change.room == ROOM and change.key.startswith("page:") and change.value is None for change in batch.state
        ):
            control.say("yield")

    return look


@shares_chromium
async def test_slices_open_each_page_and_find_the_same():
    with serve(["click_listener", "asks_fetch"]) as site:
        job = job_for(site.url, profile=Profile.LIGHTNING, browser=True)
        result = None
        for epoch in range(1, 6):
            control = Control()
            on_batch = page_done(control)
            result = await ran(job, control=control, epoch=epoch, on_batch=on_batch, before=result)
            if result.of(kinds.ScanFinished):
                break
        assert site.missed() == []
    assert result.finished.verdict in ("clean", "findings")
    assert not [key for key in result.state.get(ROOM, {}) if key.startswith("page:")]
    urls = Counter(event.url for event in result.of(kinds.EndpointFound) if not event.skipped)
    assert urls and max(urls.values()) == 1


async def test_without_a_browser_the_scan_says_so_and_goes_on():
    with serve(["click_listener"]) as site:
        result = await ran(job_for(site.url, profile=Profile.LIGHTNING, browser=False))
        assert site.missed() == ["click_listener"]
    assert any("browser" in reason for reason in result.finished.reasons)
