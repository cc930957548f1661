"""Placeholders of request files: filled where a value is known, holes and plausible values elsewhere."""

import pytest

from vedette.engine.parse.request_placeholders import Placeholders


def known(**given):
    return Placeholders(
        {"host": "a.test", "base": "http://{{host}}/v1", "round": "{{round}}", "key": "{{$dotenv KEY}}"}, given
    )


@pytest.mark.parametrize(
    ("line", "opened", "names"),
    [
        ("GET {{base}}/x", "GET http://a.test/v1/x", []),
        ("GET {{ base }}/x/{{itemId}}", "GET http://a.test/v1/x/{itemId}", ["itemId"]),
        ("GET {{nowhere}}/x", "GET /x", []),
        ("GET https://{{nowhere}}", "GET /", []),
        ("GET /{{a.response.body.$.user.id}}/{{a.response.body.$.user.id}}-{{b}}", "GET /{id}/{id}-{b}", ["id", "b"]),
        ("GET /x?y={{anId}}&z={{host}}", "GET /x?y=1&z=a.test", []),
    ],
)  # fmt: skip
def test_request_lines(line, opened, names):
    held = known()
    assert held.with_holes(held.opened(line)) == (opened, names)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{$dotenv KEY}} {{$processEnv %KEY}} {{$env.KEY}}", "k k k"),
        ("{{$randomInt 1 10}} {{$datetime iso8601}}", "5 2024-05-17T10:30:00.000Z"),
        ("{{key}}", "k"),
        ("{{$uuid}}", "6f1c2b9e-3d54-4a7b-9c1e-2f8a5d7e9b10"),
        ("{{login.response.body.email}}", "jane.doe@example.com"),
        ("{{7*7}}", "{{7*7}}"),
    ],
)
def test_values(text, filled):
    assert known(KEY="k").filled(text) == filled


def test_circles_end_and_what_is_not_known_shows():
    assert known().unknown("x {{round}}") and known().unknown("{{other}}")
    assert not known(other="x").unknown("{{other}} {{base}}")
    assert known().filled("{{round}}") == known().sample("round")
