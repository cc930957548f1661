from __future__ import annotations

import dataclasses

import pytest

from vedette.contract.exchange import Response
from vedette.engine.attack.example import Example


def test_an_example_is_a_record_with_names_only() -> None:
    example = Example(name="a", vulnerable=True, handler=lambda request: Response(200))
    assert example.pages == ()
    assert example.technologies == ()
    assert not example.logged_in
    with pytest.raises(dataclasses.FrozenInstanceError):
        example.name = "b"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Example("a", True)  # type: ignore[misc]
