"""Who owns a host: the token is found where only its owner can put it, and nowhere else."""

import asyncio
import contextlib
import dataclasses
import html
import json

import dns.rcode
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.engine.scan.scanning import job_for, ran
from tests.sites.names import names
from vedette.contract.events import OwnershipChecked, ScanFinished, ScanStarted, SliceEnded
from vedette.contract.job import OWNERSHIP_METHODS, JobKind, Login, OwnershipProof, Scope, Setting, Signing
from vedette.engine.scan import Control, JobRefused, run
from vedette.engine.scan.owning import METHODS

TOKEN = "0b7f4e2c-6f0a-4c38-9d5e-2a1f7c3b9e10"
OTHER = "5d2b1a90-1111-4222-8333-944444444444"
FILE = f"/vedette-{TOKEN}.txt"
CONTRACT_FILE = f"/{TOKEN}.txt"
HOST = "shop.example"
TAG = f'<meta name="vedette-verification" content="{TOKEN}">'


@contextlib.asynccontextmanager
async def site(handler):
    """An aiohttp site of one handler; gives its URL and the requests it got."""
    log = []

    async def answer(request):
        log.append(request)
        made = handler(request)
        return await made if asyncio.iscoroutine(made) else made

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/")), log


def of(files, status=404):
    """A handler that answers text by path, and anything else with this status."""

    def handler(request):
        made = files.get(request.path)
        return web.Response(text=made) if isinstance(made, str) else made or web.Response(status=status, text="None.")

    return handler


def page(head="", body=""):
    text = f"<!doctype html><html><head><title>Shop</title>{head}</head><body>{body}</body></html>"
    return web.Response(text=text, content_type="text/html")


def owning(url, method="file", token=TOKEN, **changes):
    return job_for(url, kind=JobKind.OWN, ownership=OwnershipProof(url=url, method=method, token=token), **changes)


def told(result):
    """What was told, once it is sure that the batch is whole and that the verdict fits."""
    (made,) = result.batches
    assert [type(event) for event in made.events] == [ScanStarted, OwnershipChecked, ScanFinished]
    (checked,) = result.of(OwnershipChecked)
    assert checked.ok == (not checked.reason)
    assert result.finished.verdict == ("clean" if checked.ok else "failed")
    assert result.finished.reasons == ((checked.reason,) if checked.reason else ())
    return checked


async def looked(handler, method="file", path="", **changes):
    """What was told of a site of this handler, and the requests it got."""
    async with site(handler) as (url, log):
        return told(await ran(owning(url + path, method, **changes))), log


def test_every_method_of_the_contract_is_known():
    assert tuple(METHODS) == OWNERSHIP_METHODS


async def test_our_file_shows_the_owner():
    checked, log = await looked(of({FILE: f"Vedette={TOKEN}\n"}))
    assert checked.ok
    assert checked.method == "file"
    assert checked.evidence == f"{FILE} answered 200: Vedette={TOKEN}"
    assert [request.path for request in log] == [FILE]


async def test_the_file_of_the_contract_does_too():
    checked, log = await looked(of({CONTRACT_FILE: "Probely"}))
    assert checked.ok
    assert checked.evidence == f"{CONTRACT_FILE} answered 200: Probely"
    # A name that nobody was given is asked for as well.
    assert [request.path for request in log][:2] == [FILE, CONTRACT_FILE]
    assert len(log) == 3


async def test_without_a_file_the_reason_is_the_contract_s():
    checked, _ = await looked(of({}))
    assert checked.reason == "Token file not found."
    assert checked.evidence == f"{FILE} answered 404: None.; {CONTRACT_FILE} answered 404: None."


def behind_a_login(handler, value="Basic YW5uOnB3"):
    return lambda request: (
        handler(request) if request.headers.get("Authorization") == value else web.Response(status=401)
    )


async def logged_in(handler, method="file"):
    """What was told of a site of this handler to who sends a log-in along."""
    async with site(handler) as (url, log):
        proof = OwnershipProof(url=url, method=method, token=TOKEN, login="domain-basic-auth")
        secrets = {"domain-basic-auth": "Basic YW5uOnB3"}
        return told(await ran(job_for(url, kind=JobKind.OWN, ownership=proof), secrets=secrets)), log


@pytest.mark.parametrize(
    ("method", "files"), [("file", {FILE: f"Vedette={TOKEN}"}), ("file", {CONTRACT_FILE: "Probely"}), ("meta_tag", {})]
)
async def test_a_host_that_wants_a_log_in_gets_it(method, files):
    shown = behind_a_login(of(files or {"/": page(TAG)}))
    checked, _ = await logged_in(shown, method)
    assert checked.ok
    async with site(shown) as (url, _):
        assert not told(await ran(owning(url, method))).ok


async def test_a_host_that_repeats_who_asks_shows_nothing():
    checked, log = await logged_in(lambda request: web.Response(text=f"Welcome, Vedette={TOKEN}"))
    assert checked.reason == "Token file not found."
    assert len(log) == 2


HOSTILE = {
    "another token": of({FILE: f"Vedette={OTHER}"}),
    "the token alone": of({FILE: TOKEN}),
    "an error with the text": of({FILE: web.Response(status=404, text=f"Vedette={TOKEN}")}),
    "a page with the text": of({FILE: page(body=f"Vedette={TOKEN}")}),
    "a page called text": of({FILE: f"<p>Vedette={TOKEN}</p>", CONTRACT_FILE: "<b>Probely</b>"}),
    "a redirect": of({FILE: web.Response(status=302, headers={"Location": "/t"}), "/t": f"Vedette={TOKEN}"}),
    "a huge file": of({FILE: f"Vedette={TOKEN}\n" + "x" * 3_000_000, CONTRACT_FILE: "Probely" + " " * 3_000_000}),
    "a file over the limit": of({FILE: f"Vedette={TOKEN}".ljust(1025), CONTRACT_FILE: "Probely".ljust(1025)}),
    "bytes": of({FILE: web.Response(body=b"\0Vedette=" + TOKEN.encode())}),
    "a 200 that repeats the address": lambda request: web.Response(text=f"There is no {request.url} here."),
    "a page that repeats the address": lambda request: page(f"<title>{request.path}</title>", request.path),
    "a 200 that repeats the head": lambda request: web.Response(text=str(dict(request.headers)) + request.path),
    "a service that names itself": lambda request: web.json_response({"by": "Probely", "path": request.path}),
    "a page that names the vendor": of({CONTRACT_FILE: page(body="Probely")}),
    "text called a page": of({CONTRACT_FILE: web.Response(text="Probely", content_type="text/html")}),
}


@pytest.mark.parametrize("handler", HOSTILE.values(), ids=HOSTILE)
async def test_what_shows_no_owner(handler):
    checked, _ = await looked(handler)
    assert checked.reason == "Token file not found."
    assert len(checked.evidence) <= 601


async def test_the_file_stands_at_the_root_of_the_host():
    checked, log = await looked(of({f"/~eve{FILE}": f"Vedette={TOKEN}", "/~eve/": page(TAG)}), path="~eve/?a=1")
    assert not checked.ok
    checked, more = await looked(of({"/~eve/": page(TAG)}), "meta_tag", path="~eve/?a=1")
    assert not checked.ok
    assert [request.path_qs for request in (*log, *more)] == [FILE, CONTRACT_FILE, "/"]


@pytest.mark.parametrize("method", ["file", "meta_tag"])
async def test_nothing_that_the_asker_chose_is_repeated_to_him(method):
    """A site that shows what it is sent, in plain text or as a page, must not show the token that way."""

    def mirror(request):
        if method == "file":
            return web.Response(text="\n".join(request.headers.values())[:1000])
        return page("".join(request.headers.values()) + request.query_string)

    settings = (Setting(name="X-A", value=f"Vedette={TOKEN} {TAG}"), Setting(name="X-B", secret="word"))
    cookies = (Setting(name="c", value="Probely"),)
    signing = Signing(method="jwt-v1", secret="word", algorithm="HS256")
    changes = {"headers": settings, "cookies": cookies, "login": Login(kind="static"), "signing": signing}
    async with site(mirror) as (url, log):
        job = owning(f"{url}?{TAG}", method, **changes)
        checked = told(await ran(job, secrets={"word": f"Vedette={TOKEN}"}))
    assert not checked.ok
    assert not {"X-A", "X-B", "Cookie", signing.header} & set(log[0].headers)


async def test_scope_and_budget_of_bodies_do_not_hide_the_file():
    scope = Scope(include=("http://127.0.0.1:1/shop",), exclude=("*.txt",))
    checked, _ = await looked(of({FILE: f"Vedette={TOKEN}"}), scope=scope, limits={"max_body_bytes": 0})
    assert checked.ok


async def test_an_address_that_is_not_allowed_is_not_asked():
    async with site(of({FILE: f"Vedette={TOKEN}"})) as (url, log):
        checked = told(await ran(dataclasses.replace(owning(url), allow_private=())))
        assert log == []
    assert "must not be requested" in checked.reason


@pytest.mark.parametrize("method", ["file", "meta_tag"])
async def test_a_host_that_does_not_answer_is_told(method):
    async with site(of({})) as (url, _):
        pass
    checked = told(await ran(owning(url, method)))
    assert checked.reason.startswith("Nothing answers at 127.0.0.1:")


@pytest.mark.parametrize("quiet", [CONTRACT_FILE, "the control"])
async def test_an_answer_that_stays_away_is_no_proof(quiet):
    def handler(request):
        if request.path == quiet or (quiet == "the control" and TOKEN not in request.path):
            request.transport.abort()
        return web.Response(text="Probely") if request.path != FILE else web.Response(status=404)

    checked, _ = await looked(handler)
    assert not checked.ok
    assert checked.reason != "Token file not found."


# The tag


@pytest.mark.parametrize(
    "head",
    [
        TAG,
        f'<meta name="probely-verification" content="{TOKEN}">',
        f"<META CONTENT='{TOKEN}' NAME=' Vedette-Verification '/>",
        f'<script>"</head>"</script><style>x</style><meta name=other content=x>{TAG}',
    ],
)
async def test_a_tag_in_the_head_shows_the_owner(head):
    checked, log = await looked(of({"/": page(head)}), "meta_tag")
    assert checked.ok
    assert TOKEN in checked.evidence
    assert [request.path for request in log] == ["/"]


async def test_a_head_without_its_tags_is_one():
    bare = web.Response(text=f"<!doctype html><title>Shop</title>{TAG}<p>Welcome", content_type="text/html")
    checked, _ = await looked(of({"/": bare}), "meta_tag")
    assert checked.ok


NO_TAG = {
    "none": page(),
    "in the body": page(body=TAG),
    "in the body, called head": page(body=f"<head>{TAG}</head>"),
    "in an image of the body": page(body=f"<svg><head>{TAG}</head></svg>"),
    "in a script": page(f"<script>document.write('{TAG}')</script>"),
    "in the title": page(f"<title>{TAG}</title>"),
    "in a comment": page(f"<!-- {TAG} -->"),
    "in a template": page(f"<template>{TAG}</template>"),
    "without scripts": page(f"<noscript>{TAG}</noscript>"),
    "in an attribute": page(f'<meta name="x" content="{html.escape(TAG)}">'),
    "after text": page(f"Oops {TAG}"),
    "another token": page(TAG.replace(TOKEN, OTHER)),
    "more than the token": page(TAG.replace(TOKEN, TOKEN + "0")),
    "another name": page(TAG.replace("vedette-", "my-vedette-")),
    "a property": page(TAG.replace("name=", "property=")),
    "plain text": web.Response(text=TAG),
    "an error": web.Response(status=404, text=TAG, content_type="text/html"),
    "beyond the limit": page(f"<style>{' ' * 600_000}</style>{TAG}"),
    "json": web.Response(text=json.dumps({"a": TAG}), content_type="application/json"),
}


@pytest.mark.parametrize("answer", NO_TAG.values(), ids=NO_TAG)
async def test_a_tag_anywhere_else_does_not(answer):
    checked, _ = await looked(of({"/": answer}), "meta_tag")
    assert checked.reason == "Meta tag not found."
    assert checked.evidence.startswith("/ answered ")


# The name system


async def asked(method, zone, url=f"http://{HOST}:8080/shop", **states):
    async with names(zone) as server:
        for name, value in states.items():
            setattr(server, name, value)
        return told(await ran(owning(url, method, resolvers=(server.address,)))), server.log


@pytest.mark.parametrize("text", [f'"Vedette={TOKEN}"', f'"Probely={TOKEN}"', f'"Vedette=" "{TOKEN}"'])
async def test_a_text_record_shows_the_owner(text):
    checked, log = await asked("dns_txt", {(HOST, "TXT"): ['"v=spf1 -all"', text]})
    assert checked.ok
    assert checked.evidence.startswith(f"{HOST} TXT ")
    assert log == [f"TXT {HOST}"]


@pytest.mark.parametrize(
    "zone",
    [
        {},
        {(HOST, "TXT"): [f'"Vedette={OTHER}"']},
        {(HOST, "TXT"): [f'"{TOKEN}"']},
        {(HOST, "TXT"): [f'"Vedette={TOKEN}0"']},
        {(HOST, "TXT"): [f'"see Vedette={TOKEN}"']},
        {(HOST, "TXT"): ['"Vedette="', f'"{TOKEN}"']},
        {(f"www.{HOST}", "TXT"): [f'"Vedette={TOKEN}"']},
        {("example", "TXT"): [f'"Vedette={TOKEN}"']},
        {(HOST, "CNAME"): ["other.example."], ("other.example", "TXT"): [f'"Vedette={TOKEN}"']},
    ],
)
async def test_any_other_text_record_does_not(zone):
    checked, _ = await asked("dns_txt", zone)
    assert checked.reason == "Token not found"


@pytest.mark.parametrize("prefix", ["vedette", "probely"])
async def test_an_alias_of_its_own_shows_the_owner(prefix):
    name = f"{prefix}-{TOKEN}.{HOST}"
    checked, log = await asked("dns_cname", {(name, "CNAME"): ["verify.example."], (HOST, "A"): ["192.0.2.1"]})
    assert checked.ok
    assert checked.evidence == f"{name} CNAME verify.example"
    assert f"CNAME {name}" in log


@pytest.mark.parametrize(
    "zone",
    [
        {},
        {(f"vedette-{TOKEN}.{HOST}", "A"): ["192.0.2.1"]},
        {(f"vedette-{OTHER}.{HOST}", "CNAME"): ["verify.example."]},
        {(f"vedette-{TOKEN}.www.{HOST}", "CNAME"): ["verify.example."]},
    ],
)
async def test_any_other_name_does_not(zone):
    checked, _ = await asked("dns_cname", zone)
    assert checked.reason == f"The DNS query name does not exist: vedette-{TOKEN}.{HOST}."


async def test_a_host_where_every_name_is_an_alias_shows_nothing():
    checked, _ = await asked("dns_cname", {(f"*.{HOST}", "CNAME"): [f"{HOST}."]})
    assert checked.reason == f"Every name below {HOST} is an alias, so this one shows nothing."


@pytest.mark.parametrize("method", ["dns_txt", "dns_cname"])
async def test_a_name_server_that_fails_is_no_missing_record(method):
    checked, _ = await asked(method, {}, rcode=dns.rcode.SERVFAIL)
    assert checked.reason.startswith("The name servers gave no usable answer for ")


@pytest.mark.parametrize("method", ["dns_txt", "dns_cname"])
async def test_an_address_has_no_names(method):
    checked, log = await asked(method, {}, url="http://127.0.0.1:9/")
    assert checked.reason.startswith("127.0.0.1 is an address")
    assert log == []


async def test_what_a_record_says_cannot_steer_a_reader():
    checked, _ = await asked("dns_txt", {(HOST, "TXT"): ['"\\027[2J\\226\\128\\174x"', f'"{"y" * 200}" "{"z" * 200}"']})
    assert "\x1b" not in checked.evidence
    assert "‮" not in checked.evidence


# The job


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ownership": None}, "does not say"),
        ({"ownership": OwnershipProof(url="http://a/", method="mail", token=TOKEN)}, "mail"),
        ({"ownership": OwnershipProof(url="http://a/", method="file", token="../x")}, "UUID"),
        ({"ownership": OwnershipProof(url="http://a/", method="file", token=f"{{{TOKEN}}}")}, "UUID"),
        ({"ownership": OwnershipProof(url="ftp://a/", method="file", token=TOKEN)}, "scheme"),
        ({"resolvers": ("ns.example",)}, "name server"),
    ],
)
def test_a_job_that_cannot_be_meant_is_refused_at_once(changes, says):
    with pytest.raises(JobRefused, match=says):
        run(dataclasses.replace(owning("http://127.0.0.1:9/"), **changes))


@pytest.mark.parametrize("method", OWNERSHIP_METHODS)
async def test_nothing_is_asked_after_the_word(method):
    control = Control()
    control.say("cancel")
    async with names() as server, site(of({})) as (url, log):
        job = owning(url.replace("127.0.0.1", "localhost"), method, resolvers=(server.address,))
        result = await ran(job, control=control)
        assert log == server.log == []
    assert told(result).reason == "The check was stopped before it began."
    assert result.finished.cancelled


async def test_a_check_that_is_cut_short_says_nothing_of_the_host():
    control = Control()

    def handler(request):
        control.say("stop")
        return web.Response(status=404)

    async with site(handler) as (url, _):
        result = await ran(owning(url), control=control)
    assert [type(event) for event in result.events] == [ScanStarted, SliceEnded]
