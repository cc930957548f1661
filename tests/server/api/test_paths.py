"""Every way of writing a path leads to the form in which its dialect's routes are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.server.api.paths import DIALECTS, canonical, dialect_of


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("", "/"),
        ("//", "/"),
        ("/targets", "/targets/"),
        ("/targets/", "/targets/"),
        ("//targets///abc//findings", "/targets/abc/findings/"),
        ("/targets/AbC3/", "/targets/AbC3/"),
        ("/ui", "/ui/"),
        ("/UI/findings/", "/ui/findings/"),
        ("/ui/findings", "/ui/findings"),
        ("/ui/findings/x/response/1.txt", "/ui/findings/x/response/1.txt"),
        ("/API/1.0/Account/Me", "/api/1.0/account/me"),
        ("//api//1.0//scans/list/", "/api/1.0/scans/list"),
        ("/api/1.0", "/api/1.0/"),
        ("/api/1.0/scans/Status/AbC/", "/api/1.0/scans/status/AbC"),
        ("/Swagger/Docs/V1", "/swagger/docs/v1"),
        ("/api/1.0x/list", "/api/1.0x/list/"),
        ("/V2/user/", "/v2/user"),
        ("/auth/sign_in/", "/auth/sign_in"),
        ("/v2/scans/AbC", "/v2/scans/AbC"),
        ("/authors", "/authors/"),
        ("/agent/v1/claim", "/agent/v1/claim/"),
        ("/openapi", "/openapi/"),
        ("/openapi/probely.json", "/openapi/probely.json"),
        ("/HealthZ", "/healthz"),
        ("/metrics", "/metrics"),
        ("/readyz/", "/readyz"),
    ],
)
def test_the_canonical_form(path, expected):
    assert canonical(path) == expected


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/nowhere", "probely"),
        ("/api/1.0/nowhere", "invicti"),
        ("/Api/1.0", "invicti"),
        ("/swagger/docs/v1", "invicti"),
        ("/api/1.00/x", "probely"),
        ("/api/native/nowhere", "native"),
        ("/api/natives", "probely"),
        ("/v2/nowhere", "cloneguard"),
        ("/v2", "cloneguard"),
        ("/v22", "probely"),
        ("/ui/nowhere", "web"),
        ("/UI", "web"),
        ("/uix", "probely"),
        ("/agent/v1/x", "agent"),
        ("/healthz", "plain"),
    ],
)
def test_the_dialect_in_which_a_path_is_answered(path, name):
    assert dialect_of(path).name == name


def test_every_prefix_ends_a_segment():
    for dialect in DIALECTS:
        assert dialect.prefix.startswith("/")
        assert dialect.prefix.lower() == dialect.prefix


@given(st.text(alphabet="/aA1.vV2uUiI", max_size=24))
def test_the_form_is_reached_in_one_step_and_keeps_its_dialect(text):
    path = "/" + text
    once = canonical(path)
    assert canonical(once) == once
    assert dialect_of(once) == dialect_of(canonical(path))
    assert "//" not in once


def test_no_view_is_asked_for_a_null_character():
    assert canonical("/targets/a\0b") == "/targets/a\ufffdb/"
    assert canonical("/\0/") == "/\ufffd/"
