"""A form sends passwords in the address.

What it looks for
Forms with a password field whose method is GET, be it by default. Forms without a name on the field, which send
nothing, and forms that a script submits (`onsubmit`, no action and no button) are left out.

Why it matters
The password then stands in the address bar, in the history of the browser, in the logs of every server and proxy on the
way, and in the referrer given to other sites.

How it is confirmed
The document is parsed as browsers do it, and the form that owns the field is looked at. One finding per page.

How to fix it
Write `<form method="post" ...>` and read the password from the body only. Over HTTPS, with an anti-forgery token.
Refuse the address form on the server, and purge logs that hold passwords.

When it may be wrong
A script may take over the submission and send it by POST: then the form's own method is only used without scripts.
"""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="forms-password-in-url",
    title="Password sent in the address",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.MEDIUM,
    proof=ProofLevel.FIRM,
    cwe=(598, 319),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:L/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A04:2021",
    references=("https://cwe.mitre.org/data/definitions/598.html",),
    tags=("form", "password"),
    identity=("origin", "path", "parameter"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {"field": r"""(?i)type\s*=\s*["']?password"""}


def _seen(body: str) -> Exchange:
    response = Response(200, (("Content-Type", "text/html"),), body.encode())
    return Exchange(Request("GET", "https://shop.example/login"), response)


FIELD = '<input name="pw" type="password"><button>Log in</button>'

EXAMPLES = (
    Example(name="no method", vulnerable=True, exchange=_seen(f"<form action=/login>{FIELD}</form>")),
    Example(name="said to be get", vulnerable=True, exchange=_seen(f"<form method=GET>{FIELD}</form>")),
    Example(name="posted", vulnerable=False, exchange=_seen(f"<form method=Post>{FIELD}</form>")),
    Example(
        name="posted by its button",
        vulnerable=False,
        exchange=_seen("<form><input name=pw type=password><button formmethod=post>Log in</button></form>"),
    ),
    Example(
        name="sent by a script", vulnerable=False, exchange=_seen(f"<form onsubmit='return go(this)'>{FIELD}</form>")
    ),
    Example(name="a field without a name", vulnerable=False, exchange=_seen("<form><input type=password></form>")),
    Example(name="no form", vulnerable=False, exchange=_seen(f"<div>{FIELD}</div>")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per password field that travels in the address."""
    if not page.matches.get(INFO.id) or not page.is_html:
        return []
    found = {}
    for form in page.tree.css("form"):
        if not _sends_by_get(form):
            continue
        for field in form.css("input"):
            attributes = field.attributes
            name = attributes.get("name") or ""
            if (attributes.get("type") or "").lower() == "password" and name:
                detail = f"The form sends the password field {name} in the address (method GET)."
                found[name] = Observation(detail=detail, parameter=name, mark=f'name="{name}"')
    return list(found.values())


def _sends_by_get(form: LexborNode) -> bool:
    attributes = form.attributes
    if (attributes.get("method") or "get").lower().strip() in ("post", "dialog") or "onsubmit" in attributes:
        return False
    submitters = [
        node
        for node in form.css("button, input")
        if (node.attributes.get("type") or ("submit" if node.tag == "button" else "")).lower() in ("submit", "image")
    ]
    by_post = [node for node in submitters if (node.attributes.get("formmethod") or "").lower() == "post"]
    # Without an action and a button of its own, only a script makes the form do anything.
    return len(by_post) < len(submitters) if submitters else "action" in attributes
