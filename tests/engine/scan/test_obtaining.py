"""Where the text of a description comes from, and the job that only reads descriptions."""

import dataclasses

from tests.engine.scan.scanning import job_for, ran, scan_of
from tests.sites.api_graph import SDL, graph
from tests.sites.api_library import library
from tests.sites.shop import Answer, shop
from vedette.contract import events as kinds
from vedette.contract.job import Description, JobKind, Setting
from vedette.engine.scan.obtaining import text_of, values_of


async def fetched(url, *descriptions, secrets=None, **changes):
    job = dataclasses.replace(job_for(url, descriptions=descriptions, **changes), kind=JobKind.FETCH_SCHEMA)
    return await ran(job, secrets=secrets)


async def test_the_short_job_tells_what_each_description_gives():
    with library() as site, graph() as other:
        result = await fetched(
            site.url + "/",
            Description(kind="openapi", url=f"{site.url}/openapi.json"),
            Description(kind="requests", text="GET /a\n###\nbroken"),
        )
        asked = await fetched(other.url + "/", Description(kind="graphql", url=f"{other.url}/graphql"))
        assert [entry.path for entry in site.log] == ["/openapi.json"], "nothing else is asked for"
        assert [name for name, _ in other.log] == [""]
    told = [(event.operations, event.problems) for event in result.of(kinds.DescriptionRead)]
    assert told == [(14, ()), (1, ("Request 2: its first line is not `METHOD URL`.",))]
    assert result.finished.verdict == "clean"
    assert [event.operations for event in asked.of(kinds.DescriptionRead)] == [6]


async def test_a_description_that_gives_nothing_fails_the_short_job():
    with library() as site:
        result = await fetched(site.url + "/", Description(kind="openapi", url=f"{site.url}/none"))
    assert result.finished.verdict == "failed"
    assert result.finished.reasons == (f"{site.url}/none answered 404.",)
    assert (await fetched("http://127.0.0.1:1/")).finished.verdict == "failed"


async def test_redirects_are_followed_within_the_scope_only():
    async def answer(asked):
        if asked.path == "/there":
            return Answer("GET /a", 200)
        target = {"/one": "/there", "/round": "/round", "/away": "http://elsewhere.invalid/x"}.get(asked.path)
        return Answer("", 302, [("Location", target)]) if target else None

    async with shop(answer) as site:
        made = [Description(kind="requests", url=f"{site.url.rstrip('/')}/{name}") for name in ("one", "round", "away")]
        result = await fetched(site.url, *made)
    one, circle, away = result.of(kinds.DescriptionRead)
    assert one.operations == 1
    assert circle.problems[0].endswith("/round answered 302.")
    assert "http://elsewhere.invalid/x is not asked for" in away.problems[0]


async def test_a_text_longer_than_an_answer_may_be_is_told():
    async with shop() as site:
        result = await fetched(site.url, Description(kind="requests", url=site.url), limits={"max_body_bytes": 50})
    assert "is longer than the" in result.of(kinds.DescriptionRead)[0].problems[0]


async def test_nobody_at_the_address_is_told():
    result = await fetched("http://127.0.0.1:1/", Description(kind="openapi", url="http://127.0.0.1:1/x"))
    assert "http://127.0.0.1:1/x did not answer" in result.of(kinds.DescriptionRead)[0].problems[0]


async def test_a_schema_without_an_address_belongs_to_the_usual_one():
    for start, expected in (
        ("http://127.0.0.1:1/", "http://127.0.0.1:1/graphql"),
        ("http://127.0.0.1:1/api", "http://127.0.0.1:1/api"),
    ):
        job = job_for(start)
        scan = scan_of(job)
        text = await text_of(Description(kind="graphql", text=SDL), job, scan.network, "")
        assert text.base == expected
        await scan.network.close()


def test_values_are_plain_or_secret():
    settings = (Setting(name="a", value="1"), Setting(name="b", secret="s"))
    assert values_of(Description(kind="openapi", values=settings), {"s": "2"}) == {"a": "1", "b": "2"}
