"""The committed documents are those of the code, generated without a guess, the same each time."""

import json
import subprocess
import sys

import pytest

from tests.rules.tree import ROOT
from vedette.server.config.openapi import DIALECTS, FOLDER, documented

SCRIPT = ROOT / "tools" / "openapi.py"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def run(*arguments, hash_seed="0"):
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments],
        env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": hash_seed, "HOME": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("seed", ["1", "2"])
def test_they_are_current_whatever_the_order_of_sets(seed):
    done = run("--check", hash_seed=seed)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize("dialect", documented())
def test_a_document_has_the_form(dialect):
    document = json.loads((FOLDER / dialect / "openapi.json").read_text())
    assert document["openapi"].startswith("3.")
    names = [
        operation["operationId"]
        for item in document["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    ]
    assert names
    assert len(names) == len(set(names))
    known = document.get("components", {}).get("schemas", {})
    for reference in references(document):
        assert reference.rpartition("/")[2] in known


def references(node):
    if isinstance(node, dict):
        found = node.get("$ref", "")
        if isinstance(found, str) and found.startswith("#/components/schemas/"):
            yield found
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_the_dialects_with_operations_have_one():
    assert {"probely", "invicti", "cloneguard"} <= set(documented()) <= set(DIALECTS)
