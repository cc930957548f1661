import json

from vedette.engine.parse.apibody import json_references, xml_references


def test_json_strings_that_are_addresses_in_order():
    value = {
        "self": "/api/items/1",
        "items": [{"href": "https://o.test/x?y=1"}, {"image": "//cdn.test/i.png"}],
        "next": "items?page=2",
        "name": "items?page=3",
        "text": "see /etc for more",
        "root": "/",
        "self2": "/api/items/1",
    }
    assert json_references(json.dumps(value)) == [
        "/api/items/1",
        "https://o.test/x?y=1",
        "//cdn.test/i.png",
        "items?page=2",
    ]


def test_the_paths_of_an_api_description_are_its_keys():
    text = json.dumps({"openapi": "3.0.0", "paths": {"/users/{id}/books": {"get": {}}, "/login": {"post": {}}}})
    assert json_references(text) == ["/users/1/books", "/login"]


def test_what_is_no_json_gives_nothing():
    assert json_references("{broken") == []
    assert json_references("[" * 200_000) == []
    assert json_references('"plain"') == []


def test_xml_attributes_and_texts():
    text = "<a href=\"/x?a=1&amp;b=2\"><loc> https://site.test/y </loc><b src='z.png'/><c>/p/q</c><d>no path</d></a>"
    assert xml_references(text) == ["/x?a=1&b=2", "https://site.test/y", "z.png", "/p/q"]
