"""A GraphQL server that runs what it is asked: users are made, found, changed and removed. One flaw: finding builds
SQL. `log` holds the operations by name with whether they went well."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from graphql import GraphQLSchema, build_schema, graphql_sync

SDL = """
type Query { user(id: ID!): User  find(name: String!): [User!]!  safe(name: String!): [User!]! }
type Mutation { removeUser(id: ID!): Boolean!  renameUser(id: ID!, name: String!): User!
  createUser(input: NewUser!): User! }
type User { id: ID!  name: String! }
input NewUser { name: String!  age: Int }
"""


class Graph(ThreadingHTTPServer):
    """`users` by id; the one with id 1 is somebody else's."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.lock = threading.Lock()
        self.schema: GraphQLSchema = build_schema(SDL)
        self.users = {"1": "Somebody"}
        self.log: list[tuple[str, bool]] = []
        self.stock = sqlite3.connect(":memory:", check_same_thread=False)
        self.stock.execute("CREATE TABLE users (id TEXT, name TEXT)")
        self.stock.execute("INSERT INTO users VALUES ('1', 'Somebody')")

    # What the schema's fields do; graphql-core hands over the request's info first.
    def user(self, _: Any, **given: str) -> dict[str, str]:
        return {"id": given["id"], "name": self.users[given["id"]]}

    def find(self, _: Any, name: str) -> list[dict[str, str]]:
        rows = self.stock.execute(f"SELECT id, name FROM users WHERE name = '{name}'").fetchall()
        return [{"id": row[0], "name": row[1]} for row in rows]

    def safe(self, _: Any, name: str) -> list[dict[str, str]]:
        rows = self.stock.execute("SELECT id, name FROM users WHERE name = ?", (name,)).fetchall()
        return [{"id": row[0], "name": row[1]} for row in rows]

    def removeUser(self, _: Any, **given: str) -> bool:
        del self.users[given["id"]]
        return True

    def renameUser(self, _: Any, **given: str) -> dict[str, str]:
        self.users[given["id"]] = self.users[given["id"]] and given["name"]
        return {"id": given["id"], "name": given["name"]}

    def createUser(self, _: Any, **given: Any) -> dict[str, str]:
        number = str(700 + 13 * len(self.log))
        self.users[number] = given["input"]["name"]
        return {"id": number, "name": self.users[number]}

    def handle_error(self, request: object, client_address: object) -> None:
        """Peers that hang up are no news."""


@contextlib.contextmanager
def graph() -> Iterator[Graph]:
    """Runs a server for the time of the block."""
    server = Graph()
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
    server: Graph
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        self._send(200 if self.path == "/" else 404, {"see": "/graphql"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/graphql":
            self._send(404, {})
            return
        try:
            asked = json.loads(body)
            query, variables = str(asked["query"]), asked.get("variables")
        except (ValueError, KeyError, TypeError):
            self._send(400, {"errors": [{"message": "no query"}]})
            return
        given = variables if isinstance(variables, dict) else {}
        with self.server.lock:
            result = graphql_sync(self.server.schema, query, self.server, variable_values=given)
            self.server.log.append((str(asked.get("operationName", "")), not result.errors))
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [{"message": f"{type(one.original_error).__name__}: {one}"} for one in result.errors]
        self._send(200, answer)

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""
