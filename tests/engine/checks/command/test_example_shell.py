"""The small shell of the examples prints what the real one prints."""

from __future__ import annotations

import subprocess

import pytest

from vedette.engine.checks.command.example_shell import Shell, ShellError, calculate

LINES = [
    "echo a  b",
    "echo 'a  b'\"c $((2*3))\"",
    "echo one; echo two",
    "echo one | echo two 'three four'",
    "echo $(echo x$((3*4)))y",
    "echo `echo q` r",
    "echo${IFS}a${IFS}b",
    "nothing-here || echo fallback",
    "nothing-here && echo never",
    "echo a && echo b",
    "printf %s%x%s a 255 b",
    "printf %s%o%s a 8 b",
    "echo ''",
    'echo "a\\"b" \\$x',
    "echo a\necho b",
    "echo '$(echo no) `echo no`'",
    "zz;echo 1;';echo 2;\";echo 3;'\"'\"",
    "echo $((7%4)) $((2*(3+4))) $((5-9))",
]


@pytest.mark.parametrize("line", LINES)
def test_it_prints_what_sh_prints(line: str) -> None:
    real = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, timeout=60)
    assert Shell().run(line).output == real.stdout


@pytest.mark.parametrize("line", ["echo 'open", 'echo "open', "echo $(open", "echo `open", "echo ${IFS"])
def test_what_is_left_open_is_refused(line: str) -> None:
    with pytest.raises(ShellError):
        Shell().run(line)


def test_sleeping_takes_virtual_time_only() -> None:
    assert Shell().run("sleep 1.5; echo $(sleep 2)x").seconds == 3.5
    assert Shell().run("sleep nonsense").seconds == 0
    assert Shell().run("echo 'sleep 9'").seconds == 0


@pytest.mark.parametrize("text", ["1+", "a", "__import__('os')", "1%0", "'a'*2"])
def test_only_numbers_are_calculated(text: str) -> None:
    with pytest.raises(ShellError):
        calculate(text)
