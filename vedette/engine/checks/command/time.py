"""A value is run as part of an operating system command whose output stays hidden; the time of the answer betrays it.

What it looks for
The same as the check that reads a command's output, for commands whose output nobody sees: the value is continued with
a command that waits, behind the separators and quotes of POSIX shells and of Windows.

Why it matters
Whoever can add a command to a command line owns the server, whether or not its output is shown.

How it is confirmed
By an experiment: waits of eight different, mostly uneven lengths in random order, on fresh connections and with
nothing else running against the host. The answers must be late by just the time asked for, as good as never by chance.
Between them go the same bytes with the command's name jumbled, which must not be late.

How to fix it
Do not build command lines from values. Call the program directly with a list of arguments, without a shell: Python
`subprocess.run(["convert", name])`, Node `execFile("convert", [name])`, Java `new ProcessBuilder("convert", name)`,
Ruby `system("convert", name)`, Go `exec.Command`. PHP: `escapeshellarg($name)` when nothing else is possible. In all
of them accept only values of the expected form, and put `--` before values that might begin with a hyphen.

When it may be wrong
Only where running commands is the page's purpose. A page that is slow by itself cannot follow the lengths asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from urllib.parse import parse_qs, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response
from vedette.engine.attack import timing
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.checks.command.example_shell import Shell, ShellError

INFO = CheckInfo(
    id="command-injection-time",
    flaw="command-injection",
    title="OS command injection (blind)",
    kind=Kind.ACTIVE,
    phase=Phase.TIMING,
    severity=Severity.CRITICAL,
    proof=ProofLevel.CONFIRMED,
    cwe=(78,),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    owasp="A03:2021",
    references=(
        "https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html",
        "https://cwe.mitre.org/data/definitions/78.html",
    ),
    tags=("injection", "command", "blind"),
    cost=3,
    points=("query", "path", "form", "json", "xml", "multipart", "cookie", "header"),
    wants=("error:command", "odd", "failed"),
    profiles=("normal", "full"),
)

WINDOWS = ("windows", "iis", "asp.net")
"""Technologies whose shell is probably not a POSIX one."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a waiting command is put into a value: `@v` is the value that was there, `@c` the command.

    `tight` forms hold no spaces; `windows` ones use what Windows has.
    """

    template: str
    tight: bool = False
    windows: bool = False

    def payload_for(self, value: str) -> Callable[[float], str]:
        """Payloads that wait the seconds given."""
        return lambda seconds: self._render(value, seconds, "powershell" if self.windows else "sleep")

    def control_for(self, value: str) -> Callable[[float], str]:
        """The same bytes with the command's name jumbled."""
        return lambda seconds: self._render(value, seconds, "pwoershell" if self.windows else "slepe")

    def _render(self, value: str, seconds: float, name: str) -> str:
        wait = f"-c Start-Sleep -m {round(seconds * 1000)}" if self.windows else f"{seconds:g}"
        payload = self.template.replace("@c", f"{name} {wait}")
        return (payload.replace(" ", "${IFS}") if self.tight else payload).replace("@v", value)


# Whatever quoting the value stands in, one command and only one of each payload is outside of it; no comment cuts off
# what follows, for that may be the bracket of a substitution.
_SEMICOLONS = Form("@v;@c;';@c;\";@c;'\"'\"")
_SUBSTITUTION = Form("@v$(@c)'|@c|:'", tight=True)
_AMPERSANDS = Form('@v&@c&"&@c&"', windows=True)


def _thorough() -> tuple[Form, ...]:
    """Every separator in every quoting; the command after ours does nothing and takes what follows as arguments."""
    separators, quotes = ("|", "&&", "||", "\n"), ("", "'", '"')
    plain = [Form(f"@v{quote}{sign}@c{sign}:{quote}") for quote in quotes for sign in separators]
    tight = [Form(f"@v{quote}{sign}@c{sign}:{quote}", tight=True) for quote in quotes for sign in ("|", "\n")]
    inside = [Form("@v$(@c)"), Form("@v`@c`")]
    return (*plain, *inside, *tight, Form("@v&@c&", windows=True), Form('@v"&@c&"', windows=True))


def _site(before: str, after: str = "", remove: str = "") -> Handler:
    """A page that runs `before` + value + `after`, without the characters of `remove`, and says nothing of it."""

    def handle(request: Request) -> Response:
        name = parse_qs(urlsplit(request.url).query).get("name", [""])[0]
        shell = Shell()
        with suppress(ShellError):  # The page does not tell.
            shell.run(before + "".join(char for char in name if char not in remove) + after)
        return Response(200, (("Content-Type", "text/html"),), b"<p>Queued.</p>", ttfb_s=0.02 + shell.seconds)

    return handle


def _slow(request: Request) -> Response:
    """Long values take long, whatever they say; a limit on its patience makes the delays look like ours."""
    seconds = min(3.0, 0.05 * len(request.url))
    return Response(200, (("Content-Type", "text/html"),), b"<p>Queued.</p>", ttfb_s=seconds)


_POINT = Point(
    Target(Request("GET", "http://shop.example/thumb?name=a.png"), "/thumb"), PointKind.QUERY, "name", "a.png"
)

EXAMPLES = (
    Example(name="bare argument", vulnerable=True, handler=_site("convert "), point=_POINT),
    Example(name="followed by more arguments", vulnerable=True, handler=_site("convert ", " -o x"), point=_POINT),
    Example(name="in single quotes", vulnerable=True, handler=_site("convert '", "' -o x"), point=_POINT),
    Example(name="in double quotes", vulnerable=True, handler=_site('convert "', '"'), point=_POINT),
    Example(name="within a substitution", vulnerable=True, handler=_site("echo $(convert ", ")"), point=_POINT),
    Example(
        name="semicolons and spaces taken out", vulnerable=True, handler=_site("convert '", "'", "; "), point=_POINT
    ),
    Example(name="all but quoted characters", vulnerable=False, handler=_site("convert '", "'", "'"), point=_POINT),
    Example(name="slow by itself", vulnerable=False, handler=_slow, point=_POINT),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """One long wait in one or two payloads that fit any quoting; where the point reacts, in every single form."""
    light = (_SEMICOLONS, _AMPERSANDS if probe.technologies & set(WINDOWS) else _SUBSTITUTION)
    for form in (*light[: 1 if "missing" in probe.reaction.signs else 2], *(_thorough() if probe.full else ())):
        if "\n" in form.template and point.kind is PointKind.HEADER:
            continue
        late = await timing.screen(probe, point, form.payload_for(point.value))
        if late is not None:
            return [Candidate(check=INFO.id, point=point, data=asdict(form))]
    return []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The whole experiment of delays and controls."""
    point = candidate.point
    if point is None:
        return None
    form = Form(**candidate.data)
    verdict, steps = await timing.experiment(probe, point, form.payload_for(point.value), form.control_for(point.value))
    if not verdict.ok:
        return None
    detail = (
        f"The value of {point.name} is run by a shell: each second that an added command was to wait delayed the "
        f"answer by {verdict.slope:.2f} s (chance {verdict.p_value:.1g}), jumbled commands did not."
    )
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=steps)
