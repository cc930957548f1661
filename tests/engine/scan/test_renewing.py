"""A token that an API gave is fetched anew when it is worth nothing any more, and only then."""

from __future__ import annotations

import asyncio

from tests.engine.scan.knowing import known_of, outcomes, retest_job
from tests.engine.scan.scanning import SECRET, job_for, ran
from tests.sites.api_library import library
from vedette.contract import events as kinds
from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.job import Description, JobKind
from vedette.engine.scan.renewing import MAX_VAIN, Renewal


class Api:
    """Answers 200 to requests made since the token was renewed; `closed` paths always 401."""

    def __init__(self, *, gives=True):
        self.fresh, self.gives, self.entered, self.closed = False, gives, 0, set()

    async def send(self, request):
        await asyncio.sleep(0)
        bad = request.url in self.closed or not self.fresh
        return Exchange(request, Response(401 if bad else 200, (), b""))

    async def enter(self):
        self.entered += 1
        await asyncio.sleep(0)
        self.fresh = self.gives
        return self.gives

    def renewal(self):
        made = Renewal()
        made.by(self.enter)
        return made


async def test_without_a_way_answers_pass():
    api = Api()
    assert (await Renewal().exchange(Request("GET", "http://a/"), api.send)).status == 401


async def test_many_that_are_refused_at_once_need_one_call():
    api = Api()
    renewal = api.renewal()
    asked = [Request("GET", f"http://a/{number}") for number in range(8)]
    answers = await asyncio.gather(*(renewal.exchange(one, api.send) for one in asked))
    assert [one.status for one in answers] == [200] * 8
    assert api.entered == 1


async def test_what_refuses_a_fresh_token_is_asked_once():
    api = Api()
    renewal = api.renewal()
    api.closed.add("http://a/admin?x=1")
    for _ in range(4):
        assert (await renewal.exchange(Request("GET", "http://a/admin?x=1"), api.send)).status == 401
    assert api.entered == 1
    api.fresh = False
    assert (await renewal.exchange(Request("GET", "http://a/mine"), api.send)).status == 200


async def test_calls_in_vain_end():
    api = Api(gives=False)
    renewal = api.renewal()
    for number in range(3 * MAX_VAIN):
        await renewal.exchange(Request("GET", f"http://a/{number}"), api.send)
    assert api.entered == MAX_VAIN


async def test_a_test_that_brings_its_own_is_answered_as_it_is():
    api = Api()
    own = Request("GET", "http://a/", (("Authorization", "Bearer guess"),))
    assert (await api.renewal().exchange(own, api.send)).status == 401
    assert api.entered == 0


def job(site, **more):
    described = Description(kind="openapi", url=f"{site.url}/openapi.json")
    return job_for(site.url + "/", checks=("sqli-error",), descriptions=(described,), **more)


async def test_a_scan_whose_tokens_serve_for_a_few_requests_finds_the_same():
    with library() as site:
        site.closed, site.uses = True, 9
        result = await ran(job(site), state=SECRET)
        assert len(site.called("POST", "/api/sessions")) > 4
        assert {event.finding.location.parameter for event in result.of(kinds.FindingSeen)} == {"q"}
        assert result.finished.verdict == "findings", result.finished.reasons


async def test_a_retest_fetches_the_token_first():
    with library() as site:
        site.closed = True
        known = known_of(await ran(job(site), state=SECRET))
        assert known
        site.tokens.clear()
        site.accounts.clear()
        result = await ran(job(site, kind=JobKind.RETEST, known=tuple(known)))
        assert outcomes(result) == {one.id: "seen" for one in known}
        site.tokens.clear()
        site.accounts.clear()
        without = await ran(retest_job(site, *known))
        assert "gone" not in outcomes(without).values(), "nobody got in, so nothing is gone"
