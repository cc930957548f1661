"""What a passive check marks is to be found in the answer: replay looks for it, and the report highlights it."""

import pytest

from vedette.engine import catalog
from vedette.engine.testkit import inspect

CASES = [
    (check, example)
    for check in catalog.load().passive
    for example in check.examples
    if example.vulnerable and example.exchange is not None
]


@pytest.mark.parametrize(("check", "example"), CASES, ids=[f"{check.id}: {one.name}" for check, one in CASES])
def test_marks_stand_in_the_answer(check, example):
    response = example.exchange.response
    text = response.text + "\n".join(f"{name}: {value}" for name, value in response.headers)
    for observation in inspect(check, example):
        assert observation.mark in text
