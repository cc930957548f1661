"""A value is run as part of an operating system command, and the command's output comes back.

What it looks for
Parameters, headers, cookies and path parts that end up in a command line. The value is continued with a further
command, behind every separator and quote that a shell knows, without spaces where these may be filtered, and in the
dialects of POSIX shells and of Windows.

Why it matters
Whoever can add a command to a command line owns the server: its files, its secrets and the network behind it.

How it is confirmed
The added command makes the shell compute: `echo` of a random word, of what a second command within it prints and of
the difference of two random numbers, in that order. The result stands nowhere in what was sent, and a page that merely
calculates does not run the inner command. Then a second, different command with other numbers; and once the same bytes
with the commands' names and the operators jumbled, to which the site must not answer with the result.

How to fix it
Do not build command lines from values. Call the program directly with a list of arguments, without a shell:
Python `subprocess.run(["ping", "-c", "1", host])`, Node `execFile("ping", ["-c", "1", host])`,
Java `new ProcessBuilder("ping", "-c", "1", host)`, Ruby `system("ping", "-c", "1", host)`, Go `exec.Command`.
PHP: `escapeshellarg($host)` when nothing else is possible. In all of them accept only values of the expected form
(an address, a number, a name from a list) and put `--` before values that might begin with a hyphen.

When it may be wrong
Only where running commands is the page's purpose, such as an administrator's console.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import parse_qs, urlsplit

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Request, Response, Step
from vedette.engine.attack.compare import appears, blocked
from vedette.engine.attack.example import Example, Handler
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.attack.probe import Candidate, Probe, Proof
from vedette.engine.attack.rng import Rng
from vedette.engine.checks.command.example_shell import Shell, ShellError, calculate

INFO = CheckInfo(
    id="command-injection-echo",
    flaw="command-injection",
    title="OS command injection",
    kind=Kind.ACTIVE,
    phase=Phase.DETECT,
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
    tags=("injection", "command"),
    cost=2,
    points=("query", "path", "form", "json", "xml", "multipart", "cookie", "header"),
    wants=("error:command", "odd", "failed"),
    profiles=("normal", "full"),
)

WINDOWS = ("windows", "iis", "asp.net")
"""Technologies whose shell is probably not a POSIX one."""

WALLS = 2
"""After so many answers of a firewall the rest would only be more of the same."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a command is put into a value: `@v` stands for the value that was there, `@c` for the command.

    `dialect` is a key of `_DIALECTS`; `tight` forms hold no spaces.
    """

    template: str
    dialect: str = "posix"
    tight: bool = False

    def render(self, value: str, command: str) -> str:
        """The payload."""
        payload = self.template.replace("@c", command)
        return (payload.replace(" ", "${IFS}") if self.tight else payload).replace("@v", value)


@dataclass(frozen=True, slots=True)
class Command:
    """A command, what its output must hold, the same bytes jumbled so that no shell understands them, and a word of
    it that a reader can find in the request."""

    text: str
    expected: str
    jumbled: str
    mark: str


# Quotes are transpositions of the three states bare, 'single' and "double": the sequence '"'"'" leads each state back
# to itself, and on the way each of them passes through the bare one exactly where a command stands.
_SEMICOLONS = Form("@v;@c;';@c;\";@c;'\"'\"")
_PIPES = Form("@v|@c '|@c \"|@c '\"'\"", tight=True)
_AMPERSANDS = Form('@v&@c&"&@c&"', "windows")


def _thorough() -> tuple[Form, ...]:
    """Every separator in every quoting; what follows in the original command becomes arguments of ours."""
    separators, quotes = (";", "|", "&&", "||", "&", "\n"), ("", "'", '"')
    plain = [Form(f"@v{quote}{separator}@c {quote}") for quote in quotes for separator in separators]
    tight = [Form(f"@v{quote}{separator}@c {quote}", tight=True) for quote in quotes for separator in ("|", "&&", "\n")]
    # Without dollar, bracket and backtick, for filters that know only these.
    bare = [Form(f"@v{quote}{separator}@c {quote}", "printf") for separator in ("|", "\n") for quote in ("", "'")]
    inside = [Form("@v$(@c)"), Form("@v`@c`")]
    windows = [Form(f"@v{quote}{separator}@c&{quote}", "windows") for quote in ("", '"') for separator in ("&", "|")]
    return (*plain, *inside, *tight, *bare, *windows)


def _product(rng: Rng) -> Command:
    a, b, left, right = rng.integer(12345, 98765), rng.integer(12345, 98765), rng.word(), rng.word()
    return Command(f"echo {left}$(({a}*{b})){right}", f"{left}{a * b}{right}", f"ehco {left}(({a}*{b}))${right}", left)


def _nested(rng: Rng) -> Command:
    a, b, left, middle = rng.integer(123456, 987654), rng.integer(12345, 98765), rng.word(), rng.word()
    text = f"echo {left}$(echo {middle})$(({a}-{b}))"
    return Command(text, f"{left}{middle}{a - b}", f"ehco {left}((ehco {middle})$$({a}-{b}))", left)


def _formatted(conversion: str) -> Callable[[Rng], Command]:
    def command(rng: Rng) -> Command:
        number, left, right = rng.integer(10**8, 10**9), rng.word(), rng.word()
        text = f"%s%{conversion}%s {left} {number} {right}"
        return Command(f"printf {text}", f"{left}{number:{conversion}}{right}", f"prinft {text}", left)

    return command


def _windows(sign: str) -> Callable[[Rng], Command]:
    def command(rng: Rng) -> Command:
        a, b, word = rng.integer(12345, 45678), rng.integer(1234, 9876), rng.word()
        result = a * b if sign == "*" else a - b
        # `set /a` prints without a line break, so the word follows its result at once.
        return Command(f"set /a {a}{sign}{b}&echo {word}", f"{result}{word}", f"ste /a {a}{sign}{b}&ehco {word}", word)

    return command


_DIALECTS: dict[str, tuple[Callable[[Rng], Command], Callable[[Rng], Command]]] = {
    "posix": (_nested, _product),
    "printf": (_formatted("x"), _formatted("o")),
    "windows": (_windows("*"), _windows("-")),
}
"""Per dialect the command that asks, and another one that computes in another way."""


def _site(before: str, after: str = "", remove: str = "", shell: bool = True) -> Handler:
    """A page that runs `before` + value + `after`, the characters of `remove` taken out, and shows the output."""

    def handle(request: Request) -> Response:
        host = parse_qs(urlsplit(request.url).query).get("host", [""])[0]
        host = "".join(char for char in host if char not in remove)
        try:
            output = Shell().run(before + host + after).output if shell else _calculated(host)
        except ShellError:
            output = ""
        return Response(200, (("Content-Type", "text/html"),), f"<pre>{output}</pre>".encode())

    return handle


def _calculated(text: str) -> str:
    """A page that works out `$((…))` by itself and repeats the rest."""
    head, mark, tail = text.partition("$((")
    inner, end, rest = tail.partition("))")
    return f"{head}{calculate(inner)}{_calculated(rest)}" if mark and end else text


def _reflecting(request: Request) -> Response:
    return Response(
        200, (("Content-Type", "text/html"),), f"<p>No host {parse_qs(urlsplit(request.url).query)}</p>".encode()
    )


_URL = "http://shop.example/tools/ping?host=10.0.0.7"
_POINT = Point(Target(Request("GET", _URL), "/tools/ping"), PointKind.QUERY, "host", "10.0.0.7")

EXAMPLES = (
    Example(name="bare argument", vulnerable=True, handler=_site("ping -c 1 "), point=_POINT),
    Example(name="in single quotes", vulnerable=True, handler=_site("ping -c 1 '", "' 1"), point=_POINT),
    Example(name="in double quotes", vulnerable=True, handler=_site('ping -c 1 "', '"'), point=_POINT),
    Example(name="within a substitution", vulnerable=True, handler=_site("echo $(ping ", ")"), point=_POINT),
    Example(
        name="semicolons and ampersands taken out", vulnerable=True, handler=_site("ping ", "", ";&"), point=_POINT
    ),
    Example(name="spaces and semicolons taken out", vulnerable=True, handler=_site("ping ", "", "; "), point=_POINT),
    Example(
        name="quotes taken out within double quotes", vulnerable=True, handler=_site('ping "', '"', "\"'"), point=_POINT
    ),
    Example(name="all but quoted characters", vulnerable=False, handler=_site("ping '", "'", "'"), point=_POINT),
    Example(name="a calculator", vulnerable=False, handler=_site("", shell=False), point=_POINT),
    Example(name="plain reflection", vulnerable=False, handler=_reflecting, point=_POINT),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """Asks in one or two payloads that fit any quoting; where the point reacts, in every single form."""
    light = (_SEMICOLONS, _AMPERSANDS if probe.technologies & set(WINDOWS) else _PIPES)
    walls = 0
    for form in (*light, *(_thorough() if probe.full else ())):
        if "\n" in form.template and point.kind is PointKind.HEADER:
            continue
        command = _DIALECTS[form.dialect][0](probe.rng)
        payload = form.render(point.value, command.text)
        exchange = await probe.send(point, payload)
        if blocked(exchange):
            walls += 1
            if walls == WALLS:
                break
        elif appears(exchange, command.expected, payload):
            step = Step("Detection", exchange, (command.expected,), request_marks=(command.mark,))
            return [Candidate(check=INFO.id, point=point, data=asdict(form), steps=(step,))]
    return []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """Two commands with fresh numbers must be answered with their results, the jumbled one must not."""
    point = candidate.point
    if point is None:
        return None
    form = Form(**candidate.data)
    steps = []
    for label, make in zip(
        ("A command that calculates", "A second, different command"), _DIALECTS[form.dialect], strict=True
    ):
        command = make(probe.rng)
        payload = form.render(point.value, command.text)
        exchange = await probe.send(point, payload, fresh=True)
        if not exchange.usable or not appears(exchange, command.expected, payload):
            return None
        note = f"The answer holds {command.expected}, which only running `{command.text}` gives."
        steps.append(Step(label, exchange, (command.expected,), note, request_marks=(command.mark,)))
    command = _DIALECTS[form.dialect][0](probe.rng)
    payload = form.render(point.value, command.jumbled)
    exchange = await probe.send(point, payload, fresh=True)
    if blocked(exchange) or appears(exchange, command.expected, payload):
        return None
    note = f"The same bytes, jumbled: {command.expected} must not appear."
    steps.append(Step("Control", exchange, note=note, control=True, request_marks=(command.mark,)))
    detail = f"The value of {point.name} is run by a shell: the output of commands added to it came back."
    return Proof(level=ProofLevel.CONFIRMED, detail=detail, steps=tuple(steps))
