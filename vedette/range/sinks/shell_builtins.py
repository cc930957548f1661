"""The commands inside the shell itself, which change it or answer with its own messages, as in dash.

`:` `cd` `command` `echo` `eval` `exit` `export` `false` `printf` `pwd` `read` `set` `shift` `test` `[` `true` `type`
`unset` `wait`. As in dash, `echo` knows `-n`, reads backslash escapes without being asked and prints `-e` like any
other word.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vedette.range.sinks.shell_condition import evaluate_test
from vedette.range.sinks.shell_process import Call, Leave

_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:0?([0-7]{1,3})|([abcfnrtv\\]))")
_FORMAT = re.compile(r"%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z%])")
_FORMAT_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|([abfnrtv\\\"']))")
_WIDTH_MAX = 10_000


def _expand_escapes(text: str) -> tuple[str, bool]:
    """Return the text with its escapes read, and whether a `\\c` ended it."""
    end = re.search(r"(?<!\\)(?:\\\\)*\\c", text)
    kept = text[: end.end() - 2] if end else text
    return _ESCAPE.sub(lambda m: chr(int(m[1], 8) & 255) if m[1] else _ESCAPES.get(m[2], m[0]), kept), end is not None


def _echo(call: Call) -> int:
    words = call.arguments
    newline = not (words and words[0] == "-n")
    text, cut = _expand_escapes(" ".join(words if newline else words[1:]))
    call.out(text if cut or not newline else text + "\n")
    return 0


def _printf(call: Call) -> int:
    if not call.arguments:
        return call.shell_fail("usage: printf format [arg ...]", 2)
    form, values = call.arguments[0], call.arguments[1:]
    printer = _Printer(call, list(values))
    while True:
        before = len(printer.values)
        call.out(printer.once(form))
        if printer.ended or not printer.values or len(printer.values) == before:
            return printer.status


def _format_escape(match: re.Match[str]) -> str:
    return chr(int(match[1], 8) & 255) if match[1] else _ESCAPES.get(match[2], match[2])


class _Printer:
    """One `printf` at work: the values that are left and the status."""

    def __init__(self, call: Call, values: list[str]) -> None:
        self.call = call
        self.values = values
        self.status = 0
        self.ended = False

    def once(self, form: str) -> str:
        """Return the format filled in one time."""
        out: list[str] = []
        position = 0
        while position < len(form) and not self.ended:
            escape = _FORMAT_ESCAPE.match(form, position)
            conversion = _FORMAT.match(form, position)
            if escape:
                out.append(_format_escape(escape))
            elif form.startswith("\\c", position):
                break
            elif conversion:
                out.append(self._convert(conversion))
            elif form[position] == "%":
                self._stop(f"{form[position:]}: invalid directive")
            else:
                out.append(form[position])
            match = escape or conversion
            position = match.end() if match else position + 1
        return "".join(out)

    def _stop(self, message: str) -> None:
        self.status = self.call.shell_fail(message, 2)
        self.ended = True

    def _next(self) -> str:
        return self.values.pop(0) if self.values else ""

    def _convert(self, match: re.Match[str]) -> str:
        flags, width, precision, kind = match[1], match[2], match[3], match[4]
        if kind == "%":
            return "%"
        if kind not in "sbcdiouxXeEfgG":
            self._stop(f"{match[0]}: invalid directive")
            return ""
        width = str(self._number(self._next())) if width == "*" else width or ""
        precision = str(self._number(self._next())) if precision == "*" else precision
        if max(int(width or 0), int(precision or 0)) > _WIDTH_MAX:
            self._stop("Value too large")
            return ""
        spec = f"%{flags}{width}" + ("" if precision is None else f".{precision}")
        value = self._next()
        if kind in "sbc":
            if kind == "b":
                value, self.ended = _expand_escapes(value)
            return (spec + "s") % (value[:1] if kind == "c" else value)
        if kind in "eEfgG":
            return (spec + kind) % self._real(value)
        number = self._number(value)
        return (spec + ("d" if kind in "iu" else kind)) % (number % 2**64 if kind in "ouxX" else number)

    def _number(self, text: str) -> int:
        if text[:1] in ("'", '"'):
            return ord(text[1]) if len(text) > 1 else 0
        match = re.match(r"\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)", text)
        if text and (match is None or match.end() < len(text)):
            wrong = "expected numeric value" if match is None else "not completely converted"
            self.status = self.call.shell_fail(f"{text}: {wrong}")
        if match is None:
            return 0
        digits = match[2]
        base = 16 if digits[:2] in ("0x", "0X") else 8 if digits.startswith("0") else 10
        number = min(int(digits, base), 2**63 - 1)
        return -number if match[1] == "-" else number

    def _real(self, text: str) -> float:
        match = re.match(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", text)
        if text and (match is None or match.end() < len(text)):
            wrong = "expected numeric value" if match is None else "not completely converted"
            self.status = self.call.shell_fail(f"{text}: {wrong}")
        return float(match[0]) if match else 0.0


def _cd(call: Call) -> int:
    variables = call.process.variables
    target = call.arguments[0] if call.arguments else variables.get("HOME", "/")
    if target == "-":
        target = variables.get("OLDPWD", call.process.cwd)
        call.out(target + "\n")
    files = call.process.machine.files
    if not files.is_dir(target, call.process.cwd):
        return call.shell_fail(f"can't cd to {target}", 2)
    variables["OLDPWD"], variables["PWD"] = call.process.cwd, files.resolve(target, call.process.cwd)
    call.process.cwd = variables["PWD"]
    return 0


def _command(call: Call) -> int:
    words = list(call.arguments)
    if words and words[0] in ("-v", "-V"):
        return _type(Call(call.name, words[1:], call.process)) if words[0] == "-V" else _which(call, words[1:])
    return call.process.runner.invoke(words, call.process) if words else 0


def _which(call: Call, words: list[str]) -> int:
    for word in words:
        if word in BUILTINS:
            call.out(word + "\n")
        elif call.process.machine.files.exists(f"/usr/bin/{word}"):
            call.out(f"/usr/bin/{word}\n")
        else:
            return 127
    return 0


def _type(call: Call) -> int:
    status = 0
    for word in call.arguments:
        if word in BUILTINS:
            call.out(f"{word} is a shell builtin\n")
        elif call.process.machine.files.exists(f"/usr/bin/{word}"):
            call.out(f"{word} is /usr/bin/{word}\n")
        else:
            call.out(f"{word}: not found\n")
            status = 127
    return status


def _eval(call: Call) -> int:
    return call.process.runner.evaluate(" ".join(call.arguments), call.process)


def _exit(call: Call) -> int:
    text = call.arguments[0] if call.arguments else str(call.process.status)
    if not text.isdecimal():
        call.shell_fail(f"Illegal number: {text}")
        raise Leave(2)
    raise Leave(int(text) & 255)


def _export(call: Call) -> int:
    for word in call.arguments:
        name, equals, value = word.partition("=")
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            call.shell_fail(f"{name}: bad variable name")
            raise Leave(2)
        if equals:
            call.process.variables[name] = value
        call.process.exported[name] = None
    if not call.arguments:
        call.out("".join(f"export {name}='{value}'\n" for name, value in sorted(call.process.environment().items())))
    return 0


def _pwd(call: Call) -> int:
    call.out(call.process.cwd + "\n")
    return 0


def _read(call: Call) -> int:
    names = [word for word in call.arguments if word != "-r"]
    line = call.process.input().readline()
    words = line.rstrip("\n").split(maxsplit=max(0, len(names) - 1)) if names else []
    for position, name in enumerate(names):
        call.process.variables[name] = words[position].rstrip() if position < len(words) else ""
    return 0 if line.endswith("\n") else 1


def _set(call: Call) -> int:
    words = list(call.arguments)
    if words and words[0].startswith("-") and words[0] != "--":
        return 0
    if words:
        call.process.arguments = words[1:] if words[0] == "--" else words
    return 0


def _shift(call: Call) -> int:
    if not call.process.arguments:
        call.process.complain("shift: can't shift that many")
        raise Leave(2)
    del call.process.arguments[0]
    return 0


def _test(call: Call) -> int:
    words = list(call.arguments)
    if call.name == "[" and (not words or words.pop() != "]"):
        return call.shell_fail("missing ]", 2)
    try:
        return int(not evaluate_test(words, call.process.machine.files, call.process.cwd))
    except ValueError as fault:
        return call.shell_fail(str(fault), 2)


def _unset(call: Call) -> int:
    for name in call.arguments:
        call.process.variables.pop(name, None)
        call.process.exported.pop(name, None)
    return 0


def _wait(call: Call) -> int:
    machine = call.process.machine
    machine.now = max(machine.now, call.process.jobs_end)
    return 0


BUILTINS: dict[str, Callable[[Call], int]] = {
    ":": lambda _call: 0,
    "[": _test,
    "cd": _cd,
    "command": _command,
    "echo": _echo,
    "eval": _eval,
    "exit": _exit,
    "export": _export,
    "false": lambda _call: 1,
    "printf": _printf,
    "pwd": _pwd,
    "read": _read,
    "set": _set,
    "shift": _shift,
    "test": _test,
    "true": lambda _call: 0,
    "type": _type,
    "unset": _unset,
    "wait": _wait,
}
