"""`python -m vedette.server.worker`: carriers for scans and short jobs, and the tick, in one process."""

from __future__ import annotations

import sys

from vedette.cli.problem import Problem, show
from vedette.server.commands.boot import django_up, in_process


def main() -> int:
    """Works until it is told to stop. Returns the exit code."""
    try:
        django_up()
        in_process("vedette.server.commands.standing:usable")
        code: int = in_process("vedette.server.worker.serve:serve")
    except Problem as problem:
        show(problem)
        return problem.code
    return code


if __name__ == "__main__":
    sys.exit(main())
