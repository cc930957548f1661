"""An answer shows an internal error message of a database or interpreter.

What it looks for
Messages that databases, their drivers and interpreters write for developers: SQL syntax errors of the usual databases,
driver exceptions, PHP warnings with file and line, classic ASP errors. Scripts and styles are left out, and so is what
a page without error shows inside elements made for quoting.

Why it matters
The message names the database, tables, files and at times the whole statement. It often is the first sign of an
injection, and it makes exploiting one far easier.

How it is confirmed
The messages are matched whole, with the parts that vary, not by single words, in pages as the crawl found them and in
answers to a harmless and to an odd value. One finding per page and product.

How to fix it
Handle the error, show a neutral page, and log the message.
PHP: `display_errors = Off`, `log_errors = On`. Django: `DEBUG = False`. ASP.NET: `<customErrors mode="On" />`.
Classic ASP in IIS: `scriptErrorSentToBrowser="false"`. Spring Boot: `server.error.include-message=never`.
Express: an error handler that does not send `err.message`. Then find out why the request fails.

When it may be wrong
A page that talks about database errors may show such messages outside quoting elements.
"""

from __future__ import annotations

import re

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.example import Example
from vedette.engine.parse.page import Observation, Page
from vedette.engine.parse.quoted import TEXT_TYPES, quoted

INFO = CheckInfo(
    id="disclosure-error-message",
    title="Internal error message shown",
    kind=Kind.PASSIVE,
    phase=Phase.CRAWL,
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(209,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html",),
    tags=("disclosure", "error", "anomaly"),
    identity=("origin", "path", "detail"),
    profiles=("lightning", "safe", "normal", "full"),
)

PATTERNS = {
    "PHP": r"(?:Warning|Notice|Fatal error|Parse error)(?:</b>)?:\s+[^\n]* in (?:<b>)?(?:/|[A-Za-z]:\\)[^\n]* on "
    r"line ",
    "MySQL": r"You have an error in your SQL syntax; check the manual that corresponds to your (?:MySQL|MariaDB)",
    "PostgreSQL": r'(?:ERROR:\s+syntax error at or near (?:"|\\"|&quot;|&#34;)|pg_(?:query|exec)\(\): Query failed'
    r"|PG::SyntaxError)",
    "SQL Server": r"(?:Unclosed quotation mark after the character string|\[SQL Server\]|SqlException \(0x80131904\))",
    "Oracle": r"ORA-\d{5}: [a-zA-Z]",
    "SQLite": r"(?:sqlite3\.OperationalError: |SQLITE_ERROR: |SQLiteException: "
    r'|near (?:"|\\"|&quot;|&#34;)[^"&\n]*(?:"|\\"|&quot;|&#34;): syntax error)',
    "database driver": r"(?:SQLSTATE\[[0-9A-Z]{5}\]|java\.sql\.SQL\w*Exception|org\.hibernate\.\w*Exception"
    r"|ADODB\.\w+ error ')",
    "classic ASP": r"Microsoft VBScript (?:runtime|compilation) error",
    "MongoDB": r"(?:MongoServerError: |MongoError: |com\.mongodb\.Mongo\w*Exception)",
}
MARK_LENGTH = 200

_SPANS = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}


def _seen(status: int, body: str, media: str = "text/html") -> Exchange:
    response = Response(status, (("Content-Type", media),), body.encode())
    return Exchange(Request("GET", "https://shop.example/list"), response)


PHP = "<br />\n<b>Warning</b>:  Undefined array key 3 in <b>/var/www/html/list.php</b> on line <b>12</b><br />"
MYSQL = "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version"

EXAMPLES = (
    Example(name="a PHP warning", vulnerable=True, exchange=_seen(200, PHP + "<h1>List</h1>")),
    Example(name="MySQL", vulnerable=True, exchange=_seen(500, f"<p>{MYSQL} for the right syntax</p>")),
    Example(
        name="SQLite in JSON",
        vulnerable=True,
        exchange=_seen(500, r'{"error":"near \"FROM\": syntax error"}', "application/json"),
    ),
    Example(
        name="a manual quotes one", vulnerable=False, exchange=_seen(200, f"<p>You may see</p><code>{MYSQL}</code>")
    ),
    Example(
        name="words of an article", vulnerable=False, exchange=_seen(200, "<p>Warning: mind the step in line 4</p>")
    ),
    Example(name="a script", vulnerable=False, exchange=_seen(200, f"var hint = '{MYSQL}'", "text/javascript")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per product whose message is shown."""
    hits = page.matches.get(INFO.id, ())
    if not hits or page.response.content_type not in TEXT_TYPES:
        return []
    found = []
    for name in hits:
        message = _SPANS[name].search(page.text)
        if message and not quoted(page, message.group()):
            detail = f"The answer (status {page.response.status}) holds an error message of {name}."
            found.append(Observation(detail=detail, identity=name, mark=message.group()[:MARK_LENGTH]))
    return found
