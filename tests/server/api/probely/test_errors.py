from __future__ import annotations

import json

import pytest
from django.test import RequestFactory
from rest_framework import exceptions

from vedette.server.api.probely import errors
from vedette.server.kernel.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound, Unavailable


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (NotFound(), 404, {"detail": "Not found."}),
        (
            NotFound(data={"invalid_ids": ["x"]}),
            404,
            {"detail": "Not Found", "is_id_404_validation": True, "invalid_ids": ["x"]},
        ),
        (NotAllowed(), 403, {"detail": "You may not do this."}),
        (
            Invalid(fields={"site.url": ["No."], "": ["All."]}),
            400,
            {"site": {"url": ["No."]}, "non_field_errors": ["All."]},
        ),
        (Conflict("busy", "Busy."), 400, {"non_field_errors": ["Busy."]}),
        (Conflict("busy", "Busy.", field="a.b"), 400, {"a": {"b": ["Busy."]}}),
        (LimitReached(message="Slow."), 429, {"detail": "Slow."}),
        (Unavailable(message="Later."), 503, {"detail": "Later."}),
        (exceptions.ParseError("Odd."), 400, {"detail": "Odd."}),
        (exceptions.NotFound("Invalid page."), 404, {"detail": "Invalid page."}),
        (exceptions.ValidationError({"a": ["b"]}), 400, {"a": ["b"]}),
        (exceptions.ValidationError(["b"]), 400, {"non_field_errors": ["b"]}),
    ],
)
def test_every_kind_has_its_status_and_body(error, status, body):
    answer = errors.handle(error, {})
    assert (answer.status_code, answer.data) == (status, body)


def test_how_long_to_wait():
    assert errors.render(LimitReached(retry_after=7))["Retry-After"] == "7"
    assert "Retry-After" not in errors.render(LimitReached())


def test_what_nobody_foresaw_tells_nothing(caplog):
    answer = errors.handle(RuntimeError("secret"), {"view": None})
    assert (answer.status_code, answer.data) == (500, {"detail": "Server error."})
    assert "a view failed" in caplog.text


def test_other_names_for_fields():
    wrong = Invalid(fields={"site.url": ["a"], "site.extra_host_headers": ["b"], "name": ["c"]})
    with pytest.raises(Invalid) as whole, errors.renamed({"site.": ""}):
        raise wrong
    assert whole.value.fields == {"url": ["a"], "extra_host_headers": ["b"], "name": ["c"]}
    with pytest.raises(Invalid) as part, errors.renamed({"site.extra_host_headers": "headers"}):
        raise wrong
    assert part.value.fields == {"site.url": ["a"], "headers": ["b"], "name": ["c"]}


def test_a_field_and_what_lies_under_it():
    assert errors.nested({"a": ["x"], "a.b": ["y"]})["a"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500])
def test_outside_of_views(status):
    answer = errors.outside(RequestFactory().get("/x/"), status)
    assert answer.status_code == status
    assert list(json.loads(answer.content)) == ["detail"]
