"""Children end with their parent, however that ends."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word is Linux's")

CHILD = """
import os, signal, sys
from vedette.server.kernel.lifeline import die_with
signal.signal(signal.SIGTERM, lambda *_: (print("told", flush=True), os._exit(0)))
die_with(os.getppid())
print(os.getpid(), flush=True)
signal.pause()
"""
PARENT = """
import subprocess, sys, signal
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
signal.pause()
"""


def test_the_parents_death_is_heard():
    parent = subprocess.Popen([sys.executable, "-c", PARENT, CHILD], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    try:
        # The pipe is shared with the child: it ends when nobody is left who could write.
        assert parent.stdout.read() == "told\n"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        parent.stdout.close()


def test_a_parent_that_died_before_is_noticed():
    command = "import os; from vedette.server.kernel.lifeline import die_with; die_with(os.getppid() + 1)"
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", command + "; import time; time.sleep(60)"], check=False)
    assert done.returncode == -signal.SIGTERM
    assert time.monotonic() - started < 30
