"""Descriptions of APIs: kept sealed and given back as they were."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vedette.server.kernel.errors import Invalid, NotAllowed, NotFound
from vedette.server.targets.models import ApiDescription, Target
from vedette.server.targets.services import descriptions
from vedette.server.tenancy.actor import Actor

Make = Callable[..., Target]
YAML = "openapi: 3.1.0\npaths: {} # c4nary ü\n"


def test_the_newest_is_kept(owner: Actor, reader: Actor, make: Make) -> None:
    target = make(kind="api")
    descriptions.store(owner, target, name="old.json", content=b"{}")
    row = descriptions.store(owner, Target.objects.get(), name="new.yaml", content=YAML.encode())
    assert (row.name, row.media_type, row.suffix, row.size) == ("new.yaml", "application/yaml", "yaml", len(YAML) + 1)
    assert b"c4nary" not in bytes(ApiDescription.objects.get().sealed)
    target = Target.objects.get()
    assert descriptions.text_of(target) == descriptions.read(owner, target) == YAML
    assert target.settings["api_scan_settings"]["api_schema_file"] == "new.yaml"
    with pytest.raises(NotAllowed):
        descriptions.read(reader, target)


@pytest.mark.parametrize("content", [b"PK\x03\x04\xff", b"\x1f\x8b\x08\x00"])
def test_an_archive_is_refused_with_what_to_do(owner: Actor, make: Make, content: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        descriptions.store(owner, make(kind="api"), name="all.zip", content=content)
    assert "bundle the description into one" in caught.value.fields["file"][0]


def test_it_is_taken_away(owner: Actor, make: Make) -> None:
    target = make(kind="api")
    with pytest.raises(NotFound):
        descriptions.remove(owner, target)
    descriptions.store(owner, target, name="a.json", content=b"{}")
    descriptions.remove(owner, target)
    assert Target.objects.get().settings == {}
    assert descriptions.of(Target.objects.get()) is None and descriptions.text_of(Target.objects.get()) == ""


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff", b"x" * (descriptions.MAX_BYTES + 1)])
def test_what_is_no_text_is_refused(owner: Actor, make: Make, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        descriptions.store(owner, make(kind="api"), name="x", content=content)
    assert list(refused.value.fields) == ["file"]


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 300])
def test_any_name_will_do(owner: Actor, make: Make, name: str) -> None:
    row = descriptions.store(owner, make(kind="api"), name=name, content=b"[" * 100_000)
    assert 0 < len(row.name) <= 255 and row.media_type == "application/yaml"
