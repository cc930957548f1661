from __future__ import annotations

import html

import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.compare import Model
from vedette.engine.attack.errors import FAMILIES, SIGNATURES, errors_in, new_errors

MESSAGES = {
    "sql/mysql": "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version",
    "sql/postgresql": 'ERROR:  syntax error at or near "x" LINE 1',
    "sql/sqlite": 'sqlite3.OperationalError: near "x": syntax error',
    "sql/mssql": "Unclosed quotation mark after the character string 'x'.",
    "sql/oracle": "ORA-01756: quoted string not properly terminated",
    "sql/db2": "DB2 SQL error: SQLCODE=-104, SQLSTATE=42601",
    "sql/access": "Syntax error (missing operator) in query expression 'id = 1'",
    "sql/unknown": "java.sql.SQLSyntaxErrorException: oops",
    "ldap/ldap": "javax.naming.directory.InvalidSearchFilterException: Unbalanced parenthesis",
    "xpath/xpath": "lxml.etree.XPathEvalError: Invalid predicate",
    "xml/xml": "org.xml.sax.SAXParseException; lineNumber: 1",
    "template/jinja": "jinja2.exceptions.UndefinedError: 'x' is undefined",
    "template/twig": "Twig\\Error\\SyntaxError: Unexpected",
    "template/erb": "(erb):1: syntax error",
    "code/php": "<b>Parse error</b>: unexpected 'x' in <b>/var/www/a.php(3) : eval()'d code</b> on line <b>1</b>",
    "code/python": 'Traceback (most recent call last):\n  File "app.py", line 3, in view',
    "code/java": "\tat org.example.Shop.find(Shop.java:42)",
    "code/dotnet": "System.FormatException: Input string was not in a correct format.",
    "code/ruby": "app/models/item.rb:12:in `find'",
    "code/node": "ReferenceError: x is not defined\n    at Object.<anonymous> (/srv/app/index.js:3:1)",
    "command/shell": "sh: 1: Syntax error: Unterminated quoted string",
    "command/windows": "'x' is not recognized as an internal or external command,",
    "file/php": "Warning: include(x): failed to open stream: No such file or directory in /a.php on line 2",
    "file/python": "FileNotFoundError: [Errno 2] No such file or directory: 'x'",
    "file/node": "Error: ENOENT: no such file or directory, open 'x'",
}


def answer(body: str) -> Exchange:
    return Exchange(
        Request("GET", "http://site.example/"), Response(200, (("Content-Type", "text/html"),), body.encode())
    )


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_real_messages_name_their_family(key: str) -> None:
    family, _, name = key.partition("/")
    found = errors_in(f"<p>Oops</p><pre>{MESSAGES[key]}</pre>")
    assert family in found
    assert found[family][0] == name
    assert found[family][1] in MESSAGES[key]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Our lamps come with a warning: hot. Error-free since 1999.",
        "Sorry, we could not find this page.",
        "Learn SQL in ten days, with syntax exercises",
        "The system of a directory is explained in chapter 3 on line editing.",
        "Fatal attraction, a film. In line with the rest.",
        "invalid value: topic must be a number",
        "Traceback is a great magazine",
        "at Oxford Street (line 4)",
    ],
)
def test_ordinary_text_is_no_error(text: str) -> None:
    assert errors_in(text) == {}


def test_only_what_the_normal_answers_lack_is_new() -> None:
    quiet = Model.learn([answer("<p>fine</p>")] * 3)
    message = MESSAGES["sql/mysql"]
    assert new_errors(answer(message), quiet, "x")["sql"][0] == "mysql"
    manual = Model.learn([answer(f"<h1>Common errors</h1>{message}")] * 3)
    assert new_errors(answer(message), manual, "x") == {}
    assert new_errors(answer(f"{message} {MESSAGES['xpath/xpath']}"), manual, "x").keys() == {"xpath"}
    assert new_errors(Exchange(Request("GET", "http://site.example/"), error="timeout"), quiet, "x") == {}


def test_what_was_sent_is_no_error() -> None:
    quiet = Model.learn([answer("<p>fine</p>")] * 3)
    sent = "ORA-01756: quoted string not properly terminated"
    assert new_errors(answer(f"<p>You searched for {html.escape(sent)}</p>"), quiet, sent) == {}


def test_escaped_messages_count() -> None:
    quiet = Model.learn([answer("<p>fine</p>")] * 3)
    found = new_errors(answer(html.escape(MESSAGES["sql/sqlite"])), quiet, "x")
    assert found["sql"][0] == "sqlite"


def test_every_family_has_signatures() -> None:
    assert tuple(SIGNATURES) == FAMILIES
    assert all(SIGNATURES[family] for family in FAMILIES)
    assert {key.partition("/")[0] for key in MESSAGES} == set(FAMILIES)


def test_a_page_that_always_explains_errors_has_none_when_it_shows_the_value() -> None:
    message = html.escape(MESSAGES["sql/sqlite"])
    manual = Model.learn([answer(f"<p>lamp</p><pre>{message}</pre>")] * 3)
    assert new_errors(answer(f"<p>sofa&#39;</p><pre>{message}</pre>"), manual, "sofa'") == {}
    assert new_errors(answer(f"<p>lamp</p><pre>{message}</pre>"), manual, "x") == {}
    assert new_errors(answer(f"<pre>{message}</pre>ORA-01756"), manual, "x").keys() == {"sql"}
