"""The PHP-like language against a table made with PHP 8.2 (notices off), and both evaluators' sealing."""

import json
from pathlib import Path

import pytest

from vedette.range.sinks.code import ParseError, PhpError, evaluate_php, evaluate_python

TABLE = json.loads((Path(__file__).parent / "corpus" / "php.json").read_text())


@pytest.mark.parametrize(("code", "wanted", "error"), TABLE)
def test_like_php(sealed, code, wanted, error):
    try:
        found, raised = sealed(evaluate_php, code, {}), None
    except (ParseError, PhpError) as caught:
        found, raised = None, str(caught)
    assert (found, raised) == (wanted, error)


def test_variables_come_from_and_stay_in_the_environment():
    variables = {"price": 5, "list": {0: "a"}}
    assert evaluate_php("$total = $price * 2; $list[] = 'b'; echo $list[1];", variables) == "b"
    assert variables == {"price": 5, "list": {0: "a", 1: "b"}, "total": 10}


def test_nothing_runs_when_the_code_cannot_be_read():
    naps = []
    with pytest.raises(ParseError):
        evaluate_php("sleep(1); echo 1 2;", {}, naps.append)
    assert naps == []


def test_waiting_goes_through_the_clock():
    naps = []
    assert evaluate_php("sleep(2); usleep(250000); echo sleep('1');", {}, naps.append) == "0"
    assert naps == [2.0, 0.25, 1.0]
    assert evaluate_php("sleep(5); echo 'x';", {}) == "x"


def test_the_caller_may_add_functions():
    heard = []
    functions = {"shell_exec": lambda command: heard.append(command) or f"<{command}>"}
    assert evaluate_php("$n = 'a'; echo `say $n`, Shell_Exec('b');", {}, None, functions) == "<say a><b>"
    assert heard == ["say a", "b"]


@pytest.mark.parametrize(
    "name", ["system", "exec", "shell_exec", "file_get_contents", "fopen", "eval", "assert", "mail"]
)
def test_functions_that_reach_out_are_not_there(sealed, name):
    with pytest.raises(PhpError, match=rf"Call to undefined function {name}\(\)"):
        sealed(evaluate_php, f"{name}('x');", {})


def test_include_finds_no_file(sealed):
    assert sealed(evaluate_php, "include '/etc/hostname'; echo 'on';", {}) == "on"


@pytest.mark.parametrize(
    "code",
    [
        "while (1) {}",
        "for (;;) echo 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';",
        "echo str_repeat('a', 999999999);",
        "$a = 'a'; for ($i = 0; $i < 99; $i++) $a .= $a;",
        "echo sprintf('%99999999d', 1);",
        "break;",
    ],
)
def test_running_away_ends(sealed, code):
    with pytest.raises(PhpError):
        sealed(evaluate_php, code, {})


@pytest.mark.parametrize("code", ["(" * 500, "!" * 500 + "1;", "echo " + "1." * 500 + "1;", "[" * 500, "{" * 500])
def test_deep_code_cannot_be_read(code):
    with pytest.raises(ParseError):
        evaluate_php(code, {})


def test_python_is_offered_here_too():
    assert evaluate_python("1 + 1", {}, lambda _seconds: None) == 2
