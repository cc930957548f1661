"""Host checks: once on each origin, with the folders that the crawl saw."""

from tests.engine.scan.scanning import altered, catalogue, job_for, ran, scan_of, within
from tests.sites.shop import Answer, shop
from vedette.contract.exchange import Request
from vedette.contract.finding import Location, identify
from vedette.contract.job import JobKind, Known, Profile
from vedette.engine import catalog
from vedette.engine.attack.point import Target
from vedette.engine.crawl.frontier import key_of
from vedette.engine.scan.hosting import MAX_FOLDERS, MAX_PAGES, closed, host_checks, sites


def knowing(*urls, **changes):
    """A scan whose crawl saw these pages."""
    scan = scan_of(job_for("http://127.0.0.1:9/start", **changes))
    for url in urls:
        method, _, address = url.rpartition(" ")
        scan.facts.learn_target(Target(Request(method or "GET", address), "/"), 0, url, "")
    return scan


async def test_a_site_has_its_folders_shallow_ones_first_and_its_pages_without_queries():
    (site,) = sites(knowing("http://127.0.0.1:9/a/b/c?q=1", "http://127.0.0.1:9/a/b/c?q=2", "http://127.0.0.1:9/x"))
    assert site.origin == "http://127.0.0.1:9"
    assert site.folders == ("/", "/a/", "/a/b/")
    assert site.pages == ("http://127.0.0.1:9/x", "http://127.0.0.1:9/a/b/c")
    assert site.start_url == "http://127.0.0.1:9/start"


async def test_each_origin_is_a_site_and_what_was_only_posted_to_is_none():
    found = sites(knowing("http://127.0.0.1:9/a", "https://b/c/d", "POST http://c/e"))
    assert [site.origin for site in found] == ["http://127.0.0.1:9", "https://b"]
    assert found[1].start_url == "https://b/"


async def test_large_sites_are_cut():
    (site,) = sites(knowing(*(f"http://127.0.0.1:9/{number:04d}/page" for number in range(500))))
    assert len(site.folders) == MAX_FOLDERS
    assert len(site.pages) == MAX_PAGES
    assert site.folders[1] == "/0000/"


async def test_each_check_runs_once_per_origin_and_not_again(monkeypatch):
    asked = []

    async def detect(probe, site):
        asked.append((site.origin, probe.full))
        return []

    catalogue(monkeypatch, altered("files-env-exposed", detect=detect))
    scan = knowing("http://127.0.0.1:9/a", "http://127.0.0.1:8/b", checks=("files-env-exposed",))
    result = await within(scan, host_checks(scan))
    assert asked == [("http://127.0.0.1:8", True), ("http://127.0.0.1:9", True)]
    assert set(result.done()) == {
        "done:host|files-env-exposed.1|http://127.0.0.1:8",
        "done:host|files-env-exposed.1|http://127.0.0.1:9",
    }
    await within(again := scan_of(scan.job, result.state), host_checks(again))
    assert len(asked) == 2


async def test_lightning_asks_for_no_file_and_sends_nothing_odd():
    async with shop() as site:
        result = await ran(job_for(site.url, profile=Profile.LIGHTNING, checks=()))
    assert not [asked for asked in site.log if ".env" in asked.target or ".git" in asked.target]
    ran_on_host = {key.split("|")[1] for key in result.done() if key.startswith("done:host|")}
    assert all(name.startswith("tls-") for name in ran_on_host), "handshakes carry no payload"


async def test_what_they_suspect_is_verified_and_found():
    async with shop(exposing) as site:
        result = await ran(job_for(site.url, checks=("files-env-exposed",)))
    assert {key[0]: proof for key, proof in result.proven().items()} == {"files-env-exposed": "firm"}


async def exposing(asked):
    from_shop = None
    if asked.path == "/.env":
        from_shop = Answer("APP_KEY=base64:hq8Zo1\nDB_HOST=db.internal\nDB_PASSWORD=tr0ub4dor\n")
    return from_shop


def known(check, url):
    place = Location(url=url)
    return Known(id=identify(catalog.load().by_id[check].info, place).id, check=check, location=place)


async def test_where_something_was_found_before_is_looked_at_first():
    found = known("files-env-exposed", "http://127.0.0.1:9/z/.env")
    pages = [f"http://127.0.0.1:9/{number:04d}/page" for number in range(500)]
    (site,) = sites(knowing(*pages, known=(found,)))
    assert site.folders[:3] == ("/z/", "/", "/0000/")
    assert site.pages[0] == "http://127.0.0.1:9/z/.env"
    assert len(site.folders) == MAX_FOLDERS


async def test_a_retest_asks_the_host_whatever_was_fetched_unless_it_is_silent():
    found = known("files-env-exposed", "http://127.0.0.1:9/.env")
    scan = knowing(known=(found,), kind=JobKind.RETEST)
    assert [site.origin for site in sites(scan)] == ["http://127.0.0.1:9"]
    scan.rechecks.note_silent(key_of(Request("GET", "http://127.0.0.1:9/start")), "connect")
    assert closed(scan, "http://127.0.0.1:9")
    assert sites(scan) == []


async def test_a_scan_that_was_not_let_in_knows_nothing_of_the_site():
    scan = knowing()
    assert closed(scan, "http://127.0.0.1:9")
    assert not closed(scan, "http://elsewhere"), "no start page was to lead there"
    scan.tally.fruitful.append("http://127.0.0.1:9/start")
    assert not closed(scan, "http://127.0.0.1:9")


async def test_an_address_that_does_not_answer_is_noted():
    async def broken(asked):
        return Answer("", 500) if asked.path == "/.env" else None

    for before, answered in ((None, True), (broken, False)):
        async with shop(before) as site:
            found = known("files-env-exposed", site.url + ".env")
            result = await ran(job_for(site.url, checks=("files-env-exposed",), known=(found,)))
        assert (f"answered:{found.id}" in result.state["head"]) is answered
