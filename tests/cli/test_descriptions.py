"""What a person types about APIs becomes descriptions, or one clear sentence."""

import json

import pytest

from vedette.cli import descriptions
from vedette.cli.descriptions import MAX_BYTES, read, settings_of
from vedette.cli.problem import Problem
from vedette.contract.job import Description, Setting


def test_files_are_read_and_addresses_kept(tmp_path):
    path = tmp_path / "api.yml"
    path.write_text("\ufeffopenapi: 3.0.0")
    made, secrets = read([("openapi", [str(path), "https://a.test/api"]), ("har", [])], [], [], "")
    assert made == (
        Description(kind="openapi", text="openapi: 3.0.0"),
        Description(kind="openapi", url="https://a.test/api"),
    )
    assert secrets == {}


def test_files_beside_an_openapi_description_come_along_and_what_is_wrong_with_them_is_told(tmp_path):
    path = tmp_path / "api.yml"
    path.write_text("openapi: 3.0.0\npaths: {/a: {$ref: a.yml}, /b: {$ref: b.yml}}")
    (tmp_path / "a.yml").write_text("get: {operationId: found}")
    remarks = []
    (openapi, other), _ = read([("openapi", [str(path)]), ("har", [str(path)])], [], [], "", remarks)
    assert "found" in openapi.text
    assert other.text == path.read_text()
    assert remarks == ["b.yml, to which api.yml refers, cannot be read: there is no such file."]


@pytest.mark.parametrize(
    ("reference", "read_twice"),
    [
        ("'#/a'", False),
        ('\n  "#/a"', False),
        ("#/a", False),
        ("a.yml", True),
        ("\n  'a.yml'", True),
        (">-\n  a.yml", True),
    ],
)
def test_what_refers_to_nothing_outside_is_not_read_twice(tmp_path, monkeypatch, reference, read_twice):
    path = tmp_path / "api.yml"
    path.write_text(f"x:\n $ref: {reference}")
    monkeypatch.setattr(descriptions, "bundled", lambda first, text, remarks: "bundled")
    ((made,), _) = read([("openapi", [str(path)])], [], [], "")
    assert (made.text == "bundled") is read_twice


def test_values_come_from_environments_then_from_flags_and_secrets_stay_apart(tmp_path):
    path = tmp_path / "env.json"
    path.write_text(json.dumps({"values": [{"key": "base", "value": "x"}, {"key": "apiKey", "value": "k1"}]}))
    settings, secrets = settings_of([str(path)], ["base=y=z", "find.password=p"])
    assert settings == (
        Setting(name="base", value="y=z"), Setting(name="apiKey", secret="api-value apiKey"),
        Setting(name="find.password", secret="api-value find.password"),
    )  # fmt: skip
    assert secrets == {"api-value apiKey": "k1", "api-value find.password": "p"}
    (made,), _ = read([("graphql", ["http://a.test/"])], [str(path)], [], "application/xml")
    assert (made.values[0].value, made.media_type) == ("x", "application/xml")


def test_what_cannot_be_read_is_told(tmp_path, monkeypatch):
    broken = tmp_path / "env.json"
    broken.write_text("{")
    large = tmp_path / "large"
    large.write_text("x" * 200_000)
    for sources, environments, values, media, reason in (
        ([("har", [str(tmp_path / "none")])], [], [], "", "cannot be read: No such file"),
        ([("har", [str(tmp_path)])], [], [], "", "cannot be read"),
        ([("har", ["a\0b"])], [], [], "", "cannot be read"),
        ([("har", [str(large)])], [], [], "", "is too large"),
        ([], [str(broken)], [], "", "is not a Postman environment"),
        ([], [], ["secret"], "", "--api-value number 1 is not a value"),
        ([], [], ["a=b"], "", "for the description of an API"),
        ([], [], [], "text/xml", "for the description of an API"),
    ):
        monkeypatch.setattr(descriptions, "MAX_BYTES", 100_000)
        with pytest.raises(Problem, match=reason):
            read(sources, environments, values, media)
    assert MAX_BYTES == 50_000_000
