"""Evidence: packed for storing, unpacked as contract steps, and written out as text (raw HTTP, curl)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import zstandard

from vedette.contract import finding as contract
from vedette.contract import wire
from vedette.contract.exchange import ERRORS, Exchange, Request, Step, header
from vedette.server.findings import rules
from vedette.server.findings.models import Evidence, EvidenceBlob, Finding
from vedette.server.kernel.rows import Rows

MAX_BODY = 256 * 1024
MAX_SHOWN = 10_000
"""Characters of a body in Markdown."""

_PLAIN_WORD = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OWN_HEADERS = ("host", "content-length", "connection", "transfer-encoding")
"""Headers that curl sets by itself."""

_BLOBS = Rows(EvidenceBlob, ("sha256", "data", "size"), key=("sha256",), kept=True)


@dataclass(slots=True)
class Packed:
    """The evidence of one finding, ready to be stored: its steps as JSON, and its bodies by their hash."""

    steps: list[dict[str, Any]]
    blobs: dict[str, EvidenceBlob] = field(default_factory=dict)


def pack(findings: Iterable[contract.Finding]) -> dict[str, Packed]:
    """The evidence of findings by their identity. Hashes and compresses: call it before the transaction begins."""
    compressor = zstandard.ZstdCompressor(level=3)
    return {key: _packed(one, compressor) for key, one in rules.surest(findings).items()}


def _packed(finding: contract.Finding, compressor: zstandard.ZstdCompressor) -> Packed:
    blobs: dict[str, EvidenceBlob] = {}
    steps = []
    for step in finding.steps:
        raw = wire.dump(step)
        exchange = step.exchange
        raw["exchange"]["request"]["body"] = _stored(exchange.request.body, blobs, compressor)
        if exchange.response is not None:
            raw["exchange"]["response"]["body"] = _stored(exchange.response.body, blobs, compressor)
            raw["exchange"]["response"]["truncated"] |= len(exchange.response.body) > MAX_BODY
        steps.append(rules.clean_json(raw))
    return Packed(steps, blobs)


def _stored(body: bytes, blobs: dict[str, EvidenceBlob], compressor: zstandard.ZstdCompressor) -> Any:
    if not body:
        return ""
    kept = body[:MAX_BODY]
    digest = hashlib.sha256(kept).hexdigest()
    if digest not in blobs:
        blobs[digest] = EvidenceBlob(sha256=digest, data=compressor.compress(kept), size=len(kept))
    return {"sha256": digest}


def store_blobs(packed: Iterable[Packed]) -> None:
    """Writes the bodies that are not stored yet, in the caller's transaction."""
    blobs = {digest: blob for one in packed for digest, blob in one.blobs.items()}
    known = (
        set(EvidenceBlob.objects.filter(sha256__in=list(blobs)).values_list("sha256", flat=True)) if blobs else set()
    )
    # In one order for everybody: two batches with the same bodies must not lock each other out.
    fresh = [blobs[digest] for digest in sorted(blobs) if digest not in known]
    _BLOBS.put((one.sha256, one.data, one.size) for one in fresh)


def steps_of(finding: Finding) -> list[Step]:
    """The steps of the latest proof with their bodies; none when no evidence is stored."""
    return steps_by_finding([finding])[finding.pk]


def steps_by_finding(findings: Iterable[Finding]) -> dict[int, list[Step]]:
    """The steps of several findings by primary key, in two queries. Not for lists of any length: bodies are large."""
    found: dict[int, list[Step]] = {finding.pk: [] for finding in findings}
    rows = list(Evidence.objects.filter(finding_id__in=list(found))) if found else []
    hashes = sorted({digest for row in rows for raw in row.steps for digest in _hashes(raw)})
    blobs = EvidenceBlob.objects.filter(sha256__in=hashes) if hashes else ()
    bodies = {blob.sha256: _unpacked(blob) for blob in blobs}
    return found | {row.finding_id: [_step(raw, bodies) for raw in row.steps] for row in rows}


def _hashes(raw: Mapping[str, Any]) -> list[str]:
    exchange = raw["exchange"]
    bodies = [part["body"] for part in (exchange["request"], exchange.get("response")) if part]
    return [body["sha256"] for body in bodies if isinstance(body, dict)]


def _unpacked(blob: EvidenceBlob) -> bytes:
    return zstandard.ZstdDecompressor().decompress(bytes(blob.data), max_output_size=MAX_BODY)


def _step(raw: Mapping[str, Any], bodies: Mapping[str, bytes]) -> Step:
    exchange = dict(raw["exchange"])
    whole: dict[str, bytes] = {}
    for name in ("request", "response"):
        part = exchange.get(name)
        if part and isinstance(part["body"], dict):
            whole[name] = bodies.get(part["body"]["sha256"], b"")
            exchange[name] = {**part, "body": ""}
    step = wire.load(Step, {**raw, "exchange": exchange})
    if "request" in whole:
        old = step.exchange.request
        step.exchange.request = Request(old.method, old.url, old.headers, whole["request"], old.user)
    if "response" in whole and step.exchange.response is not None:
        step.exchange.response.body = whole["response"]
    return step


def curl_of(request: Request) -> str:
    """A command for bash or zsh that sends the request with curl, safe to paste: no part of the request can end a
    quotation, act on the terminal, name a file or be read as an option. Empty when the URL is not http(s)."""
    if not request.url.lower().startswith(("http://", "https://")):
        return ""
    before, body = _curl_body(request)
    parts = ["curl", "--globoff", "--path-as-is"]
    if request.method == "HEAD" and not body:
        parts.append("--head")
    elif request.method != "GET" or body:
        parts += ["-X", word(request.method)]
    for name, value in request.headers:
        if name.lower() not in _OWN_HEADERS and _HEADER_NAME.fullmatch(name):
            # To curl a name with nothing behind its colon means: leave this header out.
            parts += ["-H", word(f"{name}: {value}" if value.strip(" \t") else f"{name};")]
    return before + " ".join([*parts, *body, "--url", word(request.url)])


def _curl_body(request: Request) -> tuple[str, list[str]]:
    """What goes before the command, and the options that name the body."""
    if not request.body:
        return "", []
    own_type = [] if header(request.headers, "content-type") else ["-H", "Content-Type:"]
    if b"\x00" not in request.body:
        return "", [*own_type, "--data-raw", _word_of_bytes(request.body)]
    # No argument can hold this byte: the body goes through a pipe.
    octal = "".join(f"\\{byte:03o}" for byte in request.body)
    return f"printf {word(octal)} | ", [*own_type, "--data-binary", "@-"]


def word(text: str) -> str:
    """The text as one word for bash or zsh. What a terminal might act on or hide is written in escapes."""
    return _word_of_bytes(text.replace("\x00", "").encode("utf-8", "replace"))


def _word_of_bytes(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return _escaped(raw.decode("latin-1"), raw_bytes=True)
    if _PLAIN_WORD.fullmatch(text):
        return text
    if all(shows(char) for char in text):
        return "'" + text.replace("'", "'\"'\"'") + "'"
    return _escaped(text, raw_bytes=False)


def _escaped(text: str, *, raw_bytes: bool) -> str:
    out = []
    for char in text:
        plain = char.isalnum() and char.isascii()
        if plain or char in ' _@%+=:,./-?&#;<>()[]{}|~^*"$':
            out.append(char)
        elif raw_bytes:
            out.append(f"\\x{ord(char):02x}")
        else:
            out.append("".join(f"\\x{byte:02x}" for byte in char.encode()))
    # A letter or digit after \xHH would not be read as part of it: the shells take two digits at most.
    return "$'" + "".join(out) + "'"


def shows(char: str) -> bool:
    """Whether a character is drawn as itself and steers neither the terminal nor its neighbours."""
    if char.isascii():
        return " " <= char <= "~"
    return unicodedata.category(char)[0] not in ("C", "Z")


def raw_request(request: Request) -> str:
    """The request as it reads on the wire, its body as text."""
    place = request.url.partition("://")[2]
    host = re.split(r"[/?#]", place, maxsplit=1)[0]
    path = place[len(host) :].partition("#")[0]
    target = path if path.startswith("/") else f"/{path}"
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers)]
    if not header(request.headers, "host"):
        lines.insert(1, f"Host: {host.rpartition('@')[2]}")
    return "\r\n".join([*lines, "", _body_text(request.body)])


def raw_response(exchange: Exchange) -> str:
    """The answer as it reads on the wire, its body as text; without one, the reason in words."""
    response = exchange.response
    if response is None:
        reason = exchange.error if exchange.error in ERRORS else "no answer"
        return f"({reason}{': ' + exchange.detail if exchange.detail else ''})"
    lines = [
        f"HTTP/{response.http_version} {response.status}",
        *(f"{name}: {value}" for name, value in response.headers),
    ]
    return "\r\n".join([*lines, "", _body_text(response.body)])


def _body_text(body: bytes) -> str:
    text = body[: MAX_SHOWN * 4].decode("utf-8", "replace").replace("\x00", "\ufffd")
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}\r\n[cut]"


def markdown(text: str, language: str = "http") -> str:
    """The text as a fenced block of Markdown that nothing in it can close."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def requests_markdown(steps: Sequence[Step]) -> list[dict[str, str]]:
    """Every step as a pair of Markdown blocks, `request` and `response`."""
    return [
        {
            "request": markdown(raw_request(step.exchange.request)),
            "response": markdown(raw_response(step.exchange)),
        }
        for step in steps
    ]


def evidence_markdown(steps: Sequence[Step]) -> str:
    """What the steps show, in a list: each step's name, its note, and the strings to look for."""
    lines = []
    for step in steps:
        shown = ", ".join(_inline(mark) for mark in step.marks[:5] if mark.strip())
        texts = [_flat(step.note), f"Look for {shown}." if shown else ""]
        told = " ".join(text for text in texts if text)
        lines.append(f"- **{_flat(step.label) or 'Step'}**" + (f": {told}" if told else ""))
    return "\n".join(lines)


def _flat(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(text.split()))


def _inline(text: str) -> str:
    flat = " ".join(text.split())[:200]
    longest = max((len(run) for run in re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {flat} {fence}" if "`" in flat else f"`{flat}`"
