"""`python -m vedette.server.commands.prepare`: makes the instance ready before its processes start.

Runs in a process of its own, so that the supervisor stays small. Prints one line of JSON: the one-time set-up token (or
"") and the number of organisations.
"""

from __future__ import annotations

import json
import sys

from vedette.cli.problem import Problem, show
from vedette.server.commands.boot import django_up, in_process
from vedette.server.commands.running import RETRY


def main(arguments: list[str]) -> int:
    """Prepares and prints. Returns the exit code."""
    try:
        django_up()
        state = in_process("vedette.server.commands.first_steps:first_steps", retry_upgrade=RETRY in arguments)
    except Problem as problem:
        show(problem)
        return problem.code
    sys.stdout.write(json.dumps(state) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
