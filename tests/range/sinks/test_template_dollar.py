"""The FreeMarker-like dialect against a table drawn from FreeMarker's manual."""

import pytest

from vedette.range.sinks.template import TemplateError, render_dollar

CONTEXT = {"shop": "Harbour", "n": 5, "half": 0.5, "user": {"name": "Ada"}, "items": ["a", "b"], "yes": True}


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("plain $x {y} #{z}", "plain $x {y} #{z}"),
        ("a ${1 + 2} b ${n * 3}", "a 3 b 15"),
        ("${7 / 2} ${6 / 2} ${1 / 3} ${10 % 3}", "3.5 3 0.333 1"),
        ("${1 + 2 * 3} ${(1 + 2) * 3} ${-n + 1}", "7 9 -4"),
        ("${half * 2} ${1.25 + 1}", "1 2.25"),
        ("${'a' + 1 + 2} ${1 + 2 + 'a'}", "a12 3a"),
        ("${shop?upper_case} ${shop?lower_case} ${shop?length}", "HARBOUR harbour 7"),
        ("${shop?upper_case?length}", "7"),
        ("${'a b'?cap_first} ${'a b'?capitalize} ${' x '?trim}", "A b A B x"),
        ("${items?size} ${items?first} ${items?last} ${items[1]}", "2 a b b"),
        ("${items?join(', ')} ${['x', 'y']?join('-')}", "a, b x-y"),
        ("${user.name} ${user['name']}", "Ada Ada"),
        ("${nope!'none'} ${user.nope!} ${(user.nope)!'x'}", "none  x"),
        ("${(nope??)?string('there', 'gone')}", "gone"),
        ("${(n gt 3)?string('y', 'n')} ${(n < 3)?string('y', 'n')}", "y n"),
        ("${(n == 5 && yes)?string('y', 'n')} ${(!yes || n != 5)?string('y', 'n')}", "y n"),
        ("${shop?replace('r', 'R')} ${shop?substring(1, 3)}", "HaRbouR ar"),
        ("${'12'?number + 1} ${5?c} ${5.0?c}", "13 5 5"),
        ("${shop.toUpperCase()} ${shop.length()} ${shop.concat('!')}", "HARBOUR 7 Harbour!"),
        ("${'}'} ${\"\\\"\"} ${'it\\'s'}", "} \" it's"),
        ("${'<'?html}", "&lt;"),
    ],
)
def test_values(sealed, template, wanted):
    assert sealed(render_dollar, template, CONTEXT) == wanted


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("${nope}", "evaluated to null or missing:\n==> nope"),
        ("${nope.x}", "null or missing"),
        ("${shop.class}", "null or missing"),
        ("${shop.getClass()}", "null or missing"),
        ("${'5' * 3}", "Expected a number, but this has evaluated to a string"),
        ("${shop?nosuch}", 'Unknown built-in: "nosuch"'),
        ("${1 +}", 'Encountered "}"'),
        ("${1 2}", 'Encountered "2"'),
        ("${}", 'Encountered "}"'),
        ("${1 + 2", "Unexpected end of file"),
        ("${'a}", "Syntax error"),
        ("${1 / 0}", "Division by zero"),
        ("${yes}", "Can't convert boolean to string"),
        ("${items}", "this is a sequence"),
        ("${n?size}", "Expected another type"),
        ("${" + "(" * 100 + "1" + ")" * 100 + "}", "Syntax error"),
    ],
)
def test_errors(sealed, template, message):
    with pytest.raises(TemplateError) as caught:
        sealed(render_dollar, template, CONTEXT)
    assert message in str(caught.value)
