"""Templates against a table made by rendering each template with Jinja2 3.1.6 in its sandbox."""

import json
from pathlib import Path

import pytest

from vedette.range.sinks.template import TemplateError, render

TABLE = json.loads((Path(__file__).parent / "corpus" / "jinja.json").read_text())


@pytest.mark.parametrize(("template", "wanted", "error"), TABLE["rows"])
def test_like_jinja(sealed, template, wanted, error):
    try:
        found, raised = sealed(render, template, TABLE["context"]), None
    except TemplateError as caught:
        found, raised = None, str(caught)
    assert (found, raised) == (wanted, error)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% if 1 %}x", "looking for the following tags: 'elif' or 'else' or 'endif'"),
        ("{% for x in [1] %}{% endif %}", "Encountered unknown tag 'endif'"),
        ("{% set x %}", "expected token '='"),
        ("{{ name._x }}", "access to attribute '_x' of 'str' object is unsafe"),
        ("{{ name['__len__'] }}", "access to attribute '__len__' of 'str' object is unsafe"),
        ("{{ name|attr('_x') }}", "unsafe"),
        ("{{ 'a' * 999999999 }}", "too long"),
        ("{{ 9 ** 99999 }}", "too large"),
        ("{{ '%999999d' % 1 }}", "too large"),
        ("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}", "too long"),
        ("{{ " + "(" * 200 + "1" + ")" * 200 + " }}", "too complex"),
        ("{{ 1" + "+1" * 500 + " }}", "too complex"),
        ("{% if 1 %}" * 50, "too deeply"),
        ("{{ range(10**9) }}", "Range too big"),
    ],
)
def test_errors_of_its_own(sealed, template, message):
    with pytest.raises(TemplateError, match=message.replace("(", r"\(").replace("*", r"\*")):
        sealed(render, template, TABLE["context"])


def test_the_context_is_not_changed():
    context = {"a": 1}
    assert render("{% set a = 2 %}{{ a }}", context) == "2"
    assert context == {"a": 1}


def test_only_one_newline_at_the_end_is_dropped():
    assert render("a\n\n", {}) == "a\n"
    assert render("a {# x -#} \n b", {}) == "a b"
