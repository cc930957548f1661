import time

import pytest

from vedette.range.manifest import FLAWS

BLIND = {
    "sqli-collect": ("home'||(SELECT sleep({s}))||'", "home'||(SELECT slept({s}))||'", "home"),
    "sqli-bucket": ("a' AND sleep({s}) = 0 AND 'x' = 'x", "a' AND slept({s}) = 0 AND 'x' = 'x", "a"),
    "sqli-newsletter": (
        "ada@harbour.example' AND sleep({s}) = 0 AND 'x' = 'x",
        "ada@harbour.example' AND slept({s}) = 0 AND 'x' = 'x",
        "ada@harbour.example",
    ),
    "sqli-notify": ("HG-301' AND sleep({s}) = 0 AND 'x' = 'x", "HG-301' AND slept({s}) = 0 AND 'x' = 'x", "HG-301"),
    "command-label": ("counter; sleep {s}", "counter; slept {s}", "counter"),
    "code-alert": ("__import__('time').sleep({s})", "__import__('time').slept({s})", "price"),
}


def test_at_least_six_flaws_are_blind_and_all_are_tested_here():
    assert {flaw.id for flaw in FLAWS if flaw.blind} == set(BLIND) and len(BLIND) >= 6


@pytest.mark.parametrize("flaw", BLIND)
def test_answers_are_the_same_bytes_whatever_happens(visitor, naps, flaw):
    sleeping, failing, usual = BLIND[flaw]
    values = (
        usual,
        sleeping.format(s=1.5),
        failing.format(s=1.5),
        f"{usual}'",
        f'{usual}"',
        "nobody",
        "x' OR '1'='1",
        "(",
        "",
    )
    answers = [visitor.plant(flaw, value) for value in values]
    assert len({str(answer.whole) for answer in answers}) == 1
    assert naps == pytest.approx([1.5] * len(naps)) and naps, "only the sleeping value sleeps"


@pytest.mark.parametrize("flaw", BLIND)
def test_only_the_sleeping_value_sleeps_and_in_proportion(visitor, naps, flaw):
    sleeping, failing, usual = BLIND[flaw]
    visitor.plant(flaw, sleeping.format(s=0.5))
    one = sum(naps)
    visitor.plant(flaw, sleeping.format(s=2))
    assert one >= 0.5 and sum(naps) - one == pytest.approx(4 * one)
    for value in (failing.format(s=2), usual):
        count = len(naps)
        visitor.plant(flaw, value)
        assert len(naps) == count


@pytest.mark.timing
@pytest.mark.parametrize("flaw", ["sqli-newsletter", "command-label"])
def test_the_sleep_is_real(site, visitor, flaw):
    site._nap = time.sleep
    begun = time.monotonic()
    visitor.plant(flaw, BLIND[flaw][0].format(s=0.2))
    assert 0.2 <= time.monotonic() - begun < 10


def test_the_offers_are_the_same_for_all_groups(visitor):
    assert "Enamel mug" in visitor.get("/offers").text
    assert "bucket=a; Path=/offers" in (visitor.get("/offers").header("Set-Cookie") or "")


def test_the_newsletter_form_opens(visitor):
    assert visitor.get("/newsletter").status == 200
