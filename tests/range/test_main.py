import os
import signal
import subprocess
import sys
import urllib.request

import pytest

COMMAND = [sys.executable, "-m", "vedette.range"]


@pytest.fixture
def started():
    running = []

    def start(*arguments, **options):
        process = subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_prints_its_address_and_serves_until_told_to_stop(started, tmp_path):
    journal = tmp_path / "log.txt"
    process = started("--port", "0", "--serve", "proof.txt=a=b", "--log", str(journal))
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:") and address.endswith("/")
    with urllib.request.urlopen(address + "proof.txt", timeout=60) as answer:
        assert answer.read() == b"a=b"
    assert journal.read_text() == "GET /proof.txt\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0 and process.stderr.read() == ""


def test_stops_with_its_standard_input(started):
    process = started("--until-eof", stdin=subprocess.PIPE)
    assert process.stdout.readline()
    process.stdin.close()
    process.stdin = None
    assert process.wait(timeout=60) == 0


def test_stops_with_its_parent(started):
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = started("--parent", str(parent.pid))
    assert process.stdout.readline() and process.poll() is None
    parent.communicate(b"\n")
    assert process.wait(timeout=60) == 0


MIDDLE = """
import os, subprocess, sys
command = [sys.executable, "-m", "vedette.range", "--parent", str(os.getpid())]
child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
print(child.pid, child.stdout.readline(), end="", flush=True)
input()
"""


def test_stops_when_it_is_orphaned():
    # The middle process is killed and stays a zombie until the end of the test, as under a busy supervisor.
    middle = subprocess.Popen([sys.executable, "-c", MIDDLE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    number, _, address = middle.stdout.readline().partition(" ")
    assert address.startswith("http://")
    middle.kill()
    patience = 100
    while patience and _runs(int(number)):
        patience -= 1
        signal.sigtimedwait([], 0.05)
    middle.communicate()
    assert patience, "the site outlived its parent"


def _runs(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{number}/stat") as status:
        return status.read().rpartition(")")[2].split()[0] != "Z"


def test_a_taken_port_is_one_clear_sentence(started):
    process = started()
    port = process.stdout.readline().strip().rstrip("/").rpartition(":")[2]
    second = started("--port", port)
    assert second.wait(timeout=60) == 2
    assert second.stderr.read() == "The practice site cannot start: Address already in use.\n"


def test_a_wrong_serve_argument_is_explained(started):
    process = started("--serve", "proof.txt")
    assert process.wait(timeout=60) == 2 and "expected NAME=TEXT" in process.stderr.read()
