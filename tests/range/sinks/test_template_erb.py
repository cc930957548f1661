"""The ERB-like dialect against a table drawn from Ruby's documentation."""

import pytest

from vedette.range.sinks.template import TemplateError, render_erb

CONTEXT = {"shop": "Harbour", "n": 5, "user": {"name": "Ada"}, "items": ["b", "a"]}


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("a <%= 1 + 2 %> b", "a 3 b"),
        ("<%= 7 / 2 %> <%= -7 / 2 %> <%= 7.0 / 2 %> <%= -7 % 3 %>", "3 -4 3.5 2"),
        ("<%= 2 ** 10 %> <%= -2 ** 2 %> <%= 1 + 2 * 3 %>", "1024 -4 7"),
        ("<%= 'ab' * 3 %> <%= 'a' + 'b' %> <%= 'a' << 'b' %>", "ababab ab ab"),
        ("<%= shop.upcase %> <%= shop.length * 2 %> <%= shop.reverse.capitalize %>", "HARBOUR 14 Ruobrah"),
        ("<%= \"n is #{n + 1}, #{shop}\" %> <%= '#{n}' %>", "n is 6, Harbour #{n}"),
        ("<%# note %>x<%% y %>", "x<% y %>"),
        ("[<% 1 + 1 %>][<%= nil %>][<%= true %>][<%= nil.inspect %>]", "[][][true][nil]"),
        ("<%= n > 3 ? 'big' : 'small' %> <%= n == 5 && !false %> <%= nil || 'else' %>", "big true else"),
        ("<%= [3, 1, 2].sort.join('-') %> <%= items.first %> <%= [1, 2].sum %>", "1-2-3 b 3"),
        ("<%= items %> <%= [nil, 'x', 1] %>", '["b", "a"] [nil, "x", 1]'),
        ("<%= 'abc'[1] %> <%= 'abc'[-1] %> <%= [1][5] %>|", "b c |"),
        ("<%= user['name'] %> <%= user.name %> <%= :sym %>", "Ada Ada sym"),
        ("<%= '42abc'.to_i + 1 %> <%= 65.chr %> <%= 'A'.ord %> <%= 5.even? %>", "43 A 65 false"),
        ("<%= 6 & 3 %> <%= 6 | 3 %> <%= 6 ^ 3 %> <%= 1 << 4 %>", "2 7 5 16"),
        ("<%= '%05d|%s' % [42, 'x'] %>", "00042|x"),
        ("<%= 1.class %> <%= 'a'.class %> <%= 1_000 %>", "Integer String 1000"),
        ("a<%= 1 -%>\nb", "a1\nb"),
    ],
)
def test_values(sealed, template, wanted):
    assert sealed(render_erb, template, CONTEXT) == wanted


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("<%= nope %>", "NameError: undefined local variable or method `nope' for main:Object"),
        ("<%= Nope %>", "NameError: uninitialized constant Nope"),
        ("<%= 3 * 'a' %>", "TypeError: String can't be coerced into Integer"),
        ("<%= 'a' + 1 %>", "TypeError: no implicit conversion of Integer into String"),
        ("<%= 1 / 0 %>", "ZeroDivisionError: divided by 0"),
        ("<%= 0 ** -1 %>", "ZeroDivisionError: divided by 0"),
        ("<%= 1.nope %>", "NoMethodError: undefined method `nope' for 1:Integer"),
        ("<%= nil + 1 %>", "NoMethodError: undefined method `+' for nil"),
        ("<%= 1 < 'a' %>", "ArgumentError: comparison of Integer with String failed"),
        ("<%= (1 %>", "syntax error, unexpected end-of-input"),
        ("<%= 1 + %>", "syntax error, unexpected end-of-input"),
        ("<%= 1 2 %>", "syntax error, unexpected '2'"),
        ("<%= 1", "syntax error, unexpected end-of-input"),
        ("<%= 'a' * 99999999999 %>", "ArgumentError"),
        ("<%= 'a'.upcase(1, 2) %>", "ArgumentError"),
        ("<%= " + "(" * 100 + " %>", "syntax error"),
    ],
)
def test_errors(sealed, template, message):
    with pytest.raises(TemplateError) as caught:
        sealed(render_erb, template, CONTEXT)
    assert message in str(caught.value)
