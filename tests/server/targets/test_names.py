"""Where one owner's names end, and whose mailboxes say nothing."""

from __future__ import annotations

import pytest

from vedette.server.targets import names


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("shop.example", "shop.example"),
        ("a.b.shop.example", "shop.example"),
        ("www.shop.co.uk", "shop.co.uk"),
        ("co.uk", ""),
        ("me.github.io", "me.github.io"),
        ("docs.me.github.io", "me.github.io"),
        ("github.io", ""),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("intranet", ""),
        ("192.0.2.1", ""),
        ("[2001:db8::1]", ""),
    ],
)
def test_what_somebody_registered(name: str, own: str) -> None:
    assert names.registrable(name) == own


@pytest.mark.parametrize(
    ("name", "above", "below"),
    [
        ("www.shop.example", "shop.example", True),
        ("a.b.shop.example", "b.shop.example", True),
        ("shop.example", "shop.example", False),
        ("othershop.example", "shop.example", False),
        ("shop.co.uk", "co.uk", False),
        ("www.shop.co.uk", "co.uk", False),
        ("me.github.io", "github.io", False),
        ("docs.me.github.io", "me.github.io", True),
        ("docs.me.github.io", "github.io", False),
        ("127.0.0.1", "0.0.1", False),
    ],
)
def test_one_owner_ends_at_a_public_suffix(name: str, above: str, below: bool) -> None:
    assert names.lies_below(name, above) is below


@pytest.mark.parametrize("name", ["gmail.com", "mail.gmail.com", "yahoo.co.uk", "github.io", "co.uk", "localhost"])
def test_mailboxes_that_anybody_can_have(name: str) -> None:
    assert names.is_public_mail(name)


@pytest.mark.parametrize("name", ["shop.example", "mail.shop.example", "notgmail.com", "gmail.com.shop.example"])
def test_mailboxes_of_one_owner(name: str) -> None:
    assert not names.is_public_mail(name)


def test_the_list_is_in_the_form_that_is_compared() -> None:
    for name in names.PUBLIC_MAIL:
        assert name == name.lower()
        assert names.registrable(name)
