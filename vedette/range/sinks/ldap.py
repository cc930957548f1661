"""Search filters of LDAP (RFC 4515), read as OpenLDAP's client library reads them, over entries in memory.

    filter     = *SP "(" *SP ( and / or / not / item ) ")" / item
    and        = "&" *filter            (none at all is true)
    or         = "|" *filter            (none at all is false)
    not        = "!" filter
    item       = attribute ( "=" / "~=" / ">=" / "<=" ) value
               / attribute "=*" / attribute "=" [ value ] 1*( "*" [ value ] )
               / attribute [ ":dn" ] [ ":" rule ] ":=" value
    value      = *( any but "(" ")" "*" "\\" and null / "\\" HEX HEX / "\\" ( "(" / ")" / "*" / "\\" ) )
    attribute  = ( ALPHA *( ALPHA / DIGIT / "-" ) / numeric-oid ) *( ";" option )

As in that library an item needs no parentheses when it is the whole filter, and anything after the closing
parenthesis of the outermost filter is an error ("Bad search filter", -7). `lenient=True` stands for servers with a
parser of their own that stop reading there and ignore the rest.

Values compare without regard to case and to runs of blanks, `userPassword` exactly; `>=` and `<=` compare numbers where
both are whole numbers; `~=` also ignores blanks. An attribute that no entry has is unknown to the directory: what is
said of it is neither true nor false, and its negation is not true either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

Entry: TypeAlias = Mapping[str, list[str]]
# True, False, or None for undefined.
_Truth: TypeAlias = "bool | None"
_Test: TypeAlias = Callable[[Entry], _Truth]

_ATTRIBUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*)(?:;[A-Za-z0-9-]+)*")
_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{2})|([*()\\]))")
_EXTENDED = re.compile(r"(?P<attribute>[^:]+)(?::dn)?(?::(?P<rule>[A-Za-z0-9.-]+))?:\Z")
_RULES = frozenset(("caseIgnoreMatch", "caseExactMatch", "2.5.13.2", "2.5.13.5"))
_EXACT = frozenset(("userpassword",))
_DEPTH_MAX = 100


class LdapError(Exception):
    """A search that failed; `code` is the library's result code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def search(filter_text: str, entries: Sequence[Entry], *, lenient: bool = False) -> list[Entry]:
    """Return the entries that the filter matches, in their order; raises LdapError for a filter that is none."""
    known = frozenset(name.lower() for entry in entries for name in entry)
    reader = _Reader(filter_text, known)
    test = reader.outermost()
    if reader.rest() and not lenient:
        raise _bad()
    return [entry for entry in entries if test(entry) is True]


def _bad() -> LdapError:
    return LdapError("Bad search filter", -7)


class _Reader:
    """A filter being read into a test."""

    def __init__(self, text: str, known: frozenset[str]) -> None:
        self._text = text
        self._position = 0
        self._known = known
        self._depth = 0

    def rest(self) -> str:
        return self._text[self._position :]

    def outermost(self) -> _Test:
        self._skip_blanks()
        if not self.rest():
            raise _bad()
        if self._peek() == "(":
            return self._parenthesised()
        test = self._item(self.rest())
        self._position = len(self._text)
        return test

    def _peek(self) -> str:
        return self._text[self._position : self._position + 1]

    def _skip_blanks(self) -> None:
        while self._peek() and self._peek() in " \t\r\n":
            self._position += 1

    def _parenthesised(self) -> _Test:
        self._depth += 1
        if self._peek() != "(" or self._depth > _DEPTH_MAX:
            raise _bad()
        self._position += 1
        self._skip_blanks()
        operator = self._peek()
        if operator and operator in "&|!":
            self._position += 1
            test = self._combination(operator)
        else:
            test = self._item(self._until_close())
        if self._peek() != ")":
            raise _bad()
        self._position += 1
        self._depth -= 1
        return test

    def _combination(self, operator: str) -> _Test:
        parts: list[_Test] = []
        self._skip_blanks()
        while self._peek() == "(":
            parts.append(self._parenthesised())
            self._skip_blanks()
        if operator == "!":
            if len(parts) != 1:
                raise _bad()
            return lambda entry: _negated(parts[0](entry))
        return _all_of(parts) if operator == "&" else _any_of(parts)

    def _until_close(self) -> str:
        start = self._position
        while self._peek() not in ("", ")"):
            self._position += 2 if self._peek() == "\\" else 1
        return self._text[start : self._position]

    def _item(self, text: str) -> _Test:
        left, equals, value = text.partition("=")
        if not equals:
            raise _bad()
        operator = left[-1:] if left[-1:] in ("<", ">", "~", ":") else ""
        name = left[: len(left) - len(operator)]
        if operator == ":":
            return self._extended(left, value)
        if not _ATTRIBUTE.fullmatch(name):
            raise _bad()
        attribute = name.split(";")[0].lower()
        if operator:
            return self._of(attribute, _ordering(operator, _unescape(value)))
        if value == "*":
            return lambda entry: bool(_values(entry, attribute))
        pieces = [_unescape(piece) for piece in _split_stars(value)]
        return self._of(attribute, _equality(pieces[0]) if len(pieces) == 1 else _substrings(pieces))

    def _extended(self, left: str, value: str) -> _Test:
        match = _EXTENDED.fullmatch(left)
        if match is None or not _ATTRIBUTE.fullmatch(match["attribute"]):
            raise _bad()
        matches = _equality(_unescape(value))
        if match["rule"] and match["rule"] not in _RULES:
            return lambda _entry: None
        return self._of(match["attribute"].split(";")[0].lower(), matches)

    def _of(self, attribute: str, matches: Callable[[str, bool], bool]) -> _Test:
        if attribute not in self._known:
            return lambda _entry: None
        exact = attribute in _EXACT
        return lambda entry: any(matches(value, exact) for value in _values(entry, attribute))


def _values(entry: Entry, attribute: str) -> list[str]:
    return [value for name, values in entry.items() if name.lower() == attribute for value in values]


def _negated(truth: _Truth) -> _Truth:
    return None if truth is None else not truth


def _all_of(parts: list[_Test]) -> _Test:
    def test(entry: Entry) -> _Truth:
        found = [part(entry) for part in parts]
        return False if False in found else None if None in found else True

    return test


def _any_of(parts: list[_Test]) -> _Test:
    def test(entry: Entry) -> _Truth:
        found = [part(entry) for part in parts]
        return True if True in found else None if None in found else False

    return test


def _split_stars(value: str) -> list[str]:
    """Split a value at its wildcards; an escaped character is never one."""
    pieces = [""]
    for match in re.finditer(r"\\.|\\\Z|[^\\]", value, re.DOTALL):
        if match[0] == "*":
            pieces.append("")
        else:
            pieces[-1] += match[0]
    return pieces


def _unescape(value: str) -> str:
    plain = _ESCAPE.sub("", value)
    if re.search(r"[\\()*\0]", plain):
        raise _bad()
    octets = value.encode().decode("latin-1")
    octets = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], octets)
    return octets.encode("latin-1").decode("utf-8", "replace")


def _normal(value: str, exact: bool) -> str:
    return value if exact else " ".join(value.lower().split())


def _equality(wanted: str) -> Callable[[str, bool], bool]:
    return lambda value, exact: _normal(value, exact) == _normal(wanted, exact)


def _ordering(operator: str, wanted: str) -> Callable[[str, bool], bool]:
    def matches(value: str, exact: bool) -> bool:
        left, right = _normal(value, exact), _normal(wanted, exact)
        if operator == "~":
            return left.replace(" ", "") == right.replace(" ", "")
        if re.fullmatch(r"-?\d+", left) and re.fullmatch(r"-?\d+", right):
            return int(left) >= int(right) if operator == ">" else int(left) <= int(right)
        return left >= right if operator == ">" else left <= right

    return matches


def _substrings(pieces: list[str]) -> Callable[[str, bool], bool]:
    def matches(value: str, exact: bool) -> bool:
        text = value if exact else " ".join(value.lower().split())
        wanted = [piece if exact else piece.lower() for piece in pieces]
        if not text.startswith(wanted[0]) or len(text) < len(wanted[0]) + len(wanted[-1]):
            return False
        position = len(wanted[0])
        end = len(text) - len(wanted[-1])
        for piece in wanted[1:-1]:
            found = text.find(piece, position, end)
            if found < 0:
                return False
            position = found + len(piece)
        return text.endswith(wanted[-1])

    return matches
