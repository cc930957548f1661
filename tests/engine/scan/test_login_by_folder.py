"""Folders of Postman collections as the way in: in order, by their scripts or a mapping, and made again when lost."""

from __future__ import annotations

import contextlib
import dataclasses
import json

import pytest

from tests.engine.scan.entering import job_of
from tests.engine.scan.scanning import ran
from tests.sites.login_club import club
from vedette.contract import events as kinds
from vedette.contract import wire
from vedette.contract.job import Description, FolderLogin, JobKind, Login, Setting
from vedette.engine.net.network import Network
from vedette.engine.scan.control import Control
from vedette.engine.scan.logging_in import Entry

SCRIPT = "const body = pm.response.json();\npm.test('in', () => pm.environment.set('token', body.data.token));"
AUTH = FolderLogin(name="Auth")
BEARER = {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]}


def request(name, path, script="", body=None, **more):
    made = {"method": "POST" if body else "GET", "url": "{{base}}" + path, **more}
    if body:
        made["body"] = {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}}
    event = [{"listen": "test", "script": {"exec": script.split("\n")}}] if script else []
    return {"name": name, "request": made, "event": event}


def collection(script=SCRIPT, auth=BEARER, first=()):
    enter = request(
        "Enter", "/api/login", script, '{"name": "{{user}}", "secret": "{{password}}"}', auth={"type": "noauth"}
    )
    inner = [request("Note", "/members/note?text=hello"), request("Rooms", "/members/rooms")]
    return {
        "info": {},
        "auth": auth,
        "variable": [{"key": "base", "value": "http://localhost:9"}],
        "item": [
            {"name": "Auth", "item": [*first, enter]},
            {"name": "Check", "item": [request("Members", "/members")]},
            {"name": "Inner", "item": inner},
        ],
    }


def job_with(site, root, folder=AUTH, **more):
    values = (Setting(name="user", value=site.user), Setting(name="password", secret="password"))
    described = Description(kind="postman", text=json.dumps(root), values=values)
    return job_of(site, Login(kind="postman", folder=folder), descriptions=(described,), **more)


@contextlib.asynccontextmanager
async def entry(site, root, folder=AUTH, password=""):
    given = {"password": password or site.password}
    job = job_with(site, root, folder)
    async with Network(job, given) as network:
        yield Entry(job, given, network, Control())


async def test_scripts_give_the_session_its_token():
    async with club(door="bearer") as site, entry(site, collection()) as way:
        result = await way.establish()
        assert result.ok and result.shown, result.reason
        (token,) = site.sessions
        assert way.collection.learned == {"token": token}
        assert token not in way.network.masker.text(f"a {token} b")
        assert site.tries == [(site.user, site.password)]


async def test_a_mapping_does_without_scripts():
    mapping = (Setting(name="token", value="data.token"),)
    async with club(door="bearer") as site:
        async with entry(site, collection(""), FolderLogin(name="Auth", mapping=mapping)) as way:
            assert (await way.establish()).shown
        wrong = (Setting(name="token", value="header:X-Nothing"),)
        async with entry(site, collection(""), FolderLogin(name="Auth", mapping=wrong)) as way:
            assert "No answer held what the variable token" in (await way.establish()).reason


async def test_a_token_that_no_request_names_is_tried_as_most_want_it():
    async with club(door="bearer") as site, entry(site, collection(auth=None)) as way:
        assert (await way.establish()).shown


async def test_a_folder_tells_whether_the_session_holds():
    async with club(door="bearer") as site:
        async with entry(site, collection(), FolderLogin(name="Auth", check_folder="Check")) as way:
            result = await way.establish()
            assert (result.ok, result.url) == (True, site.url + "/members")
            assert await way.check.holds(way.send) is True
            site.throw_out()
            assert await way.check.holds(way.send) is False
        async with entry(site, collection(), FolderLogin(name="Auth", check_folder="Nothing")) as way:
            assert "in its folder 'Nothing'" in (await way.establish()).reason


@pytest.mark.parametrize(
    ("root", "folder", "password", "reason"),
    [
        (collection(), "Nothing", "", "no folder 'Nothing'; it has 'Auth', 'Check', 'Inner'"),
        ({"item": [{"name": "Auth", "item": []}]}, "Auth", "", "no requests in its folder"),
        ({"openapi": "3.0.0"}, "Auth", "", "no Postman collection"),
        (collection(), "Auth", "wrong", "'Enter' was refused with status 401; the site says"),
        ({"item": [{"name": "Auth", "item": [{"name": "x"}]}]}, "Auth", "", "'x' is no request"),
        ({"item": [{"name": "Auth", "item": [request("x", "/{{a}}{{b}}")]}]}, "Auth", "", "of the variable base, a, b"),
    ],
)
async def test_what_is_wrong_is_said(root, folder, password, reason):
    async with club(door="bearer") as site, entry(site, root, FolderLogin(name=folder), password) as way:
        result = await way.establish()
        assert not result.ok and reason in result.reason
        assert way.failures.failed == (1 if password else 0) and bool(way.failures.barred) is bool(password)


@pytest.mark.parametrize(("fail_fast", "ok"), [(False, True), (True, False)])
async def test_the_first_trouble_ends_it_only_if_wanted(fail_fast, ok):
    first = (request("Ping", "/nowhere"),)
    folder = FolderLogin(name="Auth", fail_fast=fail_fast)
    async with club(door="bearer") as site, entry(site, collection(first=first), folder) as way:
        result = await way.establish()
        assert result.ok is ok and (ok or "'Ping' was answered with status 404" in result.reason)
        assert bool(site.tries) is ok


async def test_a_collection_at_an_address_is_asked_for_first():
    async with club(door="bearer") as site, entry(site, collection()) as way:
        described = Description(kind="postman", url=site.url + "/about")
        way.job = dataclasses.replace(way.job, descriptions=(described,))
        assert "no Postman collection" in (await way.establish()).reason


async def test_a_scan_goes_on_with_new_tokens():
    async with club(door="bearer", lifetime=70) as site:
        folder = FolderLogin(name="Auth", check_folder="Check")
        job = job_with(site, collection(), folder, checks=("xss-reflected",))
        result = await ran(job, secrets={"password": site.password})
        assert {event.finding.location.url.partition("?")[0] for event in result.of(kinds.FindingSeen)} == {
            site.url + "/members/note"
        }
        assert site.logins == len(site.tries) > 1, "the folder's requests are the log-in's alone"
        assert all(event.ok for event in result.of(kinds.LoginAttempt))
        told = json.dumps([wire.dump(batch) for batch in result.batches])
        assert site.password not in told and not [token for token in site.sessions if token in told]


async def test_a_test_of_the_log_in_shows_its_steps():
    async with club(door="bearer") as site:
        job = job_with(site, collection(), kind=JobKind.LOGIN_TEST)
        result = await ran(job, secrets={"password": site.password})
        assert result.finished.verdict == "clean"
        assert "Sent Enter" in [event.label for event in result.of(kinds.LoginStep)]
