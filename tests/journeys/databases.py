"""The database of a platform under test, looked into from outside: its file, or a database of a PostgreSQL server."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg

Row = tuple[Any, ...]


class Database(Protocol):
    """`url` is what VEDETTE_DATABASE says. Statements mark their values with `?`."""

    url: str

    def rows(self, query: str, values: tuple[Any, ...]) -> list[Row]:
        """Rows, read-only."""

    def write(self, statement: str, values: tuple[Any, ...]) -> None:
        """One statement, committed."""

    def disturb(self, seconds: float) -> threading.Thread:
        """Takes the database away from everybody for up to so long; the thread ends when that is over."""


class FileDatabase:
    """The file in a data directory."""

    url = ""

    def __init__(self, data: Path) -> None:
        self.path = data / "vedette.sqlite3"

    def rows(self, query: str, values: tuple[Any, ...]) -> list[Row]:
        with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=60)) as database:
            return database.execute(query, values).fetchall()

    def write(self, statement: str, values: tuple[Any, ...]) -> None:
        with contextlib.closing(sqlite3.connect(self.path, timeout=60)) as database:
            database.execute(statement, values)
            database.commit()

    def disturb(self, seconds: float) -> threading.Thread:
        """Holds the write lock: every other writer waits, or gives up and tries again."""

        def hold() -> None:
            with contextlib.closing(sqlite3.connect(self.path, timeout=60, isolation_level=None)) as database:
                database.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                database.execute("ROLLBACK")

        thread = threading.Thread(target=hold)
        thread.start()
        return thread


class ServerDatabase:
    """A database of its own, made on the PostgreSQL server that `server` (a URL of any of its databases) names."""

    def __init__(self, server: str) -> None:
        name = f"journey_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        self.url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))

    def rows(self, query: str, values: tuple[Any, ...]) -> list[Row]:
        with psycopg.connect(self.url) as connection:
            connection.read_only = True
            return connection.execute(_marked(query), values).fetchall()

    def write(self, statement: str, values: tuple[Any, ...]) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(_marked(statement), values)

    def cut(self) -> int:
        """Ends all connections to this database but the one that says so; returns how many."""
        query = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(self.rows(query, ())[0][0])

    def disturb(self, seconds: float) -> threading.Thread:
        """Ends all connections again and again."""

        def cut_off() -> None:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                self.cut()
                time.sleep(0.2)

        thread = threading.Thread(target=cut_off)
        thread.start()
        return thread


def _marked(statement: str) -> bytes:
    return statement.replace("%", "%%").replace("?", "%s").encode()


def database_of(data: Path, server: str = "") -> Database:
    """The database for a data directory: on `server` or the one that VEDETTE_JOURNEY_DATABASE names, else its file."""
    server = server or os.environ.get("VEDETTE_JOURNEY_DATABASE", "")
    return ServerDatabase(server) if server else FileDatabase(data)


def programs() -> Path | None:
    """Where PostgreSQL's programs lie; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class PostgresServer:
    """A PostgreSQL server of its own, on a socket in a temporary folder. What was committed survives the end of its
    processes, not that of the machine."""

    def __init__(self) -> None:
        bin_folder = programs()
        assert bin_folder is not None, "PostgreSQL is not installed"
        self._bin = bin_folder
        self._folder = Path(tempfile.mkdtemp(prefix="vedette-pg-"))  # short: the path of a socket has a limit
        # It refuses to run as root.
        root = os.getuid() == 0
        self._user = "postgres" if root else getpass.getuser()
        self._as = ["runuser", "-u", "postgres", "--"] if root else []
        if root:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-U", self._user, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-N")
        self.url = f"postgresql://{self._user}@/postgres?host={self._folder}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self._bin / program), "-D", str(self._folder / "data"), *arguments]
        # Not through a pipe: the server that is started would hold its other end open.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                command, check=False, cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=120
            )
            said.seek(0)
            assert done.returncode == 0, said.read().decode()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        # No socket on the network, and no waiting for the disk: nobody pulls the plug here.
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off -c max_connections=80"
        self._run("pg_ctl", "-s", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stops it; with `immediate` as if it had crashed."""
        self._run("pg_ctl", "-s", "-m", mode, "stop")

    def remove(self) -> None:
        """Ends it and takes its folder away."""
        with contextlib.suppress(AssertionError):  # it does not run at the moment
            self.stop("immediate")
        shutil.rmtree(self._folder)


@contextlib.contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL server, taken away afterwards."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()
