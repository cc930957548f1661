import pytest

from vedette.range.sinks.xpath import parse_document
from vedette.range.sinks.xpath_parser import compile_expression
from vedette.range.sinks.xpath_values import Context, XPathError

DOCUMENT = Context(parse_document("<r><div>4</div><mod>3</mod><or/></r>"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("r/div div 2", 2.0),
        ("r/div mod r/mod", 1.0),
        ("count(r/* | r/or)", 3.0),
        ("r/div*r/mod", 12.0),
        ("r/or or r/and", True),
        ("1 - -1", 2.0),
        ("2 + 3 * 4 - 1", 13.0),
        ("'a' = \"a\"", True),
        ("1 < 2 = true()", True),
    ],
)
def test_names_and_operators_are_told_apart_by_place(text, value):
    assert compile_expression(text)(DOCUMENT) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'a", "Unfinished literal"),
        ("1 1", "Invalid expression"),
        ("a[1", "Invalid predicate"),
        ("a#b", "Invalid expression"),
        ("$a", "Undefined variable"),
        ("nosuch(1)", "Unregistered function"),
        ("concat('a')", "Invalid number of arguments"),
        ("p:a", "Undefined namespace prefix"),
    ],
)
def test_errors_have_the_words_of_libxml2(text, message):
    with pytest.raises(XPathError, match=f"^{message}$"):
        compile_expression(text)(DOCUMENT)
