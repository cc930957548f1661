"""What `vedette up` becomes: refuses what cannot go well, and holds what it started. The whole of it runs in
tests/journeys/test_up.py."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from vedette.server.commands import running
from vedette.server.commands.running import Refused, children, locked, run, shown
from vedette.server.config import environment
from vedette.server.worker.supervisor import Child

WEB = """
import http.server, sys
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""


@pytest.fixture(autouse=True)
def _handlers():
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def chosen(monkeypatch, tmp_path):
    """A data directory, any port, and preparations that give what the test says."""
    state = {"setup_token": "t0ken", "organisations": 0}
    monkeypatch.setenv("VEDETTE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VEDETTE_PORT", "0")
    monkeypatch.setattr(running, "_prepare", lambda: state)
    monkeypatch.setattr(
        running, "children", lambda chosen, port: [Child("web", (sys.executable, "-c", WEB, str(port)))]
    )
    return state


def test_it_says_where_it_is_and_ends_what_it_started(chosen, capsys):
    seen = []

    def stay(supervisor, address):
        seen.append((supervisor, address, supervisor.children[0].process.pid))
        return 7

    assert run(stay) == 7
    ((supervisor, address, pid),) = seen
    out = capsys.readouterr().out
    assert f"{address}/ui/\n" in out
    assert f"{address}/ui/setup/t0ken/\n" in out
    assert supervisor.children[0].process is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_no_link_once_somebody_is_there(chosen, capsys):
    chosen["setup_token"] = ""
    assert run(lambda *_: 0) == 0
    assert "setup" not in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_in_order(chosen, number, capsys):
    # Whoever runs this in the background of a shell may have had it ignored.
    before = signal.signal(number, signal.SIG_DFL)

    def stay(supervisor, address):
        os.kill(os.getpid(), number)
        return running.watch(supervisor, address)

    try:
        assert run(stay) == 0
    finally:
        signal.signal(number, before)


def test_a_signal_during_the_preparations_ends_it_too(chosen, monkeypatch, capsys):
    def prepare():
        os.kill(os.getpid(), signal.SIGTERM)
        return chosen

    monkeypatch.setattr(running, "_prepare", prepare)
    assert run(lambda *_: pytest.fail("it was up")) == 0
    assert capsys.readouterr().out == ""


def test_a_web_process_that_never_answers(chosen, monkeypatch, capsys):
    monkeypatch.setattr(running, "READY_S", 0.5)
    command = (sys.executable, "-c", "import time; time.sleep(60)")
    monkeypatch.setattr(running, "children", lambda *_: [Child("web", command)])
    assert run(lambda *_: pytest.fail("it was up")) == running.NOT_RELIABLE
    assert "did not answer" in capsys.readouterr().err


def test_private_ranges_are_not_opened_for_several_organisations(chosen, monkeypatch, capsys):
    monkeypatch.setenv("VEDETTE_ALLOW_PRIVATE", "10.0.0.0/8")
    chosen["organisations"] = 2
    assert run(lambda *_: pytest.fail("it was up")) == running.USAGE
    assert "more than one organisation" in capsys.readouterr().err
    assert run(lambda *_: 0, demo=True) == 0
    chosen["organisations"] = 1
    assert run(lambda *_: 0) == 0


def test_a_busy_port_is_named(chosen, monkeypatch, capsys):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        monkeypatch.setenv("VEDETTE_PORT", str(busy.getsockname()[1]))
        assert run(lambda *_: pytest.fail("it was up")) == running.USAGE
    err = capsys.readouterr().err
    assert f"Port {os.environ['VEDETTE_PORT']} of 127.0.0.1 cannot be used" in err
    assert "--port" in err


def test_a_data_directory_has_one_platform(chosen, tmp_path, capsys):
    with locked(tmp_path):
        assert run(lambda *_: pytest.fail("it was up")) == running.USAGE
        assert "Another platform runs" in capsys.readouterr().err
    assert run(lambda *_: 0) == 0
    with pytest.raises(Refused, match="cannot be used"), locked(tmp_path / "none"):
        pytest.fail("locked nothing")


def test_preparations_that_fail_end_it(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("VEDETTE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VEDETTE_PORT", "0")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert run(lambda *_: pytest.fail("it was up")) == running.USAGE
    assert "was not started" in capsys.readouterr().err


def test_what_the_preparations_say_is_their_last_line(monkeypatch, tmp_path):
    script = tmp_path / "python"
    script.write_text('#!/bin/sh\necho "a warning"\necho \'{"setup_token": "", "organisations": 3}\'\n')
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    assert running._prepare() == {"setup_token": "", "organisations": 3}


def test_a_wrong_setting_ends_it(monkeypatch, capsys):
    monkeypatch.setenv("VEDETTE_WORKERS", "many")
    assert run() == running.USAGE
    assert "VEDETTE_WORKERS" in capsys.readouterr().err


def test_its_two_processes(tmp_path):
    chosen = environment.read({"VEDETTE_DATA_DIR": str(tmp_path), "VEDETTE_HOST": "::1"})
    web, worker = children(chosen, 4321)
    assert web.name == "web"
    assert "granian" in web.command
    assert web.command[web.command.index("--port") + 1] == "4321"
    assert web.command[web.command.index("--host") + 1] == "::1"
    assert worker.command[-1] == "vedette.server.worker"


@pytest.mark.parametrize(
    ("host", "text"), [("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("::1", "[::1]"), ("192.0.2.1", "192.0.2.1")]
)
def test_addresses_are_shown_as_they_can_be_opened(host, text):
    assert shown(host) == text


def test_it_stays_small():
    command = "import sys, vedette.server.commands.running; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", command], stdout=subprocess.PIPE, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"django", "typer", "rich", "pycurl", "re2", "cryptography"}
