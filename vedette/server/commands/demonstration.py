"""What `vedette up --demo` becomes: the platform beside the bundled practice site, and a first scan of it."""

from __future__ import annotations

import os
import subprocess  # our own processes, no shell
import sys
import uuid

from vedette.cli.demo import practice_site
from vedette.cli.problem import Problem, show
from vedette.server.commands.running import NOT_RELIABLE, run, watch
from vedette.server.kernel.lifeline import die_with
from vedette.server.worker.supervisor import Supervisor


def main() -> int:
    """Runs the first scan while the platform is up, then stays on a terminal and ends elsewhere. Returns the exit
    code."""
    token = str(uuid.uuid4())
    try:
        with practice_site("--serve", f"vedette-{token}.txt=Vedette={token}") as url:
            # Exactly this address and port, nothing else that is private.
            practice = url.removeprefix("http://").rstrip("/")
            os.environ["VEDETTE_ALLOW_PRIVATE"] = f"{os.environ.get('VEDETTE_ALLOW_PRIVATE', '')} {practice}".strip()
            return run(lambda supervisor, address: _scan(supervisor, url, token, address), demo=True)
    except Problem as problem:
        show(problem)
        return problem.code


def _scan(supervisor: Supervisor, url: str, token: str, address: str) -> int:
    command = [sys.executable, "-P", "-m", "vedette.server.commands.first_scan", url, token, address]
    parent = os.getpid()
    scan = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=lambda: die_with(parent)
    )
    try:
        if sys.stdout.isatty():
            return watch(supervisor, address)
        supervisor.watch(until=lambda: scan.poll() is not None)
        return 0 if supervisor.stopping or scan.poll() == 0 else NOT_RELIABLE
    finally:
        if scan.poll() is None:
            scan.terminate()
        scan.wait()


if __name__ == "__main__":
    sys.exit(main())
