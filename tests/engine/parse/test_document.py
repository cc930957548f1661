import time

import pytest

from vedette.engine.parse import document


def tags(text):
    return [tag for tag, _, _ in document.elements(document.parse(text))]


def test_elements_come_in_document_order_with_their_attributes():
    found = document.elements(document.parse('<p CLASS="a b">x<a HREF="/q?a=1&amp;b=2" hidden>y</a></p>'))
    assert [(tag, attributes) for tag, attributes, _ in found][3:] == [
        ("p", {"class": "a b"}),
        ("a", {"href": "/q?a=1&b=2", "hidden": None}),
    ]


def test_comments_and_noscript_are_there():
    assert "a" in tags("<noscript><a href=/x>x</a></noscript>")
    assert "-comment" in tags("<p>x<!-- y --></p>")


def test_comments_outside_of_the_document_are_there():
    found = document.elements(document.parse("<!-- a --><!doctype html><html><p>x</html><!-- b -->"))
    assert [node.comment_content for tag, _, node in found if tag == "-comment"] == ["a", "b"]


def test_templates_are_walked_to_the_depth_allowed():
    assert tags("<template><i><template><b></b></template></i></template>").count("b") == 1
    deep = "<template>" * 8 + "<b></b>" + "</template>" * 8
    assert "b" not in tags(deep)


def test_the_number_of_elements_is_bounded():
    assert len(document.elements(document.parse("<br>" * 30_000))) == document.MAX_ELEMENTS


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000,
        "<a " + " ".join(f"a{number}=1" for number in range(120_000)) + ">",
        "<a " + "/".join(f"a{number}" for number in range(120_000)) + ">",
        "<ul><li>" * 30_000,
    ],
    ids=["nesting", "attributes", "attributes by slash", "lists"],
)
def test_a_page_made_to_stall_the_parser_is_cut(bomb):
    started = time.process_time()
    document.parse(bomb)
    assert time.process_time() - started < 15


def test_a_long_text_without_tags_is_kept_whole():
    text = "<p>" + "word " * 5_000 + '</p><a href="/end">x</a>'
    assert tags(text)[-1] == "a"


def test_attribute_gives_text_for_bare_and_absent_ones():
    assert document.attribute({"a": None}, "a") == ""
    assert document.attribute({}, "a") == ""
    assert document.attribute({"a": "x"}, "a") == "x"
