"""Address policy: a table of what must never be reached, and of what an operator may open."""

import pytest

from vedette.contract.addresses import Policy, is_loopback, refusal

HOSTILE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.0.1",
    "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1",
    "192.88.99.1", "2001:2::1", "2001:10::1", "3fff::1", "5f00::1", "::ffff:0:127.0.0.1", "192.168.0.1",
    "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::127.0.0.1", "::10.1.2.3", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::",
    "2002:c0a8:1::1", "2001:0:0:0:0:0:80ff:fffe", "100::1", "2001:db8::1", "fc00::1", "fd12:3456::1", "fd00:ec2::254",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "100.100.100.200", "localhost", "", "2130706433", "0x7f.1",
    "127.1", "[::1]", "1.2.3", "1.2.3.4.5", "::ffff:0:0", "::ffff:192.168.1.1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::5"]


@pytest.mark.parametrize("address", HOSTILE)
def test_refused_by_default(address):
    assert refusal(address, 80, Policy())


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reachable(address):
    assert refusal(address, 443, Policy()) == ""


def test_an_entry_with_a_port_opens_that_port_only():
    policy = Policy(allow=("127.0.0.1:8080",))
    assert refusal("127.0.0.1", 8080, policy) == ""
    assert refusal("127.0.0.1", 8081, policy) == "loopback address"
    assert refusal("127.0.0.2", 8080, policy) == "loopback address"
    assert refusal("::ffff:127.0.0.1", 8080, policy) == ""


def test_a_range_opens_its_addresses_but_never_the_metadata_service():
    policy = Policy(allow=("10.0.0.0/8", "169.254.0.0/16"))
    assert refusal("10.9.8.7", 22, policy) == ""
    assert refusal("169.254.1.1", 80, policy) == ""
    assert refusal("169.254.169.254", 80, policy) == "cloud metadata address"
    assert refusal("192.168.0.1", 80, policy) == "private address"
    assert refusal("0.0.0.0", 80, Policy(allow=("0.0.0.0/0",))) == "unspecified address"


def test_ipv6_entries():
    policy = Policy(allow=("[::1]:9000", "fd00::/8"))
    assert refusal("::1", 9000, policy) == ""
    assert refusal("::1", 9001, policy) == "loopback address"
    assert refusal("fd00::5", 1, policy) == ""


def test_the_platforms_own_listener_is_refused_whatever_is_allowed():
    policy = Policy(allow=("127.0.0.0/8",), deny=(("127.0.0.1", 8600),))
    assert refusal("127.0.0.1", 8600, policy) == "the platform's own address"
    assert refusal("127.0.0.1", 8601, policy) == ""


@pytest.mark.parametrize("entry", ["nonsense", "10.0.0.0/99", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:http", ""])
def test_a_malformed_entry_is_an_error_at_once(entry):
    with pytest.raises(ValueError, match="not a"):
        Policy(allow=(entry,))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1/", True),
        ("http://127.9.9.9:80/", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("http://localhost.example/", False),
        ("http://10.0.0.1/", False),
        ("http://[::ffff:127.0.0.1]/", False),
        ("http://127.0.0.1.example/", False),
    ],
)
def test_loopback_is_recognised_by_address_not_by_look(url, expected):
    assert is_loopback(url) is expected
