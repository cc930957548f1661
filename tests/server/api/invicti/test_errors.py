from __future__ import annotations

import json

import pytest
from django.test import RequestFactory
from rest_framework import exceptions

from vedette.server.api.invicti import errors
from vedette.server.kernel.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound, Unavailable


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(), 404),
        (NotAllowed(), 403),
        (Conflict("busy", "It runs."), 400),
        (LimitReached(retry_after=7), 429),
        (Unavailable(), 503),
    ],
)
def test_each_kind_has_a_status_and_a_message(error, status):
    answer = errors.render(error)
    assert (answer.status_code, answer.data) == (status, {"Message": error.message})
    assert answer.get("Retry-After") == ("7" if status == 429 else None)


def test_field_errors_stand_under_their_model():
    answer = errors.render(Invalid(fields={"Name": ["Too long."], "": ["Both or none."]}))
    assert answer.status_code == 400
    assert answer.data == {
        "Message": "The request is invalid.",
        "ModelState": {"model.Name": ["Too long."], "model": ["Both or none."]},
    }


def test_a_failure_says_nothing_of_what_it_was(caplog):
    answer = errors.handle(RuntimeError("the password is x"), {"request": RequestFactory().get("/"), "view": None})
    assert (answer.status_code, answer.data) == (500, {"Message": "An error has occurred."})
    assert "a view failed" in caplog.text


def test_the_frameworks_errors_are_worded_as_the_vendors():
    context = {"request": RequestFactory().post("/"), "view": None}
    assert "'POST'" in errors.handle(exceptions.MethodNotAllowed("POST"), context).data["Message"]
    assert errors.handle(exceptions.ParseError(), context).data == {"Message": "The request is invalid."}


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_outside_of_views_too(status):
    answer = errors.outside(RequestFactory().get("/api/1.0/nothing"), status)
    assert answer.status_code == status and list(json.loads(answer.content)) == ["Message"]
