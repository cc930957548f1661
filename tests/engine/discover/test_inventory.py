"""What is known comes back from its rows; too many names are let go and said so."""

from vedette.contract.discovery import Discovery, DiscoveryDomain
from vedette.engine.discover.inventory import ROOM, Inventory


def inventory(rows=None, *domains, max_names=5):
    wanted = tuple(DiscoveryDomain(name=name) for name in domains or ("shop.example", "eu.shop.example"))
    return Inventory(Discovery(domains=wanted, max_names=max_names), rows or {})


def rows_of(made, *changes):
    return {change.key: change.value for change in (*changes, *made.stamp()) if change.value is not None}


def test_a_name_belongs_to_the_narrowest_domain():
    made = inventory()
    assert made.add("a.eu.shop.example", "lines").domain == "eu.shop.example"
    assert made.add("a.shop.example", "lines").domain == "shop.example"
    assert made.add("evilshop.example", "lines") is None


def test_only_what_is_new_is_told():
    made = inventory()
    assert made.add("a.shop.example", "lines") is not None
    assert made.add("a.shop.example", "lines") is None
    assert made.add("a.shop.example", "crt-sh").sources == ["lines", "crt-sh"]
    assert made.names["a.shop.example"].event.sources == ("crt-sh", "lines")


def test_all_of_it_comes_back():
    made = inventory()
    name = made.add("a.shop.example", "lines")
    name.addresses, name.aliases, name.wildcard = ("192.0.2.1",), ("b.example",), True
    made.keep(name)
    made.add("b.shop.example", "lines")
    made.counts["queries"] = 7
    made.limits["max-time"] = 3
    made.failed["crt-sh for shop.example"] = "it did not answer"
    rows = rows_of(made, made.row("a.shop.example"), made.row("b.shop.example"), made.mark("done:x", [1]))
    again = inventory(rows)
    assert again.names == made.names
    assert [one.name for one in again.pending] == ["b.shop.example"]
    assert [one.name for one in again.kept] == ["a.shop.example"]
    assert (again.counts, again.limits, again.failed) == (made.counts, made.limits, made.failed)
    assert (again.marked("done:x"), again.marked("done:y")) == ([1], None)


def test_names_that_are_gone_leave_no_row():
    made = inventory()
    made.forget(made.add("a.shop.example", "lines"))
    change = made.row("a.shop.example")
    assert (change.room, change.key, change.value) == (ROOM, "name:a.shop.example", None)


def test_more_than_may_be_kept_are_let_go():
    made = inventory(max_names=2)
    for number in range(9):
        made.add(f"n{number}.shop.example", "lines")
    assert len(made.names) == 8, "four times as many are looked at"
    assert [made.keep(one) for one in list(made.pending)[:3]] == [True, True, False]
    assert [one.name for one in made.kept] == ["n0.shop.example", "n1.shop.example"]
    assert made.limits == {"max-names": 2}
    assert made.add("n.eu.shop.example", "lines") is not None, "another domain has room of its own"
