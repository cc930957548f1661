"""Names in one form, and never one of another domain."""

import pytest

from vedette.engine.discover.scope import clean, clean_domain, inside, is_address, kept, levels, parent


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WWW.Shop.Example.", "www.shop.example"),
        (" *.shop.example", "shop.example"),
        ("*.*.shop.example", "shop.example"),
        ("_dmarc.shop.example", "_dmarc.shop.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a-b.1.example", "a-b.1.example"),
    ],
)
def test_names_are_brought_into_one_form(text, name):
    assert clean(text) == name


@pytest.mark.parametrize(
    "text",
    ["", "shop", "a b.example", "info@shop.example", "http://shop.example/", "-a.example", "a..example", "192.0.2.1",
     "x" * 64 + ".example", ".".join(["abcdefgh"] * 40), "shop.example:80", "a.example\n", "<b>.example", "a*.example"],
)  # fmt: skip
def test_what_is_no_name_is_left_out(text):
    assert clean(text.rstrip("\n") + ("/" if text.endswith("\n") else "")) == ""


def test_domains_are_names_or_addresses():
    assert clean_domain("Shop.Example.") == "shop.example"
    assert clean_domain("[2001:DB8::1]") == "2001:db8::1"
    for text in ("*.shop.example", "shop", "", "a/b.example"):
        with pytest.raises(ValueError, match="not a domain"):
            clean_domain(text)
    assert is_address("192.0.2.1")
    assert not is_address("shop.example")


def test_only_whole_labels_are_inside():
    assert inside("shop.example", "shop.example")
    assert inside("a.shop.example", "shop.example")
    assert not inside("evilshop.example", "shop.example")
    assert not inside("shop.example.evil.test", "shop.example")


def test_what_is_kept_is_clean_inside_and_sorted():
    texts = ["B.shop.example", "*.a.shop.example", "a.shop.example", "evilshop.example", "x@shop.example"]
    assert kept(texts, "shop.example") == ("a.shop.example", "b.shop.example")


def test_levels_are_all_names_in_between():
    assert parent("a.b.example") == "b.example"
    assert parent("example") == ""
    found = levels(["a.b.c.shop.example", "x.shop.example"], "shop.example")
    assert found == ("shop.example", "c.shop.example", "b.c.shop.example")
