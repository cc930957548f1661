"""The supervisor: starts, restarts with growing pauses, ends everything."""

import os
import signal
import subprocess
import sys
import time

import pytest

from vedette.server.worker import supervisor as module
from vedette.server.worker.supervisor import Child, Supervisor

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")
DEAF = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").close()
time.sleep(60)
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open(sys.argv[1], "w") as file:
    file.write(f"{child.pid}\\n")
time.sleep(60)
"""


class Clock:
    """Seconds that pass when told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def made():
    """Makes supervisors, and ends what they started."""
    supervisors = []

    def make(*commands, **fields):
        said = []
        children = [Child(f"child{number}", command) for number, command in enumerate(commands)]
        one = Supervisor(children, say=said.append, **fields)
        supervisors.append(one)
        return one, said

    yield make
    for one in supervisors:
        for child in one.children:
            if child.process is not None and child.process.poll() is None:
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0] != "Z"


def eventually(look, within=60.0):
    deadline = time.monotonic() + within
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_dies_is_started_again_with_growing_pauses(made):
    clock = Clock()
    one, said = made((sys.executable, "-c", "raise SystemExit(7)"), clock=clock)
    one.start()
    pauses = []
    for _ in range(8):
        one.children[0].process.wait()
        one.look()
        assert one.children[0].process is None
        pauses.append(one.children[0].next_start - clock.now)
        clock.now = one.children[0].next_start - 0.01
        one.look()
        assert one.children[0].process is None
        clock.now = one.children[0].next_start
        one.look()
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0]
    assert said[0] == "the child0 process ended with code 7; it starts again in 0.5 s"


def test_one_that_ran_for_long_starts_again_soon(made):
    clock = Clock()
    one, _ = made(SLEEPER, clock=clock)
    one.children[0].failures = 6
    one.start()
    clock.now += module.CALM_S + 1
    one.children[0].process.kill()
    one.children[0].process.wait()
    one.look()
    assert one.children[0].next_start - clock.now == module.FIRST_WAIT_S


def test_the_others_go_on_undisturbed(made):
    one, _ = made(SLEEPER, (sys.executable, "-c", "pass"))
    one.start()
    first = one.children[0].process.pid
    one.children[1].process.wait()
    one.look()
    assert one.children[0].process.pid == first
    assert one.children[0].process.poll() is None


def test_watch_ends_when_told_or_when_its_time_has_come(made, monkeypatch):
    monkeypatch.setattr(module, "_POLL_S", 0.001)
    one, _ = made(SLEEPER)
    one.start()
    answers = iter([False, False, True])
    one.watch(until=lambda: next(answers))
    one.stop()
    one.watch()
    assert one.stopping


def test_the_end_is_told_last_started_first(made, tmp_path):
    order = tmp_path / "order"
    script = (
        "import signal, sys, os\n"
        "def end(*_):\n open(sys.argv[1], 'a').write(sys.argv[2]); os._exit(0)\n"
        "signal.signal(signal.SIGTERM, end); open(sys.argv[1] + sys.argv[2], 'w').close(); signal.pause()"
    )
    commands = [(sys.executable, "-c", script, str(order), name) for name in "ab"]
    one, _ = made(*commands)
    one.start()
    eventually(lambda: all((tmp_path / f"order{name}").exists() for name in "ab"))
    one.children[1].process.terminate()
    one.children[1].process.wait()
    one.end()
    assert order.read_text() == "ba"
    assert [child.process for child in one.children] == [None, None]


def test_one_that_does_not_end_is_killed(made, monkeypatch, tmp_path):
    monkeypatch.setitem(module.PATIENCE_S, "child0", 0.1)
    deaf = tmp_path / "deaf"
    one, _ = made((sys.executable, "-c", DEAF, str(deaf)))
    one.start()
    process = one.children[0].process
    eventually(deaf.exists)
    one.end()
    assert process.returncode == -signal.SIGKILL


def test_nothing_of_a_killed_childs_session_is_left(made, tmp_path):
    note = tmp_path / "pid"
    one, _ = made((sys.executable, "-c", PARENT, str(note)))
    one.start()
    eventually(lambda: note.exists() and note.read_text().endswith("\n"))
    grandchild = int(note.read_text())
    one.children[0].process.kill()
    one.children[0].process.wait()
    one.look()
    eventually(lambda: not alive(grandchild))


SUPERVISOR = """
import sys, time
from vedette.server.worker.supervisor import Child, Supervisor
one = Supervisor([Child("a", sys.argv[1:])], say=print)
one.start()
print(one.children[0].process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word is Linux's")
def test_children_do_not_outlive_a_killed_supervisor():
    parent = subprocess.Popen([sys.executable, "-c", SUPERVISOR, *SLEEPER], stdout=subprocess.PIPE, text=True)
    with parent.stdout:
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        eventually(lambda: not alive(child))
