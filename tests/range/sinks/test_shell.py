"""The shell against the real one, and what the real one cannot show: time, limits and the sealed machine."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from vedette.range.sinks.files import VirtualFiles
from vedette.range.sinks.shell import Shell

CORPUS = (Path(__file__).parent / "corpus" / "shell.txt").read_text().removesuffix("\n").split("\n--\n")
IS_DASH = os.path.realpath(shutil.which("sh") or "").endswith("dash")


def run(command, clock=lambda _seconds: None):
    return Shell(VirtualFiles(), clock).run(command)


def outcome(command):
    result = run(command)
    return result.stdout, result.stderr, result.code


@pytest.mark.skipif(not IS_DASH, reason="messages are dash's")
@pytest.mark.parametrize("start", range(0, len(CORPUS), 20))
def test_like_the_real_shell(sealed, tmp_path, start):
    for command in CORPUS[start : start + 20]:
        real = subprocess.run(
            ["sh", "-c", command],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin", "HOME": "/var/www"},
            cwd=tmp_path,
            timeout=60,
        )
        assert sealed(outcome, command) == (real.stdout, real.stderr, real.returncode), command


@pytest.mark.parametrize(
    ("command", "seconds"),
    [
        ("sleep 1.5", [1.5]),
        ("sleep 1m 1", [61.0]),
        ("sleep 1; sleep 2", [3.0]),
        ("sleep 2 | sleep 1", [2.0]),
        ("echo $(sleep 1; echo x)", [1.0]),
        ("sleep 3 &", [3.0]),
        ("sleep 3 >/dev/null 2>&1 &", []),
        ("sleep 2 >/dev/null 2>&1 & wait", [2.0]),
        ("false && sleep 5", []),
        ("(sleep 1; sleep 1) | cat", [2.0]),
        ("ping -c 3 127.0.0.1", [2.0]),
        ("ping -c 3 -i 0.5 localhost", [1.0]),
        ("ping -c 1 127.0.0.1", []),
        ("sleep nonsense", []),
        ("sleep 99999", [3600.0]),
    ],
)
def test_time_passes_as_a_waiting_caller_would_feel_it(command, seconds):
    naps = []
    run(command, naps.append)
    assert naps == seconds


def test_background_output_comes_when_its_time_has_come():
    assert run("(sleep 1; echo late) & echo soon").stdout == "soon\nlate\n"


@pytest.mark.parametrize(
    ("command", "stdout"),
    [
        ("cat /etc/hostname", "shop\n"),
        ("cat /etc/hostn*", "shop\n"),
        ("cd /etc; cat hostname; pwd", "shop\n/etc\n"),
        ("cat < /etc/hostname", "shop\n"),
        ("echo${IFS}a${IFS}b", "a b\n"),
        ("/bin/cat /etc/hostname", "shop\n"),
        ("echo /v*/www/sh?p", "/var/www/shop\n"),
        ("echo a > /tmp/f; echo b >> /tmp/f; cat /tmp/f", "a\nb\n"),
        ("ls manuals", "kettle.txt\nlamp.txt\nradio.txt\n"),
    ],
)
def test_files_are_those_of_the_tree(command, stdout):
    assert run(command).stdout == stdout


@pytest.mark.parametrize(
    ("command", "stderr", "code"),
    [
        ("curl -V", "sh: 1: curl: not found\n", 127),
        ("python3 -V", "sh: 1: python3: not found\n", 127),
        ("/tmp", "sh: 1: /tmp: Permission denied\n", 126),
        ("echo x > /etc/x", "sh: 1: cannot create /etc/x: Permission denied\n", 2),
        ("cat /etc/shadow", "cat: /etc/shadow: Permission denied\n", 1),
        ("f() { echo; }", "sh: 1: Syntax error: Bad function name\n", 2),
    ],
)
def test_what_is_missing_or_forbidden(command, stderr, code):
    result = run(command)
    assert (result.stderr, result.code) == (stderr, code)


@pytest.mark.parametrize(
    "command",
    [
        "while true; do echo a; done",
        "while :; do :; done",
        "x=a; while true; do x=$x$x$x; echo $x; done",
        "seq 1 99999999 | cat | cat | cat | cat",
        'sh -c \'sh -c "sh -c \\"$0\\""\'',
        "$(" * 500,
        "(" * 500,
        "{ " * 500,
        "`" * 501,
        "echo " + "$((" * 200,
        "a=" + "${a:-" * 300,
        "! " * 2000,
        "if " * 300,
        "eval 'eval eval eval'",
        'x=\'eval "$x"\'; eval "$x"',
        "echo " + "$(echo " * 25 + "x" + ")" * 25,
    ],
)
def test_nothing_runs_away(command):
    result = run(command)
    assert len(result.stdout) + len(result.stderr) < 3_000_000


def test_runs_do_not_see_each_other():
    shell = Shell(VirtualFiles(), lambda _seconds: None)
    shell.run("x=1; cd /tmp; export y=2")
    assert shell.run("echo [$x$y]; pwd").stdout == "[]\n/var/www/shop\n"
