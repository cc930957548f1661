import pytest

from vedette.range.sinks.shell_lexer import Lexer
from vedette.range.sinks.shell_parser import read_program
from vedette.range.sinks.shell_tree import Arithmetic, Parameter, ShellSyntaxError, Substitution, Text


def lexer(text):
    def unused(*_arguments):
        raise AssertionError

    return Lexer(text, unused, unused)


def kinds(text):
    reader = lexer(text)
    found = []
    while (token := reader.next()).kind != "end":
        found.append(token.kind if token.kind != "word" else token.bare or "word")
    return found


def word(text):
    return next(read_program(text)).items[0][0].words[-1]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a&&b||c|d;e&f", ["a", "&&", "b", "||", "c", "|", "d", ";", "e", "&", "f"]),
        ("a>b>>c<d>&2", ["a", ">", "b", ">>", "c", "<", "d", ">&", "2"]),
        ("a 2>b 22>c", ["a", "number", ">", "b", "22", ">", "c"]),
        ("(a)\n#c\nb#c", ["(", "a", ")", "newline", "newline", "b#c"]),
        ("a\\\nb", ["ab"]),
        ("'a' a'b'", ["word", "word"]),
    ],
)
def test_tokens(text, wanted):
    assert kinds(text) == wanted


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("x a'b'c", (Text("a"), Text("b", True), Text("c"))),
        ('x "a\\$\\q"', (Text("a$\\q", True),)),
        ("x $a", (Parameter("a"),)),
        ('x "$a"', (Text("", True), Parameter("a", quoted=True))),
        ("x ${a:-b}", (Parameter("a", ":-", (Text("b"),)),)),
        ("x ${#a}", (Parameter("a", "length"),)),
        ("x ${a b}", (Parameter("a", "bad", (Text(" b"),)),)),
        ("x $((1+2))", (Arithmetic((Text("1+2", True),)),)),
        ("x $ $a$", (Parameter("a"), Text("$"))),
        ("x $12", (Parameter("1"), Text("2"))),
        ("x ''", (Text("", True),)),
    ],
)
def test_words(text, parts):
    assert word(text) == parts


def test_substitutions_hold_their_own_lists():
    for text in ("x $(y z)", "x `y z`"):
        (part,) = word(text)
        assert isinstance(part, Substitution)
        assert part.body.items[0][0].words == ((Text("y"),), (Text("z"),))


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("x 'a", "Unterminated quoted string", 1),
        ('x "a\nb', "Unterminated quoted string", 2),
        ("x `a", "EOF in backquote substitution", 1),
        ("x ${a", "Missing '}'", 1),
        ("x $((1", "Missing '))'", 1),
        ("x $((1)", "Missing '))'", 1),
    ],
)
def test_what_does_not_close(text, message, line):
    with pytest.raises(ShellSyntaxError) as caught:
        list(read_program(text))
    assert (caught.value.message, caught.value.line) == (message, line)
