"""Settings read strictly: hostile values end in a sentence, never in a crash."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.server.kernel.errors import Invalid
from vedette.server.targets import rules
from vedette.server.targets.items import RequestItem
from vedette.server.targets.services import reading

URL = "https://shop.example/"
NAMES = sorted({*rules.NOT_YET, *reading._READERS, "blacklist"})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


# A busy machine is no fault of the reader.
@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4), JSON, JSON)
def test_any_json_is_read_or_refused(given_settings: dict[str, Any], url: Any, kind: Any) -> None:
    try:
        site, values = reading.read_new(url if isinstance(url, str) else URL, kind, given_settings)
    except Invalid as refused:
        assert refused.fields
        assert all(texts and all(texts) for texts in refused.fields.values())
        return
    assert rules.site_url(site) == site
    assert values.keys() <= given_settings.keys()


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("name", "a" * 256, "site.name"),
        ("name", "a\0", "site.name"),
        ("desc", ["x"], "site.desc"),
        ("profile", "../../etc", "scan_profile"),
        ("profile", None, "scan_profile"),
        ("report_type", "iso", "report_type"),
        ("report_fileformat", "exe", "report_fileformat"),
        ("unlimited", "yes", "unlimited"),
        ("fail_fast", 1, "fail_fast"),
        ("whitelist", "/x", "site.whitelist"),
        ("whitelist", ["//evil.example"], "site.whitelist"),
        ("blacklist", ["*"], "site.blacklist"),
        ("allow_actions", ["explode"], "allow_actions"),
        ("max_rate", 0, "max_rate"),
        ("max_rate", 10_001, "max_rate"),
        ("auth_enabled", True, "site.auth_enabled"),
        ("auth_enabled", "x", "site.auth_enabled"),
        ("headers", [{"name": "X", "value": "y"}], "site.headers"),
        ("cookies", [RequestItem(name="a b")], "site.cookies"),
        ("authorized", None, "authorized"),
        ("check_session_url", "/me", "site.check_session_url"),
        ("include_deduplicated_endpoints", "x", "include_deduplicated_endpoints"),
        ("incremental", 1, "incremental"),
        ("form_login", [{"value": "x"}], "site.form_login"),
        ("api_scan_settings", {"api_schema_type": "openapi"}, "site.api_scan_settings"),
    ],
)
def test_each_fault_is_named_by_its_path(name: str, value: object, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        reading.read_new(URL, "single", {name: value})
    assert list(refused.value.fields) == [path]


def test_null_means_the_default_where_the_contract_allows_it() -> None:
    _, values = reading.read_new(URL, "single", {"name": None, "desc": None, "fail_fast": None, "headers": None})
    assert values == {"name": "", "desc": "", "fail_fast": True, "headers": []}


def test_a_value_is_never_repeated_in_a_fault() -> None:
    with pytest.raises(Invalid) as refused:
        reading.read_new(
            URL, "single", {"headers": [RequestItem(name="X", value="canary\r\n")], "otp_secret": "canary"}
        )
    assert "canary" not in str(refused.value.fields)
