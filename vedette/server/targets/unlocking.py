"""Opens PKCS#12 files in a process of its own with little time and memory: what a file asks for within what it locks
shows only while it is being opened."""

from __future__ import annotations

import json
import resource
import signal
import subprocess  # our own program, no shell
import sys
from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

CPU_S = 4.0
PATIENCE_S = 30.0
"""By the clock, for machines that are busy."""
MEMORY = 1024 * 1024 * 1024
_PROGRAM = __name__
_WRONG = 3


class Wrong(Exception):  # noqa: N818 - named as one says it
    """The password is wrong, or the file is no PKCS#12."""


class TooMuch(Exception):  # noqa: N818 - named as one says it
    """Opening it takes more time or memory than anybody needs."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was in a file, as PEM: its key in the open, empty when there is none; certificates, the key's own first if
    there is one, which `own` tells."""

    key: bytes = field(repr=False)
    certificates: tuple[bytes, ...]
    own: bool


def open_pkcs12(content: bytes, password: bytes) -> Opened:
    """Opens a file, which may take seconds: never call this within a transaction. Raises Wrong and TooMuch."""
    command = [sys.executable, "-P", "-m", _PROGRAM, str(len(password)), str(CPU_S)]
    try:
        # Through its standard input: arguments and environment can be read by others.
        done = subprocess.run(  # noqa: S603
            command, input=password + content, capture_output=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise TooMuch from None
    if done.returncode == _WRONG:
        raise Wrong
    if done.returncode:
        raise TooMuch
    told = json.loads(done.stdout)
    return Opened(told["key"].encode(), tuple(one.encode() for one in told["certificates"]), told["own"])


def _main(size: int, cpu_s: float, given: bytes) -> int:
    """The program: prints what was in the file as JSON. The kernel ends it when its time is over."""
    signal.setitimer(signal.ITIMER_PROF, cpu_s)  # nobody handles its signal: the process ends
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        private, own, others = pkcs12.load_key_and_certificates(given[size:], given[:size] or None)
    except (ValueError, UnsupportedAlgorithm):
        return _WRONG
    key = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) if private is not None else b""
    known = [one.public_bytes(Encoding.PEM).decode() for one in (own, *others) if one is not None]
    sys.stdout.write(json.dumps({"key": key.decode(), "certificates": known, "own": own is not None}))
    return 0


if __name__ == "__main__":
    sys.exit(_main(int(sys.argv[1]), float(sys.argv[2]), sys.stdin.buffer.read()))
