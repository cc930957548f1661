"""Addresses that narrow a scan, by their services."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.targets.models import ReducedScope, Target
from vedette.server.targets.services import reduced_scopes
from vedette.server.tenancy.actor import Actor

Make = Callable[..., Target]


def test_the_enabled_ones_are_chosen_in_order(owner: Actor, make: Make) -> None:
    target = make()
    rows = [reduced_scopes.add(owner, target, url=f"https://shop.example/{name}") for name in "abc"]
    reduced_scopes.change(owner, rows[1], enabled=False)
    assert reduced_scopes.chosen(target, None) == ("https://shop.example/a", "https://shop.example/c")
    assert reduced_scopes.chosen(target, []) == ()
    wanted = [{"id": rows[1].public_id}, {"url": "https://shop.example/x"}, {"url": "https://shop.example/x"}]
    assert reduced_scopes.chosen(target, wanted) == ("https://shop.example/b", "https://shop.example/x")
    reduced_scopes.remove(owner, rows[0])
    assert ReducedScope.objects.count() == 2


@pytest.mark.parametrize("url", [None, 7, "", "https://evil.example/", "https://shop.example/admin/x"])
def test_what_the_target_does_not_hold_is_refused(owner: Actor, make: Make, url: object) -> None:
    target = make(blacklist=["https://shop.example/admin/*"])
    with pytest.raises(Invalid) as refused:
        reduced_scopes.add(owner, target, url=url)
    assert list(refused.value.fields) == ["url"]
    with pytest.raises(Invalid):
        reduced_scopes.chosen(target, [{"url": url}])


def test_only_those_who_may(reader: Actor, make: Make) -> None:
    with pytest.raises(NotAllowed):
        reduced_scopes.add(reader, make(), url="https://shop.example/a")


def test_there_is_an_end_to_them(owner: Actor, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reduced_scopes, "MAX_URLS", 1)
    target = make()
    reduced_scopes.add(owner, target, url="https://shop.example/a")
    with pytest.raises(Invalid):
        reduced_scopes.add(owner, target, url="https://shop.example/b")
    with pytest.raises(Invalid):
        reduced_scopes.chosen(target, [{"url": f"https://shop.example/{name}"} for name in "ab"])
