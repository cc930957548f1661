"""An answer shows the stack trace of an unhandled error.

What it looks for
Stack traces of Python, Java and its relatives, .NET, PHP, JavaScript on the server, Ruby and Go in answers to a person
or client. Scripts and styles are left out, and so are traces that a page without error shows inside elements made for
quoting (`code`, `article`, `pre` beside prose), as manuals do.

Why it matters
A trace names files, classes, libraries and at times values. It tells an attacker which error his input caused, which is
what he needs to turn a guess into an exploit.

How it is confirmed
At least two signs of one trace must be there: its heading with a frame, or two frames with file and line number. One
finding per page and language.

How to fix it
Show a neutral error page and write the trace to the log.
Django: `DEBUG = False`. Flask: never run with `debug=True` outside development. Spring Boot:
`server.error.include-stacktrace=never`. ASP.NET: `<customErrors mode="On" />`, ASP.NET Core:
`app.UseExceptionHandler("/error")`. PHP: `display_errors = Off`, `log_errors = On`. Express: `NODE_ENV=production` and
an error handler of your own. Rails: `config.consider_all_requests_local = false`. Tomcat: `ErrorReportValve` with
`showReport="false"`.

When it may be wrong
A page that talks about errors, such as a bug tracker, may show traces of other programs outside such elements.
"""

from __future__ import annotations

import re

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page
from vedette.engine.parse.quoted import TEXT_TYPES, quoted

INFO = CheckInfo(
    id="disclosure-stack-trace",
    title="Stack trace shown",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(209, 550),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html",),
    tags=("disclosure", "error", "anomaly"),
    identity=("origin", "path", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {
    "python": r"Traceback \(most recent call last\)",
    "java": r"at [\w$.]+\([\w$]+\.(?:java|kt|scala|groovy):\d+\)",
    "dotnet": r"\) in (?:[A-Za-z]:\\|/)[^\n:]*:line \d+",
    "php": r"Stack trace:(?:\s|<br ?/?>)*#0 ",
    "node": r"at [\w.<> $]*\(?(?:/|file:///|node:|[A-Za-z]:\\)[^\s()]*:\d+:\d+",
    "ruby": r"[\w/.-]+\.rb:\d+:in ",
    "go": r"goroutine \d+ \[running\]:",
}

# What must be found once a pattern above has hit: the second sign.
TRACES = {
    "python": re.compile(r"Traceback \(most recent call last\).{0,2000}?\bFile\b.{1,300}?\bline \d+", re.DOTALL),
    "java": re.compile(
        r"at [\w$.]+\([\w$]+\.(?:java|kt|scala|groovy):\d+\)[^\w]{0,40}(?:<br ?/?>|\\[rnt]|\s)+at [\w$.]+\("
    ),
    "dotnet": re.compile(r"at [\w.`+<>&;\[\],]+\([^)\n]{0,300}\) in (?:[A-Za-z]:\\|/)[^\n:]{1,300}:line \d+"),
    "php": re.compile(r"Stack trace:(?:\s|<br ?/?>)*#0 (?:\S{1,300}\(\d+\): |\{main\}|\[internal function\])"),
    "node": re.compile(
        r"at [\w.<> $]*\(?(?:/|file:///|node:|[A-Za-z]:\\)[^\s()]{1,300}:\d+:\d+\)?"
        r"(?:<br ?/?>|\\n|&nbsp;|\s)+at [\w.<(/]"
    ),
    "ruby": re.compile(r"[\w/.-]+\.rb:\d+:in \S.{1,300}?[\w/.-]+\.rb:\d+:in ", re.DOTALL),
    "go": re.compile(r"goroutine \d+ \[running\]:.{1,1000}?\.go:\d+", re.DOTALL),
}
LANGUAGES = {
    "python": "Python",
    "java": "Java",
    "dotnet": ".NET",
    "php": "PHP",
    "node": "JavaScript",
    "ruby": "Ruby",
    "go": "Go",
}
MARK_LENGTH = 200


def _seen(status: int, body: str, media: str = "text/html") -> Exchange:
    response = Response(status, (("Content-Type", media),), body.encode())
    return Exchange(Request("GET", "https://shop.example/item"), response)


PYTHON = 'Traceback (most recent call last):\n  File "/srv/shop/views.py", line 41, in item\n    int(text)\nValueError'
JAVA = "java.lang.NullPointerException\n\tat shop.Cart.total(Cart.java:88)\n\tat shop.Order.place(Order.java:31)\n"

EXAMPLES = (
    Example(name="Python", vulnerable=True, exchange=_seen(500, f"<pre>{PYTHON}</pre>")),
    Example(name="Java inside JSON", vulnerable=True, exchange=_seen(500, f'{{"trace":{JAVA!r}}}', "application/json")),
    Example(
        name="PHP on a page that claims success",
        vulnerable=True,
        exchange=_seen(200, "Uncaught PDOException: x\nStack trace:\n#0 /var/www/db.php(12): PDO->query()\n#1 {main}"),
    ),
    Example(
        name=".NET",
        vulnerable=True,
        exchange=_seen(500, r"at Shop.Cart.Total(Int32 id) in C:\build\Shop\Cart.cs:line 88", "text/plain"),
    ),
    Example(
        name="server-side JavaScript",
        vulnerable=True,
        exchange=_seen(
            500, "Error: x<br> &nbsp; at total (/app/cart.js:8:11)<br> &nbsp; at Layer.handle (/app/r.js:95:5)"
        ),
    ),
    Example(
        name="a manual shows one",
        vulnerable=False,
        exchange=_seen(200, f"<h1>Reading tracebacks</h1><p>Look at this:</p><pre><code>{PYTHON}</code></pre>"),
    ),
    Example(
        name="only the words",
        vulnerable=False,
        exchange=_seen(200, "<p>Python prints Traceback (most recent call last) first.</p>"),
    ),
    Example(name="a script", vulnerable=False, exchange=_seen(200, PYTHON, "text/javascript")),
    Example(name="a neutral error page", vulnerable=False, exchange=_seen(500, "<h1>Something went wrong</h1>")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per language whose trace is shown."""
    hits = page.matches.get(INFO.id, ())
    if not hits or page.response.content_type not in TEXT_TYPES:
        return []
    found = []
    for name in hits:
        trace = TRACES[name].search(page.text)
        if trace and not quoted(page, trace.group().splitlines()[0]):
            detail = f"The answer (status {page.response.status}) holds a stack trace of {LANGUAGES[name]}."
            found.append(Observation(detail=detail, identity=name, mark=trace.group()[:MARK_LENGTH]))
    return found
