from __future__ import annotations

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from vedette.server.api.probely.routes_scanning import urlpatterns


@pytest.fixture(scope="module")
def document():
    GENERATOR_STATS.reset()
    return SchemaGenerator(patterns=urlpatterns).get_schema(public=True)


def test_is_made_without_a_doubt(document):
    assert not GENERATOR_STATS
    assert len(document["paths"]) == len(urlpatterns)


def test_operations_are_named_after_method_and_path(document):
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    assert "get_targets_target_scans" in names


def test_needs_a_key_everywhere_but_where_the_address_is_the_secret(document):
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["security"] == ([{}] if path.endswith("/{otp_url_token}/") else [{"key": []}])


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/targets/", "post", "201"),
        ("/targets/{target}/", "delete", "204"),
        ("/targets/{target}/scan_now/", "post", "200"),
        ("/targets/{target}/assets/", "post", "201"),
        ("/targets/bulk/delete/", "post", "200"),
        ("/targets/{target}/findings/{finding}/retest/", "post", "200"),
    ],
)
def test_statuses(document, path, method, status):
    answers = document["paths"][path][method]["responses"]
    assert list(answers) == ["400", "401", "403", "404", "default", status]
    assert answers["401"]["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorSchema")
