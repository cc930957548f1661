"""Rows are locked against change, not against being referred to."""

import ast

from tests.rules.tree import name_of, sources


def bare_locks(tree: ast.AST) -> list[int]:
    """Lines that lock a row together with its key: on PostgreSQL every reference to it that is written at the same time
    then waits at its commit, holding its own locks, and two of those lock each other out."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "select_for_update"
        and not any(word.arg == "no_key" for word in node.keywords)
    ]


def test_locks_leave_the_key_alone():
    found = [f"{name_of(path)}:{line}" for path in sources() for line in bare_locks(ast.parse(path.read_text()))]
    assert not found, found


def test_the_rule_tells_samples_apart():
    assert bare_locks(ast.parse("rows.select_for_update().get(pk=1)")) == [1]
    assert bare_locks(ast.parse("rows.select_for_update(of=('self',), no_key=True).get(pk=1)")) == []
