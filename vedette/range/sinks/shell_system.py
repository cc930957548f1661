"""Programs about the imaginary machine: who and where one is, folders, time, and a network that is not there.

`env` `expr` `host` `hostname` `id` `ls` `nslookup` `ping` `sh` `sleep` `uname` `which` `whoami`. The machine has no
network: name servers time out, and `ping` gets answers only from its own addresses. `ping` waits a second between
packets; without a count it sends ten.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vedette.range.sinks.shell_expr import ExprError, evaluate_expr
from vedette.range.sinks.shell_process import Call, Leave, Process

_USER = "uid=33(www-data) gid=33(www-data) groups=33(www-data)"
_KERNEL = {
    "s": "Linux",
    "n": "shop",
    "r": "6.1.0-18-amd64",
    "v": "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)",
    "m": "x86_64",
    "o": "GNU/Linux",
}
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_PINGS = 10


def _id(call: Call) -> int:
    options = call.flags("ugGnr")
    if options is None:
        return 1
    given, names = options
    if names and names[0] != "www-data":
        return call.fail(f"'{names[0]}': no such user")
    if not given:
        call.out(_USER + "\n")
    else:
        call.out("www-data\n" if "n" in given else "33\n")
    return 0


def _whoami(call: Call) -> int:
    call.out("www-data\n")
    return 0


def _hostname(call: Call) -> int:
    if any(word in ("-i", "-I", "--ip-address") for word in call.arguments):
        call.out("127.0.1.1\n")
    else:
        call.out(call.process.machine.files.read("/etc/hostname"))
    return 0


def _uname(call: Call) -> int:
    options = call.flags("asnrvmpio")
    if options is None:
        return 1
    given, words = options
    if words:
        return call.fail(f"extra operand '{words[0]}'\nTry 'uname --help' for more information.")
    wanted = "snrvmo" if "a" in given else "".join(given) or "s"
    call.out(" ".join(text for key, text in _KERNEL.items() if key in wanted) + "\n")
    return 0


def _sleep(call: Call) -> int:
    if not call.arguments:
        return call.fail("missing operand\nTry 'sleep --help' for more information.")
    total = 0.0
    for word in call.arguments:
        match = re.fullmatch(r"(\d+\.?\d*|\.\d+)([smhd]?)", word)
        if match is None:
            return call.fail(f"invalid time interval '{word}'\nTry 'sleep --help' for more information.")
        total += float(match[1]) * _UNITS[match[2]]
    call.process.sleep(total)
    return 0


def _env(call: Call) -> int:
    words = list(call.arguments)
    child = call.process.fork()
    if words[:1] in (["-i"], ["-"]):
        del words[0]
        child.exported = {}
    while words and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        child.variables[name] = value
        child.exported[name] = None
    if words:
        return call.process.runner.invoke(words, child, functions=False)
    call.out("".join(f"{name}={value}\n" for name, value in child.environment().items()))
    return 0


def _expr(call: Call) -> int:
    try:
        value = evaluate_expr(call.arguments)
    except ExprError as fault:
        return call.fail(str(fault), 2)
    call.out(value + "\n")
    return int(value in ("", "0"))


def _sh(call: Call) -> int:
    child = call.process.fork()
    words = list(call.arguments)
    if words and words[0] == "-c":
        if len(words) < 2:
            return _refuse(call, "-c requires an argument")
        child.variables = {**child.environment(), "IFS": " \t\n"}
        child.name = words[2] if len(words) > 2 else child.name
        child.arguments = words[3:]
        return _in_fresh_shell(call, words[1], child)
    if words:
        try:
            return _in_fresh_shell(call, child.machine.files.read(words[0], child.cwd), child)
        except OSError:
            return _refuse(call, f"cannot open {words[0]}: No such file")
    return _in_fresh_shell(call, call.process.input().read(), child)


def _refuse(call: Call, message: str) -> int:
    # A shell that has not read anything yet is at line 0.
    call.process.output(2).write(f"sh: 0: {message}\n")
    return 2


def _ls(call: Call) -> int:
    options = call.flags("1aAldhtrRF")
    if options is None:
        return 2
    given, operands = options
    files, cwd = call.process.machine.files, call.process.cwd
    status = 0
    plain: list[str] = []
    folders: list[str] = []
    for path in sorted(operands) or ["."]:
        if not files.exists(path, cwd):
            status = call.fail(f"cannot access '{path}': No such file or directory", 2)
        elif files.is_dir(path, cwd) and "d" not in given:
            folders.append(path)
        else:
            plain.append(path)
    sections = ["".join(_entry(call, "", name, given) for name in plain)] if plain else []
    for folder in folders:
        try:
            names = files.listdir(folder, cwd)
        except PermissionError:
            status = call.fail(f"cannot open directory '{folder}': Permission denied", 2)
            continue
        shown = ([".", ".."] if "a" in given else []) + names
        if not {"a", "A"} & set(given):
            shown = [name for name in names if not name.startswith(".")]
        heading = f"{folder}:\n" if len(operands) > 1 else ""
        total = f"total {4 * len(names)}\n" if "l" in given else ""
        sections.append(heading + total + "".join(_entry(call, folder, name, given) for name in shown))
    call.out("\n".join(sections))
    return status


def _entry(call: Call, folder: str, name: str, given: dict[str, str]) -> str:
    if "l" not in given:
        return name + "\n"
    path = f"{folder}/{name}" if folder else name
    files = call.process.machine.files
    if files.is_dir(path, call.process.cwd):
        return f"drwxr-xr-x 2 root root 4096 Feb  1 09:00 {name}\n"
    try:
        size = len(files.read(path, call.process.cwd).encode())
    except OSError:
        size = 640
    return f"-rw-r--r-- 1 root root {size} Feb  1 09:00 {name}\n"


def _known_hosts(call: Call) -> dict[str, str]:
    known: dict[str, str] = {}
    for line in call.process.machine.files.read("/etc/hosts").splitlines():
        address, *names = line.split()
        for name in [address, *names]:
            if ":" not in address:
                known.setdefault(name, address)
    return known


def _ping(call: Call) -> int:
    options = call.flags("4nqvO", "ciswWtI")
    if options is None:
        return 2
    given, operands = options
    if not operands:
        return call.fail("usage error: Destination address required")
    count = given.get("c", str(_PINGS))
    if not count.isdecimal() or int(count) == 0:
        return call.fail(f"invalid argument: '{count}'")
    host, packets = operands[-1], int(count)
    address = _known_hosts(call).get(host) or (host if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", host) else None)
    if address is None:
        return call.fail(f"{host}: Name or service not known", 2)
    interval = given.get("i", "1")
    seconds = float(interval) if re.fullmatch(r"\d+(\.\d+)?", interval) else 1.0
    answers = address.startswith("127.")
    call.out(f"PING {host} ({address}) 56(84) bytes of data.\n")
    for number in range(1, packets + 1 if answers else 1):
        call.process.machine.step()
        call.out(f"64 bytes from {address}: icmp_seq={number} ttl=64 time=0.04{number % 10} ms\n")
    call.process.sleep((packets - 1) * seconds)
    lost = "0%" if answers else "100%"
    elapsed = int((packets - 1) * seconds * 1000)
    received = packets if answers else 0
    call.out(f"\n--- {host} ping statistics ---\n{packets} packets transmitted, {received} received, ")
    call.out(f"{lost} packet loss, time {elapsed}ms\n")
    call.out("rtt min/avg/max/mdev = 0.040/0.044/0.049/0.003 ms\n" if answers else "\n")
    return 0 if answers else 1


def _in_fresh_shell(call: Call, text: str, child: Process) -> int:
    try:
        return call.process.runner.evaluate(text, child)
    except Leave as leave:
        return leave.code


def _nslookup(call: Call) -> int:
    call.out(";; connection timed out; no servers could be reached\n")
    return 1


def _which(call: Call) -> int:
    status = 0
    for name in call.arguments:
        if call.process.machine.files.exists(f"/usr/bin/{name}"):
            call.out(f"/usr/bin/{name}\n")
        else:
            status = 1
    return status


SYSTEM: dict[str, Callable[[Call], int]] = {
    "env": _env,
    "expr": _expr,
    "host": _nslookup,
    "hostname": _hostname,
    "id": _id,
    "ls": _ls,
    "nslookup": _nslookup,
    "ping": _ping,
    "sh": _sh,
    "sleep": _sleep,
    "uname": _uname,
    "which": _which,
    "whoami": _whoami,
}
