"""Progress that adds up."""

from vedette.engine.scan.meter import SPANS, Meter


def meter():
    return Meter(lambda: 0.0)


def test_percent_never_falls_from_phase_to_phase():
    one, seen = meter(), []
    for phase in SPANS:
        one.enter(phase, 4)
        for _ in range(4):
            seen.append(one.percent)
            one.step()
        seen.append(one.percent)
    assert seen == sorted(seen)
    assert seen[-1] == 99.9


def test_an_unknown_total_stands_at_the_phases_beginning():
    one = meter()
    one.enter("detect")
    one.step()
    assert one.percent == SPANS["detect"][0]


def test_a_snapshot_does_not_change_afterwards():
    one = meter()
    one.parts["crawler"].status_counts["200"] = 1
    snapshot = one.snapshot(5, 1.0, 2, 1.0)
    one.parts["crawler"].status_counts["200"] = 9
    assert snapshot.parts["crawler"].status_counts == {"200": 1}


def test_answers_are_all_but_those_of_being_blocked():
    one = meter()
    one.parts["crawler"].status_counts.update({"200": 3, "429": 5})
    one.parts["scanner"].status_counts["500"] = 2
    assert one.answered == 5


def test_units_count_into_the_part_that_does_them():
    one = meter()
    one.enter("crawl", 2)
    one.step()
    one.enter("detect", 3)
    one.step(2)
    assert (one.parts["crawler"].done, one.parts["scanner"].done) == (1, 2)
    assert one.parts["scanner"].total == 3


def test_time_left_is_drawn_from_the_share_done():
    one = meter()
    one.enter("timing", 1)
    assert one.snapshot(1, 84.0, 0, 1.0).eta_s == 16.0
