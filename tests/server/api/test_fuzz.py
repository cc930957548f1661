"""Hostile requests to every operation of every dialect: each is answered, in time, in its own dialect, and never with
a server error. What is sent follows the dialect's own document far enough to get past its readers; seeds are fixed."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from tests.contract.probely.answers import undocumented
from tests.server import factories
from vedette.server.agents import services as agents
from vedette.server.kernel import ids, ratelimit
from vedette.server.schedules.services import editing
from vedette.server.targets.models import Target
from vedette.server.targets.services import extra_hosts
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor, system_actor
from vedette.server.tenancy.models import Organisation, User
from vedette.server.tenancy.services import keys, signin

REQUESTS = {"probely": 800, "invicti": 80, "cloneguard": 200, "native": 120}
PREFIXES = {"probely": "", "invicti": "/api/1.0", "cloneguard": "", "native": "/api/native"}
SLOW_S = 10.0
ODD_METHODS = ("HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "DELETE", "PUT")

TEXTS = (
    *("", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\r\nSet-Cookie: a=b", "=1+1", "-1", "0", "null", "true"),
    *(
        "%00",
        "%",
        "_",
        "'\"<script>",
        "{{7*7}}",
        "../../etc",
        "a" * 70_000,
        "٣",
        "²",
        "ß" * 300,
        "\u202e",
        "\U0001f600",
    ),
    *("9" * 25, "1e999", "NaN", "2026-02-30", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "12:00"),
    *("http://[::1", "http://a:99999/", "http://\x00/", "javascript:alert(1)", "http://xn--a/", "http://ａ.example/"),
    *("\x00@example.org", "a@example.org\r\nBcc: b@example.org", "1-1", "-", "1--1", "x" * 12, "١-١"),
)
NUMBERS: tuple[float, ...] = (0, -1, 1, 2, 10, 2**31, 2**63, 2**64, 10**30, -(10**30), 1.5, -0.0, 1e308)
UNREADABLE = (float("inf"), float("nan"))
"""What Python writes into JSON, though JSON has no word for it."""
BODIES = (
    b"",
    b"{",
    b"\x00",
    b"\xff\xfe{}",
    b"[" * 60_000,
    b'{"a":' * 20_000,
    b'{"name": "a", "name": ["b"], "name": {"c": 1}}',
    b"null",
    b"[]",
    b"[[], {}, 1]",
    b'"text"',
    b"1" * 5_000,
    b"name=1&name=2&%00=%ff&ids=\x00",
    b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na\x00b\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="name"; filename="\x00"\r\n\r\nz\r\n--x--\r\n',
    b"--x",
    b"&".join(b"a=%d" % number for number in range(1_500)),
    b"".join(b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n\r\n' for _ in range(200))
    + b"--x--\r\n",
    b" " * (6 * 1024 * 1024),
)
TYPES = (
    "application/json",
    "application/json; charset=utf-16",
    "application/json; charset=nonsense",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "",
    "a/b/c;;=",
)
HEADERS = (
    {},
    {},
    {},
    {"Accept": "text/html"},
    {"Accept": ";"},
    {"Accept": "application/xml;q=bad, */*"},
    {"Accept": "\u00e9"},
    {"Authorization": ""},
    {"Authorization": "JWT \u00ff"},
    {"Authorization": "Basic !"},
    {"Authorization": "Basic Og=="},
    {"Authorization": "Basic " + base64.b64encode(b"\x00:\x00").decode()},
    {"Authorization": "Bearer a b"},
    {"X-Forwarded-For": "a" * 500, "X-Request-Id": "a\tb" * 400},
    {"X-Http-Method-Override": "DELETE", "Cookie": "a=\x01; vedette_session=x", "Range": "bytes=0-0"},
)


@dataclass(frozen=True)
class Operation:
    """One of the document's: its address, what may stand in its query, and the schema of its body."""

    method: str
    path: str
    query: tuple[str, ...]
    body: dict[str, Any]


@dataclass(frozen=True)
class Site:
    """What there is to name, and how each dialect is asked."""

    known: tuple[str, ...]
    signed_in: dict[str, dict[str, str]]


class Sender:
    """Makes requests out of a dialect's document."""

    def __init__(self, dialect: str, known: tuple[str, ...]) -> None:
        document = SchemaGenerator(urlconf=f"vedette.server.api.{dialect}.urls").get_schema(request=None, public=True)
        self._schemas = document.get("components", {}).get("schemas", {})
        self._known = known
        self.operations = [
            Operation(
                method.upper(),
                PREFIXES[dialect] + path,
                tuple(one["name"] for one in given.get("parameters", ()) if one["in"] == "query"),
                _body_schema(given),
            )
            for path, methods in sorted(document["paths"].items())
            for method, given in sorted(methods.items())
        ]

    def request(self, operation: Operation, random: Random) -> dict[str, Any]:
        """One request: most of it as the document says, some of it not."""
        path = operation.path
        while "{" in path:
            before, _, rest = path.partition("{")
            path = before + self._segment(random) + rest.partition("}")[2]
        names = random.sample(operation.query, min(len(operation.query), random.choice((0, 0, 1, 2))))
        query = {name: _sendable(self._text(random)) for name in names}
        method = random.choice(ODD_METHODS) if random.random() < 0.08 else operation.method
        content_type, data = "application/json", json.dumps(self._value(operation.body, random, 0))
        if random.random() < 0.15:
            content_type, data = random.choice(TYPES), random.choice(BODIES)
        elif random.random() < 0.02:
            # Not with a type that names a character set: Django reads the query early then, before anybody can answer.
            query |= {str(number): "" for number in range(1_500)}
        headers = random.choice(HEADERS) if random.random() < 0.2 else {}
        return {
            "method": method,
            "path": path,
            "data": data,
            "content_type": content_type,
            "query_params": query,
            "headers": headers,
        }

    def _segment(self, random: Random) -> str:
        text = random.choice(self._known) if random.random() < 0.8 else random.choice(TEXTS)
        return _sendable(text)[:300].replace("/", "").replace("{", "") or "x"

    def _text(self, random: Random) -> str:
        return random.choice(self._known if random.random() < 0.5 else TEXTS)

    def _value(self, schema: dict[str, Any], random: Random, depth: int) -> Any:
        schema = self._resolved(schema)
        if depth > 6 or random.random() < 0.12:
            return self._anything(random, depth)
        kind = schema.get("type") or ("object" if "properties" in schema else "")
        makers: dict[str, Callable[[], Any]] = {
            "object": lambda: self._object(schema, random, depth),
            "array": lambda: [
                self._value(schema.get("items", {}), random, depth + 1) for _ in range(random.choice((0, 1, 1, 2)))
            ],
            "integer": lambda: random.choice(NUMBERS),
            "number": lambda: random.choice((*NUMBERS, *UNREADABLE)),
            "boolean": lambda: random.choice((True, False)),
        }
        if kind == "string" and schema.get("enum") and random.random() < 0.7:
            return random.choice(schema["enum"])
        return makers.get(kind, lambda: self._text(random))()

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        for _ in range(10):
            name = schema.get("$ref") or next((one.get("$ref") for one in schema.get("allOf", ())), None)
            if name is None:
                return schema
            schema = self._schemas[name.rpartition("/")[2]]
        return schema

    def _object(self, schema: dict[str, Any], random: Random, depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        wanted = set(schema.get("required", ())) if random.random() < 0.9 else set()
        wanted |= set(random.sample(sorted(properties), min(len(properties), random.choice((0, 1, 2, 4)))))
        made = {name: self._value(properties.get(name, {}), random, depth + 1) for name in sorted(wanted)}
        if random.random() < 0.05:
            made[random.choice(TEXTS)[:50]] = self._anything(random, depth)
        return made

    def _anything(self, random: Random, depth: int) -> Any:
        plain = (self._text(random), random.choice(NUMBERS), random.choice((None, True, False)))
        if depth > 6 or random.random() < 0.7:
            return random.choice(plain)
        return random.choice(([], {}, [plain[0]], {plain[0][:20]: plain[1]}, [[plain[2]]], [None, {}]))


def _body_schema(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    found: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return found


def _sendable(text: str) -> str:
    """As it can stand in an address: half a surrogate pair has no bytes."""
    return text.encode("utf-8", "replace").decode()


@pytest.fixture
def site(db: None, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An organisation with something of everything, and a way in for each dialect. No worker is there to wait for."""
    monkeypatch.setattr(agents, "wait", lambda run, timeout_s=0.0: None)
    home = factories.organisation("Home")
    target = factories.target(home, name="Shop")
    scan = factories.run_scan(target, factories.flaw("a"), factories.flaw("b"))
    target = Target.objects.get(pk=target.pk)
    host = extra_hosts.add(system_actor(home), target, host="api.example.org", skip_reachability_check=True)
    given = {"date_time": "2199-01-01T10:00:00", "recurrence": "d"}
    (schedule,) = editing.add(system_actor(home), [target], given)
    user = factories.person(home, password=factories.PASSWORD)
    actor = tenancy.actor_for_user(user, home, "127.0.0.1")
    assert actor is not None
    known = (
        *(schedule.public_id, "2199-01-01T10:00:00", "Europe/Lisbon", "w", "last"),
        *(target.public_id, target.public_id, scan.public_id, host.public_id, user.public_id, home.public_id),
        *(tenancy.builtin_role("admin").public_id, tenancy.grants_for_actor(actor)[0].public_id, user.email),
        *("1", "2", f"{target.public_id}-1", "normal", "lightning", "high", "2026-01-01", "-changed", "name"),
    )
    return Site(known, _signed_in(home, actor, user))


def _signed_in(home: Organisation, actor: Actor, user: User) -> dict[str, dict[str, str]]:
    _, token = keys.create_key(actor=actor, name="API", kind="invicti")
    _, application = keys.create_key(actor=system_actor(home), name="Portal", kind="cloneguard_app")
    session = signin.sign_in(username=user.email, password=factories.PASSWORD).token
    pair = base64.b64encode(f"{ids.as_uuid('user', user.public_id).replace('-', '')}:{token}".encode()).decode()
    return {
        "native": {"Authorization": f"Bearer {factories.key(home)}"},
        "probely": {"Authorization": f"JWT {factories.key(home)}"},
        "invicti": {"Authorization": f"Basic {pair}"},
        "cloneguard": {"x-api-key": application, "Authorization": f"Bearer {session}"},
    }


def ask(site: Site, client: Client, dialect: str, request: dict[str, Any], operation: Operation) -> int:
    """Sends it as somebody new, judges the answer, and takes back what it did."""
    client.cookies.clear()
    headers = {**site.signed_in[dialect], **request["headers"]}
    began = time.thread_time()  # its own work: the machine may have more to do
    with transaction.atomic():
        ratelimit.reset()
        answer = client.generic(**{**request, "headers": headers})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    told = f"{request['method']} {request['path'][:200]!a} {request['query_params']!a:.300} {request['data'][:500]!a}"
    assert time.thread_time() - began < SLOW_S, told
    assert answer.status_code < 500 or answer.status_code == 503, told
    if answer.status_code >= 400 and request["method"] != "HEAD":
        _check_shape(dialect, answer, body, told)
    if dialect == "probely" and request["method"] == operation.method and _leads_to(answer, operation.path):
        media = answer.get("Content-Type", "")
        assert undocumented(operation.method, operation.path, answer.status_code, media, body) == [], told
    return int(answer.status_code)


def _leads_to(answer: Any, path: str) -> bool:
    """Whether it was this operation that answered: what stands in an address may make another one of it."""
    found = getattr(answer.wsgi_request, "resolver_match", None)
    return found is not None and re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{found.route}") == path


def _check_shape(dialect: str, answer: Any, body: bytes, asked: str) -> None:
    assert answer["Content-Type"].startswith("application/json"), asked
    told = json.loads(body)
    if dialect == "cloneguard":
        assert told.keys() >= {"status", "status_text", "code", "request_id"}, asked
        assert told["status"] == answer.status_code, asked
    elif dialect == "native":
        assert told.keys() == {"code", "message", "fields"}, asked
    elif dialect == "invicti":
        assert told.keys() in ({"Message"}, {"Message", "ModelState"}), asked
    else:
        assert isinstance(told, dict), asked
        assert not told.keys() & {"Message", "status_text", "request_id"}, asked


def send(site: Site, dialect: str, numbers: range) -> None:
    """Sends as many requests to the operations in turn; the same number makes the same request."""
    sender, client = Sender(dialect, site.known), Client(raise_request_exception=False)
    statuses = []
    for number in numbers:
        random = Random(f"{dialect} {number}")
        operation = sender.operations[number % len(sender.operations)]
        statuses.append(ask(site, client, dialect, sender.request(operation, random), operation))
    done = sum(200 <= status < 300 for status in statuses)
    # A preview takes a whole rule or the one id of a schedule: chance seldom finds either.
    assert done > len(statuses) / (60 if dialect == "native" else 20), "what is sent must get further than the readers"


@pytest.mark.parametrize("dialect", REQUESTS)
def test_no_request_breaks_anything(dialect: str, site: Site) -> None:
    send(site, dialect, range(REQUESTS[dialect]))


@pytest.mark.long
@pytest.mark.parametrize("dialect", REQUESTS)
def test_nor_do_many_more(dialect: str, site: Site) -> None:
    send(site, dialect, range(REQUESTS[dialect], 10 * REQUESTS[dialect]))
