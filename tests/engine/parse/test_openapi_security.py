"""What operations ask for before they answer."""

import pytest

from vedette.engine.parse.openapi_security import secured_by
from vedette.engine.parse.operation import Secured
from vedette.engine.parse.references import Document

SCHEMES = {
    "jwt": {"type": "http", "scheme": "Bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "key": {"type": "apiKey", "in": "query", "name": "api_key"},
    "old": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "oauth": {"type": "oauth2"},
}


@pytest.mark.parametrize(
    ("security", "expected"),
    [
        ([{"jwt": []}], (Secured("bearer", scheme="jwt"),)),
        ([{"basic": []}, {"jwt": []}], (Secured("basic", scheme="basic"),)),
        ([{"key": [], "oauth": []}], (Secured("key", "api_key", "query", "key"), Secured("bearer", scheme="oauth"))),
        ([{"old": []}], (Secured("bearer", "Authorization", scheme="old"),)),
        ([], ()),
        ([{}, {"jwt": []}], ()),
        ("nonsense", ()),
        (["nonsense"], ()),
    ],
)
def test_the_first_way_counts(security, expected):
    document = Document({"components": {"securitySchemes": SCHEMES}})
    assert secured_by(document, {"security": security}) == expected


def test_the_description_speaks_for_operations_that_say_nothing():
    document = Document({"securityDefinitions": SCHEMES, "security": [{"jwt": []}]})
    assert secured_by(document, {}) == (Secured("bearer", scheme="jwt"),)
    assert secured_by(document, {"security": []}) == ()


def test_a_scheme_that_is_not_there_is_told():
    document = Document({"components": 5})
    assert secured_by(document, {"security": [{"none": []}]}) == ()
    assert document.problems == ["The security scheme none is not described."]
