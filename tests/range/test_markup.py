from vedette.range.markup import Markup, each, escape, markup, script_json


def test_values_are_escaped_unless_they_are_markup():
    shown = markup("<p title='{a}'>{a}{b}</p>", a="<'\">", b=Markup("<b>"))
    assert shown == "<p title='&lt;&#x27;&quot;&gt;'>&lt;&#x27;&quot;&gt;<b></p>"


def test_lists_are_escaped_item_by_item():
    assert escape(["<", Markup("<i>"), 3]) == "&lt;<i>3"


def test_braces_in_values_stay():
    assert markup("{x}", x="{y} {{z}}") == "{y} {{z}}"


def test_joining_text_to_markup_escapes_it():
    joined = Markup("<b>") + "<"
    assert joined == "<b>&lt;" and isinstance(joined, Markup)


def test_each_fills_once_per_row():
    assert each("<li>{n}</li>", ({"n": n} for n in "a<")) == "<li>a</li><li>&lt;</li>"


def test_script_json_cannot_end_its_script():
    assert script_json({"a": "</script>&"}) == '{"a": "\\u003c/script\\u003e\\u0026"}'
