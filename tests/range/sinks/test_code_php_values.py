import math

import pytest

from vedette.range.sinks.code_php_values import (
    PhpError,
    arithmetic,
    float_text,
    identical,
    is_numeric,
    leading_number,
    order,
    to_bool,
    to_int,
    to_text,
    var_dump,
    var_export,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "1"),
        (0.1 + 0.2, "0.3"),
        (1e25, "1.0E+25"),
        (1.5e-7, "1.5E-7"),
        (1e15, "1.0E+15"),
        (100000.0, "100000"),
        (-0.0, "-0"),
        (math.nan, "NAN"),
        (-math.inf, "-INF"),
        ({}, "Array"),
    ],
)
def test_texts(value, text):
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1 + 0.2, "0.30000000000000004"), (1e16, "10000000000000000"), (1e17, "1.0E+17"), (0.0001, "0.0001")],
)
def test_exact_floats(value, text):
    assert float_text(value, 17) == text


@pytest.mark.parametrize("value", ["", "0", 0, 0.0, None, False, {}])
def test_false_values(value):
    assert to_bool(value) is False


@pytest.mark.parametrize("value", ["0.0", " ", "a", -1, {0: 0}])
def test_true_values(value):
    assert to_bool(value) is True


def test_numbers_in_texts():
    assert (leading_number(" 12abc"), leading_number("1e3x"), leading_number("abc")) == (12, 1000.0, None)
    assert (is_numeric("1e3 "), is_numeric("1 2"), is_numeric(".5")) == (True, False, True)
    assert (to_int("0x1A"), to_int(1e30), to_int("-3.9")) == (0, 0, -3)


@pytest.mark.parametrize(
    ("sign", "left", "right", "value"),
    [
        ("+", 2**63 - 1, 1, 2.0**63),
        ("/", 6, 3, 2),
        ("/", 7, 2, 3.5),
        ("%", -7, 3, -1),
        ("**", 2, -1, 0.5),
        ("**", 2, 0.5, math.sqrt(2)),
        ("<<", 1, 64, 0),
        ("<<", 1, 63, -(2**63)),
        (">>", -1, 99, -1),
        ("+", {0: 1}, {0: 2, 1: 3}, {0: 1, 1: 3}),
        ("*", "2", "3.5", 7.0),
        ("+", None, True, 1),
    ],
)
def test_arithmetic(sign, left, right, value):
    assert arithmetic(sign, left, right) == value


@pytest.mark.parametrize(
    ("sign", "left", "right", "message"),
    [
        ("/", 1, 0, "DivisionByZeroError: Division by zero"),
        ("%", 1, 0, "DivisionByZeroError: Modulo by zero"),
        ("+", "a", 1, r"TypeError: Unsupported operand types: string \+ int"),
        ("-", {}, 1, "TypeError: Unsupported operand types: array - int"),
        ("<<", 1, -1, "ArithmeticError: Bit shift by negative number"),
    ],
)
def test_uncaught_errors(sign, left, right, message):
    with pytest.raises(PhpError, match=f"^Uncaught {message}$"):
        arithmetic(sign, left, right)


@pytest.mark.parametrize(
    ("left", "right", "wanted"),
    [
        ("10", "9", 1),
        ("10", "9a", -1),
        ("abc", 0, 1),
        (None, "", 0),
        (True, "a", 0),
        ("1e3", "1000", 0),
        (1, 1.0, 0),
        ({}, {}, 0),
    ],
)
def test_loose_order(left, right, wanted):
    assert order(left, right) == wanted


def test_identity_looks_at_the_type():
    assert identical(1, 1)
    assert not identical(1, 1.0)
    assert not identical(1, True)


def test_dumps():
    assert var_dump({0: None, "a": {}}) == 'array(2) {\n  [0]=>\n  NULL\n  ["a"]=>\n  array(0) {\n  }\n}\n'
    assert var_export({0: True, "a": 1.0}) == "array (\n  0 => true,\n  'a' => 1.0,\n)"
