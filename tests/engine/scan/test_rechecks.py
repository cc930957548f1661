"""Which inputs, hosts and pages known findings stand for."""

import dataclasses

import pytest

from tests.engine.scan.scanning import job_for
from vedette.contract.exchange import Request
from vedette.contract.finding import Location, identify
from vedette.contract.job import JobKind, Known, Login
from vedette.engine import catalog
from vedette.engine.attack.point import Point, PointKind, Target
from vedette.engine.crawl.templates import Templates
from vedette.engine.scan.facts import Facts
from vedette.engine.scan.rechecks import Rechecks, input_of, parts_of

SITE = "http://127.0.0.1:9"


def info(check):
    return catalog.load().by_id[check].info


def known(check, url, path="", kind="", name="", request=None, **fields):
    place = Location(url=SITE + url, path=path or url.partition("?")[0], kind=kind, parameter=name, **fields)
    return Known(id=identify(info(check), place).id, check=check, location=place, request=request)


def target(url, template="", **fields):
    return Target(Request("GET", SITE + url, **fields), template or url.partition("?")[0])


def point(url, kind=PointKind.QUERY, name="q", template=""):
    return Point(target(url, template), kind, name, "x")


def rechecks(*found, state=None, **changes):
    return Rechecks(job_for(SITE + "/", known=found, **changes), catalog.load(), state or {})


XSS = known("xss-reflected", "/s?q=tea", kind="query", name="q")


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        (point("/s?q=pot"), True),
        (point("/s?q=pot&page=1"), True),
        (point("/s?q=pot", name="p"), False),
        (point("/s?q=pot", kind=PointKind.NAME), False),
        (point("/other?q=tea"), False),
        (dataclasses.replace(point("/s?q=tea"), target=Target(Request("POST", SITE + "/s?q=tea"), "/s")), False),
        (dataclasses.replace(point("/s?q=tea"), target=Target(Request("GET", "http://b/s?q=tea"), "/s")), False),
    ],
)
def test_a_check_is_wanted_where_its_identity_is(place, wanted):
    known_ones = rechecks(XSS)
    assert known_ones.wants(info("xss-reflected"), place) is wanted
    assert known_ones.concerns(place) is wanted
    assert not known_ones.wants(info("sqli-error"), place)


def test_identities_without_the_input_want_every_input_of_the_page():
    document = known("xml-external-entity", "/import", kind="body")
    known_ones = rechecks(document)
    for kind, name in ((PointKind.BODY, ""), (PointKind.XML, "a/b")):
        assert known_ones.wants(info("xml-external-entity"), point("/import", kind, name))
    assert parts_of(info("xml-external-entity"), document.location) == (("origin", SITE), ("path", "GET /import"))
    assert parts_of(info("cookies-no-httponly"), document.location) == (("origin", SITE),), "the own word is not told"


def test_each_kind_goes_its_own_way():
    odd = known("disclosure-stack-trace", "/p?of=x", kind="query", name="of")
    page = known("disclosure-stack-trace", "/crash")
    env = known("files-env-exposed", "/.env")
    lost = known("xss-reflected", "/s", kind="no such kind", name="q")
    retired = dataclasses.replace(XSS, id="0", check="xss-retired")
    one = rechecks(XSS, odd, page, env, lost, retired, XSS)
    assert [known for _, known in one.active] == [XSS]
    assert (one.odd, one.pages, one.hosts) == ([odd], [page], [env])
    assert len(one.known) == 6, "each once"
    assert one.was_odd(point("/p?of=3", name="of"))
    assert not one.was_odd(point("/p?of=3"))
    assert one.at_host("files-env-exposed", SITE) == [env]
    assert one.at_host("files-vcs-exposed", SITE) == one.at_host("files-env-exposed", "http://b") == []
    assert one.host_urls(SITE) == [SITE + "/.env"]


def test_only_a_retest_is_of_nothing_else():
    assert rechecks(XSS, kind=JobKind.RETEST).only
    assert not rechecks(XSS).only


def test_what_was_noted_lasts():
    env = known("files-env-exposed", "/.env")
    one = rechecks(env)
    rows = [*one.note_answered(env), *one.note_silent("abc", "timeout")]
    again = rechecks(env, state={"head": {change.key: change.value for change in rows}})
    assert again.answered == {env.id}
    assert again.silent == {"abc": "timeout"}


def test_technologies_of_the_findings_are_supposed():
    one = dataclasses.replace(XSS, technologies=("php", "nginx"))
    other = dataclasses.replace(XSS, id="2", technologies=("java",))
    assert rechecks(one, other).technologies() == {"127.0.0.1:9": frozenset(("php", "nginx", "java"))}


def test_the_very_request_is_kept_beside_the_one_that_stands_for_all():
    asked = Request("GET", SITE + "/door?page=search&q=tea")
    one = rechecks(known("xss-reflected", "/door?page=search&q=tea", kind="query", name="q", request=asked))
    chosen, other = target("/door?page=about&q=tea"), target("/door?page=search&q=tea")
    kept = one.with_known([chosen], [chosen, other, target("/door?page=team&q=tea")], Templates())
    assert [one.request.url for one in kept] == [chosen.request.url, other.request.url]


@pytest.mark.parametrize(
    ("url", "places", "template"),
    [
        ("/blog/tea-time?q=1", [("/blog/{}", "query", "q")], "/blog/{}"),
        ("/blog/tea-time", [("/blog/{}", "path", "1")], "/blog/tea-time"),
        ("/blog/tea-time?q=1", [("/blog/{}", "path", "1"), ("/blog/{}", "query", "q")], "/blog/{}"),
        ("/item/7?q=1", [("/item/{}", "query", "q")], "/item/{}"),
        ("/item/7?q=1", [("/elsewhere/{}", "query", "q")], "/item/{}"),
    ],
)
def test_a_retest_takes_the_template_from_the_findings(url, places, template):
    found = [known("xss-reflected", url, path, kind, name) for path, kind, name in places]
    found = [dataclasses.replace(one, id=str(number)) for number, one in enumerate(found)]
    (kept,) = rechecks(*found, kind=JobKind.RETEST).with_known([target(url)], [], Templates())
    assert kept.template == template


@pytest.mark.parametrize(
    ("met", "made"),
    [
        (["/view?file=1"], ["/view?file=readme.txt"]),
        (["/view?file=other.txt"], ["/view?file=readme.txt"]),
        (["/view?file=readme.txt"], []),
        (["/view?file=1", "/view?file=readme.txt"], []),
        (["/view?file=1&page=2"], []),
        (["/other?file=1"], []),
    ],
)
def test_the_value_of_the_finding_is_put_where_another_kind_stands(met, made):
    asked = Request("GET", SITE + "/view?file=readme.txt")
    one = rechecks(known("file-path-traversal", "/view?file=readme.txt", kind="query", name="file", request=asked))
    found = one.as_told([target(url) for url in met], Templates())
    assert [target.request.url.removeprefix(SITE) for target in found] == made


def test_headers_are_inputs_noticed_or_not_and_cookies_while_the_site_has_them():
    agent = known("xss-reflected", "/v", kind="header", name="User-Agent")
    cookie = known("xss-reflected", "/v", kind="cookie", name="lang")
    facts = Facts({})
    facts.learn_target(target("/v"), 0, "k", "")
    facts.learn_target(target("/w"), 0, "l", "")
    rechecks(agent, cookie).extras(facts, frozenset(), lambda name, _: f"usual {name}")
    assert [(one.kind, one.name, one.value) for one in facts.points() if one.kind in ("header", "cookie")] == [
        ("header", "User-Agent", "usual User-Agent")
    ]
    rechecks(agent, cookie).extras(facts, frozenset({"lang"}), lambda name, _: "")
    assert ("cookie", "lang") in {(one.kind, one.name) for one in facts.points()}


def test_a_sink_is_asked_for_as_the_input_was():
    request = Request("POST", SITE + "/book", user="A")
    one = known("xss-stored", "/book", kind="form", name="t", request=request, sink_url=SITE + "/shown", method="POST")
    member = rechecks(one, login=Login(kind="static"))
    assert member.stored() == [one]
    assert member.sink(one) == Request("GET", SITE + "/shown", user="A")


def test_an_input_that_hides_a_secret_has_no_value_to_give():
    request = Request("GET", SITE + "/s?q=‹secret:key›&p=1")
    assert input_of(request, Location(url="", kind="query", parameter="q")) is None
    assert input_of(request, Location(url="", kind="query", parameter="p")).value == "1"
    assert input_of(request, Location(url="", kind="query", parameter="other")) is None
