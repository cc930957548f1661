"""What is shown while a scan runs: news once, numbers that fit, and nothing that a site could steer."""

import io

import pytest
from rich.console import Console

from tests.cli.samples import HOSTILE, finding, finished
from vedette.cli.collector import Collector
from vedette.cli.display import Lines, LivePanel, News, Pace, Silent, finding_line, left, make, numbers, trouble_line
from vedette.contract import events
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.job import Job


def terminal(width=80, **options):
    options = {"force_terminal": True, "legacy_windows": False} | options
    return Console(file=io.StringIO(), width=width, highlight=False, _environ={"TERM": "xterm"}, **options)


def plain():
    return Console(file=io.StringIO(), width=80, highlight=False, _environ={})


def progress(requests=10, elapsed=1.0, **more):
    base = {"phase": "crawl", "percent": 12.4, "parts": {}, "queue": 3, "eta_s": 40.0}
    return events.Progress(requests=requests, elapsed_s=elapsed, **(base | more))


def empty():
    return Collector(Job(id="j", start_urls=("http://127.0.0.1:1/",)))


def shown(display, scan, *told):
    with display:
        for event in told:
            scan.take(event)
            display.take(event)


def test_the_display_fits_the_place():
    assert type(make(terminal(), empty(), quiet=False)) is LivePanel
    assert type(make(plain(), empty(), quiet=False)) is Lines
    assert type(make(terminal(), empty(), quiet=True)) is Silent
    dumb = Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "dumb"})
    assert type(make(dumb, empty(), quiet=False)) is Lines


def test_lines_tell_phases_findings_and_trouble():
    console, scan = plain(), empty()
    told = [
        events.PhaseStarted(phase="crawl"),
        events.FindingSeen(finding=finding()),
        events.LimitReached(limit="max-time"),
        events.PhaseStarted(phase="unheard-of"),
    ]
    shown(Lines(console, scan), scan, *told)
    lines = console.file.getvalue().splitlines()
    assert lines[0] == "crawling …"
    assert lines[1].startswith("▲ high     confirmed Response header injection")
    assert lines[2:] == ["! the limit max-time was reached", "unheard-of …"]


def test_lines_tell_now_and_then_how_far_it_is():
    console, scan = plain(), empty()
    reports = [progress(requests=second * 10, elapsed=float(second)) for second in range(1, 95)]
    shown(Lines(console, scan), scan, *reports)
    lines = console.file.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[0].split("   ") == [
        "12 %  300 requests", "10/s", "queue 3", "0 endpoints", "0 findings", "about 40 s left",
    ]  # fmt: skip


def test_a_remark_of_ours_is_shown_but_not_when_quiet():
    console = plain()
    Lines(console, empty()).say("Stopping.")
    Silent().say("Stopping.")
    Silent().take(progress())
    assert console.file.getvalue() == "Stopping.\n"


def test_the_panel_shows_phase_rate_queue_findings_and_time_left():
    console, scan = terminal(), empty()
    panel = LivePanel(console, scan)
    for event in (events.PhaseStarted(phase="detect"), progress(5, 1.0), progress(205, 2.0)):
        scan.take(event)
        panel.take(event)
    still = plain()
    still.print(panel.panel())
    text = still.file.getvalue()
    assert "12 %  testing" in text
    assert "205 requests   200/s   queue 3   0 endpoints   0 findings   about 40 s left" in text
    panel.say("Stopping.")
    still.print(panel.panel())
    assert "stopping" in still.file.getvalue()


@pytest.mark.parametrize("width", [20, 40, 200])
def test_the_panel_keeps_to_the_width_of_the_terminal(width):
    scan = empty()
    scan.take(progress())
    panel = LivePanel(terminal(width), scan)
    panel.take(events.PhaseStarted(phase="stored"))
    narrow = Console(file=io.StringIO(), width=width, _environ={})
    narrow.print(panel.panel())
    lines = narrow.file.getvalue().splitlines()
    assert len(lines) == 3
    assert max(map(len, lines)) <= width


def test_findings_scroll_by_above_the_panel_and_the_panel_leaves():
    console, scan = terminal(), empty()
    shown(LivePanel(console, scan), scan, progress(), events.FindingSeen(finding=finding(title="Flaw one")))
    text = console.file.getvalue()
    assert text.count("Flaw one") == 1
    assert text.endswith("\x1b[2K")


def test_news_are_told_once_and_when_they_become_sure():
    news = News()
    seen = [
        finding(proof=ProofLevel.TENTATIVE),
        finding(proof=ProofLevel.FIRM),
        finding(proof=ProofLevel.CONFIRMED, occurrence_count=9),
        finding(name="other", severity=Severity.INFO),
    ]
    told = [news.line(events.FindingSeen(finding=item)) is not None for item in seen]
    assert told == [False, True, False, False]


def test_the_rate_is_that_of_now_and_not_of_the_whole():
    pace = Pace()
    pace.take(progress(1000, 10.0))
    pace.take(progress(1010, 11.0))
    assert pace.rate == 10
    pace.take(progress(1010, 11.0))  # the last report comes twice
    assert pace.rate == 10


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, ""), (0.2, "about 1 s left"), (45, "about 45 s left"), (300, "about 5 min left")],
)
def test_time_left(seconds, text):
    assert left(seconds) == text


def test_numbers_before_the_first_report_are_zero():
    assert numbers(empty(), 0.0) == "0 requests   0/s   queue 0   0 endpoints   0 findings"
    assert "1 findings" in numbers(finished(finding(), finding(name="t", proof=ProofLevel.TENTATIVE)), 0.0)


def test_what_a_site_says_is_text_of_one_line():
    line = finding_line(finding(title=f"[bold]{HOSTILE}\n")).plain
    assert "[bold]" in line
    assert "\x1b" not in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (events.TargetSlowed(host="h", reason=HOSTILE), "h slows us down: <script>"),
        (events.TargetBlocked(host="h", reason="r"), "h does not answer: r"),
        (events.TargetBlocked(host="h", reason="r", open=False), "h answers again: r"),
        (events.CheckFailed(check="a-b", unit="u", reason="r"), "the check a-b failed: r"),
        (events.LoginAttempt(ok=False, reason="r"), "the log-in failed: r"),
    ],
)
def test_trouble_is_named(event, says):
    line = trouble_line(event)
    assert says in line.plain
    assert "\x1b" not in line.plain


def test_what_is_no_trouble_has_no_line():
    assert trouble_line(events.LoginAttempt(ok=True)) is None
    assert trouble_line(events.EndpointFound(method="GET", url="u", status=200, source="s")) is None


def test_what_is_wrong_with_a_description_is_told():
    told = events.DescriptionRead(source="openapi", problems=(f"GET /a: {HOSTILE}.", "more"))
    line = trouble_line(told)
    assert line is not None
    assert line.plain.startswith("! openapi: GET /a: ")
    assert "\x1b" not in line.plain
    assert line.plain.endswith("(and 1 more)")
    assert trouble_line(events.DescriptionRead(source="openapi", operations=2)) is None
