"""The small interpreters of the examples compute what the real languages compute, and no more."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from vedette.engine.checks.code.example_interpreters import CodeError, Php, Python

PHP = ["print(6*7);", "$x='a'.'b';print($x_.'c');", "print(strrev('abc')).'x';", "$x = (2*3).'z'; print('q');"]


@pytest.mark.skipif(not shutil.which("php"), reason="no PHP here")
@pytest.mark.parametrize("code", [PHP[0], PHP[2], PHP[3]])
def test_php_prints_what_php_prints(code: str) -> None:
    real = subprocess.run(["php", "-r", code], capture_output=True, text=True, timeout=60).stdout
    assert Php().run(code).output == real


@pytest.mark.parametrize("code", ["print(1)", "print(;", "system('x');", "'open", "print(1));", PHP[1]])
def test_php_refuses_the_rest(code: str) -> None:
    with pytest.raises(CodeError):
        Php().run(code)


@pytest.mark.parametrize("code", ["6*7", "str(6*7)", "'abc'[::-1]", "[1,2][0]", "chr(97)+chr(98)", "1<0<x//1,'a'"])
def test_python_gives_what_python_gives(code: str) -> None:
    real = eval(code, {"__builtins__": {"str": str, "chr": chr}})
    value = Python().evaluate(code)
    assert value == (list(real) if isinstance(real, tuple) else real)


@pytest.mark.parametrize("code", ["1+", "open('x')", "x", "'a'+1", "__import__('os').getcwd()"])
def test_python_refuses_the_rest(code: str) -> None:
    with pytest.raises(CodeError):
        Python().evaluate(code)


def test_waiting_takes_virtual_time_only() -> None:
    assert Php().run("usleep(1500000);").seconds == 1.5
    python = Python()
    python.evaluate("__import__('time').sleep(2.5)")
    assert python.seconds == 2.5
