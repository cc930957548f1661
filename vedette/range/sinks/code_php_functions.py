"""The functions of the PHP-like language: texts, numbers, arrays, and those that wait or print."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import json
import math
import re
import string
import zlib
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import quote, quote_plus, unquote_plus

from vedette.range.sinks.bounds import check_format, check_length
from vedette.range.sinks.code_php_values import (
    Value,
    arithmetic,
    is_numeric,
    order,
    print_r,
    thrown,
    to_bool,
    to_int,
    to_number,
    to_text,
    type_name,
    var_dump,
    var_export,
)

VERSION = "8.2.7"
CONSTANTS: dict[str, Value] = {
    "M_PI": math.pi,
    "M_E": math.e,
    "NAN": math.nan,
    "INF": math.inf,
    "PHP_EOL": "\n",
    "PHP_INT_MAX": 2**63 - 1,
    "PHP_INT_SIZE": 8,
    "PHP_OS": "Linux",
    "PHP_OS_FAMILY": "Linux",
    "PHP_VERSION": VERSION,
    "DIRECTORY_SEPARATOR": "/",
}
_TYPES = {"null": "NULL", "bool": "boolean", "int": "integer", "float": "double"}
# As since PHP 8 only the letters of ASCII change their case.
_UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_ROT13 = str.maketrans(
    string.ascii_letters,
    "".join(letters[13:] + letters[:13] for letters in (string.ascii_lowercase, string.ascii_uppercase)),
)
_ITEMS_MAX = 20_000


class Runtime(Protocol):
    """What functions need of the running program."""

    def write(self, text: str) -> None:
        """Print."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""


def _text(function: Callable[[str], Value]) -> Callable[..., Value]:
    return lambda _run, value: function(to_text(value))


def _number(function: Callable[[float], Value]) -> Callable[..., Value]:
    return lambda _run, value: function(to_number(value))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _repeat(_run: Runtime, text: Value, times: Value) -> Value:
    count = to_int(times)
    if count < 0:
        raise thrown("ValueError", "str_repeat(): Argument #2 ($times) must be greater than or equal to 0")
    check_length(len(to_text(text)) * count)
    return to_text(text) * count


def _substr(_run: Runtime, text: Value, start: Value, length: Value = None) -> Value:
    whole, first = to_text(text), to_int(start)
    first = max(0, len(whole) + first) if first < 0 else first
    if length is None:
        return whole[first:]
    count = to_int(length)
    return whole[first : first + count] if count >= 0 else whole[first : len(whole) + count]


def _replace(_run: Runtime, old: Value, new: Value, text: Value) -> Value:
    a, b, whole = to_text(old), to_text(new), to_text(text)
    check_length(len(whole) + whole.count(a) * len(b))
    return whole.replace(a, b) if a else whole


def _intval(_run: Runtime, value: Value, base: Value = 10) -> Value:
    radix = to_int(base)
    if radix == 10 or not isinstance(value, str):
        return to_int(value)
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"[: max(2, min(radix, 36))]
    match = re.match(rf"\s*([+-]?)(?:0x)?([{digits}]*)", value.lower())
    number = int(match[2] or "0", len(digits)) if match else 0
    return -number if match and match[1] == "-" else number


def _array(name: str, value: Value) -> dict[int | str, Value]:
    if not isinstance(value, dict):
        raise thrown("TypeError", f"{name}: Argument #1 must be of type array, {type_name(value)} given")
    return value


def _listed(values: list[Value]) -> Value:
    return dict(enumerate(values))


def _implode(_run: Runtime, glue: Value, pieces: Value = None) -> Value:
    if isinstance(glue, dict):
        glue, pieces = "" if pieces is None else pieces, glue
    parts = [to_text(piece) for piece in _array("implode()", pieces).values()]
    check_length(sum(map(len, parts)) + len(to_text(glue)) * len(parts))
    return to_text(glue).join(parts)


def _explode(_run: Runtime, separator: Value, text: Value) -> Value:
    if not to_text(separator):
        raise thrown("ValueError", "explode(): Argument #1 ($separator) cannot be empty")
    return _listed(list(to_text(text).split(to_text(separator))))


def _range(_run: Runtime, start: Value, end: Value, step: Value = 1) -> Value:
    first, last, by = to_int(start), to_int(end), abs(to_int(step)) or 1
    if abs(last - first) // by > _ITEMS_MAX:
        raise thrown("ValueError", "range(): Argument #3 ($step) must not exceed the specified range")
    return _listed(list(range(first, last + 1, by) if first <= last else range(first, last - 1, -by)))


def _round(_run: Runtime, value: Value, digits: Value = 0) -> Value:
    number, places = to_number(value), max(-300, min(to_int(digits), 300))
    scaled = number * 10.0**places
    if not math.isfinite(scaled):
        return float(number)
    return float(math.copysign(math.floor(abs(scaled) + 0.5), scaled) / 10.0**places)


def _printf_text(form: Value, values: tuple[Value, ...]) -> str:
    left = list(values)
    check_format(to_text(form))

    def fill(match: re.Match[str]) -> str:
        flags, width, precision, kind = match.groups()
        if kind == "%":
            return "%"
        if not left:
            raise thrown("ArgumentCountError", f"{len(values) + 2} arguments are required, {len(values) + 1} given")
        value = left.pop(0)
        spec = f"%{flags.replace(chr(39), '')}{width}" + (f".{precision}" if precision is not None else "")
        if kind == "s":
            return (spec + "s") % to_text(value)
        if kind == "c":
            return chr(to_int(value) % 256)
        if kind == "b":
            return f"{to_int(value) % 2**64:b}".rjust(int(width or 0), "0" if flags.startswith("0") else " ")
        if kind in "eEfFgG":
            return (spec + kind) % float(to_number(value))
        return (spec + ("d" if kind == "u" else kind)) % (to_int(value) % 2**64 if kind in "uxXo" else to_int(value))

    return re.sub(r"%([-+ 0]*)(\d*)(?:\.(\d+))?([bcdeEfFgGosuxX%])", fill, to_text(form))


def _printf(run: Runtime, form: Value, *values: Value) -> Value:
    text = _printf_text(form, values)
    run.write(text)
    return len(text)


def _number_format(_run: Runtime, value: Value, digits: Value = 0, point: Value = ".", thousands: Value = ",") -> Value:
    places = max(0, min(to_int(digits), 50))
    text = f"{to_number(_round(_run, value, places)):,.{places}f}"
    return text.replace(",", "\0").replace(".", to_text(point)).replace("\0", to_text(thousands))


def _var_dump(run: Runtime, *values: Value) -> Value:
    for value in values:
        run.write(var_dump(value))
    return None


def _shown(show: Callable[[Value], str]) -> Callable[..., Value]:
    """Make a function that prints a value, or returns it where its second argument says so."""

    def function(run: Runtime, value: Value, returned: Value = False) -> Value:
        if to_bool(returned):
            return show(value)
        run.write(show(value))
        return True if show is print_r else None

    return function


def _sleep(run: Runtime, seconds: Value) -> Value:
    if isinstance(seconds, str) and not is_numeric(seconds):
        raise thrown("TypeError", "sleep(): Argument #1 ($seconds) must be of type int, string given")
    count = to_int(seconds)
    if count < 0:
        raise thrown("ValueError", "sleep(): Argument #1 ($seconds) must be greater than or equal to 0")
    run.wait(float(count))
    return 0


def _usleep(run: Runtime, microseconds: Value) -> Value:
    count = to_int(microseconds)
    if count < 0:
        raise thrown("ValueError", "usleep(): Argument #1 ($microseconds) must be greater than or equal to 0")
    run.wait(count / 1_000_000)
    return None


def _base64_decode(text: str) -> Value:
    kept = re.sub(r"[^A-Za-z0-9+/]", "", text)
    try:
        return base64.b64decode(kept + "=" * (-len(kept) % 4)).decode("utf-8", "replace")
    except binascii.Error:
        return False


def _hex2bin(text: str) -> Value:
    return bytes.fromhex(text).decode("latin-1") if re.fullmatch(r"(?:[0-9a-fA-F]{2})*", text) else False


def _extreme(wanted: int) -> Callable[..., Value]:
    def function(_run: Runtime, *values: Value) -> Value:
        first = values[0]
        candidates = list(first.values()) if len(values) == 1 and isinstance(first, dict) else list(values)
        best = candidates[0]
        for value in candidates[1:]:
            best = value if order(value, best) == wanted else best
        return best

    return function


def _find(_run: Runtime, text: Value, part: Value) -> Value:
    place = to_text(text).find(to_text(part))
    return False if place < 0 else place


def _json(value: Value) -> Any:
    if isinstance(value, dict):
        in_order = list(value) == list(range(len(value)))
        return (
            [_json(item) for item in value.values()]
            if in_order
            else {str(key): _json(item) for key, item in value.items()}
        )
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _json_encode(_run: Runtime, value: Value) -> Value:
    return json.dumps(_json(value), separators=(",", ":")).replace("/", "\\/")


def _is_numeric(_run: Runtime, value: Value) -> Value:
    return is_numeric(value) if isinstance(value, str) else type_name(value) in ("int", "float")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "abs": _number(abs),
    "array_keys": lambda _run, value: _listed(list(_array("array_keys()", value))),
    "array_reverse": lambda _run, value: _listed(list(reversed(_array("array_reverse()", value).values()))),
    "array_sum": lambda _run, value: sum(map(to_number, _array("array_sum()", value).values())),
    "array_values": lambda _run, value: _listed(list(_array("array_values()", value).values())),
    "base64_decode": _text(_base64_decode),
    "base64_encode": _text(lambda text: base64.b64encode(text.encode()).decode()),
    "bin2hex": _text(lambda text: text.encode().hex()),
    "boolval": lambda _run, value: to_bool(value),
    "ceil": _number(lambda number: float(math.ceil(number)) if math.isfinite(number) else number),
    "chr": lambda _run, value: chr(to_int(value) % 256),
    "count": lambda _run, value: len(_array("count()", value)),
    "crc32": _text(lambda text: zlib.crc32(text.encode())),
    "dechex": lambda _run, value: f"{to_int(value) % 2**64:x}",
    "explode": _explode,
    "floatval": _number(float),
    "floor": _number(lambda number: float(math.floor(number)) if math.isfinite(number) else number),
    "gettype": lambda _run, value: _TYPES.get(type_name(value), type_name(value)),
    "hex2bin": _text(_hex2bin),
    "hexdec": _text(lambda text: int(re.sub(r"[^0-9a-fA-F]", "", text) or "0", 16)),
    "htmlspecialchars": _text(lambda text: html.escape(text).replace("&#x27;", "&#039;")),
    "implode": _implode,
    "in_array": lambda _run, part, value: any(order(part, item) == 0 for item in _array("in_array()", value).values()),
    "intdiv": lambda _run, a, b: to_int(to_number(a) // to_number(b)) if to_number(b) else _division_by_zero(),
    "intval": _intval,
    "is_array": lambda _run, value: isinstance(value, dict),
    "is_int": lambda _run, value: type_name(value) == "int",
    "is_null": lambda _run, value: value is None,
    "is_numeric": lambda _run, value: (
        is_numeric(value) if isinstance(value, str) else type_name(value) in ("int", "float")
    ),
    "is_string": lambda _run, value: isinstance(value, str),
    "join": _implode,
    "json_encode": _json_encode,
    "lcfirst": _text(lambda text: text[:1].lower() + text[1:]),
    "ltrim": _text(lambda text: text.lstrip(" \t\n\r\0\x0b")),
    "max": _extreme(1),
    "md5": _text(_md5),
    "min": _extreme(-1),
    "number_format": _number_format,
    "ord": _text(lambda text: text.encode()[0] if text else 0),
    "php_sapi_name": lambda _run: "fpm-fcgi",
    "php_uname": lambda _run, _mode="a": "Linux shop 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 x86_64",
    "phpversion": lambda _run: VERSION,
    "pi": lambda _run: math.pi,
    "pow": lambda _run, a, b: arithmetic("**", a, b),
    "print_r": _shown(print_r),
    "printf": _printf,
    "range": _range,
    "rawurlencode": _text(lambda text: quote(text, safe="-_.~")),
    "round": _round,
    "rtrim": _text(lambda text: text.rstrip(" \t\n\r\0\x0b")),
    "sha1": _text(_sha1),
    "sizeof": lambda _run, value: len(_array("sizeof()", value)),
    "sleep": _sleep,
    "sprintf": lambda _run, form, *values: _printf_text(form, values),
    "sqrt": _number(lambda number: math.sqrt(number) if number >= 0 else math.nan),
    "str_contains": lambda _run, text, part: to_text(part) in to_text(text),
    "str_repeat": _repeat,
    "str_replace": _replace,
    "str_rot13": _text(lambda text: text.translate(_ROT13)),
    "strlen": _text(lambda text: len(text.encode())),
    "strpos": _find,
    "strrev": _text(lambda text: text[::-1]),
    "strtolower": _text(lambda text: text.translate(_LOWER)),
    "strtoupper": _text(lambda text: text.translate(_UPPER)),
    "strval": _text(str),
    "substr": _substr,
    "trim": _text(lambda text: text.strip(" \t\n\r\0\x0b")),
    "ucfirst": _text(_capital),
    "ucwords": _text(lambda text: " ".join(map(_capital, text.split(" ")))),
    "urldecode": _text(unquote_plus),
    "urlencode": _text(lambda text: quote_plus(text, safe="-_.")),
    "usleep": _usleep,
    "var_dump": _var_dump,
    "var_export": _shown(var_export),
}


def _division_by_zero() -> Value:
    raise thrown("DivisionByZeroError", "Division by zero")
