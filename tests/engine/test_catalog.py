from __future__ import annotations

import dataclasses
from types import ModuleType
from typing import Any

import pytest

from vedette.contract.checkinfo import Kind, Phase
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.catalog import Catalog, CatalogError, build, load, retired
from vedette.engine.checks.crlf import injection
from vedette.engine.checks.headers import nosniff
from vedette.engine.parse.page import Page


def like(module: ModuleType, name: str, patterns: dict[str, str] | None = None, **changes: Any) -> ModuleType:
    new = ModuleType(f"made.{name}", module.__doc__)
    vars(new).update({key: value for key, value in vars(module).items() if not key.startswith("__")})
    new.INFO = dataclasses.replace(module.INFO, id=name, **changes)
    if patterns is not None:
        new.PATTERNS = patterns
    return new


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return build(
        [
            like(injection, "sqli-error", profiles=("safe", "normal", "full")),
            like(injection, "sqli-time", profiles=("full",), phase=Phase.TIMING),
            like(nosniff, "headers-a", {"one": "needle", "two": "(?i)straw"}),
            like(nosniff, "cookies-b", {"one": "straw"}),
            ModuleType("not_a_check"),
        ]
    )


def ids(catalog: Catalog, profile: str, *chosen: str) -> list[str]:
    return [check.id for check in catalog.select(profile, chosen)]


def test_checks_are_sorted_and_told_apart(catalog: Catalog) -> None:
    assert [check.id for check in catalog.checks] == ["cookies-b", "headers-a", "sqli-error", "sqli-time"]
    assert list(catalog.by_id) == [check.id for check in catalog.checks]
    assert [check.id for check in catalog.passive] == ["cookies-b", "headers-a"]
    assert [check.id for check in catalog.active(Phase.DETECT)] == ["sqli-error"]
    assert [check.id for check in catalog.active(Phase.TIMING)] == ["sqli-time"]
    assert catalog.host == ()
    check = catalog.by_id["sqli-error"]
    assert check.detect is injection.detect
    assert check.verify is injection.verify
    with pytest.raises(TypeError, match="no such part"):
        check.inspect(None)
    assert check.doc.fix.startswith("Refuse")


@pytest.mark.parametrize(
    ("profile", "chosen", "expected"),
    [
        ("lightning", (), ["cookies-b", "headers-a"]),
        ("safe", (), ["cookies-b", "headers-a", "sqli-error"]),
        ("full", (), ["cookies-b", "headers-a", "sqli-error", "sqli-time"]),
        ("normal", ("sqli",), ["sqli-error"]),
        ("normal", ("sqli-time",), ["sqli-time"]),
        ("safe", ("sqli-time",), []),
        ("lightning", ("sqli-error",), []),
        ("normal", ("-headers",), ["cookies-b", "sqli-error"]),
        ("full", ("sqli", "-sqli-time"), ["sqli-error"]),
        ("full", ("cookies-b", "sqli-error"), ["cookies-b", "sqli-error"]),
    ],
)
def test_selection(catalog: Catalog, profile: str, chosen: tuple[str, ...], expected: list[str]) -> None:
    assert ids(catalog, profile, *chosen) == expected


@pytest.mark.parametrize("entry", ["nothing", "-nothing", "sqli-"])
def test_unknown_choices_are_refused(catalog: Catalog, entry: str) -> None:
    with pytest.raises(CatalogError, match="no check or family named"):
        catalog.select("normal", [entry])


def test_the_digest_follows_ids_and_versions() -> None:
    one = build([like(nosniff, "headers-a")])
    assert one.digest == build([like(nosniff, "headers-a", title="Other")]).digest
    assert one.digest != build([like(nosniff, "headers-b")]).digest
    assert one.digest != build([like(nosniff, "headers-a", version=2)]).digest
    assert len(one.digest) == 16


def test_one_pass_finds_the_patterns_of_all(catalog: Catalog) -> None:
    response = Response(200, (("Content-Type", "text/html"),), b"STRAW needle")
    page = Page(Exchange(Request("GET", "http://site.example/"), response))
    catalog.passive_patterns.scan(page)
    assert page.matches == {"headers-a": ("one", "two")}
    build([like(nosniff, "headers-a")]).passive_patterns.scan(page)
    assert page.matches == {}


def test_duplicates_retired_ids_and_faults_are_all_named() -> None:
    broken = like(nosniff, "headers-c", cwe=())
    with pytest.raises(CatalogError) as caught:
        build(
            [like(nosniff, "headers-a"), like(nosniff, "headers-a"), broken, like(nosniff, "old-one")],
            frozenset({"old-one"}),
        )
    told = str(caught.value).splitlines()
    assert told == [
        "made.headers-a: the id headers-a is also that of made.headers-a",
        "made.headers-c: no CWE is named",
        "made.old-one: the id old-one is retired",
    ]


def test_the_real_catalogue_loads_once() -> None:
    catalog = load()
    assert load() is catalog
    assert {"crlf-response-header", "headers-nosniff-missing"} <= catalog.by_id.keys()
    assert {check.info.kind for check in catalog.checks} >= {Kind.PASSIVE, Kind.ACTIVE}
    assert not retired() & catalog.by_id.keys()
