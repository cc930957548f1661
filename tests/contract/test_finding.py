"""Identity: the same flaw is the same finding, and one can read why."""

from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity
from vedette.contract.finding import Location, identify


def info(**changes):
    base = {
        "id": "sqli-error",
        "title": "t",
        "kind": Kind.ACTIVE,
        "phase": Phase.DETECT,
        "severity": Severity.HIGH,
        "proof": ProofLevel.CONFIRMED,
        "cwe": (89,),
    }
    return CheckInfo(**(base | changes))


def at(url, **changes):
    return Location(url=url, path="/item/{}", kind="query", parameter="id", **changes)


def test_the_same_place_is_the_same_finding_whatever_the_values():
    one = identify(info(), at("http://a:80/item/1?id=5&x=1"))
    other = identify(info(), at("http://a:80/item/2?id=7"))
    assert one.id == other.id
    assert one == other


def test_each_part_of_the_identity_counts():
    base = identify(info(), at("http://a/item/1")).id
    others = [
        identify(info(id="sqli-time"), at("http://a/item/1")),
        identify(info(), at("https://a/item/1")),
        identify(info(), at("http://a:8080/item/1")),
        identify(info(), at("http://a/item/1", method="POST")),
        identify(info(), Location(url="http://a/item/1", path="/item/{}", kind="form", parameter="id")),
        identify(info(), Location(url="http://a/item/1", path="/item/{}", kind="query", parameter="ID")),
        identify(info(), Location(url="http://a/item/1", path="/other", kind="query", parameter="id")),
    ]
    ids = [base, *(other.id for other in others)]
    assert len(set(ids)) == len(ids)


def test_a_systemic_finding_is_one_per_host():
    systemic = info(identity=("origin",))
    assert identify(systemic, at("http://a/x")).id == identify(systemic, at("http://a/y")).id
    assert identify(systemic, at("http://a/x")).id != identify(systemic, at("http://b/x")).id


def test_the_checks_own_word_counts_when_it_is_part_of_the_identity():
    cookies = info(identity=("origin", "detail"))
    assert identify(cookies, at("http://a/"), "sid").id != identify(cookies, at("http://a/"), "lang").id
    assert identify(info(), at("http://a/"), "sid").id == identify(info(), at("http://a/"), "lang").id


def test_identity_is_readable():
    parts = dict(identify(info(), at("http://a/item/1")).parts)
    assert parts == {"origin": "http://a", "path": "GET /item/{}", "kind": "query", "parameter": "id"}
