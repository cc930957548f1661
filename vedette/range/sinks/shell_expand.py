"""Expansion of shell words: parameters, commands, arithmetic, splitting, and names of files.

    fields = split(parameters, substitutions, arithmetic) then pathnames, then quotes away

`${name op argument}` knows `- = + ?` (with ":" also for the empty value), `# ## % %%` and `${#name}`. Unquoted
results are split at the characters of IFS. `*`, `?` and `[...]` outside quotes stand for the names in the file tree;
a pattern without a match stays as it is.
"""

from __future__ import annotations

import re

from vedette.range.sinks.shell_arithmetic import ShellArithmeticError, compute
from vedette.range.sinks.shell_process import Leave, Process
from vedette.range.sinks.shell_tree import Arithmetic, Parameter, Part, Substitution, Text, Word

_Piece = tuple[str, bool]
_GLOB = re.compile(r"[*?\[]")
_PID = "4711"


def fields(word: Word, process: Process) -> list[str]:
    """Expand a word to any number of fields."""
    found: list[list[_Piece]] = []
    current: list[_Piece] | None = None
    for part in _with_home(word, process):
        if isinstance(part, Text):
            current = [*(current or []), (part.value, part.quoted)]
        elif isinstance(part, Parameter) and part.quoted and part.name == "@" and not part.operator:
            if not process.arguments and current == [("", True)]:
                # "$@" without arguments stands for no field at all, in spite of its quotes.
                current = None
            for position, argument in enumerate(process.arguments):
                if position > 0:
                    found.append(current or [])
                    current = None
                current = [*(current or []), (argument, True)]
        elif part.quoted:
            current = [*(current or []), (_value(part, process), True)]
        else:
            current = _split(_value(part, process), process.variables.get("IFS", " \t\n"), current, found)
    if current is not None:
        found.append(current)
    return [name for pieces in found for name in _pathnames(pieces, process)]


def single(word: Word, process: Process) -> str:
    """Expand a word to one text without splitting, as for assignments and redirections."""
    return "".join(text for text, _ in _pieces(word, process))


def _pieces(word: Word, process: Process) -> list[_Piece]:
    return [
        (part.value, part.quoted) if isinstance(part, Text) else (_value(part, process), part.quoted)
        for part in _with_home(word, process)
    ]


def _with_home(word: Word, process: Process) -> Word:
    first = word[0] if word else None
    if isinstance(first, Text) and not first.quoted and re.match(r"~(?:/|\Z)", first.value):
        return (Text(process.variables.get("HOME", "~"), quoted=True), Text(first.value[1:]), *word[1:])
    return word


def _split(value: str, separators: str, current: list[_Piece] | None, found: list[list[_Piece]]) -> list[_Piece] | None:
    """Split an unquoted value into fields; `current` is the field under way before and after."""
    if not separators:
        return [*(current or []), (value, False)] if value else current
    blank = "".join(char for char in separators if char in " \t\n")
    hard = "".join(char for char in separators if char not in " \t\n")
    spaces = f"[{re.escape(blank)}]" if blank else "(?!)"
    delimiter = f"{spaces}*[{re.escape(hard)}]{spaces}*|{spaces}+" if hard else f"{spaces}+"
    position = 0
    for match in re.finditer(delimiter, value):
        if match.start() > position:
            current = [*(current or []), (value[position : match.start()], False)]
        if current is not None or match[0].strip(blank or None):
            found.append(current or [])
        current = None
        position = match.end()
    return [*(current or []), (value[position:], False)] if position < len(value) else current


def _value(part: Part, process: Process) -> str:
    if isinstance(part, Substitution):
        return process.runner.capture(part.body, process).rstrip("\n").replace("\0", "")
    if isinstance(part, Arithmetic):
        try:
            return str(compute(single(part.expression, process), process.variables))
        except ShellArithmeticError as fault:
            raise _fatal(process, str(fault)) from None
    if isinstance(part, Parameter):
        return _parameter(part, process)
    return part.value


def _fatal(process: Process, message: str) -> Leave:
    process.complain(message)
    return Leave(2)


def _lookup(name: str, process: Process) -> str | None:
    if name in ("@", "*"):
        return " ".join(process.arguments) if process.arguments else None
    if name.isdigit():
        number = int(name)
        if number == 0:
            return process.name
        return process.arguments[number - 1] if number <= len(process.arguments) else None
    special = {"#": str(len(process.arguments)), "?": str(process.status), "$": _PID, "!": "", "-": ""}
    return special[name] if name in special else process.variables.get(name)


def _parameter(part: Parameter, process: Process) -> str:
    value = _lookup(part.name, process) if part.operator != "bad" else None
    operator = part.operator
    if operator == "":
        return value or ""
    if operator == "bad":
        raise _fatal(process, "Bad substitution")
    if operator == "length":
        return str(len(value or ""))
    if operator[0] in "#%":
        return _trim(value or "", operator, part.argument, process)
    missing = not value if operator.startswith(":") else value is None
    return _default(part, operator[-1], value or "", process, missing=missing)


def _default(part: Parameter, operator: str, value: str, process: Process, *, missing: bool) -> str:
    if operator == "+":
        return "" if missing else single(part.argument, process)
    if not missing:
        return value
    given = single(part.argument, process)
    if operator == "?":
        unset = "parameter not set" + (" or null" if part.operator == ":?" else "")
        raise _fatal(process, f"{part.name}: {given or unset}")
    if operator == "=":
        process.variables[part.name] = given
    return given


def _trim(value: str, operator: str, argument: Word, process: Process) -> str:
    pattern = re.compile(_as_regex(_pieces(argument, process)), re.DOTALL)
    lengths = range(len(value) + 1)
    for length in reversed(lengths) if len(operator) == 2 else lengths:
        cut = value[:length] if operator[0] == "#" else value[len(value) - length :]
        if pattern.fullmatch(cut):
            return value[length:] if operator[0] == "#" else value[: len(value) - length]
    return value


def _as_regex(pieces: list[_Piece]) -> str:
    return "".join(re.escape(text) if quoted else _translate(text) for text, quoted in pieces)


def _translate(pattern: str) -> str:
    out: list[str] = []
    position = 0
    while position < len(pattern):
        here = pattern[position]
        position += 1
        close = pattern.find("]", position + 1) if here == "[" else -1
        if here == "*":
            out.append(".*")
        elif here == "?":
            out.append(".")
        elif close > 0:
            inner = pattern[position:close].replace("\\", r"\\").replace("[", r"\[")
            out.append(f"[^{inner[1:]}]" if inner.startswith(("!", "^")) else f"[{inner}]")
            position = close + 1
        else:
            out.append(re.escape(here))
    return "".join(out)


def _pathnames(pieces: list[_Piece], process: Process) -> list[str]:
    plain = "".join(text for text, _ in pieces)
    if not any(not quoted and _GLOB.search(text) for text, quoted in pieces):
        return [plain]
    components: list[list[_Piece]] = [[]]
    for text, quoted in pieces:
        first, *rest = text.split("/")
        components[-1].append((first, quoted))
        components.extend([[(name, quoted)] for name in rest])
    found = [""]
    for position, component in enumerate(components):
        last = position == len(components) - 1
        found = [path for base in found for path in _matches(base, component, process, last=last)]
    return sorted(found) or [plain]


def _matches(base: str, component: list[_Piece], process: Process, *, last: bool) -> list[str]:
    """Return base extended by each name that the component stands for, with a slash unless it is the last."""
    literal = "".join(text for text, _ in component)
    end = "" if last else "/"
    if not any(not quoted and _GLOB.search(text) for text, quoted in component):
        path = base + literal + end
        return [path] if not last or process.machine.files.exists(path or ".", process.cwd) else []
    try:
        names = process.machine.files.listdir(base or ".", process.cwd)
        pattern = re.compile(_as_regex(component), re.DOTALL)
    except (OSError, re.error):
        return []
    return [
        base + name + end
        for name in names
        if pattern.fullmatch(name)
        and (literal.startswith(".") or not name.startswith("."))
        and (last or process.machine.files.is_dir(base + name, process.cwd))
    ]
