"""Programs that read text.

`base64` `cat` `cut` `grep` `head` `md5sum` `rev` `sed` `seq` `sort` `tac` `tail` `tee` `tr` `uniq` `wc`.
Each knows the options named in its function. `sed` knows `s/from/to/g` alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator

from vedette.range.sinks.shell_process import Call
from vedette.range.sinks.shell_regex import basic, extended

_REASONS = {2: "No such file or directory", 13: "Permission denied", 20: "Not a directory", 21: "Is a directory"}
_SEQ_MAX = 200_000


class _UnreadableError(Exception):
    """A file that could not be read was complained about."""


def _texts(call: Call, paths: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of each readable operand, or of standard input; then raise _UnreadableError for the rest."""
    trouble = False
    for path in paths or ["-"]:
        if path == "-":
            yield path, call.process.input().read()
            continue
        try:
            text = call.process.machine.files.read(path, call.process.cwd)
        except OSError as error:
            trouble = True
            call.fail(f"{path}: {_REASONS.get(error.errno or 0, error.strerror)}")
        else:
            yield path, text
    if trouble:
        raise _UnreadableError


def _cat(call: Call) -> int:
    """`-n`, `-A`, `-e`, `-v` are read; only `-n` changes the output."""
    options = call.flags("nbevETAstu")
    if options is None:
        return 1
    number = 0
    for _, text in _texts(call, options[1]):
        if "n" not in options[0]:
            call.out(text)
            continue
        for line in text.splitlines(keepends=True):
            number += 1
            call.out(f"{number:6}\t{line}")
    return 0


def _tac(call: Call) -> int:
    for _, text in _texts(call, call.arguments):
        call.out("".join(reversed(text.splitlines(keepends=True))))
    return 0


def _head(call: Call) -> int:
    return _ends(call, lambda items, count: items[:count])


def _tail(call: Call) -> int:
    return _ends(call, lambda items, count: items[-abs(count) :] if count else items[:0])


def _ends(call: Call, pick: Callable[[str, int], str] | Callable[[list[str], int], list[str]]) -> int:
    """`-n N`, `-N` and `-c N`."""
    # The old way to say a count, `-3`, is for the first word alone.
    call.arguments[:1] = [re.sub(r"^-(\d+)$", r"-n\1", word) for word in call.arguments[:1]]
    options = call.flags("q", "nc")
    if options is None:
        return 1
    given, paths = options
    letter = "c" if "c" in given else "n"
    count = given.get(letter, "10")
    if not re.fullmatch(r"[-+]?\d+", count):
        return call.fail(f"invalid number of {'bytes' if letter == 'c' else 'lines'}: '{count}'")
    for path, text in _texts(call, paths):
        heading = f"==> {path} <==\n" if len(paths) > 1 else ""
        picked: list[str] | str = pick(text if letter == "c" else text.splitlines(keepends=True), int(count))  # type: ignore[arg-type]
        call.out(heading + "".join(picked))
    return 0


def _wc(call: Call) -> int:
    """`-l`, `-w`, `-c`, `-m`."""
    options = call.flags("lwcm")
    if options is None:
        return 1
    given, paths = options
    wanted = [letter for letter in "lwmc" if letter in given] or ["l", "w", "c"]
    rows: list[tuple[list[int], str]] = []
    for path, text in _texts(call, paths):
        counts = {"l": text.count("\n"), "w": len(text.split()), "m": len(text), "c": len(text.encode())}
        rows.append(([counts[letter] for letter in wanted], path))
    if len(rows) > 1:
        rows.append(([sum(column) for column in zip(*(row for row, _ in rows), strict=True)], "total"))
    single = len(wanted) == 1 and len(rows) == 1
    width = 1 if single else 7 if not paths else max(len(str(number)) for row, _ in rows for number in row)
    for row, name in rows:
        line = " ".join(f"{number:{width}}" for number in row)
        call.out(line + ("\n" if not paths else f" {name}\n"))
    return 0


def _grep(call: Call) -> int:
    """`-c -e -E -F -h -i -l -n -o -q -s -v -w -x`."""
    options = call.flags("cEFGhHilnoqsvwx", "e")
    if options is None:
        return 2
    given, words = options
    if "e" not in given and not words:
        call.process.output(2).write(
            "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n"
        )
        return 2
    pattern = given["e"] if "e" in given else words.pop(0)
    compiled = _pattern(pattern, given)
    if compiled is None:
        return call.fail("Invalid regular expression", 2)
    found = False
    for path, text in _texts(call, words):
        prefix = f"{path}:" if (len(words) > 1 or "H" in given) and "h" not in given else ""
        found = _grep_text(call, compiled, given, path, prefix, text) or found
    return int(not found)


def _pattern(pattern: str, given: dict[str, str]) -> re.Pattern[str] | None:
    source = re.escape(pattern) if "F" in given else extended(pattern) if "E" in given else basic(pattern)
    if "x" in given:
        source = rf"\A(?:{source})\Z"
    elif "w" in given:
        source = rf"(?<!\w)(?:{source})(?!\w)"
    try:
        return re.compile(source, re.IGNORECASE if "i" in given else 0)
    except re.error:
        return None


def _grep_text(call: Call, pattern: re.Pattern[str], given: dict[str, str], path: str, prefix: str, text: str) -> bool:
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if (pattern.search(line) is None) == ("v" in given)
    ]
    if "q" in given:
        return bool(lines)
    if "l" in given:
        call.out(path + "\n" if lines else "")
    elif "c" in given:
        call.out(f"{prefix}{len(lines)}\n")
    else:
        for number, line in lines:
            shown = [match[0] for match in pattern.finditer(line) if match[0]] if "o" in given else [line]
            place = f"{number}:" if "n" in given else ""
            call.out("".join(f"{prefix}{place}{piece}\n" for piece in shown))
    return bool(lines)


def _sort(call: Call) -> int:
    """`-n`, `-r`, `-u`."""
    options = call.flags("nruf")
    if options is None:
        return 2
    given, paths = options
    lines = [line for _, text in _texts(call, paths) for line in text.splitlines()]

    def key(line: str) -> tuple[float, str]:
        number = re.match(r"\s*(-?\d+(?:\.\d+)?)", line) if "n" in given else None
        return (float(number[1]) if number else 0.0, line)

    if "u" in given:
        lines = list(dict.fromkeys(lines))
    call.out("".join(line + "\n" for line in sorted(lines, key=key, reverse="r" in given)))
    return 0


def _uniq(call: Call) -> int:
    """`-c`, `-d`, `-u`."""
    options = call.flags("cdu")
    if options is None:
        return 1
    given, paths = options
    groups: list[tuple[str, int]] = []
    for _, text in _texts(call, paths):
        for line in text.splitlines():
            if groups and groups[-1][0] == line:
                groups[-1] = (line, groups[-1][1] + 1)
            else:
                groups.append((line, 1))
    for line, count in groups:
        if ("d" in given and count == 1) or ("u" in given and count > 1):
            continue
        call.out(f"{count:7} {line}\n" if "c" in given else f"{line}\n")
    return 0


def _rev(call: Call) -> int:
    for _, text in _texts(call, call.arguments):
        call.out("".join(line.rstrip("\n")[::-1] + line[len(line.rstrip("\n")) :] for line in text.splitlines(True)))
    return 0


def _tr(call: Call) -> int:
    """`-d`, `-s`, `-c`, ranges and escapes in sets."""
    options = call.flags("dscC")
    if options is None:
        return 1
    given, sets = options
    if not sets:
        return call.fail("missing operand\nTry 'tr --help' for more information.")
    if len(sets) < 2 and not {"d", "s"} & set(given):
        text = f"missing operand after '{sets[0]}'\nTwo strings must be given when translating."
        return call.fail(text + "\nTry 'tr --help' for more information.")
    text = call.process.input().read()
    first = _tr_set(sets[0])
    if {"c", "C"} & set(given):
        first = "".join(dict.fromkeys(char for char in text if char not in first))
    second = _tr_set(sets[1]) if len(sets) > 1 else ""
    if "d" in given:
        text = "".join(char for char in text if char not in first)
    elif second:
        padded = second.ljust(len(first), second[-1])
        text = text.translate({ord(a): b for a, b in zip(reversed(first), reversed(padded[: len(first)]), strict=True)})
    if "s" in given:
        squeezed = re.escape(second or first)
        text = re.sub(rf"([{squeezed}])\1+", r"\1", text) if squeezed else text
    call.out(text)
    return 0


def _tr_set(text: str) -> str:
    classes = {
        "[:upper:]": "A-Z",
        "[:lower:]": "a-z",
        "[:digit:]": "0-9",
        "[:alpha:]": "A-Za-z",
        "[:space:]": " \\t\\n",
    }
    for name, meaning in classes.items():
        text = text.replace(name, meaning)
    escapes = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    plain = re.sub(r"\\([0-7]{1,3}|.)", lambda m: escapes.get(m[1]) or _octal(m[1]), text)
    return re.sub(
        r"(.)-(.)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))) or m[0], plain, flags=re.DOTALL
    )


def _octal(text: str) -> str:
    return chr(int(text, 8) & 255) if re.fullmatch(r"[0-7]+", text) else text


def _cut(call: Call) -> int:
    """`-d C -f LIST` and `-c LIST`."""
    options = call.flags("s", "dfcb")
    if options is None:
        return 1
    given, paths = options
    wanted = given.get("f") or given.get("c") or given.get("b")
    if wanted is None:
        return call.fail("you must specify a list of bytes, characters, or fields")
    ranges = [re.fullmatch(r"(\d*)(-?)(\d*)", item) for item in wanted.split(",")]
    if not all(match and match[0].strip("-") for match in ranges):
        return call.fail(f"invalid field value '{wanted}'")
    delimiter = given.get("d", "\t")
    for _, text in _texts(call, paths):
        for line in text.splitlines():
            if "f" in given and delimiter not in line:
                call.out("" if "s" in given else line + "\n")
                continue
            items = line.split(delimiter) if "f" in given else list(line)
            kept = [item for place, item in enumerate(items, 1) if any(_within(place, m) for m in ranges if m)]
            call.out((delimiter if "f" in given else "").join(kept) + "\n")
    return 0


def _within(place: int, match: re.Match[str]) -> bool:
    if not match[2]:
        return place == int(match[1])
    return int(match[1] or 1) <= place <= int(match[3] or place)


def _sed(call: Call) -> int:
    options = call.flags("nrE", "e")
    if options is None:
        return 1
    given, words = options
    script = given.get("e") or (words.pop(0) if words else "")
    match = re.fullmatch(r"s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1(g?)", script.strip(), re.DOTALL)
    if match is None:
        return call.fail(f"-e expression #1, char {max(1, len(script))}: unknown command: `{script[:1]}'")
    source = extended(match[2]) if {"r", "E"} & set(given) else basic(match[2])
    replacement = re.sub(r"(?<!\\)&", r"\\g<0>", match[3])
    try:
        for _, text in _texts(call, words):
            for line in text.splitlines(keepends=True):
                body = line.rstrip("\n")
                call.out(re.sub(source, replacement, body, count=0 if match[4] else 1) + line[len(body) :])
    except re.error:
        return call.fail(f"-e expression #1, char {len(script)}: Invalid regular expression")
    return 0


def _seq(call: Call) -> int:
    """`[FIRST [STEP]] LAST` of whole numbers, and `-s SEPARATOR`."""
    words = list(call.arguments)
    separator = "\n"
    if words[:1] == ["-s"]:
        separator = "".join(words[1:2])
        words = words[2:]
    if not words:
        return call.fail("missing operand\nTry 'seq --help' for more information.")
    wrong = next((word for word in words if not re.fullmatch(r"[-+]?\d+", word)), None)
    if wrong is not None:
        return call.fail(f"invalid floating point argument: '{wrong}'\nTry 'seq --help' for more information.")
    numbers = [int(word) for word in words]
    first, step, last = (
        (1, 1, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1] if len(numbers) > 2 else 1, numbers[-1])
    )
    if step == 0:
        return call.fail(f"invalid Zero increment value: '{words[1]}'\nTry 'seq --help' for more information.")
    shown = [str(number) for number in range(first, last + (1 if step > 0 else -1), step)[:_SEQ_MAX]]
    call.out(separator.join(shown) + "\n" if shown else "")
    return 0


def _base64(call: Call) -> int:
    """`-d`, `-i` and `-w COLUMNS`."""
    options = call.flags("di", "w")
    if options is None:
        return 1
    given, paths = options
    for _, text in _texts(call, paths[:1]):
        if "d" in given:
            try:
                call.out(
                    base64.b64decode(re.sub(r"\s", "", text), validate="i" not in given).decode("utf-8", "replace")
                )
            except binascii.Error:
                return call.fail("invalid input")
            continue
        coded = base64.b64encode(text.encode()).decode()
        width = int(given.get("w", "76")) or len(coded) or 1
        lines = [coded[start : start + width] for start in range(0, len(coded), width)]
        call.out("\n".join(lines) + ("\n" if given.get("w") != "0" else ""))
    return 0


def _md5sum(call: Call) -> int:
    for path, text in _texts(call, call.arguments):
        call.out(f"{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}  {path}\n")
    return 0


def _tee(call: Call) -> int:
    text = call.process.input().read()
    call.out(text)
    status = 0
    for path in call.arguments:
        try:
            call.process.machine.files.write(path, text, call.process.cwd)
        except OSError as error:
            status = call.fail(f"{path}: {error.strerror}")
    return status


def _reporting(program: Callable[[Call], int], trouble: int = 1) -> Callable[[Call], int]:
    """Let a program end with a status of its own when a file could not be read."""

    def run(call: Call) -> int:
        try:
            return program(call)
        except _UnreadableError:
            return trouble

    return run


TEXT: dict[str, Callable[[Call], int]] = {
    "base64": _reporting(_base64),
    "cat": _reporting(_cat),
    "cut": _reporting(_cut),
    "grep": _reporting(_grep, trouble=2),
    "head": _reporting(_head),
    "md5sum": _reporting(_md5sum),
    "rev": _reporting(_rev),
    "sed": _reporting(_sed, trouble=2),
    "seq": _seq,
    "sort": _reporting(_sort, trouble=2),
    "tac": _reporting(_tac),
    "tail": _reporting(_tail),
    "tee": _tee,
    "tr": _tr,
    "uniq": _reporting(_uniq),
    "wc": _reporting(_wc),
}
