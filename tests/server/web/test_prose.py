"""Texts of checks as HTML."""

import pytest

from vedette.server.definitions import queries as definitions
from vedette.server.web import prose


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One line\nof text.", "<p>One line\nof text.</p>"),
        ("First.\n\nSecond.", "<p>First.</p>\n<p>Second.</p>"),
        ("Use `a<b>` here.", "<p>Use <code>a&lt;b&gt;</code> here.</p>"),
        ("- one `x`\n- two\n  lines", "<ul><li>one <code>x</code></li><li>two\n  lines</li></ul>"),
        ("A - b and a lone ` tick", "<p>A - b and a lone ` tick</p>"),
        ("", ""),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ],
)
def test_blocks_and_code(text, html):
    assert prose.html(text) == html


def test_every_text_of_the_catalogue_keeps_its_words():
    for one in definitions.all_definitions():
        shown = prose.html(one.fix)
        assert shown.startswith("<p>"), one.check_id
        assert shown.count("<code>") == one.fix.count("`") // 2, one.check_id
