from __future__ import annotations

import pytest
from drf_spectacular.types import OpenApiTypes

from vedette.server.api.probely import parameters

SAMPLES = {
    OpenApiTypes.STR: "x",
    OpenApiTypes.INT: "10",
    OpenApiTypes.BOOL: "False",
    OpenApiTypes.DATE: "2025-01-01",
    OpenApiTypes.DATETIME: "2025-01-01T00:00:00Z",
}
SPECIAL = {("any", "ordering"): "", ("any", "page"): "1", ("any", "risk"): "null", ("/findings/", "id"): "1"}


def sample(path, parameter):
    found = SPECIAL.get((path, parameter.name), SPECIAL.get(("any", parameter.name)))
    if found is not None:
        return found
    return str(parameter.enum[0]) if parameter.enum else SAMPLES[parameter.type]


@pytest.mark.parametrize(
    ("path", "declared"),
    [
        ("/targets/", parameters.TARGET_FILTERS),
        ("/targets/assets/", parameters.HOST_FILTERS),
        ("/scans/", parameters.SCAN_FILTERS),
        ("/findings/", parameters.FINDING_FILTERS),
        ("/definitions/", parameters.DEFINITION_FILTERS),
        ("/discovery/assets/", parameters.ASSET_FILTERS),
    ],
)
def test_everything_that_is_declared_is_understood(api, path, declared):
    for parameter in (*parameters.LIST, *declared):
        answer = api.get(path, **{parameter.name: sample(path, parameter)})
        assert answer.status == 200, (parameter.name, answer.data)


def test_no_name_is_declared_twice():
    for declared in (parameters.TARGET_FILTERS, parameters.SCAN_FILTERS, parameters.FINDING_FILTERS):
        names = [parameter.name for parameter in (*parameters.LIST, *declared)]
        assert len(names) == len(set(names))
