"""An answer shows the source of a server-side program.

What it looks for
PHP, ASP and JSP source that reached the visitor instead of being run: opening tags followed by statements of that
language, as markup in a page or at the very start of a plain text.

Why it matters
The source shows how the site works: statements, paths, file names, and often passwords of databases. Flaws are found
far faster in source than from outside.

How it is confirmed
Two signs are needed: the opening tag and a statement of the same language right behind it. Scripts, styles and escaped
source in manuals are left out. One finding per page.

How to fix it
Let the server run the files. nginx: a `location ~ \\.php$` block with `fastcgi_pass`, placed before static rules.
Apache: `SetHandler application/x-httpd-php` for the ending. Remove copies with endings such as `.txt`, `.bak`, `.inc`
from the web folder, and use full opening tags (`<?php`) where `short_open_tag` is off. Change every password that
was visible.

When it may be wrong
A site that offers source for reading without escaping it.
"""

from __future__ import annotations

import re

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page

INFO = CheckInfo(
    id="disclosure-source-code",
    title="Server-side source code shown",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.MEDIUM,
    proof=ProofLevel.FIRM,
    cwe=(540, 541),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://cwe.mitre.org/data/definitions/540.html",),
    tags=("disclosure", "source"),
    identity=("origin", "path"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {
    "PHP": r"<\?(?:php\s|=\s*\$)",
    "ASP": r"<%@\s*(?i:Page|Language|Import|Control|Master|Application|WebHandler)\b",
    "JSP": r"<%@\s*(?:page|include|taglib)\s",
}

STATEMENTS = {
    "PHP": re.compile(
        r"<\?(?:php\s.{0,600}?(?:\$\w+\s*(?:=|->|\[)|\b(?:require|include)(?:_once)?\b|\becho\b|\bfunction\s+\w+\s*\(|"
        r"\bnamespace\s+[\w\\]+;|\buse\s+[\w\\]+;|\bif\s*\(|\bdefine\s*\(|\bclass\s+\w+)|=\s*\$\w+)",
        re.DOTALL,
    ),
    "ASP": re.compile(
        r"<%@\s*\w+.{0,200}?(?:Language|Codebehind|Inherits|Namespace|Class)\s*=", re.DOTALL | re.IGNORECASE
    ),
    "JSP": re.compile(r"<%@\s*(?:page\s+(?:\w+=|import)|include\s+file|taglib\s+(?:uri|prefix))", re.DOTALL),
}
MARK_LENGTH = 200


def _seen(body: str, media: str = "text/html") -> Exchange:
    response = Response(200, (("Content-Type", media),), body.encode())
    return Exchange(Request("GET", "https://shop.example/db.inc"), response)


PHP = "<?php\n$link = mysqli_connect('localhost', 'shop', 'x');\n?>"

EXAMPLES = (
    Example(name="in the page", vulnerable=True, exchange=_seen(f"<h1>Shop</h1>{PHP}")),
    Example(name="as plain text", vulnerable=True, exchange=_seen(PHP, "text/plain")),
    Example(
        name="a server page",
        vulnerable=True,
        exchange=_seen('<%@ Page Language="C#" CodeBehind="Cart.aspx.cs" %><h1>Cart</h1>'),
    ),
    Example(name="escaped in a manual", vulnerable=False, exchange=_seen("<pre>&lt;?php\n$a = 1;</pre>")),
    Example(name="within a longer text", vulnerable=False, exchange=_seen(f"# How to connect\n\n{PHP}", "text/plain")),
    Example(name="inside a script", vulnerable=False, exchange=_seen(f"var sample = `{PHP}`", "text/javascript")),
    Example(name="an XML declaration", vulnerable=False, exchange=_seen("<?xml version='1.0'?><html><b>x</b></html>")),
    Example(
        name="a string in the page's own script",
        vulnerable=False,
        exchange=_seen(f"<script>var sample = {PHP!r}</script><h1>Editor</h1>"),
    ),
)


def inspect(page: Page) -> list[Observation]:
    """Source in the markup of a page, or at the start of a text."""
    hits = page.matches.get(INFO.id, ())
    if not hits:
        return []
    media = page.response.content_type
    for name in hits:
        statement = STATEMENTS[name].search(page.text)
        if statement is None:
            continue
        at_start = not page.text[: statement.start()].strip("\ufeff \r\n\t")
        if (page.is_html and not _in_script(page, statement.group())) or (media in ("text/plain", "") and at_start):
            return [Observation(detail=f"The answer shows {name} source.", mark=statement.group()[:MARK_LENGTH])]
    return []


def _in_script(page: Page, text: str) -> bool:
    """Whether the source stands in an element whose content browsers do not read as markup."""
    return any(text in (node.text() or "") for node in page.tree.css("script, textarea, style, template, xmp"))
