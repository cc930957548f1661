"""A platform of its own for a journey: prepared data directory, web process, worker process, one key, one site.

Everything goes over the wire as a user's script would do it; the database (a file, or on the PostgreSQL server that
VEDETTE_JOURNEY_DATABASE names) is only looked into, read-only, for what the wire does not tell (identities, proof
levels), and to narrow a profile to a few checks.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.journeys.databases import database_of
from vedette.range.server import RangeServer

FINAL = ("completed", "completed_with_errors", "failed", "canceled", "under_review")
QUICK = ["sqli", "xss", "crlf", "redirect", "command", "headers", "-command-injection-time", "-sqli-time"]
VAST = ("account", "api", "browse", "community", "gifts", "help", "staff", "stockists", "today", "tools")
"""Parts of the practice site that a journey leaves out when it is not about what is found: most of its pages."""
TOKEN = "3d1ee1c9-6f5b-4d0e-9c55-6f0a51d4c1aa"  # shows that the practice site is ours


def eventually(look: Callable[[], Any], *, within: float, what: str, every: float = 0.1) -> Any:
    """What `look` gives as soon as it is true; fails after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {within} s: {what}"
        time.sleep(every)


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Platform:
    """Processes of one platform. `allow` is the site's address and port, `server` the URL of a PostgreSQL server;
    `settings` are further VEDETTE_* variables."""

    def __init__(
        self, folder: Path, *, allow: str, workers: int = 1, server: str = "", settings: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.key = ""
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._log = (folder / "platform.log").open("ab")
        self.database = database_of(folder / "data", server)
        own = {
            "DATA_DIR": str(folder / "data"),
            "DATABASE": self.database.url,
            "PORT": str(self.port),
            "WORKERS": str(workers),
            "ALLOW_PRIVATE": allow,
            # A journey that is about what a browser adds asks for it by CHROMIUM="": starting one takes its time.
            "CHROMIUM": "none",
        }
        variables = {f"VEDETTE_{name}": value for name, value in (own | (settings or {})).items()}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("VEDETTE_", "DJANGO_"))}
        self.environment = inherited | variables

    def prepare(self, email: str = "owner@example.org") -> str:
        """Makes the data directory and a first person; returns the person's key."""
        command = ("vedette", "user", "add", email, "--role", "owner", "--api-key")
        done = subprocess.run(
            [sys.executable, "-P", "-m", *command],
            env=self.environment,
            stdout=subprocess.PIPE,
            check=True,
            timeout=120,
        )
        self.key = done.stdout.decode().strip()
        return self.key

    def add_organisation(self, name: str, email: str) -> str:
        """Another organisation with an owner; the owner's key."""
        code = (
            "from vedette.server.commands.boot import django_up; django_up();"
            "from vedette.server.tenancy.services import setup;"
            f"home = setup.create_organisation({name!r});"
            f"print(setup.add_user(email={email!r}, role='owner', organisation=home, with_key=True)[1])"
        )
        done = subprocess.run(
            [sys.executable, "-P", "-c", code], env=self.environment, stdout=subprocess.PIPE, check=True, timeout=120
        )
        return done.stdout.decode().strip()

    def allow(self, *urls: str) -> None:
        """What a worker started from now on may reach."""
        self.environment["VEDETTE_ALLOW_PRIVATE"] = " ".join(url.removeprefix("http://") for url in urls)

    def start(self, *names: str) -> None:
        """Starts `web` and `worker`, or those named; every name but `web` is a worker's."""
        web = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--no-ws",
               "--workers", "1", "--blocking-threads", "8", "vedette.server.config.wsgi:application"]  # fmt: skip
        names = names or ("web", "worker")
        for name in names:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-P", "-m", *(web if name == "web" else ["vedette.server.worker"])],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                start_new_session=True,
            )
        if "web" in names:
            eventually(self._alive, within=120, what="the web process answers")

    def _alive(self) -> bool:
        with contextlib.suppress(OSError):
            return bool(urllib.request.urlopen(f"{self.url}/healthz", timeout=60).status == 200)
        return False

    def kill(self, name: str) -> None:
        """Signal 9 to a process and all it started, the worker's slices left out: those must notice by themselves."""
        process = self.processes.pop(name)
        if name == "web":
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()

    def slices(self) -> list[int]:
        """Process ids of the running slices of this platform's workers."""
        workers = [process.pid for name, process in self.processes.items() if name != "web" and process.poll() is None]
        if not workers:
            return []
        parents = ",".join(map(str, workers))
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", parents], stdout=subprocess.PIPE, check=False)
        return [int(word) for word in found.stdout.split()]

    def stop(self) -> None:
        """Ends everything, in order where it can be; a second time does nothing."""
        if self._log.closed:
            return
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._log.close()

    def call(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """One request as a script would send it; raises urllib's HTTPError for 4xx and 5xx."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data=data, method=method)
        request.add_header("Authorization", f"JWT {key or self.key}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def patient_call(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """The same, tried again while the web process is gone or the database locked."""

        def once() -> Any:
            try:
                return (self.call(method, path, body, key=key),)
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    raise
            except OSError:
                pass
            return None

        return eventually(once, within=90, what=f"{method} {path}", every=0.5)[0]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the database, read-only; values are marked `?`."""
        return self.database.rows(query, values)

    def write(self, statement: str, *values: Any) -> None:
        """A change that no user could make, for the journey's own sake."""
        self.database.write(statement, values)

    def narrow(self, checks: list[str] | None = None) -> None:
        """Leaves the profile `normal` only a few families, so that a scan takes seconds."""
        self.write("UPDATE server_scanprofile SET checks=? WHERE key='normal'", json.dumps(checks or QUICK))

    def add_target(self, url: str, *, key: str = "", without: Sequence[str] = ()) -> str:
        """A target whose ownership is shown by a real check of the file that the practice site serves; its id. Scans
        leave out these parts of it, such as VAST."""
        created = self.call("POST", "/targets/?skip_reachability_check=true", {"site": {"url": url}}, key=key)
        host = created["site"]["host"]
        self.write("UPDATE server_domain SET token=? WHERE hostname=?", uuid.UUID(TOKEN).hex, host)
        domains = self.call("GET", "/domains/?length=100", key=key)["results"]
        domain = next(row["id"] for row in domains if row["hostname"] == host)
        shown = self.call("POST", f"/domains/{domain}/verify/", {"type": "file"}, key=key)
        assert shown["verified"], shown
        if without:
            self.leave_out(created["id"], *without, key=key)
        return str(created["id"])

    def leave_out(self, target: str, *parts: str, key: str = "") -> None:
        """Scans of the target leave out these parts of its site from now on, and no others."""
        path = f"/targets/{target}/"
        site = self.call("GET", path, key=key)["site"]["url"].rstrip("/")
        left_out = [f"{site}/{part}{tail}" for part in parts for tail in ("", "/*")]
        self.call("PATCH", path, {"site": {"blacklist": left_out}}, key=key)

    def scan(self, target: str, *, key: str = "") -> str:
        """Starts a scan; its id."""
        return str(self.patient_call("POST", f"/targets/{target}/scan_now/", {}, key=key)["id"])

    def status(self, scan: str, *, key: str = "") -> str:
        """The status of a scan."""
        return str(self.patient_call("GET", f"/scans/{scan}/", key=key)["status"])

    def await_end(self, scan: str, *, within: float = 240, key: str = "") -> str:
        """The final status."""

        def final() -> str:
            status = self.status(scan, key=key)
            return status if status in FINAL else ""

        return str(eventually(final, within=within, what=f"scan {scan} ends", every=0.5))

    def identities(self, target: str) -> list[tuple[str, str]]:
        """Identity and proof level of every finding of a target that was last seen open."""
        query = (
            "SELECT f.identity, f.proof FROM server_finding f JOIN server_target t ON t.id = f.target_id"
            " WHERE t.public_id = ? AND f.observed = 'notfixed' ORDER BY f.identity"
        )
        return [(str(identity), str(proof)) for identity, proof in self.rows(query, target)]


@contextlib.contextmanager
def practice_shop(port: int = 0, seed: int = 1) -> Iterator[RangeServer]:
    """The practice site, serving the file that shows that it is ours."""
    with RangeServer(port=port, seed=seed, serve={f"vedette-{TOKEN}.txt": f"Vedette={TOKEN}"}) as shop:
        yield shop


@contextlib.contextmanager
def platform(folder: Path, shop: RangeServer, **options: Any) -> Iterator[Platform]:
    """A running platform beside a site."""
    made = Platform(folder, allow=shop.url.removeprefix("http://"), **options)
    try:
        made.prepare()
        made.narrow()
        made.start()
        yield made
    finally:
        made.stop()
