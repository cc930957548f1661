"""`vedette up` as an operator meets it: the first start, what it refuses, and that nothing of it is left behind."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.journeys.platform import TOKEN, eventually, platform, practice_shop

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def environment(**settings):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("VEDETTE_", "DJANGO_"))}
    return inherited | {f"VEDETTE_{name}": value for name, value in settings.items()}


@dataclass
class Up:
    """A running `vedette up`. `lines` is what it has said so far."""

    process: subprocess.Popen
    lines: list[str] = field(default_factory=list)

    def until(self, pattern):
        """Reads on until a line matches; the match."""
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(pattern, line)
            if found:
                return found
        raise AssertionError("".join(self.lines))

    def address(self):
        return self.until(r"(http://\S+)/ui/$")[1]

    def end(self, number=signal.SIGTERM, within=120.0):
        """Sends a signal and waits; the exit code."""
        self.process.send_signal(number)
        self.lines += self.process.communicate(timeout=within)[0].splitlines(keepends=True)
        return self.process.returncode


def tree(pid):
    """Process ids of a process and all it has started, and they, and so on."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents.setdefault(int(path.read_text().rpartition(")")[2].split()[1]), []).append(int(path.parent.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def running(pids):
    """Those that are still at work."""
    alive = []
    for pid in pids:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                alive.append(pid)
    return alive


@pytest.fixture
def start(tmp_path):
    """Starts `vedette up` on a data directory of the test's own; whatever it does, nothing of it outlives the test."""
    begun = []

    def go(*arguments, data_dir=tmp_path / "data", **settings):
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "vedette", "up", "--port", "0", "--data-dir", str(data_dir), *arguments],
            env=environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # Whoever runs the tests in the background may have it ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        begun.append(process)
        return Up(process)

    yield go
    for process in begun:
        left = running(tree(process.pid)) if process.poll() is None else []
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def vedette(*arguments, **settings):
    """A command run to its end."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "vedette", *map(str, arguments)],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.status, answer.read().decode()


@LINUX
def test_from_nothing_to_ready_and_away_again(start, tmp_path):
    up = start()  # how soon is measured by bench/idle.py
    address = up.address()
    link = up.until(r"(http://\S+/ui/setup/\S+)$")[1]
    assert link.startswith(f"{address}/ui/setup/")
    status, page = get(link)
    assert status == 200
    assert "password" in page
    eventually(lambda: json.loads(get(f"{address}/readyz")[1])["notes"] == [], within=60, what="the worker is heard of")

    data = tmp_path / "data"
    assert data.stat().st_mode & 0o777 == 0o700
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in data.iterdir()}
    assert {"keys.json", "secret_key", "vedette.sqlite3"} <= set(modes)
    assert set(modes.values()) == {"0o600"}, modes

    second = start()
    second.process.wait(120)
    assert second.process.returncode == 2
    assert "Another platform runs" in second.process.stdout.read()

    pids = tree(up.process.pid)
    assert len(pids) >= 4  # itself, two for the web, one worker
    assert up.end(signal.SIGINT) == 0
    assert running(pids) == []


def named(words, pids):
    """The first of these processes whose command line has the words."""
    (pid, *_) = [one for one in pids if words in Path(f"/proc/{one}/cmdline").read_text()]
    return pid


@LINUX
def test_a_killed_worker_is_started_again_and_nothing_outlives_a_killed_supervisor(start):
    up = start()
    address = up.address()
    before = tree(up.process.pid)
    killed(up, address, "worker", "vedette.server.worker", before)
    pids = tree(up.process.pid)
    up.process.kill()
    up.process.wait()
    eventually(lambda: running([*before, *pids]) == [], within=60, what="all of them end")


@LINUX
@pytest.mark.long
def test_a_killed_web_process_is_started_again(start):
    up = start()
    address = up.address()
    before = tree(up.process.pid)
    killed(up, address, "web", "granian", before)
    pids = tree(up.process.pid)
    assert up.end() == 0
    assert running([*before, *pids]) == []


def killed(up, address, victim, words, before):
    """Kills one of the processes and waits until it is there again, and what it had started gone."""
    pid = named(words, before)
    below = tree(pid)
    os.kill(pid, signal.SIGKILL)
    up.until(rf"the {victim} process ended with code -9; it starts again")

    def back():
        with contextlib.suppress(OSError):
            return get(f"{address}/readyz")[0] == 200 and len(tree(up.process.pid)) >= len(before)

    eventually(back, within=120, what="everything is back")
    assert running(below) == []


@pytest.mark.long
def test_what_cannot_go_well_is_refused(start, tmp_path):
    data = tmp_path / "data"
    key = vedette("user", "add", "ann@example.org", "--api-key", "--data-dir", data)
    assert (key.returncode, key.stdout.count("\n")) == (0, 1), key.stderr

    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        done = vedette("up", "--data-dir", data, "--port", busy.getsockname()[1])
    assert done.returncode == 2
    assert "cannot be used" in done.stderr

    (data / "keys.json").rename(data / "elsewhere.json")
    done = vedette("up", "--data-dir", data, "--port", 0)
    assert done.returncode == 2
    assert "keys.json is missing" in done.stderr
    assert not (data / "keys.json").exists()
    done = vedette("worker", "--data-dir", data)
    assert done.returncode == 2
    assert "keys.json is missing" in done.stderr
    (data / "elsewhere.json").rename(data / "keys.json")

    (data / "keys.json").write_text('{"current": "00000000", "keys": {}, "instance": ""}')
    done = vedette("up", "--data-dir", data, "--port", 0)
    assert done.returncode == 2
    assert "The key ring cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demos_scan(tmp_path):
    """With a few checks only: ownership is really checked, the scan is a real one, and what it proves is printed."""
    with practice_shop() as shop, platform(tmp_path, shop) as one:
        one.narrow(["headers", "file"])
        module = ("-m", "vedette.server.commands.first_scan")
        done = subprocess.run(
            [sys.executable, "-P", *module, f"{shop.url}/", TOKEN, one.url],
            env=environment(DATA_DIR=str(tmp_path / "data")),
            capture_output=True,
            text=True,
            timeout=270,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "ownership: shown" in done.stdout
        assert re.search(r"The scan is completed after \d+ s, verdict findings: .*\d+ high", done.stdout), done.stdout
        assert "confirmed" in done.stdout
        (hits,) = one.rows("SELECT COUNT(*) FROM server_organisation WHERE name = 'Demo'")
        assert hits == (1,)


@pytest.mark.long
def test_the_demo_from_nothing_to_its_end(start):
    """Away from a terminal it ends by itself, with 0, and nothing of it is left."""
    up = start("--demo")
    address = up.address()
    link = up.until(r"(http://\S+/ui/setup/\S+)$")[1]
    assert get(link)[0] == 200
    up.until("ownership: shown")
    pids = tree(up.process.pid) if sys.platform == "linux" else []
    found = up.until(r"The scan is (\w+) after (\d+) s, verdict (\w+): (.+)$")
    assert (found[1], found[3]) == ("completed", "findings")
    assert "critical" in found[4] or "high" in found[4]
    up.until(re.escape(f"Look at them: {address}/ui/findings/"))
    assert up.process.wait(60) == 0
    assert running(pids) == []
