"""Proof by delay: a randomised experiment in which the answer's time must follow the delay that we ask for.

Pure statistics and a plan, and the two drivers that every timing check uses. Seconds throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil
from statistics import median

from vedette.contract.exchange import Step
from vedette.engine.attack.point import Point
from vedette.engine.attack.probe import Probe
from vedette.engine.attack.rng import Rng

LEVELS = (0.0, 0.0, 0.6, 1.1, 1.6, 2.1, 2.6, 3.1)
"""The delays of an experiment before each is moved a little: no more than two equal, 11.1 s in all."""

CONTROLS = 3
MAX_TOTAL = 15.0
QUIET_STEP = 0.35
MAX_MAD = 0.5
MAX_P = 1e-3
MAX_MULTIPLE = 12
SLACK = 0.2
"""What scheduling may add on a quiet network; below it deviations mean nothing."""

PayloadFor = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Latency:
    """How long normal answers take: median, median absolute deviation, and the 99th percentile."""

    median: float
    mad: float
    p99: float


@dataclass(frozen=True, slots=True)
class Trial:
    """One measurement to make: the delay asked for, and whether its payload is a scrambled one that cannot sleep."""

    delay: float
    control: bool


@dataclass(frozen=True, slots=True)
class TimingVerdict:
    """The outcome with its numbers; `table` has one row per trial: delay, control, seconds measured."""

    ok: bool
    slope: float
    p_value: float
    reason: str
    table: tuple[tuple[float, bool, float | None], ...] = ()


def latency(samples: Sequence[float]) -> Latency:
    """Robust figures of some measurements; ValueError without any."""
    if not samples:
        raise ValueError("no samples of latency")
    middle = median(samples)
    ordered = sorted(samples)
    p99 = ordered[ceil(0.99 * len(ordered)) - 1]
    return Latency(middle, median(abs(sample - middle) for sample in samples), p99)


def screen_delay(normal: Latency) -> float:
    """The delay of the one screening request: well outside what normal answers take."""
    return round(max(2.0, normal.p99 + 6 * normal.mad) + 0.1, 1)


def plan(rng: Rng, normal: Latency, multiple: int = 1) -> list[Trial]:
    """At least eight delays in random order with controls in between, at most `MAX_TOTAL` seconds in all.

    `multiple` is how often the site sleeps per request; the delays are divided by it.
    """
    # A quiet site's delays need not be long to stand out: the smallest gap stays far beyond its own scatter.
    step = min(1.3, max(QUIET_STEP, 60 * normal.mad, 4 * normal.p99))
    delays = [_moved(level, rng) * step if level else 0.0 for level in LEVELS]
    total = sum(delays)
    scale = min(1.0, MAX_TOTAL / total) / multiple
    asked = [_uneven(round(delay * scale, 3), multiple) for delay in delays]
    trials = [Trial(delay, control=False) for delay in rng.shuffled(asked)]
    controls = rng.shuffled(sorted(asked)[-CONTROLS:])
    for delay in controls:
        trials.insert(rng.integer(1, len(trials)), Trial(delay, control=True))
    return trials


def verdict(trials: Sequence[Trial], measured: Sequence[float | None], normal: Latency) -> TimingVerdict:
    """Whether the measured times follow the delays and only them."""
    table = tuple((trial.delay, trial.control, time) for trial, time in zip(trials, measured, strict=True))
    points = [(delay, time) for delay, control, time in table if time is not None and not control]
    controls = [(delay, time) for delay, control, time in table if time is not None and control]
    if len(points) + len(controls) < len(table):
        return TimingVerdict(False, 0.0, 1.0, "a measurement was not valid", table)
    if len(points) < len(LEVELS) or len(controls) < CONTROLS:
        return TimingVerdict(False, 0.0, 1.0, "too few measurements", table)
    slope = theil_sen(points)
    p_value = rank_p_value(points)
    intercept = median(time - slope * delay for delay, time in points)
    reason = _objection(points, controls, slope, intercept, p_value, normal)
    return TimingVerdict(not reason, slope, p_value, reason or "the answers' times follow the delays asked for", table)


def theil_sen(points: Sequence[tuple[float, float]]) -> float:
    """The median of the slopes between all pairs with different delays."""
    slopes = [(t2 - t1) / (d2 - d1) for (d1, t1), (d2, t2) in combinations(points, 2) if d1 != d2]
    return median(slopes) if slopes else 0.0


def rank_p_value(points: Sequence[tuple[float, float]]) -> float:
    """The exact chance that a random order of the times would have as few inversions against the delays.

    The counts of permutations by inversions are the coefficients of a product of `1 + q + … + q^(i-1)`; equal delays
    divide it by the same product of their own.
    """
    discordant = sum(1 for (d1, t1), (d2, t2) in combinations(points, 2) if d1 != d2 and (d1 - d2) * (t1 - t2) <= 0)
    counts = [1]
    for size in range(2, len(points) + 1):
        counts = _times(counts, size)
    for delay in {delay for delay, _ in points}:
        for size in range(2, sum(1 for other, _ in points if other == delay) + 1):
            counts = _divided(counts, size)
    return sum(counts[: discordant + 1]) / sum(counts)


def hopeless(done: Sequence[tuple[Trial, float | None]], normal: Latency, multiple: int = 1) -> str:
    """Why going on cannot succeed any more; empty while it can."""
    for trial, time in done:
        if time is None:
            return "a measurement was not valid"
        if not trial.control and time < 0.8 * trial.delay * multiple:
            return f"a delay of {trial.delay} s was not kept: the answer came after {time:.2f} s"
        if trial.control and time - normal.median > max(6 * normal.mad, SLACK, 0.5 * trial.delay * multiple):
            return f"an answer to a payload that cannot sleep took {time:.2f} s"
    return ""


async def screen(probe: Probe, point: Point, payload_for: PayloadFor) -> float | None:
    """Seconds that the answer was late when one long delay was asked for and none when none was; None otherwise.

    One request where nothing sleeps, two where something may.
    """
    model = await probe.baseline(point)
    samples = [exchange.response.ttfb_s for exchange in model.exchanges if exchange.response]
    if not samples:
        return None
    normal = latency(samples)
    if normal.mad > MAX_MAD:
        return None
    delay = screen_delay(normal)
    late = (await probe.timed(point, payload_for(delay))).seconds
    if late is None or late < 0.95 * delay:
        return None
    quick = (await probe.timed(point, payload_for(0.0))).seconds
    if quick is None or quick > normal.p99 + 6 * normal.mad + delay / 2:
        return None
    return late


async def experiment(
    probe: Probe, point: Point, payload_for: PayloadFor, control_for: PayloadFor
) -> tuple[TimingVerdict, tuple[Step, ...]]:
    """The whole experiment, stopped as soon as it cannot succeed.

    `payload_for` gives the payload that sleeps so many seconds; `control_for` one of the same bytes whose sleeping
    symbol is scrambled. Every exchange comes back as a step.
    """
    steps: list[Step] = []
    samples = []
    for _ in range(5):
        timed = await probe.timed(point, control_for(0.0))
        steps.append(Step("normal latency", timed.exchange, note=_note(timed.seconds), control=True))
        if timed.seconds is not None:
            samples.append(timed.seconds)
    if len(samples) < 4 or (normal := latency(samples)).mad > MAX_MAD:
        return TimingVerdict(False, 0.0, 1.0, "the normal latency is not steady enough"), tuple(steps)
    probing = Trial(round(0.73 + 2 * normal.mad, 2), control=False)
    timed = await probe.timed(point, payload_for(probing.delay))
    steps.append(Step("how often it sleeps", timed.exchange, note=_note(timed.seconds)))
    multiple = round(((timed.seconds or 0.0) - normal.median) / probing.delay)
    if not 1 <= multiple <= MAX_MULTIPLE:
        return TimingVerdict(False, 0.0, 1.0, "a short delay was not kept"), tuple(steps)
    done: list[tuple[Trial, float | None]] = []
    trials = plan(probe.rng, normal, multiple)
    for trial in trials:
        timed = await probe.timed(point, (control_for if trial.control else payload_for)(trial.delay))
        done.append((trial, timed.seconds))
        label = f"control of {trial.delay} s" if trial.control else f"delay of {trial.delay} s"
        steps.append(Step(label, timed.exchange, note=_note(timed.seconds), control=trial.control))
        if reason := hopeless(done, normal, multiple):
            return TimingVerdict(False, 0.0, 1.0, reason), tuple(steps)
    return verdict(trials, [time for _, time in done], normal), tuple(steps)


def _objection(
    points: Sequence[tuple[float, float]],
    controls: Sequence[tuple[float, float]],
    slope: float,
    intercept: float,
    p_value: float,
    normal: Latency,
) -> str:
    multiple = max(1, round(slope))
    if not 0.9 * multiple <= slope <= 1.1 * multiple or multiple > MAX_MULTIPLE:
        return f"each second asked for took {slope:.2f} s"
    if p_value > MAX_P:
        return f"chance explains the order of the times (p = {p_value:.2g})"
    limit = max(3 * normal.mad, SLACK)
    outliers = [time for delay, time in points if abs(time - intercept - slope * delay) > limit]
    if len(outliers) > 1:
        return f"{len(outliers)} times lie off the line"
    if any(time - intercept > max(6 * normal.mad, SLACK, 0.25 * slope * delay) for delay, time in controls):
        return "a payload that cannot sleep was late too"
    return ""


def _uneven(delay: float, multiple: int) -> float:
    """The delay, moved a little where the site's total would fall onto a whole second: other things last so long."""
    return delay + 0.007 if delay and (delay * multiple).is_integer() else delay


def _moved(level: float, rng: Rng) -> float:
    """The level moved by less than a quarter of the step between levels, and never onto a whole number."""
    moved = level + rng.integer(-9, 9) / 100
    return moved + 0.03 if abs(moved - round(moved)) < 0.02 else moved


def _times(counts: list[int], size: int) -> list[int]:
    out = [0] * (len(counts) + size - 1)
    for place, count in enumerate(counts):
        for shift in range(size):
            out[place + shift] += count
    return out


def _divided(counts: list[int], size: int) -> list[int]:
    """The exact quotient by `1 + q + … + q^(size-1)`."""
    out: list[int] = []
    for place in range(len(counts) - size + 1):
        out.append(counts[place] - sum(out[max(0, place - size + 1) : place]))
    return out


def _note(seconds: float | None) -> str:
    return "not a valid measurement" if seconds is None else f"{seconds:.3f} s to the first byte"
