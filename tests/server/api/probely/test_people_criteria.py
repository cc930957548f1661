from __future__ import annotations

from datetime import UTC, datetime

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from vedette.server.api.probely import people_criteria as criteria
from vedette.server.kernel.errors import Invalid


def asked(text):
    return Request(APIRequestFactory().get(f"/?{text}"))


def test_people_and_keys():
    wanted = criteria.holders(
        asked(
            "id=a&id=b,c&label=d&label_logical_operator=and&active=True&mfa_enabled=0&no_access=1&account=false&creator=e"
        )
    )
    assert (wanted.ids, wanted.labels, wanted.every_label, wanted.creators) == (("a", "b", "c"), ("d",), True, ("e",))
    assert (wanted.active, wanted.mfa_enabled, wanted.no_access, wanted.account_wide) == (True, False, True, False)
    assert criteria.holders(asked("")) == type(wanted)()


def test_grants():
    wanted = criteria.grants(asked("user=a&role=b&team=c&target=d&account=1&search=e&ordering=-role"))
    assert (wanted.holders, wanted.roles, wanted.teams, wanted.targets) == (("a",), ("b",), ("c",), ("d",))
    assert (wanted.account_wide, wanted.search, wanted.ordering) == (True, "e", "-role")


def test_the_log():
    wanted = criteria.log(asked("start_dt=2026-03-01&end_dt=2026-03-02T10:00:00%2B02:00&user=a"))
    assert wanted.start == datetime(2026, 3, 1, tzinfo=UTC)
    assert wanted.end == datetime(2026, 3, 2, 8, tzinfo=UTC) and wanted.users == ("a",)


@pytest.mark.parametrize(
    ("text", "none"),
    [
        ("", False),
        ("source=manual", False),
        ("source=aws&source=manual", False),
        ("source=aws", True),
        ("discovery_enabled=1", False),
    ],
)
def test_domains_come_from_people_alone(text, none):
    assert criteria.domains(asked(text)).none is none


def test_profiles():
    wanted = criteria.profiles(asked("type=web&verified=False&archived=0&builtin=1"))
    assert (wanted.type, wanted.verified_only, wanted.archived, wanted.builtin) == ("web", False, False, True)
    assert criteria.profiles(asked("type=web&type=api")).type == ""


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (criteria.holders, "active=maybe"),
        (criteria.holders, "label_logical_operator=xor"),
        (criteria.grants, "account=x"),
        (criteria.log, "start_dt=soon"),
        (criteria.domains, "verified=x"),
        (criteria.profiles, "type=host"),
    ],
)
def test_nonsense_is_named(read, text):
    with pytest.raises(Invalid) as caught:
        read(asked(text))
    assert list(caught.value.fields) == [text.partition("=")[0]]
