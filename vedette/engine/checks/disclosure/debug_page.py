"""A framework's debugging aid is switched on for everybody.

What it looks for
The error pages and tool bars that frameworks offer to developers: Django, Werkzeug, Laravel and Whoops, Rails, ASP.NET,
Symfony and Yii.

Why it matters
They show source, settings, statements and environment variables. Werkzeug's page also holds a console that runs code on
the server behind a short number.

How it is confirmed
Two parts of the page that only the aid itself produces must be there. One finding per host and aid; an interactive
console is rated high, others medium.

How to fix it
Switch the debugging mode off wherever strangers can reach the site.
Django: `DEBUG = False`. Flask: do not set `FLASK_DEBUG` or `debug=True`. Laravel: `APP_DEBUG=false`. Symfony:
`APP_ENV=prod`. Rails: `RAILS_ENV=production`. ASP.NET: `<customErrors mode="On" />` and
`<compilation debug="false" />`. Yii: `YII_DEBUG` false.

When it may be wrong
A page that explains these aids may show both parts, as a picture in text.
"""

from __future__ import annotations

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page
from vedette.engine.parse.quoted import quoted

INFO = CheckInfo(
    id="disclosure-debug-page",
    title="Debugging mode switched on",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.MEDIUM,
    proof=ProofLevel.FIRM,
    cwe=(489, 215),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://docs.djangoproject.com/en/stable/ref/settings/#debug",),
    tags=("disclosure", "debug", "anomaly"),
    identity=("origin", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {
    "Django": r"You're seeing this error because you have <code>DEBUG = True</code>",
    "Django debug toolbar": r'id="djDebug"',
    "Werkzeug": r"EVALEX\s*=\s*(?:true|false)",
    "Whoops": r'class="Whoops container|window\.ignite\(|data-ignition',
    "Rails": r'id="(?:traces|Application-Trace|Framework-Trace|Full-Trace)"',
    "ASP.NET": r"Server Error in '[^'\n]*' Application\.",
    "Symfony": r'class="sf-toolbar|id="sfwdt|Symfony Exception',
    "Yii": r'id="yii-debug-toolbar"',
}

SECOND_SIGN = {
    "Django": ("Request Method:", "Exception", "URLconf"),
    "Django debug toolbar": ("djdt", "djDebugToolbar"),
    "Werkzeug": ("__debugger__", "Werkzeug"),
    "Whoops": ("Exception", "stack", "frame"),
    "Rails": ("Rails.root", "Action Controller"),
    "ASP.NET": ("Stack Trace:", "Version Information:"),
    "Symfony": ("_profiler", "exception-", "Symfony"),
    "Yii": ("/debug/default/", "yii-debug-toolbar__"),
}
CONSOLE = "EVALEX = true"


def _seen(status: int, body: str) -> Exchange:
    response = Response(status, (("Content-Type", "text/html"),), body.encode())
    return Exchange(Request("GET", "https://shop.example/item/x"), response)


DJANGO = "You're seeing this error because you have <code>DEBUG = True</code> in your Django settings file."
WERKZEUG = (
    "<title>KeyError // Werkzeug Debugger</title><script>var EVALEX = true, SECRET = 'x';</script>?__debugger__=yes"
)

EXAMPLES = (
    Example(
        name="Django", vulnerable=True, exchange=_seen(404, f"<th>Request Method:</th><td>GET</td><p>{DJANGO}</p>")
    ),
    Example(name="Werkzeug with its console", vulnerable=True, exchange=_seen(500, WERKZEUG)),
    Example(
        name="ASP.NET",
        vulnerable=True,
        exchange=_seen(500, "<h1>Server Error in '/' Application.</h1><b>Stack Trace:</b> x"),
    ),
    Example(
        name="ASP.NET without details",
        vulnerable=False,
        exchange=_seen(500, "<h1>Server Error in '/' Application.</h1>"),
    ),
    Example(
        name="an article about it", vulnerable=False, exchange=_seen(200, f"<article><p>{DJANGO}</p>URLconf</article>")
    ),
    Example(name="a plain error page", vulnerable=False, exchange=_seen(500, "<h1>Sorry</h1>")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per debugging aid in force."""
    hits = page.matches.get(INFO.id, ())
    if not hits or not page.is_html:
        return []
    found = []
    for name in hits:
        sign = next((sign for sign in SECOND_SIGN[name] if sign in page.text), "")
        if not sign or quoted(page, sign):
            continue
        console = name == "Werkzeug" and CONSOLE in page.text
        detail = f"The page comes from the debugging aid of {name}" + (", with its console." if console else ".")
        found.append(Observation(detail=detail, identity=name, mark=sign, severity=Severity.HIGH if console else ""))
    return found
