"""XPath against lxml, on a document of its own."""

import math
from pathlib import Path

import pytest
from lxml import etree

from vedette.range.sinks.xml import XmlError
from vedette.range.sinks.xpath import XPathError, parse_document, select

CORPUS = (Path(__file__).parent / "corpus" / "xpath.txt").read_text().splitlines()
TEXT = (
    '<staff unit="north"><person id="1" grade="3"><name>Ada Moss</name><mail>ada@shop.example</mail><pay>3100.50</pay>'
    '</person><person id="2"><name>Ben  Oak</name><mail>ben@shop.example</mail><pay>2800</pay><note lang="en">part '
    '<b>time</b> only</note></person><team><person id="3"><name>Cy "C" O\'Hara</name><pay>x</pay></person></team>'
    "<empty/></staff>"
)
TREE = etree.fromstring(TEXT).getroottree()
DOCUMENT = parse_document(TEXT)


def real(expression):
    try:
        found = TREE.xpath(expression)
    except etree.XPathError as error:
        return f"error {error}"
    if isinstance(found, list):
        return [
            ("attribute" if node.is_attribute else "text", str(node))
            if isinstance(node, str)
            else (node.tag, text_of(node))
            for node in found
        ]
    return plain(str(found) if isinstance(found, str) else found)


def text_of(node):
    return "".join(node.itertext())


def ours(expression):
    try:
        found = select(expression, DOCUMENT)
    except XPathError as error:
        return f"error {error}"
    if isinstance(found, list):
        return [(node.name if node.kind == "element" else node.kind, node.text) for node in found]
    return plain(found)


def plain(value):
    return "NaN" if isinstance(value, float) and math.isnan(value) else value


@pytest.mark.parametrize("expression", CORPUS)
def test_like_lxml(sealed, expression):
    assert sealed(ours, expression) == real(expression)


def test_the_root_stands_above_the_document_element():
    assert [node.kind for node in select("/", DOCUMENT)] == ["root"]
    assert next(node.kind for node in select("//b/ancestor::node()", DOCUMENT)) == "root"


def test_relative_paths_start_at_the_given_node():
    ada = select("//person[1]", DOCUMENT)[0]
    assert [node.text for node in select("name", ada)] == ["Ada Moss"]
    assert [node.text for node in select("/staff/team//name", ada)] == ['Cy "C" O\'Hara']


@pytest.mark.parametrize(
    "expression", ["(" * 200, "(" * 200 + "1" + ")" * 200, "1" + "+1" * 900, "-" * 3000 + "1", "a[" * 200]
)
def test_long_expressions_are_refused(sealed, expression):
    with pytest.raises(XPathError):
        sealed(select, expression, DOCUMENT)


def test_a_chain_of_steps_on_everything_ends(sealed):
    assert sealed(select, "//*" * 6, DOCUMENT) == []


def test_documents_with_a_type_are_refused():
    with pytest.raises(XmlError):
        parse_document("<!DOCTYPE a><a/>")
