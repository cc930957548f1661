"""Text cannot become markup."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from vedette.cli.output.markup import join, marked, prose, style, tag


class Reader(HTMLParser):
    """Collects tags and text."""

    def __init__(self):
        super().__init__()
        self.tags, self.texts = [], []

    def handle_starttag(self, name, attrs):
        self.tags.append((name, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def read(node):
    reader = Reader()
    reader.feed(node.html)
    reader.close()
    return reader


@given(st.text(), st.text())
def test_whatever_goes_in_stays_text(content, attribute):
    reader = read(tag("p", content, title=attribute))
    assert [name for name, _ in reader.tags] == ["p"]


@given(st.text(st.characters(codec="utf-8", categories=("L", "P", "S")), min_size=1))
def test_printable_text_comes_back_whole(content):
    reader = read(tag("p", content, title=content))
    assert "".join(reader.texts) == content
    assert reader.tags[0][1] == {"title": content}


def test_control_characters_are_shown_and_not_sent():
    assert tag("p", "a\x00\x1b‮b").html == "<p>a���b</p>"


def test_marks_are_highlighted_longest_first_and_escaped():
    assert marked("a <b> ab", ("<b>", "b", "")).html == "a <mark>&lt;b&gt;</mark> a<mark>b</mark>"
    assert marked("x" * 5000, ("x",)).html.count("<mark>") == 5000


def test_empty_elements_and_left_out_attributes():
    assert tag("br").html == "<br>"
    assert join(tag("i", None, class_="a", id=None), 3).html == '<i class="a"></i>3'
    assert style("p{}").html == "<style>p{}</style>"


def test_prose_has_paragraphs_and_code():
    assert prose("One\n  line, `a<b`.\n\nTwo.").html == "<p>One line, <code>a&lt;b</code>.</p><p>Two.</p>"
    assert prose("a ` alone").html == "<p>a ` alone</p>"
    assert prose("").html == ""


@given(st.text())
def test_prose_stays_text(content):
    assert {name for name, _ in read(prose(content)).tags} <= {"p", "code"}
