from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from vedette.engine.attack.xml_leaves import escaped, xml_leaves

DOCUMENT = """<?xml version="1.0"?>
<!DOCTYPE order [ <!ENTITY x "y"> ]>
<!-- <not>this</not> -->
<order xmlns="urn:x" id='7' note="a &gt; b">
  <item sku="A1">lamp</item><item sku='B2'>sofa &amp; chair</item>
  <empty></empty><self closing="yes"/>
  <raw><![CDATA[<b>]]></raw>
</order>"""


def test_leaves_and_their_ways() -> None:
    found = xml_leaves(DOCUMENT)
    assert [(leaf.path, leaf.text) for leaf in found] == [
        ("order/@id", "7"),
        ("order/@note", "a > b"),
        ("order/item/@sku", "A1"),
        ("order/item", "lamp"),
        ("order/item#2/@sku", "B2"),
        ("order/item#2", "sofa & chair"),
        ("order/empty", ""),
        ("order/self/@closing", "yes"),
    ]
    assert [DOCUMENT[leaf.start : leaf.end] for leaf in found][5] == "sofa &amp; chair"


@pytest.mark.parametrize("text", ["", "plain", "<open>", "</close>", "<a></a></b>"])
def test_what_is_not_xml_has_none(text: str) -> None:
    assert xml_leaves(text) == []


@given(text=st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc", "Cn")), max_size=30))
@settings(max_examples=80, deadline=None)
def test_escaped_text_parses_back(text: str) -> None:
    document = etree.fromstring(f'<a b="{escaped(text)}">{escaped(text)}</a>')
    assert (document.text or "") == text
    assert document.get("b") == text
