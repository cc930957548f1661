"""XML bodies have the names, attributes, wrappers and namespaces that their schemas ask for."""

import pytest

from vedette.engine.parse.operation import Operation, request_of
from vedette.engine.parse.references import Document
from vedette.engine.parse.xml_shape import XmlShape


def written(schema, value, name="Root", **schemas):
    """The document without its first line, and the names that changed."""
    shape = XmlShape(Document({"schemas": schemas}))
    body = shape.root(name, schema, value)
    sent = request_of(Operation("x", "POST", "http://a.test/", media="application/xml", body=body)).body.decode()
    return sent.partition("?>")[2], shape.renamed


def test_attributes_and_names():
    properties = {"id": {"xml": {"attribute": True}}, "name": {"xml": {"name": "fullName"}},
                  "kind": {"xml": {"attribute": True, "name": "type"}}, "plain": {}}  # fmt: skip
    value = {"id": 1, "name": "Rex", "kind": "dog", "plain": True}
    sent, renamed = written({"xml": {"name": "pet"}, "properties": properties}, value)
    assert sent == '<pet id="1" type="dog"><fullName>Rex</fullName><plain>true</plain></pet>'
    assert renamed == {"@id": "id", "fullName": "name", "@type": "kind"}


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        ({"items": {}}, "<a>1</a><a>2</a>"),
        ({"xml": {"name": "ignored"}, "items": {"xml": {"name": "one"}}}, "<one>1</one><one>2</one>"),
        ({"xml": {"wrapped": True}, "items": {}}, "<a><a>1</a><a>2</a></a>"),
        ({"xml": {"wrapped": True, "name": "all"}, "items": {"xml": {"name": "one"}}},
         "<all><one>1</one><one>2</one></all>"),
        ({"xml": {"wrapped": True}, "items": {"$ref": "#/schemas/Item"}}, "<a><it>1</it><it>2</it></a>"),
    ],
)  # fmt: skip
def test_lists_stand_by_themselves_or_in_a_wrapper(schema, sent):
    made, _ = written({"properties": {"a": schema}}, {"a": [1, 2]}, Item={"xml": {"name": "it"}})
    assert made == f"<Root>{sent}</Root>"


def test_namespaces_and_prefixes():
    schema = {"xml": {"prefix": "p", "namespace": "http://x.test/s"},
              "properties": {"a": {"xml": {"prefix": "p"}},
                             "b": {"xml": {"namespace": "urn:b"}, "properties": {"c": {}}}}}  # fmt: skip
    sent, _ = written(schema, {"a": 1, "b": {"c": 2}})
    assert sent == '<p:Root xmlns:p="http://x.test/s"><p:a>1</p:a><b xmlns="urn:b"><c>2</c></b></p:Root>'


def test_objects_within_by_reference_and_lists_of_them():
    tag = {"properties": {"id": {"xml": {"attribute": True}}, "text": {}}}
    schema = {"properties": {"tags": {"items": {"$ref": "#/schemas/Tag"}}, "best": {"$ref": "#/schemas/Tag"}}}
    value = {"tags": [{"id": 1, "text": "a"}], "best": {"id": 2, "text": "b"}}
    sent, _ = written(schema, value, Tag=tag)
    assert sent == '<Root><tags id="1"><text>a</text></tags><best id="2"><text>b</text></best></Root>'


def test_a_list_alone_has_one_root_and_a_plain_value_stays():
    assert written({"items": {"xml": {"name": "one"}}}, [1, 2])[0] == "<Root><one>1</one><one>2</one></Root>"
    assert written({"type": "string"}, "x")[0] == "<Root>x</Root>"
    assert written({"xml": 5, "properties": {"a": {"xml": []}}}, {"a": 1})[0] == "<Root><a>1</a></Root>"
