import pytest

from vedette.range.sinks.shell_parser import read_program
from vedette.range.sinks.shell_tree import AndOr, For, Group, If, Pipeline, ShellSyntaxError, Simple, While


def node(text):
    (parsed,) = read_program(text)
    ((found, _background),) = parsed.items
    return found


def test_lines_come_one_by_one_and_a_bad_one_comes_last():
    lines = read_program("a\nb; c &\n)\n")
    assert [len(next(lines).items), len(next(lines).items)] == [1, 2]
    with pytest.raises(ShellSyntaxError):
        next(lines)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a b", Simple),
        ("a | b", Pipeline),
        ("! a", Pipeline),
        ("a && b", AndOr),
        ("(a; b)", Group),
        ("{ a; b; }", Group),
        ("if a; then b; else c; fi", If),
        ("while a; do b; done", While),
        ("until a\ndo\nb\ndone", While),
        ("for x in a b; do c; done", For),
        ("a |\n\n b", Pipeline),
        ("a &&\n b", AndOr),
    ],
)
def test_kinds_of_commands(text, kind):
    assert isinstance(node(text), kind)


def test_parts_of_a_simple_command():
    found = node("A=1 B=$x cmd C=3 >out 2>&1 <in")
    assert [name for name, _ in found.assignments] == ["A", "B"]
    assert len(found.words) == 2
    assert [(item.descriptor, item.operator) for item in found.redirects] == [(1, ">"), (2, ">&"), (0, "<")]


def test_and_or_binds_to_the_left():
    found = node("a && b || c")
    assert (found.operator, found.left.operator) == ("||", "&&")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a &&", "end of file unexpected"),
        ("a;;b", '";;" unexpected'),
        ("a | | b", '"|" unexpected'),
        (")", '")" unexpected'),
        ("( a", 'end of file unexpected (expecting ")")'),
        ("{ a", 'end of file unexpected (expecting "}")'),
        ("fi", '"fi" unexpected'),
        ("if a; fi", '"fi" unexpected (expecting "then")'),
        ("a >", "end of file unexpected"),
        ("a >\n", "newline unexpected"),
        ("a > > b", "redirection unexpected"),
        ("a >&x", "Bad fd number"),
        ("for 1 in a; do b; done", "Bad for loop variable"),
        ("f() { a; }", "Bad function name"),
        ("a(b)", 'word unexpected (expecting ")")'),
        ("()", '")" unexpected'),
    ],
)
def test_syntax_errors(text, message):
    with pytest.raises(ShellSyntaxError) as caught:
        list(read_program(text))
    assert caught.value.message == message


@pytest.mark.parametrize("text", ["(" * 300, "$(" * 300, "{ " * 300, "if " * 300, "`\\`" * 300])
def test_nesting_is_bounded(text):
    with pytest.raises(ShellSyntaxError):
        list(read_program(text))
