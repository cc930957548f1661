from vedette.engine.parse.css import references


def test_urls_and_imports_in_order_each_once():
    text = """@import "base.css"; @import url(print.css);
    a { background: url( 'a.png' ) } b { background: URL("b.png?x=1") } c { background: url(a.png) }"""
    assert references(text) == ["base.css", "print.css", "a.png", "b.png?x=1"]


def test_embedded_data_and_fragments_are_left_out():
    assert references("a{b:url(data:image/png;base64,AA==)} c{d:url(#filter)} e{f:url()}") == []


def test_an_unclosed_rule_does_not_swallow_the_rest():
    assert references("a{b:url('x.png} c{d:url(y.png)}") == ["y.png"]
