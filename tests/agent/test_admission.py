import pytest

from vedette.agent.admission import confined, refusal
from vedette.contract.claim import Worker
from vedette.contract.discovery import Discovery, DiscoveryDomain
from vedette.contract.exchange import Exchange, Request, Step
from vedette.contract.finding import Location
from vedette.contract.job import Job, JobKind, Known, Profile, Scope

ACTIVE = (JobKind.SCAN, JobKind.RETEST, JobKind.REPLAY)
AWAY = "https://shop.example/"
HERE = ("http://127.0.0.1:8080/", "http://localhost/", "https://[::1]:8443/a", "http://127.9.9.9/")


def job(*urls, **changes):
    return Job(id="j", start_urls=urls, **changes)


@pytest.mark.parametrize("kind", ACTIVE)
@pytest.mark.parametrize("profile", [Profile.SAFE, Profile.NORMAL, Profile.FULL])
def test_payloads_need_a_word_on_who_allows_them(kind, profile):
    reason = refusal(job(AWAY, kind=kind, profile=profile))
    assert profile.value in reason
    assert reason.startswith("No payload is sent")
    assert refusal(job(AWAY, kind=kind, profile=profile, authorized=" \n"))
    assert not refusal(job(AWAY, kind=kind, profile=profile, authorized="Ann, owner"))


@pytest.mark.parametrize("kind", ACTIVE)
def test_lightning_needs_none(kind):
    assert not refusal(job(AWAY, kind=kind, profile=Profile.LIGHTNING))


@pytest.mark.parametrize("kind", [kind for kind in JobKind if kind not in ACTIVE])
def test_jobs_without_payloads_need_none(kind):
    assert not refusal(job(AWAY, kind=kind))


def test_this_machine_itself_needs_none():
    assert not refusal(job(*HERE))


@pytest.mark.parametrize(
    "url",
    [
        AWAY,
        "http://10.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "http://[",
        "127.0.0.1",
        "",
    ],
)
def test_one_url_elsewhere_is_enough(url):
    assert refusal(job(HERE[0], url))


def test_a_job_without_any_url_is_not_on_this_machine():
    assert refusal(job())


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": Scope(include=(AWAY,))},
        {"known": (Known(id="1", check="c", location=Location(url=AWAY)),)},
        {"known": (Known(id="1", check="c", location=Location(url=HERE[0], sink_url=AWAY)),)},
        {"known": (Known(id="1", check="c", location=Location(url=HERE[0]), request=Request("GET", AWAY)),)},
        {"replay": (Step("proof", Exchange(Request("GET", AWAY))),)},
    ],
)
def test_what_the_job_names_besides_counts_too(changes):
    assert refusal(job(HERE[0], **changes))
    assert not refusal(job(HERE[0], authorized="Ann", **changes))


def test_private_ranges_are_the_operators_to_permit():
    asked = job(HERE[0], allow_private=("0.0.0.0/0",), seed=5)
    given = confined(asked, Worker(name="w", allow_private=("10.1.0.0/16:80",)))
    assert given.allow_private == ("10.1.0.0/16:80",)
    assert given.seed == 5
    assert confined(asked, Worker(name="w")).allow_private == ()


def test_names_of_a_domain_are_tried_with_a_word_only():
    def discovery(*, verified, authorized=""):
        wanted = Discovery(domains=(DiscoveryDomain(name="shop.example", verified=verified),))
        return job(kind=JobKind.DISCOVER, discovery=wanted, authorized=authorized)

    assert refusal(discovery(verified=True)).endswith("the job needs `authorized`.")
    assert not refusal(discovery(verified=True, authorized="Ann, owner"))
    assert not refusal(discovery(verified=False))
