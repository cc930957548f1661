"""Content security policies: read as browsers read them, judged by what injected script could still do."""

from __future__ import annotations

import pytest

from vedette.engine.parse import csp


def words(*values: str) -> set[str]:
    return {weakness.word for weakness in csp.weaknesses(csp.parse(values))}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("script-src 'self'", set()),
        ("default-src 'none'", set()),
        ("default-src 'self'; script-src 'none'", set()),
        ("default-src *; script-src 'self'", set()),
        ("script-src 'self' 'unsafe-inline'", {"unsafe-inline"}),
        ("SCRIPT-SRC 'Self' 'Unsafe-Inline'", {"unsafe-inline"}),
        ("default-src 'unsafe-inline' 'self'", {"unsafe-inline"}),
        ("script-src 'unsafe-inline'; script-src-elem 'self'", set()),
        ("script-src 'self' 'unsafe-eval'", {"unsafe-eval"}),
        ("script-src *", {"any-host"}),
        ("script-src https:", {"any-host"}),
        ("script-src 'self' data:", {"data-scripts"}),
        ("img-src 'self'", {"no-script-src"}),
        ("frame-ancestors 'none'", {"no-script-src"}),
        ("script-src 'nonce-aBc'", {"no-base-uri"}),
        ("script-src 'nonce-aBc' 'unsafe-inline'; base-uri 'none'", set()),
        ("script-src 'sha256-abc=' 'unsafe-inline'; base-uri 'self'", set()),
        ("script-src 'strict-dynamic' 'nonce-aBc' https: 'unsafe-inline'; base-uri 'none'", set()),
        ("script-src 'self' cdn.jsdelivr.net", {"open-host"}),
        ("script-src 'self' https://unpkg.com/", {"open-host"}),
        ("script-src 'self' https://unpkg.com:443", {"open-host"}),
        ("script-src 'self' https://unpkg.com/lib@1/lib.js", set()),
        ("script-src 'strict-dynamic' 'nonce-a' https://unpkg.com; base-uri 'none'", set()),
        ("script-src 'self'; script-src 'unsafe-inline'", set()),
        ("  ;; script-src   'self'  ;", set()),
    ],
)
def test_weaknesses_of_one_policy(policy: str, expected: set[str]) -> None:
    assert words(policy) == expected


def test_several_policies_must_share_a_weakness() -> None:
    assert words("script-src 'unsafe-inline'", "script-src 'self'") == set()
    assert words("script-src 'unsafe-inline', script-src 'unsafe-inline' data:") == {"unsafe-inline"}
    assert words("img-src 'self'", "script-src 'self'") == set()


def test_nothing_at_all_is_no_policy() -> None:
    assert csp.parse([]) == ()
    assert csp.parse(["", " ; ", ","]) == ()


def test_a_nonce_keeps_its_case() -> None:
    (policy,) = csp.parse(["script-src 'nonce-AbC'"])
    assert policy.scripts == ("'nonce-AbC'",)


def test_the_source_stands_in_the_policy() -> None:
    for value in ("script-src 'unsafe-inline'", "script-src https:", "script-src data:", "script-src unpkg.com"):
        for weakness in csp.weaknesses(csp.parse([value])):
            assert weakness.source in value
            assert weakness.sentence.endswith(".")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["default-src 'self'"], None),
        (["frame-ancestors 'none'"], ("'none'",)),
        (["frame-ancestors *"], ("*",)),
        (["frame-ancestors *", "frame-ancestors 'self'"], ("'self'",)),
        (["frame-ancestors"], ()),
    ],
)
def test_frame_ancestors(values: list[str], expected: tuple[str, ...] | None) -> None:
    assert csp.frame_ancestors(csp.parse(values)) == expected


@pytest.mark.parametrize(
    ("values", "blocked"),
    [
        ([], False),
        (["img-src 'self'"], False),
        (["script-src 'unsafe-inline'"], False),
        (["script-src 'unsafe-inline'", "script-src 'self'"], True),
        (["default-src 'self'"], True),
        (["script-src 'nonce-a' 'unsafe-inline'"], True),
    ],
)
def test_inline_scripts_blocked(values: list[str], blocked: bool) -> None:
    assert csp.inline_blocked(csp.parse(values)) is blocked
