"""Where the text of a description comes from, and the job that only reads descriptions."""

import dataclasses

from tests.engine.scan.scanning import job_for, ran, scan_of
from tests.sites.api_graph import SDL, graph
from tests.sites.api_library import library
from tests.sites.shop import Answer, shop
from vedette.contract import events as kinds
from vedette.contract.job import Description, JobKind, Login, Setting
from vedette.engine.scan import obtaining
from vedette.engine.scan.obtaining import read, text_of, values_of


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


SPLIT = """openapi: 3.0.0
paths:
  /pets: {$ref: "paths/pets.yaml"}
  /owners:
    get:
      parameters:
      - {$ref: "http://elsewhere.invalid/limit.yaml"}
      - {$ref: "file:///etc/hosts.yaml"}
      - {$ref: "/logout"}
      - {$ref: "none.yaml#/x"}
      - {$ref: "page"}
      - {$ref: "long.yaml"}
      - {$ref: "moved.yaml"}
"""
PARTS = {
    "/api/spec.yaml": SPLIT,
    "/api/paths/pets.yaml": "post: {requestBody: {content: {application/json: {schema: {$ref: ../schemas/Pet.json}}}}}",
    "/api/schemas/Pet.json": '{"properties": {"name": {"example": "Rex"}, "friend": {"$ref": "../schemas/Pet.json"}}}',
    "/api/page": "{name: page, in: query, schema: {$ref: 'spec.yaml#/components/none'}}",
    "/api/long.yaml": "x: " + "y" * 5_000,
}


async def answer_in_parts(asked):
    if asked.path == "/api/moved.yaml":
        return Answer("", 302, [("Location", "http://elsewhere.invalid/y")])
    text = PARTS.get(asked.path)
    return Answer(text, 200) if text is not None and asked.headers.get("x-key") == "k" else Answer("", 404)


async def test_texts_that_a_description_refers_to_are_asked_for_within_the_scope_and_with_what_opens_it():
    headers = (Setting(name="X-Key", value="k", authenticates=True),)
    async with shop(answer_in_parts) as site:
        url = f"{site.url}api/spec.yaml"
        job = job_for(site.url, login=Login(kind="static"), headers=headers, limits={"max_body_bytes": 4_000})
        scan = scan_of(job)
        described = Description(kind="openapi", url=url)
        text = await text_of(described, job, scan.network, "A")
        await scan.network.close()
    reading = read(described, text, {})
    assert [one.name for one in reading.operations] == ["POST /pets", "GET /owners"]
    assert reading.operations[0].body["name"] == "Rex"
    assert [one.name for one in reading.operations[1].parameters] == ["page"]
    assert sorted(one.path for one in site.log) == sorted([*PARTS, "/api/none.yaml", "/api/moved.yaml"])
    refers = f", to which {url} refers, "
    assert reading.problems[:5] == [
        f"http://elsewhere.invalid/limit.yaml{refers}is not asked for: out of scope: http://elsewhere.invalid.",
        f"{site.url}logout{refers}is not asked for: it may do harm: log-out.",
        f"{site.url}api/none.yaml{refers}answered 404.",
        f"{site.url}api/long.yaml{refers}is longer than the 4,000 bytes that are read of an answer.",
        f"{site.url}api/moved.yaml{refers}is not asked for: out of scope: http://elsewhere.invalid.",
    ]
    assert any("the reference file:///etc/hosts.yaml leads out" in one for one in reading.problems)


async def test_texts_that_a_description_refers_to_are_few_and_wait_for_nobody(monkeypatch):
    endless = "openapi: 3.0.0\npaths: {/a: {get: {}}, /b: {$ref: n1}}"

    async def answer(asked):
        number = asked.path.rpartition("/n")[2]
        return Answer(f"get: {{parameters: [{{$ref: n{int(number) + 1}}}]}}" if number.isdigit() else endless, 200)

    async with shop(answer) as site:
        described = Description(kind="openapi", url=f"{site.url}spec.yaml")
        for limit, most, asked in (("MAX_PARTS", 4, 4), ("MAX_PARTS_S", -1.0, 1)):
            with monkeypatch.context() as patch:
                patch.setattr(obtaining, limit, most)
                result = await fetched(site.url, described)
            assert len(site.log) == asked
            assert len(result.of(kinds.DescriptionRead)[0].problems) >= 1
            site.log.clear()


async def test_a_graphql_server_that_keeps_its_schema_to_itself_is_heard():
    async def answer(asked):
        known = asked.path == "/graphql" and "__schema" in asked.body
        return Answer('{"errors": [{"message": "introspection is off"}]}' if known else "{}", 400)

    async with shop(answer) as site:
        urls = (f"{site.url}graphql", f"{site.url}other")
        result = await fetched(site.url, *(Description(kind="graphql", url=url) for url in urls))
    off, other = (event.problems[0] for event in result.of(kinds.DescriptionRead))
    assert off.endswith("it says: introspection is off. Give the schema in a file.")
    assert other == f"{urls[1]} answered 400."


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
