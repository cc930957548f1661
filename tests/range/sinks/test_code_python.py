"""The Python-like evaluator against Python itself, on expressions that are safe to evaluate."""

import math
import time

import pytest

from vedette.range.sinks.bounds import BoundsError
from vedette.range.sinks.code_python import evaluate_python

ENV = {"price": 58.0, "name": "Ada", "items": [1, 2, 3], "d": {"a": 1}}
SAFE = (
    """
1+2*3 | 2**10 | 7//2 | -7//2 | 7%3 | 7/2 | 'a'+'b' | 'ab'*3 | price*2 | name.upper() | name[0] | name[::-1] | items[-1]
items[1:] | d['a'] | d['zz'] | d.get('zz','n') | len(items) | str(5)+'x' | int('42') | int('x') | repr('a') | abs(-3)
min(3,1,2) | max(items) | sum(items) | 1<2<3 | 1 if name else 2 | not name | name and 5 | 0 or 'x' | 3 in items | nope
1/0 | 1+'a' | 'a'+1 | [1,2 | (1 | 'abc | 1 2 | ) | f"{name}-{price:.2f}" | f"{name!r:>8}" | '%s=%05d' % ('a', 42)
'%d' % 'a' | ','.join(['a','b']) | 'a,b'.split(',') | round(2.567,2) | round(2.5) | chr(65) | ord('A') | hex(255)
bin(5) | sorted([3,1,2]) | sorted(items, reverse=True) | list(range(5)) | tuple(items) | math.sqrt(16)
math.pi | math.nope | name.nope | name.upper(1) | 5() | items() | True | None | 1.5e3 | 0x1f
1_000 | ~5 | 1<<4 | (1,) | {} | {'a':1}['a'] | 'a' 'b'
1 is 1 | None is not None | pow(2,5) | pow(2,5,7) | divmod(7,2) | any([0,1])
bool('') | float('1.5') | 'x'.center(5,'-') | 'abc'.replace('b','XX') | 'abc'.encode()
b'abc'.decode() | b'ab'.hex() | name.find('d') | __import__('math').floor(2.7) | __import__('nosuchthing')
time.sleep(0) | 1 == 1.0 | 'a' < 1 | 5 # comment | 5;6 | x=5
import os | str(d) | items.count(1) | 1j | ... | (3).bit_length() | [] and 1 | 'a' * -1 | items[9] | 'abc'[1:2] | 2**-1
""".replace("\n", " | ")
    .strip(" |")
    .split(" | ")
)


def outcome(function):
    try:
        return function()
    except Exception as error:  # noqa: BLE001 - whatever Python raises is compared
        return type(error).__name__, str(error)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("expression", SAFE)
def test_like_python(sealed, expression):
    real = outcome(lambda: eval(expression, {"math": math, "time": time}, dict(ENV)))
    assert outcome(lambda: sealed(evaluate_python, expression, ENV, lambda _seconds: None)) == real


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("lambda: 1", SyntaxError),
        ("[x for x in items]", SyntaxError),
        ("{1, 2}", SyntaxError),
        ("{**d}", SyntaxError),
        ("(yield)", SyntaxError),
        ("(x := 1)", SyntaxError),
        ("open('x')", NameError),
        ("print(1)", NameError),
        ("eval('1')", NameError),
        ("getattr(name, 'upper')", NameError),
        ("__import__('os')", ModuleNotFoundError),
        ("__import__('subprocess')", ModuleNotFoundError),
        ("().__class__", AttributeError),
        ("name.format(1)", AttributeError),
        ("len.__self__", AttributeError),
        ("math.sqrt.__self__", AttributeError),
        ("'a' * 10**9", BoundsError),
        ("9**9**9", BoundsError),
        ("1 << 10**9", BoundsError),
        ("'%999999d' % 1", BoundsError),
        ("f'{1:999999}'", BoundsError),
        ("range(10**12)", BoundsError),
        ("round(5, -10**9)", BoundsError),
        ("'a'.zfill(10**9)", BoundsError),
        ("'a'.replace('', 'b' * 99999 * 2)", BoundsError),
        ("('a' * 9999).join(['a'] * 9999)", BoundsError),
        ("(" * 500, SyntaxError),
        ("-" * 3000 + "1", SyntaxError),
        ("1" + "+1" * 1500, SyntaxError),
        ("a" * 5000, SyntaxError),
        ("", SyntaxError),
    ],
)
def test_what_is_left_out_or_too_large(sealed, expression, kind):
    with pytest.raises(kind):
        sealed(evaluate_python, expression, ENV, lambda _seconds: None)


def test_waiting_goes_through_the_clock(sealed):
    naps = []
    for expression in (
        "time.sleep(2)",
        "__import__('time').sleep(1 / 2)",
        "[time.sleep(n) for n in [1]]",
        "1 or time.sleep(9)",
    ):
        outcome(lambda expression=expression: sealed(evaluate_python, expression, {}, naps.append))
    assert naps == [2.0, 0.5]
    with pytest.raises(ValueError, match="non-negative"):
        evaluate_python("time.sleep(-1)", {}, naps.append)
    with pytest.raises(TypeError):
        evaluate_python("time.sleep('1')", {}, naps.append)


def test_functions_and_modules_show_no_addresses():
    shown = evaluate_python("str(len) + str(time)", {}, lambda _seconds: None)
    assert shown == "<built-in function len><module 'time' (built-in)>"


def test_doubtful_escapes_do_not_warn():
    assert evaluate_python(r"'\d'", {}, lambda _seconds: None) == r"\d"
