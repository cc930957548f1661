"""A value names a file that the site includes as part of its own code.

What it looks for
Parameters that reach `include`, `require` or a like function of PHP: the site's own file comes back as source through
a stream wrapper, a file made of the value itself is run, or the function complains that it cannot include what we
named.

Why it matters
An included file is run. A file that an attacker can write or fill (an upload, a log, a session) becomes code on the
server, and through wrappers the value itself does. Even without that the site's source and the secrets in it can be
read.

How it is confirmed
Source: the site's file is asked for through two different chains of encodings; decoded, both must give the same text,
and with the encoding's name jumbled there must be none. Code: a script that turns a random word around must print the
result, twice in different ways, and a jumbled one not. Complaints alone, naming two random files of ours, are called
firm.

How to fix it
Do not include what a request names. Map the allowed values to files in a table: `$pages = ['home' => 'home.php'];` and
`include $pages[$_GET['page']] ?? 'home.php';`. Set `allow_url_include=Off` (it ends `data:` and `http:`, but not
`php://filter`), `open_basedir`, and `display_errors=Off`. In JSP and ASP.NET likewise choose the page by a table.

When it may be wrong
A page that reads a file without running it answers to the first test in the same way: reading source is then the flaw.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import parse_qs, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine.attack.compare import appears, blocked, decoded
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.checks.file.example_files import Files

INFO = CheckInfo(
    id="file-inclusion",
    title="File inclusion",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.HIGH,
    proof=ProofLevel.CONFIRMED,
    cwe=(98,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    owasp="A03:2021",
    references=(
        "https://www.php.net/manual/en/wrappers.php",
        "https://cwe.mitre.org/data/definitions/98.html",
    ),
    tags=("file", "inclusion", "php"),
    cost=1,
    points=("query", "path", "form", "json", "xml", "multipart", "cookie", "header"),
    wants=("error:file", "changed", "odd", "failed"),
    profiles=("normal", "full"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """`kind` is `source`, `code` or `complaint`. In `template` `@v` is the value that was there, `@s` that without its
    ending, `@f` a chain of filters, `@c` a script, `@b` the same in base64, `@t` a random name."""

    kind: str
    template: str


_SOURCE = Form("source", "php://filter/@f/resource=@v")
_THOROUGH = (
    Form("source", "php://filter/read=@f/resource=@v"),
    Form("source", "pHp://FilTer/@f/resource=@v"),
    Form("source", "php://filter/@f/resource=@s"),
    Form("source", "php://filter/@f/resource=index.php"),
    Form("source", "php://filter/@f/resource=index"),
    Form("code", "data://text/plain;base64,@b"),
    Form("code", "data://text/plain,@c"),
    Form("code", "data:,@c"),
    Form("complaint", "@t"),
    Form("complaint", "@t.php"),
)
_ENCODE = "convert.base64-encode"
_ROTATE = "string.rot13|convert.base64-encode"
_JUMBLED = "convert.base46-encode"
_ENCODED = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_TAG = re.compile(r"<[^<>]*>")
_COMPLAINT = re.compile(
    r"(?i)(?:include|require)(?:_once)?\([^)\n]{0,300}\)[^\n]{0,40}failed to open stream"
    r"|Failed opening (?:required )?['\"&]"
)


def _payload(form: Form, value: str, filters: str = _ENCODE, script: str = "", name: str = "") -> str:
    stem = value.rpartition(".")[0] or value
    encoded = base64.b64encode(script.encode()).decode()
    parts = {"@f": filters, "@c": script, "@b": encoded, "@t": name, "@s": stem, "@v": value}
    return re.sub("@[fcbtsv]", lambda match: parts[match.group()], form.template)


def _texts(exchange: Exchange, filters: str) -> set[str]:
    """The readable texts that the answer holds in base64."""
    found = set()
    for run in _ENCODED.findall(exchange.response.text if exchange.response else ""):
        try:
            # A long answer may be cut; what is whole of it is enough.
            text = base64.b64decode(run[: len(run) // 4 * 4], validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        if re.search(r"\s", text) and (
            text.isprintable() or all(char.isprintable() or char in "\r\n\t" for char in text)
        ):
            found.add(codecs.decode(text, "rot13") if filters == _ROTATE else text)
    return found


def _complains(exchange: Exchange, sent: str) -> str:
    """What an including function says of the file that we named; empty when it says nothing."""
    if exchange.response is None:
        return ""
    text = _TAG.sub("", decoded(exchange.response.text))
    match = _COMPLAINT.search(text)
    return match.group()[:200] if match and sent in text[max(0, match.start() - 400) : match.end() + 400] else ""


def _php_filters(path: str) -> tuple[str, list[str]]:
    match = re.fullmatch(r"php://filter/(?:read=)?([^/]+)/resource=(.*)", path, re.IGNORECASE)
    return (match[2], match[1].split("|")) if match else (path, [])


_TURNED = re.compile(r"<\?php echo (?:strrev\('(\w+)'\)|join\(array_reverse\(str_split\('(\w+)'\)\)\));\?>")


def _included(path: str, folder: str = "/srv/site/pages", wrappers: bool = True) -> str | None:
    """What including a path prints; None when there is no such file."""
    if path.startswith("data:") and wrappers:
        head, _, script = path.partition(",")
        script = base64.b64decode(script).decode() if head.endswith(";base64") else script
        return _TURNED.sub(lambda match: (match[1] or match[2])[::-1], script)
    resource, filters = _php_filters(path) if wrappers else (path, [])
    text = Files().read(resource, folder)
    if text is None:
        return None
    for name in filters:
        if name == "convert.base64-encode":
            text = base64.b64encode(text.encode()).decode()
        elif name == "string.rot13":
            text = codecs.encode(text, "rot13")
    return re.sub(r"<\?php.*?\?>", "<h1>Welcome to the shop</h1>", text, flags=re.DOTALL)


def _site(include: Callable[[str], str | None], tells: bool = False) -> Handler:
    """A page that includes the file named by `page`."""

    def handle(request: Request) -> Response:
        page = parse_qs(urlsplit(request.url).query).get("page", [""])[0]
        text = include(page)
        if text is None:
            told = f"<b>Warning</b>: include({page}): failed to open stream: No such file in <b>/srv/x.php</b>"
            text = told if tells else "<p>Nothing here.</p>"
        return Response(200, (("Content-Type", "text/html"),), text.encode())

    return handle


def _point(value: str) -> Point:
    return Point(Target(Request("GET", f"http://shop.example/?page={value}"), "/"), PointKind.QUERY, "page", value)


_POINT = _point("home.php")
_TABLE = {"home.php": "<h1>Welcome to the shop</h1>"}

EXAMPLES = (
    Example(name="whole path", vulnerable=True, handler=_site(_included), point=_POINT),
    Example(
        name="ending added",
        vulnerable=True,
        handler=_site(lambda page: _included(page + ".php")),
        point=_point("home"),
    ),
    Example(
        name="only the value itself can be run",
        vulnerable=True,
        handler=_site(lambda page: None if page.lower().startswith("php:") else _included(page)),
        point=_POINT,
    ),
    Example(
        name="folder put before, complaints shown",
        vulnerable=True,
        handler=_site(lambda page: _included("./" + page, wrappers=False), tells=True),
        point=_POINT,
    ),
    Example(name="chosen from a table", vulnerable=False, handler=_site(_TABLE.get), point=_POINT),
    Example(
        name="a token in base64 on every page",
        vulnerable=False,
        handler=_site(lambda page: "<i>dGhlIHNhbWUgdGV4dCBvbiBldmVyeSBwYWdl</i>" + _TABLE.get(page, "")),
        point=_POINT,
    ),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """Asks for the value's own file as source; where files react, for code and complaints too."""
    if not probe.reaction.signs & {"file-like", "error:file"} or not point.value:
        return []
    for form in (_SOURCE, *(_THOROUGH if probe.full else ())):
        name, word = probe.rng.word(10), probe.rng.word(14)
        payload = _payload(form, point.value, script=f"<?php echo strrev('{word}');?>", name=name)
        exchange = await probe.send(point, payload)
        if blocked(exchange):
            continue
        texts = _texts(exchange, _ENCODE) if form.kind == "source" else set()
        runs = form.kind == "code" and appears(exchange, word[::-1], payload)
        if runs or (texts and texts - _texts((await probe.baseline(point)).representative, _ENCODE)):
            found = form
        elif _complains(exchange, name if form.kind == "complaint" else payload):
            found = form if form.kind == "complaint" else Form("complaint", "@t")
        else:
            continue
        return [Candidate(check=INFO.id, point=point, data=asdict(found), steps=(Step("Detection", exchange),))]
    return []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """By the kind of the suspicion: two encodings of one source, two scripts, or two complaints."""
    point = candidate.point
    if point is None:
        return None
    form = Form(**candidate.data)
    if form.kind == "source":
        return await _verify_source(probe, point, form)
    return await (_verify_code if form.kind == "code" else _verify_complaint)(probe, point, form)


async def _verify_source(probe: Probe, point: Point, form: Form) -> Proof | None:
    steps: list[Step] = []
    common: set[str] | None = None
    for filters in (_ENCODE, _ROTATE, _JUMBLED):
        exchange = await probe.send(point, _payload(form, point.value, filters), fresh=True)
        if blocked(exchange) or not exchange.usable:
            return None
        texts = _texts(exchange, filters)
        kept = texts if common is None else common & texts
        common = (common or set()) - texts if filters == _JUMBLED else kept
        note = "No encoded file may appear." if filters == _JUMBLED else "The answer holds the file in this encoding."
        steps.append(
            Step(f"Filters {filters}", exchange, note=note, control=filters == _JUMBLED, request_marks=(filters,))
        )
        if not common:
            return None
    source = " ".join(min(common or {""}, key=len)[:60].split())
    detail = f"The value of {point.name} is a stream that the site opens: its own file came back, beginning {source!r}."
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=tuple(steps))


async def _verify_code(probe: Probe, point: Point, form: Form) -> Proof | None:
    steps = []
    for script in ("strrev('@w')", "join(array_reverse(str_split('@w')))", "strrve('@w')"):
        word = probe.rng.word(14)
        payload = _payload(form, point.value, script=f"<?php echo {script.replace('@w', word)};?>")
        exchange = await probe.send(point, payload, fresh=True)
        control = script.startswith("strrve")
        if not exchange.usable or blocked(exchange) or appears(exchange, word[::-1], payload) == control:
            return None
        marks = () if control else (word[::-1],)
        note = f"{word[::-1]} must not appear." if control else f"Running the script prints {word[::-1]}."
        steps.append(Step(f"A script with {script}", exchange, marks, note, control=control))
    detail = f"The value of {point.name} is included and run: scripts in it printed what they computed."
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=tuple(steps), severity=Severity.CRITICAL.value)


async def _verify_complaint(probe: Probe, point: Point, form: Form) -> Proof | None:
    steps = []
    for _ in range(2):
        name = probe.rng.word(12)
        exchange = await probe.send(point, _payload(form, point.value, name=name), fresh=True)
        told = _complains(exchange, name)
        if not told:
            return None
        note = f"The including function names {name}, a file that we made up."
        steps.append(Step("A file that does not exist", exchange, (name,), note, request_marks=(name,)))
    exchange = await probe.send(point, point.value, fresh=True)
    if blocked(exchange) or _complains(exchange, point.value):
        return None
    steps.append(Step("The original value", exchange, note="No complaint may appear.", control=True))
    detail = f"The value of {point.name} names a file to include: the site complains of the names that we made up."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=tuple(steps))
