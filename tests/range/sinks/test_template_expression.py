import pytest

from vedette.range.sinks.template import render
from vedette.range.sinks.template_expression import ExpressionReader, Scope
from vedette.range.sinks.template_values import TemplateError, Undefined
from vedette.range.sinks.tokens import Token


def reader(*tokens):
    return ExpressionReader([*(Token(kind, text, 0) for kind, text in tokens), Token("end", "", 0)], "the end")


def test_a_reader_evaluates_in_a_scope():
    evaluate = reader(("name", "x"), ("sign", "+"), ("integer", "1")).condition()
    assert evaluate(Scope({"x": 2})) == 3
    assert evaluate(Scope({}, Scope({"x": 5}))) == 6


def test_commas_make_a_tuple_and_leftovers_an_error():
    assert reader(("integer", "1"), ("sign", ","), ("integer", "2")).tuple()(Scope({})) == (1, 2)
    left_over = reader(("integer", "1"), ("name", "y"))
    left_over.condition()
    with pytest.raises(TemplateError, match="expected token 'the end', got 'y'"):
        left_over.finish()


def test_unknown_names_are_undefined():
    assert Scope({}).find("x") == Undefined("'x' is undefined")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[1, 2, 3][1:]", "[2, 3]"),
        ("[1, 2, 3][::-1]", "[3, 2, 1]"),
        ("(1 if a else 2) + 1", "3"),
        ("a is defined and 1", "False"),
        ("{'a': [1]}['a'][0]", "1"),
        ("'x' ~ 'y' * 2", "xyy"),
        ("-1|abs", "1"),
        ("1 is divisibleby 1", "True"),
        ("not 1 == 2", "True"),
        ("2 in [1, 2] == true", "False"),
    ],
)
def test_binding_of_operators(expression, value):
    assert render("{{ " + expression + " }}", {}) == value
