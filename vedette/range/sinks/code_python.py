"""A subset of Python's expressions, walked over the syntax tree by a visitor of its own: nothing is ever executed.

    expression = constant / f-string / name / list / tuple / dict / slice / subscript / attribute / call
               / unary, binary, boolean and comparison operators / conditional expression

Names are those of the environment, the functions below, and the modules `math` and `time`; `__import__` knows these
two. Attributes are the harmless methods of texts, bytes, lists and dicts, and the members of the two modules. There are
no lambdas, comprehensions, sets, assignments or statements: what is left out is a SyntaxError, a name that is not there
a NameError, as with a restricted set of builtins. Numbers, texts and loops are bounded.
"""

from __future__ import annotations

import ast
import math
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vedette.range.sinks.bounds import COMPARISONS, OPERATORS, BoundsError, check_format, check_length

_LENGTH_MAX = 4000
_DEPTH_MAX = 60
_RANGE_MAX = 100_000
_PAD_MAX = 10_000
_QUIET = threading.Lock()

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: COMPARISONS["=="],
    ast.NotEq: COMPARISONS["!="],
    ast.Lt: COMPARISONS["<"],
    ast.LtE: COMPARISONS["<="],
    ast.Gt: COMPARISONS[">"],
    ast.GtE: COMPARISONS[">="],
    ast.In: COMPARISONS["in"],
    ast.NotIn: COMPARISONS["not in"],
    ast.Is: lambda a, b: a is b,
    ast.IsNot: lambda a, b: a is not b,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], object]] = {
    ast.UAdd: lambda value: +value,
    ast.USub: lambda value: -value,
    ast.Invert: lambda value: ~value,
    ast.Not: lambda value: not value,
}

_CONVERSIONS: dict[str, Callable[[object], str]] = {"r": repr, "s": str, "a": ascii}


@dataclass(frozen=True, slots=True)
class _Function:
    """A function that an expression may call."""

    name: str
    call: Callable[..., object]

    def __repr__(self) -> str:
        return f"<built-in function {self.name}>"


@dataclass(frozen=True, slots=True)
class _Module:
    """A module that an expression may look into."""

    name: str
    members: Mapping[str, object]

    def __repr__(self) -> str:
        return f"<module '{self.name}' (built-in)>"


def evaluate_python(expr: str, env: Mapping[str, object], clock: Callable[[float], None]) -> object:
    """Return the value of an expression with the names of `env`; `sleep` passes its seconds to `clock`.

    Raises what Python raises: SyntaxError, NameError, TypeError, ZeroDivisionError and so on; BoundsError (a
    ValueError) for results that would be too large.
    """
    modules = _modules(clock)
    names: dict[str, object] = {**_BUILTINS, **modules, **env}
    names["__import__"] = _Function("__import__", lambda name, *_rest: _imported(name, modules))
    return _Visitor(names).visit(_parsed(expr))


def _parsed(expr: str) -> ast.expr:
    if len(expr) > _LENGTH_MAX:
        raise SyntaxError("expression too long")
    try:
        # Doubtful escapes only make the parser warn; the caller has no use for that. The filters are the whole
        # process's, so one thread at a time.
        with _QUIET, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(expr.strip(), "<string>", mode="eval").body
    except (MemoryError, RecursionError):
        raise SyntaxError("too many nested parentheses") from None
    level: list[ast.AST] = [tree]
    for _ in range(_DEPTH_MAX):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if level:
        raise SyntaxError("too many nested parentheses")
    return tree


def _modules(clock: Callable[[float], None]) -> dict[str, object]:
    def sleep(seconds: float) -> None:
        if not isinstance(seconds, int | float):
            raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer")
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        clock(float(seconds))

    plain = (
        *("ceil", "cos", "exp", "fabs", "floor", "fmod", "gcd", "hypot"),
        *("log", "log10", "log2", "sin", "sqrt", "tan", "trunc"),
    )
    maths: dict[str, object] = {name: _Function(name, getattr(math, name)) for name in plain}
    constants = {"e": math.e, "inf": math.inf, "nan": math.nan, "pi": math.pi, "tau": math.tau}
    return {
        "math": _Module("math", {**maths, **constants}),
        "time": _Module("time", {"sleep": _Function("sleep", sleep)}),
    }


def _imported(name: object, modules: Mapping[str, object]) -> object:
    if not isinstance(name, str):
        raise TypeError(f"__import__() argument 1 must be str, not {type(name).__name__}")
    if name not in modules:
        raise ModuleNotFoundError(f"No module named '{name}'")
    return modules[name]


def _range(*arguments: int) -> range:
    found = range(*arguments)
    if len(found) > _RANGE_MAX:
        raise BoundsError("range too long")
    return found


def _round(number: Any, digits: int | None = None) -> object:
    if digits is not None and abs(digits) > 300:
        raise BoundsError("too many digits")
    return round(number, digits)


_FUNCTIONS: dict[str, Callable[..., object]] = {
    "abs": abs,
    "all": all,
    "any": any,
    "bin": bin,
    "bool": bool,
    "chr": chr,
    "divmod": divmod,
    "enumerate": lambda many: list(enumerate(many)),
    "float": float,
    "hex": hex,
    "int": int,
    "len": len,
    "list": list,
    "max": max,
    "min": min,
    "oct": oct,
    "ord": ord,
    "pow": lambda base, exponent, *rest: pow(base, exponent, *rest) if rest else OPERATORS["**"](base, exponent),
    "range": _range,
    "repr": repr,
    "reversed": lambda many: list(reversed(many)),
    "round": _round,
    "sorted": sorted,
    "str": str,
    "sum": sum,
    "tuple": tuple,
    "zip": lambda *many: list(zip(*many)),  # noqa: B905 - as the builtin does without being asked
}
_BUILTINS: dict[str, object] = {name: _Function(name, function) for name, function in _FUNCTIONS.items()}

_TEXT_METHODS = frozenset(
    (
        *("capitalize", "casefold", "center", "count", "encode", "endswith", "find", "index", "isalnum", "isalpha"),
        *("isdigit", "islower", "isspace", "isupper", "join", "ljust", "lower", "lstrip", "partition", "replace"),
        *("rfind", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase"),
        *("title", "upper", "zfill"),
    )
)
_METHODS: dict[type, frozenset[str]] = {
    str: _TEXT_METHODS,
    bytes: frozenset(("count", "decode", "endswith", "find", "hex", "lower", "startswith", "upper")),
    list: frozenset(("count", "index")),
    tuple: frozenset(("count", "index")),
    dict: frozenset(("get", "items", "keys", "values")),
    float: frozenset(("is_integer",)),
    int: frozenset(("bit_length",)),
}


def _method(value: Any, name: str) -> _Function:
    """Return a method of plain data, guarded against results that grow too long."""
    bound = getattr(value, name)

    def call(*arguments: Any, **named: Any) -> object:
        if name in ("center", "ljust", "rjust", "zfill") and arguments:
            check_length(arguments[0], _PAD_MAX)
        if name == "replace" and len(arguments) > 1:
            check_length((value.count(arguments[0]) + 1) * len(arguments[1]))
        if name == "join" and arguments:
            pieces = list(arguments[0])
            check_length(len(value) * len(pieces) + sum(map(len, pieces)))
            arguments = (pieces,)
        return bound(*arguments, **named)

    return _Function(name, call)


class _Visitor(ast.NodeVisitor):
    """Evaluates one node after the other; a kind of node without a method is refused."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self._names = names

    def generic_visit(self, node: ast.AST) -> object:
        raise SyntaxError(f"{type(node).__name__} is not supported here")

    def visit_Constant(self, node: ast.Constant) -> object:
        return node.value

    def visit_Name(self, node: ast.Name) -> object:
        if node.id not in self._names:
            raise NameError(f"name '{node.id}' is not defined")
        return self._names[node.id]

    def visit_List(self, node: ast.List) -> object:
        return [self.visit(part) for part in node.elts]

    def visit_Tuple(self, node: ast.Tuple) -> object:
        return tuple(self.visit(part) for part in node.elts)

    def visit_Dict(self, node: ast.Dict) -> object:
        pairs = zip(node.keys, node.values, strict=True)
        return {self.visit(key) if key else self.generic_visit(node): self.visit(value) for key, value in pairs}

    def visit_UnaryOp(self, node: ast.UnaryOp) -> object:
        return _UNARY[type(node.op)](self.visit(node.operand))

    def visit_BinOp(self, node: ast.BinOp) -> object:
        if type(node.op) not in _BINARY:
            return self.generic_visit(node.op)
        return OPERATORS[_BINARY[type(node.op)]](self.visit(node.left), self.visit(node.right))

    def visit_BoolOp(self, node: ast.BoolOp) -> object:
        value: object = None
        for part in node.values:
            value = self.visit(part)
            if bool(value) == isinstance(node.op, ast.Or):
                return value
        return value

    def visit_Compare(self, node: ast.Compare) -> object:
        left = self.visit(node.left)
        for kind, part in zip(node.ops, node.comparators, strict=True):
            right = self.visit(part)
            if not _COMPARE[type(kind)](left, right):
                return False
            left = right
        return True

    def visit_IfExp(self, node: ast.IfExp) -> object:
        return self.visit(node.body if self.visit(node.test) else node.orelse)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> object:
        return "".join(str(self.visit(part)) for part in node.values)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> object:
        value = self.visit(node.value)
        if node.conversion != -1:
            value = _CONVERSIONS[chr(node.conversion)](value)
        form = str(self.visit(node.format_spec)) if node.format_spec else ""
        check_format(form)
        return format(value, form)

    def visit_Slice(self, node: ast.Slice) -> object:
        return slice(*(self.visit(part) if part else None for part in (node.lower, node.upper, node.step)))

    def visit_Subscript(self, node: ast.Subscript) -> object:
        return self.visit(node.value)[self.visit(node.slice)]

    def visit_Attribute(self, node: ast.Attribute) -> object:
        value = self.visit(node.value)
        if isinstance(value, _Module):
            if node.attr not in value.members:
                raise AttributeError(f"module '{value.name}' has no attribute '{node.attr}'")
            return value.members[node.attr]
        if node.attr not in _METHODS.get(type(value), ()):
            raise AttributeError(f"'{type(value).__name__}' object has no attribute '{node.attr}'")
        return _method(value, node.attr)

    def visit_Call(self, node: ast.Call) -> object:
        target = self.visit(node.func)
        if not isinstance(target, _Function):
            raise TypeError(f"'{type(target).__name__}' object is not callable")
        plain = [self.visit(part) for part in node.args]
        named = {part.arg: self.visit(part.value) for part in node.keywords if part.arg}
        if len(named) < len(node.keywords):
            self.generic_visit(node)
        return target.call(*plain, **named)
