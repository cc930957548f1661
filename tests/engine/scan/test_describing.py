"""Operations of a described API: called in order, with what earlier answers gave, and with care."""

import json
import re

import pytest

from tests.engine.scan.scanning import SECRET, job_for, ran, sayer, scan_of
from tests.sites.api_graph import graph
from tests.sites.api_library import TOKEN, library
from tests.sites.shop import Answer, shop
from vedette.contract import events as kinds
from vedette.contract import wire
from vedette.contract.exchange import Request
from vedette.contract.job import Description, Part, Profile, Setting
from vedette.engine.parse.operation import Operation, Secured
from vedette.engine.scan import Control, JobRefused, run
from vedette.engine.scan.describing import harm_of, header_value

QUIET = ("tls-protocol-outdated",)


def by_url(site, **changes):
    return Description(kind="openapi", url=f"{site.url}/openapi.json", **changes)


async def scanned(site, *descriptions, checks=QUIET, **changes):
    job = job_for(site.url + "/", checks=checks, descriptions=descriptions or (by_url(site),), **changes)
    return await ran(job, state=SECRET)


async def test_every_operation_is_called_and_answers_well():
    with library() as site:
        result = await scanned(site)
        calls = [
            ("POST", "/api/accounts"), ("POST", "/api/sessions"), ("GET", "/api/me"), ("POST", "/api/authors"),
            ("GET", "/api/authors"), ("GET", r"/api/authors/\d+"), ("POST", "/api/books"), ("GET", r"/api/books/\d+"),
            ("PATCH", r"/api/books/\d+"), ("POST", r"/api/books/\d+/reviews"), ("GET", r"/api/books/\d+/reviews/\d+"),
            ("DELETE", r"/api/books/\d+"), ("GET", "/api/search"),
        ]  # fmt: skip
        for method, pattern in calls:
            statuses = site.called(method, pattern)
            assert any(200 <= status < 300 for status in statuses), (method, pattern, statuses)
    coverage = result.finished.coverage
    assert (coverage["operations"], coverage["operations_called"], coverage["operations_answered"]) == (14, 13, 13)
    (read,) = result.of(kinds.DescriptionRead)
    assert (read.operations, read.problems) == (14, ())


async def test_a_scan_that_keeps_to_descriptions_crawls_nothing_and_tests_all_they_tell():
    spec = {"openapi": "3.0.0", "paths": {"/": {"get": {}}, "/search": {"get": {"parameters": [
        {"name": "q", "in": "query", "schema": {"type": "string"}}]}}}}  # fmt: skip
    described = Description(kind="openapi", text=json.dumps(spec))
    seen = {}
    for only in (False, True):
        async with shop() as site:
            job = job_for(site.url, checks=("xss",), descriptions=(described,), part=Part(described_only=only))
            result = await ran(job, state=SECRET)
            asked = {one.path for one in site.log}
        seen[only] = {event.template for event in result.of(kinds.EndpointFound)}, asked
        found = {event.finding.location.path for event in result.of(kinds.FindingSeen)}
        assert "/search" in found
    assert {"/item", "/book", "/hello"} <= seen[False][1]
    assert seen[True][0] == {"/", "/search"}
    assert not {"/item", "/book", "/hello", "/robots.txt"} & seen[True][1]
    with pytest.raises(JobRefused, match="needs one"):
        run(job_for("http://127.0.0.1:1/", part=Part(described_only=True)))


async def test_only_what_the_scan_made_is_deleted():
    with library() as site:
        result = await scanned(site)
        assert 8001 in site.books, "the book of someone else"
        assert site.called("DELETE", "/api/authors") == [], "what names no single thing is not deleted"
        (left,) = [event for event in result.of(kinds.EndpointFound) if event.skipped and event.method == "DELETE"]
        assert (left.url, left.skipped) == (f"{site.url}/api/authors", "may do harm: delete")
        gone = [entry.path for entry in site.log if entry.method == "DELETE"]
        used = {entry.path for entry in site.log if entry.method in ("GET", "PATCH")}
        assert len(gone) == 1
        assert not set(gone) & used, "the tests go on with a book that stays"
        assert site.books[9000 + 17 * 2], "the one that was made first"


async def test_an_account_is_the_scans_own_and_its_token_opens_what_asks_for_one():
    with library() as site:
        result = await scanned(site)
        names = [name for name in site.accounts if name != "boss"]
        assert len(names) == 1
        assert names[0].startswith("bossv"), "the example, marked"
        assert site.called("GET", "/api/me")[0] == 200
    told = " ".join(wire.dumps(event) for event in result.events)
    assert TOKEN not in told
    assert TOKEN not in json.dumps(result.state)


async def test_what_was_called_becomes_input():
    with library() as site:
        result = await scanned(site)
    points = {(event.method, re.sub(r"https?://[^/]+|\d+", "", event.url), event.point_kind, event.parameter)
              for event in result.of(kinds.InputFound)}  # fmt: skip
    assert ("GET", "/api/books/", "path", "2") in points
    assert ("GET", "/api/search?q=tea", "query", "q") in points
    assert ("GET", "/api/search?q=tea", "header", "X-Shelf") in points
    assert ("POST", "/api/books", "json", "isbn") in points
    assert ("PATCH", "/api/books/", "form", "title") in points
    assert ("POST", "/api/books//reviews", "xml", "root/text") in points
    assert not [point for point in points if point[0] == "DELETE"], "values for a delete could delete anything"
    assert not [one for one in points if one[1] != "/openapi.json" and one[2:] in (("path", "0"), ("path", "1"))]


async def test_a_flaw_behind_an_operation_is_found():
    with library() as site:
        result = await scanned(site, checks=("sqli-error",))
    assert ("sqli-error", "/api/search", "query", "q") in {
        (event.finding.check, *(getattr(event.finding.location, part) for part in ("path", "kind", "parameter")))
        for event in result.of(kinds.FindingSeen)
    }


async def test_the_safe_profile_writes_nothing():
    with library() as site:
        result = await scanned(site, profile=Profile.SAFE)
        assert {entry.method for entry in site.log} <= {"GET", "HEAD", "OPTIONS"}
    assert any("may write" in event.skipped for event in result.of(kinds.EndpointFound))


def is_new_account(event):
    return isinstance(event, kinds.EndpointFound) and (event.method, event.url[-13:]) == ("POST", "/api/accounts")


async def test_a_scan_that_was_cut_off_goes_on_with_the_next_operation():
    with library() as site:
        whole = await scanned(site)
    made = next(number for number, batch in enumerate(whole.batches, 1) if any(map(is_new_account, batch.events)))
    with library() as site:
        job = job_for(site.url + "/", checks=QUIET, descriptions=(by_url(site),))
        result = await ran(job, state=SECRET, kill_after=made + 1)
        before = len(site.log)
        again = await ran(job, before=result, epoch=2)
        later = [(entry.method, entry.path) for entry in site.log[before:]]
        assert ("POST", "/api/accounts") not in later, "the account is there"
        assert ("POST", "/api/sessions") in later, "but a token is never stored"
        assert site.called("GET", "/api/me")[-1] == 200
    assert again.finished.coverage["operations_answered"] == whole.finished.coverage["operations_answered"]


async def test_after_the_crawl_a_resumed_scan_has_its_token_again():
    with library() as site:
        job = job_for(site.url + "/", checks=("sqli-error",), descriptions=(by_url(site),))
        control = Control()
        seen = []

        def stop(batch):
            if any(getattr(event, "phase", "") == "light" for event in batch.events) and not seen:
                seen.append(1)
                control.say("pause")

        paused = await ran(job, state=SECRET, control=control, on_batch=stop)
        assert paused.of(kinds.SliceEnded)
        before = len(site.log)
        await ran(job, before=paused, epoch=2)
        later = site.log[before:]
        assert next(entry.status for entry in later if entry.path == "/api/sessions") == 200
        assert next(entry.status for entry in later if entry.path == "/api/me") == 200


async def test_values_that_were_given_are_sent_and_nothing_of_others_is_deleted_by_them():
    with library() as site:
        values = (Setting(name="GET /authors/{authorId}.authorId", value="7001"), Setting(name="bookId", value="8001"))
        result = await scanned(site, by_url(site, values=values))
        assert site.called("GET", "/api/authors/7001")[0] == 200
        assert 8001 in site.books
        assert site.called("DELETE", "/api/books/.*") == []
    assert result.finished.verdict == "clean"


async def test_descriptions_that_give_nothing_say_why():
    with library() as site:
        result = await scanned(
            site,
            Description(kind="openapi", url=f"{site.url}/missing.json"),
            Description(kind="openapi", text="openapi: 3.0.0\npaths: [1]"),
            Description(kind="openapi", url="http://elsewhere.invalid/openapi.json"),
            Description(kind="openapi"),
        )
    told = [event.problems[0] for event in result.of(kinds.DescriptionRead)]
    assert told[0].endswith("/missing.json answered 404.")
    assert "not an object" in told[1]
    assert "is not asked for" in told[2]
    assert "neither a text nor a URL" in told[3]
    assert set(told) <= set(result.finished.reasons)


async def test_an_address_out_of_scope_is_that_of_the_site_and_recordings_of_other_sites_are_left():
    text = "openapi: 3.0.0\nservers: [{url: 'http://localhost:1/api'}]\npaths: {/search: {get: {}}}"
    har = {"log": {"entries": [{"request": {"method": "GET", "url": "http://elsewhere.invalid/a"}}]}}
    with library() as site:
        result = await scanned(
            site, Description(kind="openapi", text=text), Description(kind="har", text=json.dumps(har))
        )
        assert site.called("GET", "/api/search")[0] == 200
    first, second = result.of(kinds.DescriptionRead)
    assert "http://localhost:1 is out of scope" in first.problems[0]
    assert second.operations == 0
    assert "1 requests go out of scope" in second.problems[0]


async def test_recorded_credentials_go_with_the_requests_and_stay_secret():
    text = f"GET /api/me HTTP/1.1\nAuthorization: Bearer {TOKEN}x\n"
    with library() as site:
        site.tokens[f"{TOKEN}x"] = "boss"
        result = await scanned(site, Description(kind="requests", text=text))
        assert site.called("GET", "/api/me")[0] == 200
    assert f"{TOKEN}x" not in " ".join(wire.dumps(event) for event in result.events)


async def test_a_part_of_the_site_bounds_what_is_called():
    with library() as site:
        part = Part(urls=(f"{site.url}/api/authors",))
        await scanned(site, part=part)
        answered = [entry for entry in site.log if entry.path.startswith("/api/") and entry.status != 404]
        assert {entry.path.split("/")[2] for entry in answered} == {"authors"}
        assert not site.called("POST", "/api/accounts")


async def test_a_stop_leaves_the_operation_to_the_successor():
    with library() as site:
        job = job_for(site.url + "/", checks=QUIET, descriptions=(by_url(site),))
        control = Control()
        await ran(job, state=SECRET, control=control, on_batch=sayer(control, "pause", 5))
        calls = [(entry.method, entry.path) for entry in site.log if entry.path.startswith("/api/")]
        assert 0 < len(calls) < 12


async def test_keys_that_were_given_open_what_asks_for_them_and_stay_secret():
    with library() as site:
        site.tokens[f"{TOKEN}given"] = "boss"
        values = (Setting(name="token", secret="t"),)
        job = job_for(site.url + "/", checks=QUIET, descriptions=(by_url(site, values=values),))
        result = await ran(job, state=SECRET, secrets={"t": f"{TOKEN}given"})
        used = {entry.headers.get("authorization") for entry in site.log if entry.path == "/api/me"}
        assert used == {f"Bearer {TOKEN}given"}, "and no token of a log-in takes its place"
    assert f"{TOKEN}given" not in json.dumps(result.state)
    assert header_value(Secured("basic"), "a:b") == "Basic YTpi"
    assert header_value(Secured("basic"), "Basic YTpi") == "Basic YTpi"
    assert header_value(Secured("key", "X-K"), "k") == "k"


def test_harm_of_an_operation():
    made = Operation("mutation deleteUser", "POST", "http://a/graphql", kind="graphql", id="deleteUser", tags=("x",))
    assert harm_of(made, Request("POST", made.url)) == "delete"
    asked = Operation("query logout", "POST", "http://a/graphql", kind="graphql", id="logout")
    assert harm_of(asked, Request("POST", asked.url)) == ""
    entry = Operation("POST /login", "POST", "http://a/login", body={"user": "a", "password": "b"}, kind="openapi")
    assert harm_of(entry, Request("POST", entry.url)) == ""
    scan = scan_of(job_for("http://127.0.0.1:1/"))
    assert scan.partial.inside("http://127.0.0.1:1/x")


async def test_graphql_is_asked_for_its_schema_and_called_with_what_it_gave():
    with graph() as site:
        description = Description(kind="graphql", url=f"{site.url}/graphql")
        result = await scanned(site, description, checks=("sqli-boolean",))
        went = dict(reversed(site.log))
        wanted = ("createUser", "user", "find", "safe", "renameUser", "removeUser")
        assert {name: went[name] for name in wanted} == dict.fromkeys(wanted, True)
        assert site.users["1"] == "Somebody", "what others made is neither renamed nor removed"
        order = [name for name, _ in site.log if name]
        assert order.index("createUser") < order.index("user") < order.index("removeUser")
    coverage = result.finished.coverage
    assert (coverage["operations"], coverage["operations_answered"]) == (6, 6)
    points = [event.parameter for event in result.of(kinds.InputFound) if event.point_kind == "json"]
    assert "variables/find_name" in points
    assert "variables/createUser_input/name" in points
    assert "query" not in points
    found = {event.finding.location.parameter for event in result.of(kinds.FindingSeen)}
    assert found == {"variables/find_name"}


async def test_a_site_that_asks_for_patience_is_asked_once_more():
    refused = []

    async def answer(asked):
        if asked.path != "/thing":
            return None
        if not refused:
            refused.append(asked)
            return Answer("", 429, [("Retry-After", "0")])
        return Answer("{}", 200, [("Content-Type", "application/json")])

    async with shop(answer) as site:
        text = "POST /thing\nContent-Type: application/json\n\n{}"
        job = job_for(site.url, checks=QUIET, descriptions=(Description(kind="requests", text=text),))
        result = await ran(job, state=SECRET)
    assert [event.status for event in result.of(kinds.EndpointFound) if event.url.endswith("/thing")] == [200]


async def test_what_fails_with_all_is_tried_with_what_is_required_alone():
    text = json.dumps({"openapi": "3.0.0", "paths": {"/thing": {"get": {"parameters": [
        {"name": "a", "in": "query", "required": True, "schema": {"const": 1}},
        {"name": "b", "in": "query", "schema": {"const": 2}}]}}}})  # fmt: skip

    async def answer(asked):
        if asked.path != "/thing":
            return None
        return Answer("{}", 422 if "b=" in asked.target else 200, [("Content-Type", "application/json")])

    async with shop(answer) as site:
        job = job_for(site.url, checks=QUIET, descriptions=(Description(kind="openapi", text=text),))
        result = await ran(job, state=SECRET)
        assert [asked.target for asked in site.log if asked.path == "/thing"] == ["/thing?a=1&b=2", "/thing?a=1"]
    found = [event for event in result.of(kinds.EndpointFound) if "/thing" in event.url]
    assert [(event.status, event.url.partition("?")[2]) for event in found] == [(200, "a=1")]


async def test_a_part_that_makes_no_second_thing_keeps_the_one_the_tests_need():
    text = json.dumps({"openapi": "3.0.0", "paths": {
        "/things": {"post": {"requestBody": {"content": {"application/json": {"schema": {"properties": {
            "name": {"const": "x"}}}}}}}},
        "/things/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "schema": {"type": "integer"}}]},
                         "delete": {"parameters": [{"name": "id", "in": "path", "schema": {"type": "integer"}}]}},
    }})  # fmt: skip
    made = []

    async def answer(asked):
        media = [("Content-Type", "application/json")]
        if asked.path == "/things" and asked.method == "POST":
            made.append(asked)
            return Answer('{"id": 4711}', 201, media) if len(made) == 1 else Answer("{}", 409, media)
        return Answer("{}", 200, media) if asked.path.startswith("/things/") else None

    async with shop(answer) as site:
        job = job_for(site.url, checks=QUIET, descriptions=(Description(kind="openapi", text=text),))
        result = await ran(job, state=SECRET)
        assert not [asked for asked in site.log if asked.method == "DELETE"]
    (left,) = [event for event in result.of(kinds.EndpointFound) if event.method == "DELETE"]
    assert left.skipped == "there is nothing to delete but what the tests need"
