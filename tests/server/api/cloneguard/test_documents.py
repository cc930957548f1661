from __future__ import annotations

import pytest
from drf_spectacular.generators import SchemaGenerator


@pytest.fixture(scope="module")
def document():
    return SchemaGenerator(urlconf="vedette.server.api.cloneguard.urls").get_schema(request=None, public=True)


def headers(operation):
    return [one["name"] for one in operation["parameters"] if one["in"] == "header"]


def test_every_operation_names_its_headers(document):
    for path, operations in document["paths"].items():
        for operation in operations.values():
            public = "sign_in" in path or "check_2fa" in path
            assert sorted(headers(operation)) == sorted(["x-api-key"] if public else ["x-api-key", "Authorization"])


def test_the_document_holds_every_address(document):
    assert len(document["paths"]) == 9
