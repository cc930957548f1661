import math

import pytest

from vedette.range.sinks.code_php_functions import CONSTANTS, FUNCTIONS, VERSION
from vedette.range.sinks.code_php_run import Run
from vedette.range.sinks.code_php_values import PhpError


def call(name, *arguments):
    run = Run({}, lambda _seconds: None, {})
    return run.call(name, list(arguments)), "".join(run.out)


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("substr", ("abc", 5), ""),
        ("substr", ("abc", -5, 2), "ab"),
        ("str_replace", ("", "x", "abc"), "abc"),
        ("intval", ("ff", 16), 255),
        ("intval", ("-0x1A", 16), -26),
        ("intval", ("12.9",), 12),
        ("implode", (", ", {0: 1, 1: None}), "1, "),
        ("range", (3, 1), {0: 3, 1: 2, 2: 1}),
        ("round", (-1.5,), -2.0),
        ("max", ({0: 1, 1: "5"},), "5"),
        ("base64_decode", ("YQ",), "a"),
        ("hex2bin", ("xyz",), False),
        ("strpos", ("abc", "z"), False),
        ("json_encode", ({1: "a"},), '{"1":"a"}'),
        ("number_format", (1234.5, 1, ",", "."), "1.234,5"),
        ("str_rot13", ("Hello",), "Uryyb"),
        ("phpversion", (), VERSION),
    ],
)
def test_values(name, arguments, value):
    assert call(name, *arguments) == (value, "")


def test_printing_functions():
    assert call("print_r", {0: "a"}) == (True, "Array\n(\n    [0] => a\n)\n")
    assert call("print_r", {0: "a"}, True) == ("Array\n(\n    [0] => a\n)\n", "")
    assert call("var_dump", 1, "a") == (None, 'int(1)\nstring(1) "a"\n')
    assert call("printf", "%s!", "a") == (2, "a!")


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("strlen", (), r"strlen\(\) expects exactly 1 argument, 0 given"),
        ("explode", ("a",), r"explode\(\) expects exactly 2 arguments, 1 given"),
        ("substr", ("a",), r"substr\(\) expects at least 2 arguments, 1 given"),
        ("substr", ("a", 1, 2, 3), r"substr\(\) expects at most 3 arguments, 4 given"),
        ("sprintf", ("%s",), "2 arguments are required, 1 given"),
        ("count", ("a",), "must be of type array, string given"),
        ("usleep", (-1,), "must be greater than or equal to 0"),
        ("str_repeat", ("a", 10**9), "Allowed memory size"),
        ("range", (0, 10**9), "must not exceed the specified range"),
        ("intdiv", (1, 0), "Division by zero"),
    ],
)
def test_errors(name, arguments, message):
    with pytest.raises(PhpError, match=message):
        call(name, *arguments)


def test_tables_are_in_order_and_pure():
    assert list(FUNCTIONS) == sorted(FUNCTIONS)
    assert CONSTANTS["M_PI"] == math.pi
