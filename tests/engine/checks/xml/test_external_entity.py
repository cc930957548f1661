"""Documents as a real parser understands them, and where entities are put."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from vedette.contract.exchange import Request
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.checks.xml import external_entity as check

BODY = '<?xml version="1.0"?>\n<!DOCTYPE o>\n<o a="1"><id>7</id><note>please</note><to>me</to></o>'
HEADERS = (("Content-Type", "text/xml"),)


def parsed(document: str) -> dict[str, str]:
    parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=True)
    root = etree.fromstring(document.encode(), parser)
    return {str(node.tag): "".join(str(text) for text in node.itertext()) for node in root}


def test_all_texts_but_numbers_are_replaced_and_the_old_prologue_goes() -> None:
    document = check._document(BODY, '<!ENTITY b "computed">', "L&b;R")
    assert document.count("<!DOCTYPE") == 1
    assert parsed(document) == {"id": "7", "note": "LcomputedR", "to": "LcomputedR"}


def test_one_leaf_alone_is_replaced() -> None:
    document = check._document(BODY, '<!ENTITY b "computed">', "&b;", "o/to")
    assert parsed(document) == {"id": "7", "note": "please", "to": "computed"}


@pytest.mark.parametrize(
    "form", [form for form in (check._EXTERNAL, *check._THOROUGH) if form.system == "unix" and form.declare]
)
def test_every_declaration_is_understood_by_a_parser(form: check.Form, tmp_path: Path) -> None:
    if form.encoded:
        pytest.skip("needs a stream filter of PHP")
    file = tmp_path / "f.txt"
    file.write_text("content of the file")
    document = check._document(BODY, form.declare.replace("@f", str(file)[1:]), f"L{form.use}R")
    assert parsed(document)["note"] == "Lcontent of the fileR"


def test_xinclude_is_understood_by_a_parser(tmp_path: Path) -> None:
    file = tmp_path / "f.txt"
    file.write_text("content of the file")
    form = next(form for form in check._THOROUGH if not form.declare)
    document = check._document(BODY, "", form.use.replace("@f", str(file)[1:]), "o/note")
    tree = etree.ElementTree(etree.fromstring(document.encode()))
    tree.xinclude()
    assert tree.getroot().findtext("note") == "content of the file"


def test_what_is_sent_for_a_leaf_is_a_whole_body() -> None:
    point = Point(Target(Request("POST", "http://s.example/o", HEADERS, BODY.encode()), "/o"), PointKind.XML, "o/to")
    place, text, path = check._whole(point)
    assert (place.kind, place.value, text, path) == (PointKind.BODY, BODY, BODY, "o/to")


def test_text_without_a_root_is_left_alone() -> None:
    assert check._document("no xml", '<!ENTITY b "x">', "&b;") == '<?xml version="1.0"?>no xml'
