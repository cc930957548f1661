"""XML against lxml; external entities against the virtual tree, which lxml cannot see."""

import re

import pytest
from lxml import etree

from vedette.range.sinks.files import VirtualFiles
from vedette.range.sinks.xml import Element, XmlError, parse

LIKE_LXML = [
    "<a/>",
    "<a>x</a>",
    "<a b=\"1\" c='2'><d/>t<e>u</e></a>",
    '<?xml version="1.0" encoding="UTF-8"?>\n<a>&lt;&amp;&#65;&#x42;</a>\n<!-- end -->',
    "<a><![CDATA[<x>&]]>y</a>",
    "<a><!-- c -->b<?pi x?></a>",
    "<a b='x&#10;y\nz'/>",
    "<a\n b = '1' ></a >",
    "<ä-1.2_>é</ä-1.2_>",
    '<!DOCTYPE a [<!ENTITY x "hi">]><a>&x;!</a>',
    '<!DOCTYPE a [<!ENTITY x "hi"><!ENTITY y "[&x;]">]><a b="&y;">&y;&y;</a>',
    '<!DOCTYPE a [<!ENTITY x "<b>in</b>">]><a>&x;</a>',
    '<!DOCTYPE a [<!ENTITY x "1"><!ENTITY x "2">]><a>&x;</a>',
    "<!DOCTYPE a [<!ELEMENT a ANY><!ATTLIST a b CDATA #IMPLIED><!-- c -->]><a/>",
    "<!DOCTYPE a [<!ENTITY % p \"<!ENTITY q 'Q'>\"> %p;]><a>&q;</a>",
    "<!DOCTYPE a SYSTEM 'a.dtd'><a/>",
    "<a>",
    "<a><b></a>",
    "<a></b>",
    "",
    "x",
    "<a/><b/>",
    "<a b></a>",
    "<a b=c></a>",
    "<a b='1' b='2'/>",
    "<a>&undef;</a>",
    "<a>& </a>",
    "<a>&x</a>",
    "<1a/>",
    "<a",
    "<a b='1'",
    "<a>]]></a>",
    '<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]><a>&x;</a>',
    "<a/>junk",
    "<a>\n<b>\n</a>",
    "<a><!--x</a>",
    "  <?xml version='1.0'?><a/>",
    "<a b='1'c='2'/>",
]


def shape(element):
    """An lxml element as (tag, attributes, children), comments and instructions left out."""
    children = []

    def add(text):
        if text and children and isinstance(children[-1], str):
            children[-1] += text
        elif text:
            children.append(text)

    add(element.text)
    for child in element:
        if isinstance(child.tag, str):
            children.append(shape(child))
        add(child.tail)
    return element.tag, dict(element.attrib), children


def ours(element):
    return element.tag, element.attributes, [c if isinstance(c, str) else ours(c) for c in element.children]


@pytest.mark.parametrize("text", LIKE_LXML)
def test_like_lxml(sealed, text):
    parser = etree.XMLParser(resolve_entities=True, no_network=True, load_dtd=False)
    try:
        wanted = shape(etree.fromstring(text.encode(), parser))
    except etree.XMLSyntaxError as error:
        wanted = re.sub(r" \(<string>.*", "", str(error))
    try:
        found = ours(sealed(parse, text, VirtualFiles(), True))
    except XmlError as error:
        found = str(error)
    assert found == wanted


def declared(address, use="&x;"):
    return f'<!DOCTYPE a [<!ENTITY x SYSTEM "{address}">]><a>[{use}]</a>'


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "file:/etc/hostname", "/etc/hostname", "../../../etc/hostname"]
)
def test_external_entities_come_from_the_tree(sealed, address):
    assert sealed(parse, declared(address), VirtualFiles(), True).text == "[shop\n]"


def test_an_external_entity_is_read_only_where_it_is_used():
    assert parse(declared("file:///nowhere", use=""), VirtualFiles(), True).text == "[]"


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example/x",
        "ftp://x/y",
        "file:///nowhere",
        "file:///etc",
        "file://far/etc/hostname",
        "file:///etc/shadow",
    ],
)
def test_what_cannot_be_loaded(sealed, address):
    with pytest.raises(XmlError, match=re.escape(f'failed to load external entity "{address}"')):
        sealed(parse, declared(address), VirtualFiles(), True)


def test_a_file_that_is_no_content_is_an_error():
    files = VirtualFiles({"/srv/bad.txt": "a < b & c"})
    with pytest.raises(XmlError):
        parse(declared("file:///srv/bad.txt"), files, True)


def test_an_attribute_may_not_hold_an_external_entity():
    text = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a b="&x;"/>'
    with pytest.raises(XmlError, match="external entity 'x'"):
        parse(text, VirtualFiles(), True)


def test_parameter_entities_may_be_external():
    files = VirtualFiles({"/srv/more.dtd": "<?xml version='1.0'?><!ENTITY more 'M'>"})
    text = '<!DOCTYPE a [<!ENTITY % p SYSTEM "/srv/more.dtd"> %p;]><a>&more;</a>'
    assert parse(text, files, True).text == "M"


@pytest.mark.parametrize(
    "text", ["<!DOCTYPE a><a/>", declared("file:///etc/hostname"), '<!DOCTYPE a [<!ENTITY x "y">]><a/>']
)
def test_hardened_parsing_refuses_any_document_type(text):
    with pytest.raises(XmlError, match="forbidden"):
        parse(text, VirtualFiles(), False)


def test_hardened_parsing_reads_the_rest():
    assert parse("<a>&amp;<b>c</b></a>", VirtualFiles(), False).text == "&c"


def test_expansion_is_bounded(sealed):
    steps = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    text = f'<!DOCTYPE a [<!ENTITY e0 "xxxxxxxxxx">{steps}]><a>&e8;</a>'
    with pytest.raises(XmlError, match="amplification"):
        sealed(parse, text, VirtualFiles(), True)


@pytest.mark.parametrize("text", ["<a>" * 5000, "<a " * 5000, "<!DOCTYPE a [" + "<!ENTITY " * 500, "<a>" + "&" * 5000])
def test_broken_and_deep_texts_end_in_an_error(text):
    with pytest.raises(XmlError):
        parse(text, VirtualFiles(), True)


def test_elements_offer_text_and_children():
    root = parse("<a>1<b>2</b><c><b>3</b></c>4</a>", VirtualFiles(), False)
    assert root.text == "1234"
    assert [child.tag for child in root.elements()] == ["b", "c"]
    assert root.find("b") == Element("b", {}, ["2"])
    assert root.find("d") is None
