"""A library behind a REST API that means what it asks for: accounts, bearer tokens, authors, books, reviews. Ids start
where nobody guesses them. One flaw: the search builds SQL. `log` holds every request with its status."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

ISBN = re.compile(r"97[89]-\d{10}")
TOKEN = "lib-token-0123456789abcdef"


class Entry(NamedTuple):
    """One request as the library saw it, and its answer's status."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int


class Library(ThreadingHTTPServer):
    """`uses` is how many requests a token serves, 0 for any number; `closed`: only who has a token may search."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.lock = threading.Lock()
        self.log: list[Entry] = []
        self.accounts: dict[str, str] = {"boss": "boss-password"}
        self.tokens: dict[str, str] = {}
        self.uses = 0
        self.used: dict[str, int] = {}
        self.closed = False
        self.authors: dict[int, str] = {7001: "Someone else"}
        self.books: dict[int, str] = {8001: "A book of someone else"}
        self.reviews: dict[tuple[int, int], str] = {}
        self.next = 9000
        self.stock = sqlite3.connect(":memory:", check_same_thread=False)
        self.stock.execute("CREATE TABLE books (title TEXT)")
        self.stock.execute("INSERT INTO books VALUES ('tea')")

    def number(self) -> int:
        """An id that was never given before."""
        self.next += 17
        return self.next

    def called(self, method: str, pattern: str) -> list[int]:
        """The statuses of the requests of a method whose path matches."""
        return [entry.status for entry in self.log if entry.method == method and re.fullmatch(pattern, entry.path)]

    def handle_error(self, request: object, client_address: object) -> None:
        """Peers that hang up are no news."""


@contextlib.contextmanager
def library() -> Iterator[Library]:
    """Runs a library for the time of the block."""
    server = Library()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        server.stock.close()


class _Handler(BaseHTTPRequestHandler):
    server: Library
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def _any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("utf-8", "replace")
        parts = urlsplit(self.path)
        with self.server.lock:
            status, answer, headers = self._answer(parts.path, parse_qs(parts.query), body)
            told = {name.lower(): value for name, value in self.headers.items()}
            self.server.log.append(Entry(self.command, parts.path, told, body, status))
        text = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        if text:
            self.send_header("Content-Type", "application/json")
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _any

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""

    def _answer(self, path: str, query: dict[str, list[str]], body: str) -> tuple[int, Any, list[tuple[str, str]]]:
        if path == "/openapi.json":
            return 200, description(), []
        if not path.startswith("/api/"):
            return (200, {"library": "open"}, []) if path == "/" else (404, {"error": "no such page"}, [])
        for method, pattern, work in ROUTES:
            match = re.fullmatch(pattern, path[4:])
            if match and method == self.command:
                status, answer, *more = work(self, [unquote(part) for part in match.groups()], query, body)
                return status, answer, list(more)
        return 404, {"error": "no such page"}, []

    def holder(self) -> str:
        """Who the token stands for; empty for nobody."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.server.tokens:
            return ""
        self.server.used[token] = self.server.used.get(token, 0) + 1
        if self.server.uses and self.server.used[token] > self.server.uses:
            return ""
        return self.server.tokens[token]

    def json(self, body: str) -> dict[str, Any]:
        """The body, empty when it is of another kind."""
        if self.headers.get("Content-Type") != "application/json":
            return {}
        try:
            value = json.loads(body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


NO = (401, {"error": "token wanted"})


def _join(at: _Handler, _: list[str], __: dict[str, list[str]], body: str) -> tuple[Any, ...]:
    asked = at.json(body)
    login, password = asked.get("login"), asked.get("password")
    if not isinstance(login, str) or not isinstance(password, str) or len(password) < 10:
        return 400, {"error": "login and a password of ten letters"}
    if login in at.server.accounts:
        return 409, {"error": "taken"}
    at.server.accounts[login] = password
    return 201, {"account": {"login": login}}


def _enter(at: _Handler, _: list[str], __: dict[str, list[str]], body: str) -> tuple[Any, ...]:
    asked = at.json(body)
    login = asked.get("login")
    if not isinstance(login, str) or at.server.accounts.get(login) != asked.get("password"):
        return 403, {"error": "wrong"}
    token = f"{TOKEN}{len(at.server.tokens)}"
    at.server.tokens[token] = login
    return 200, {"session": {"access_token": token}}


def _me(at: _Handler, *_: Any) -> tuple[Any, ...]:
    return (200, {"login": at.holder()}) if at.holder() else NO


def _authors(at: _Handler, *_: Any) -> tuple[Any, ...]:
    return 200, [{"id": number, "name": name} for number, name in at.server.authors.items()]


def _new_author(at: _Handler, _: list[str], __: dict[str, list[str]], body: str) -> tuple[Any, ...]:
    name = at.json(body).get("name")
    if not at.holder():
        return NO
    if not isinstance(name, str):
        return 400, {"error": "name wanted"}
    number = at.server.number()
    at.server.authors[number] = name
    return 201, {"data": {"id": number, "name": name}}


def _author(at: _Handler, given: list[str], *_: Any) -> tuple[Any, ...]:
    number = int(given[0]) if given[0].isdigit() else 0
    found = at.server.authors.get(number)
    return (200, {"id": number, "name": found}) if found else (404, {"error": "no such author"})


def _new_book(at: _Handler, _: list[str], __: dict[str, list[str]], body: str) -> tuple[Any, ...]:
    asked = at.json(body)
    if not at.holder():
        return NO
    if asked.get("authorId") not in at.server.authors or not ISBN.fullmatch(str(asked.get("isbn"))):
        return 422, {"error": "an author that exists, and an ISBN"}
    number = at.server.number()
    at.server.books[number] = str(asked.get("title"))
    return 201, None, ("Location", f"/api/books/{number}")


def _book(at: _Handler, given: list[str], *_: Any) -> tuple[Any, ...]:
    found = at.server.books.get(int(given[0])) if given[0].isdigit() else None
    return (200, {"title": found}) if found else (404, {"error": "no such book"})


def _change_book(at: _Handler, given: list[str], _: Any, body: str) -> tuple[Any, ...]:
    title = parse_qs(body).get("title")
    if not given[0].isdigit() or int(given[0]) not in at.server.books:
        return 404, {"error": "no such book"}
    if at.headers.get("Content-Type") != "application/x-www-form-urlencoded" or not title:
        return 400, {"error": "title wanted"}
    at.server.books[int(given[0])] = title[0]
    return 200, {"title": title[0]}


def _drop_book(at: _Handler, given: list[str], *_: Any) -> tuple[Any, ...]:
    if not at.holder():
        return NO
    number = int(given[0]) if given[0].isdigit() else 0
    return (204, None) if at.server.books.pop(number, None) is not None else (404, {"error": "no such book"})


def _new_review(at: _Handler, given: list[str], _: Any, body: str) -> tuple[Any, ...]:
    try:
        text = ET.fromstring(body).findtext("text")
    except ET.ParseError:
        return 400, {"error": "no XML"}
    if not given[0].isdigit() or int(given[0]) not in at.server.books or not text:
        return 404, {"error": "no such book"}
    number = at.server.number()
    at.server.reviews[int(given[0]), number] = text
    return 201, {"reviewId": number}


def _review(at: _Handler, given: list[str], *_: Any) -> tuple[Any, ...]:
    key = (int(given[0]), int(given[1])) if given[0].isdigit() and given[1].isdigit() else (0, 0)
    found = at.server.reviews.get(key)
    return (200, {"text": found}) if found else (404, {"error": "no such review"})


def _drop_all(at: _Handler, *_: Any) -> tuple[Any, ...]:
    at.server.authors.clear()
    return 204, None


def _search(at: _Handler, _: Any, query: dict[str, list[str]], __: str) -> tuple[Any, ...]:
    if at.server.closed and not at.holder():
        return NO
    asked = query.get("q", ["tea"])[0]
    try:
        rows = at.server.stock.execute(f"SELECT title FROM books WHERE title = '{asked}'").fetchall()
    except sqlite3.Error as error:
        return 500, {"error": f"sqlite3.OperationalError: {error}", "shelf": at.headers.get("X-Shelf", "")}
    return 200, {"found": [row[0] for row in rows], "shelf": at.headers.get("X-Shelf", "")}


ROUTES = (
    ("POST", r"/accounts", _join),
    ("POST", r"/sessions", _enter),
    ("GET", r"/me", _me),
    ("GET", r"/authors", _authors),
    ("POST", r"/authors", _new_author),
    ("DELETE", r"/authors", _drop_all),
    ("GET", r"/authors/([^/]+)", _author),
    ("POST", r"/books", _new_book),
    ("GET", r"/books/([^/]+)", _book),
    ("PATCH", r"/books/([^/]+)", _change_book),
    ("DELETE", r"/books/([^/]+)", _drop_book),
    ("POST", r"/books/([^/]+)/reviews", _new_review),
    ("GET", r"/books/([^/]+)/reviews/([^/]+)", _review),
    ("GET", r"/search", _search),
)


def _body(media: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {media: {"schema": schema}}}


def _object(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required or []}


def description() -> dict[str, Any]:
    """The library's OpenAPI description, deletes first and what they need last."""
    text, number = {"type": "string"}, {"type": "integer"}
    bearer = [{"token": []}]
    book = {"name": "bookId", "in": "path", "required": True, "schema": number}
    done = {"200": {"description": "Done"}}
    account = _object(["login", "password"], login={"type": "string", "example": "boss"}, password={
        "type": "string", "minLength": 10})  # fmt: skip
    return {
        "openapi": "3.0.3",
        "info": {"title": "Library", "version": "1"},
        "servers": [{"url": "/api"}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Book": _object(
                    ["title", "isbn", "authorId"],
                    title=text,
                    authorId=number,
                    isbn={"type": "string", "pattern": r"^97[89]-\d{10}$"},
                    note={"$ref": "#/components/schemas/Note"},
                ),
                "Note": _object(about={"$ref": "#/components/schemas/Note"}),
            },
        },
        "paths": {
            "/books/{bookId}": {
                "parameters": [book],
                "delete": {"security": bearer, "responses": done},
                "patch": {
                    "requestBody": _body("application/x-www-form-urlencoded", _object(title=text)),
                    "responses": done,
                },
                "get": {"responses": done},
            },
            "/authors": {
                "delete": {"security": bearer, "responses": done},
                "get": {"responses": done},
                "post": {
                    "security": bearer,
                    "requestBody": _body("application/json", _object(name=text)),
                    "responses": done,
                },
            },
            "/books/{bookId}/reviews/{reviewId}": {
                "get": {"parameters": [book, {**book, "name": "reviewId"}], "responses": done},
            },
            "/books/{bookId}/reviews": {
                "parameters": [book],
                "post": {"requestBody": _body("application/xml", _object(text=text)), "responses": done},
            },
            "/me": {"get": {"security": bearer, "responses": done}},
            "/authors/{authorId}": {
                "get": {"parameters": [{**book, "name": "authorId"}], "responses": done},
            },
            "/books": {
                "post": {
                    "security": bearer,
                    "requestBody": _body("application/json", {"$ref": "#/components/schemas/Book"}),
                    "responses": done,
                },
            },
            "/search": {
                "get": {
                    "parameters": [
                        {"name": "q", "in": "query", "schema": {"type": "string", "example": "tea"}},
                        {"name": "X-Shelf", "in": "header", "schema": {"type": "string", "default": "upper"}},
                    ],
                    "responses": done,
                },
            },
            "/sessions": {"post": {"requestBody": _body("application/json", account), "responses": done}},
            "/accounts": {"post": {"requestBody": _body("application/json", account), "responses": done}},
        },
    }
