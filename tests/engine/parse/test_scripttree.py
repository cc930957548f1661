import pytest

from vedette.engine.parse.scripttree import MAX_NESTING, Tree


def test_strings_are_found_by_the_position_of_their_quote():
    tree = Tree("load('é', `b`, /'c'/) // 'd'")
    found = {mark: tree.string_at(tree.text.index(mark)) for mark in ("'Ã", "`b", "'c", "'d")}
    assert {mark: node and node.type for mark, node in found.items()} == {
        "'Ã": "string",
        "`b": "template_string",
        "'c": None,
        "'d": None,
    }


@pytest.mark.parametrize(
    ("text", "above"),
    [
        ("x = a + '/b'", "binary_expression"),
        ("x = `${a}/b`", None),
        ("x = ['/a', 'b'].join('/')", "array"),
        ("x = '/a'.concat('b')", "call_expression"),
        ("x = '/a' * 2", None),
        ("x = ['/a', 'b']", None),
    ],
)
def test_what_an_expression_is_a_part_of(text, above):
    tree = Tree(text)
    node = tree.string_at(min(text.index(quote) for quote in "'`" if quote in text))
    assert node is not None
    parent = tree.above(node)
    assert (parent and parent.type) == above


def test_operators():
    tree = Tree("a + b")
    node = tree.node_at(0, 5)
    assert node is not None and tree.operator(node) == "+"
    assert tree.operator(tree.root) == ""


def test_what_is_nested_too_deep_is_not_read():
    assert Tree("[" * 500 + "]" * 500).readable
    assert not Tree("[" * (MAX_NESTING + 10) + "]" * (MAX_NESTING + 10)).readable
    assert Tree("").readable
