"""The package as a whole: what it imports, and that the seal of the other tests can break."""

import ast
import json
import os
import random
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from vedette.range import sinks
from vedette.range.sinks import code, template, xpath
from vedette.range.sinks.files import VirtualFiles
from vedette.range.sinks.shell import Shell

FILES = sorted(Path(sinks.__file__).parent.glob("*.py"))
ALLOWED = {
    *("__future__", "ast", "base64", "binascii", "collections", "contextlib", "dataclasses", "errno", "fractions"),
    *("hashlib", "html", "inspect", "json", "math", "operator", "os", "re", "string", "struct", "threading", "typing"),
    *("urllib", "vedette", "warnings", "zlib"),
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_imports_are_pure_and_nothing_executes(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
            assert node.module != "os" and (node.module or "").split(".")[0] in ALLOWED
        for name in names:
            assert name.split(".")[0] in ALLOWED
            assert not name.startswith("vedette") or name.startswith("vedette.range.sinks")
            assert not name.startswith("urllib") or name == "urllib.parse"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "compile", "open", "__import__", "input")


def test_only_the_error_texts_of_os_are_used():
    for path in FILES:
        used = set(re.findall(r"\bos\.(\w+)", "\n".join(_code_lines(path))))
        assert used <= {"strerror"}, path.name


def _code_lines(path):
    tree = ast.parse(path.read_text())
    return [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]


@pytest.mark.parametrize(
    "reach",
    [
        lambda: open(__file__).close(),
        lambda: os.listdir("."),
        lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        lambda: socket.socket().close(),
        lambda: eval("1"),
    ],
)
def test_the_seal_breaks(sealed, reach):
    with pytest.raises(AssertionError):
        sealed(reach)


def test_the_seal_lets_pure_work_through(sealed):
    assert sealed(sum, [1, 2]) == 3


CORPUS = Path(__file__).parent / "corpus"
DOCUMENT = xpath.parse_document("<s><p i='1'><n>A</n></p><p i='2'><n>B</n></p></s>")
READERS = {
    "shell.txt": (lambda text: Shell(VirtualFiles(), lambda _seconds: None).run(text), ()),
    "xpath.txt": (lambda text: xpath.select(text, DOCUMENT), (xpath.XPathError,)),
    "jinja.json": (lambda text: template.render(text, {"items": [1]}), (template.TemplateError,)),
    "php.json": (lambda text: code.evaluate_php(text, {}), (code.ParseError, code.PhpError)),
}


def texts(name):
    whole = (CORPUS / name).read_text()
    if name.endswith(".json"):
        rows = json.loads(whole)
        return [row[0] for row in (rows["rows"] if isinstance(rows, dict) else rows)]
    return whole.split("\n--\n") if name == "shell.txt" else whole.splitlines()


def spoiled(chance, samples):
    text = chance.choice(samples)
    for _ in range(chance.randint(1, 3)):
        other = chance.choice(samples)
        place, start = chance.randint(0, len(text)), chance.randint(0, len(other))
        piece = chance.choice((other[start : start + 9], chance.choice("()[]{}\"'`$\\<>|&;:=!*+-/%.,#@\0é\n"), ""))
        text = text[:place] + piece + text[place + chance.randint(0, 4) :]
    return text


@pytest.mark.parametrize("name", READERS)
def test_spoiled_texts_end_in_an_answer_or_a_declared_error(sealed, name):
    reader, declared = READERS[name]
    chance = random.Random(name)
    samples = texts(name)
    for _ in range(400):
        text = spoiled(chance, samples)
        try:
            sealed(reader, text)
        except declared as error:
            assert str(error)
