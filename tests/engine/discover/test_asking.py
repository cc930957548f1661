"""Sources are asked page by page; what they tell until they fail is kept, and keys are told to nobody else."""

import json

import pytest

from tests.sites.pages import Page, pages
from vedette.contract.discovery import Discovery, DiscoveryDomain, Provider
from vedette.contract.job import Job
from vedette.engine.discover.asking import SourceFailed, ask, check

DOMAIN = DiscoveryDomain(name="shop.example")


async def asked(site, source, path, allow=("127.0.0.0/8",), secrets=None):
    networks = []
    job = Job(id="d", start_urls=(), discovery=Discovery(domains=(DOMAIN,)), allow_private=allow)
    provider = Provider(source=source, url=f"{site.url}/{path}", secret="key" if secrets else "")
    try:
        return await ask(provider, "shop.example", job, secrets or {}, networks.append)
    finally:
        assert len(networks) == 1


async def test_pages_follow_one_another():
    rows = {"": [{"id": "1", "dns_names": ["a.shop.example"]}], "1": [{"id": "2", "dns_names": ["b.shop.example"]}]}

    def page(asked):
        return Page(json.dumps(rows.get(asked.fields.get("after", ""), [])), kind="application/json")

    async with pages(ct=page) as site:
        assert await asked(site, "cert-spotter", "ct", secrets={"key": "k-123456"}) == (
            "a.shop.example",
            "b.shop.example",
        )
        assert len(site.asked) == 3
        assert {one.headers["authorization"] for one in site.asked} == {"Bearer k-123456"}


async def test_what_came_before_a_failure_is_kept():
    def page(asked):
        if "after" in asked.fields:
            return Page("slow down", "429 Too Many Requests")
        return Page(json.dumps([{"id": "1", "dns_names": ["a.shop.example"]}]), kind="application/json")

    async with pages(ct=page) as site:
        with pytest.raises(SourceFailed, match="less often") as caught:
            await asked(site, "cert-spotter", "ct")
        assert caught.value.names == ("a.shop.example",)


async def test_a_busy_source_is_asked_again():
    answers = [Page("busy", "502 Bad Gateway"), Page("busy", "503 Service Unavailable"), Page("a.shop.example")]
    async with pages(names=lambda asked: answers.pop(0)) as site:
        assert await asked(site, "lines", "names") == ("a.shop.example",)
        answers += [Page("busy", "502 Bad Gateway")] * 3
        with pytest.raises(SourceFailed, match="answered 502"):
            await asked(site, "lines", "names")
        assert len(site.asked) == 6


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Page("no", "401 Unauthorized"), "refuses the key"),
        (Page("no", "500 Internal Server Error"), "answered 500"),
        (Page("", "302 Found", ("Location: http://127.0.0.1:1/",)), "answered 302"),
        (Page('{"message": "busy"}'), "cannot be read"),
        (Page("[" * 200_000), "cannot be read"),
    ],
)
async def test_why_a_source_failed(answer, words):
    async with pages(ct=lambda asked: answer) as site:
        with pytest.raises(SourceFailed, match=words):
            await asked(site, "crt-sh", "ct")
        assert len(site.asked) == 1


async def test_a_source_that_knows_nothing_has_not_failed():
    async with pages() as site:
        assert await asked(site, "crt-sh", "ct") == ()


async def test_a_next_page_elsewhere_is_not_asked_for():
    async with pages(other="x") as other:

        def page(asked):
            answer = {"data": [{"id": "a.shop.example"}], "links": {"next": f"{other.url}/other"}}
            return Page(json.dumps(answer), kind="application/json")

        async with pages(**{"api/domains/shop.example/subdomains": page}) as site:
            with pytest.raises(SourceFailed, match="out of scope"):
                await asked(site, "virustotal", "api", secrets={"key": "k-123456"})
        assert other.asked == []


async def test_sources_are_under_the_address_rules_too():
    async with pages(ct="[]") as site:
        with pytest.raises(SourceFailed, match=r"127\.0\.0\.1 is a loopback address"):
            await asked(site, "crt-sh", "ct", allow=())
        assert site.asked == []


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        (Provider(source="nobody"), "no source named nobody; there are cert-spotter, crt-sh"),
        (Provider(source="lines"), "needs an address"),
        (Provider(source="virustotal"), "needs a key"),
    ],
)
def test_what_cannot_be_asked(provider, words):
    with pytest.raises(ValueError, match=words):
        check(provider)


def test_the_usual_address_stands_unless_another_is_given():
    assert check(Provider(source="crt-sh"))[1] == "https://crt.sh/"
    assert check(Provider(source="crt-sh", url="http://mirror.example/"))[1] == "http://mirror.example/"
