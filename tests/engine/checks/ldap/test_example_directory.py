"""The directory of the examples follows the grammar of search filters."""

from __future__ import annotations

import pytest

from vedette.engine.checks.ldap.example_directory import FilterError, escaped, search


def names(text: str) -> list[str]:
    return [entry["uid"] for entry in search(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(uid=mira)", ["mira"]),
        ("(UID=MIRA)", ["mira"]),
        ("(uid=*)", ["mira", "otto", "till"]),
        ("(cn=*i*)", ["mira", "otto", "till"]),
        ("(cn=*Holm)", ["mira"]),
        ("(uid=m\\69ra)", ["mira"]),
        ("(uid=\\2a)", []),
        ("(mail=*)", ["mira", "otto"]),
        ("(!(mail=*))", ["till"]),
        ("(&(objectClass=person)(|(uid=otto)(uid=till)))", ["otto"]),
        ("(&)", ["mira", "otto", "till"]),
        ("(|)", []),
    ],
)
def test_filters(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    "text", ["", "uid=x", "(uid=x", "(uid=x))", "(uid=x)(uid=y)", "(uid)", "(uid=\\zz)", "(!)", "(=x)"]
)
def test_broken_filters(text: str) -> None:
    with pytest.raises(FilterError):
        search(text)


@pytest.mark.parametrize("value", ["*", "a)(uid=*", "\\61", "x\0y", "(", "plain"])
def test_an_escaped_value_is_only_itself(value: str) -> None:
    assert names(f"(uid={escaped(value)})") == []
