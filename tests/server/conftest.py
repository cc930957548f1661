"""Fixtures that are `layers.shared` lie below the transaction of each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from pytest_django import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.server import layers

_files: dict[str, Any] = {}


@pytest.fixture(scope="session", autouse=True)
def static_files_once() -> Iterator[None]:
    """The static files are looked for once, not by each client of each test."""
    look = WhiteNoiseMiddleware.add_files_from_finders

    def found(site: WhiteNoiseMiddleware) -> None:
        if not _files:
            look(site)
            _files.update(site.files)
        site.files.update(_files)

    with patch.object(WhiteNoiseMiddleware, "add_files_from_finders", found):
        yield


TRANSACTION = "_django_db_helper"
"""The fixture of pytest-django that begins and rolls back the transaction of a test."""
_next: list[pytest.Item | None] = [None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a file, tests that stand on the same layers follow one another."""
    files = {path: number for number, path in enumerate(dict.fromkeys(item.path for item in items))}
    here = [item for item in items if layers.wanted(item)]
    if here:
        places = {id(item): tuple(layer.number for layer in layers.wanted(item)) for item in here}
        items.sort(key=lambda item: (files[item.path], places.get(id(item), ())))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
    if fixturedef.argname == TRANSACTION:
        layers.GROUND.lay(layers.wanted(request.node), _blocker(request))
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    _next[0] = nextitem


def pytest_fixture_post_finalizer(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    if fixturedef.argname == TRANSACTION:
        layers.GROUND.clear(layers.wanted(_next[0]), _blocker(request))


def _blocker(request: pytest.FixtureRequest) -> DjangoDbBlocker:
    found: DjangoDbBlocker = request.getfixturevalue("django_db_blocker")
    return found
