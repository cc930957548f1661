"""`vedette scan`: check the order, run the engine, write the reports, judge."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.text import Text

from vedette.cli import display, reports, second_user
from vedette.cli.codes import Source
from vedette.cli.collector import Collector
from vedette.cli.entrance import OPTIONS_OF_SECRETS, Entrance, again
from vedette.cli.gate import judge, known_ids
from vedette.cli.journal import Journal, JournalError, Recovered, recover
from vedette.cli.order import Prepared, known_checks
from vedette.cli.problem import MEANING, Exit, Problem
from vedette.cli.reach import reach
from vedette.cli.run import run_job
from vedette.cli.streams import Streams
from vedette.cli.text import printable, took
from vedette.contract.checkinfo import ProofLevel, Severity
from vedette.contract.job import Job, secret_names
from vedette.engine.scan import JobRefused

STOPPING = "Stopping: requests under way may finish. Interrupt again to end at once."


@dataclass(slots=True, kw_only=True)
class Wishes:
    """What is to come out of a scan, beside the scan itself."""

    events: Path | None = None
    files: dict[str, Path] = field(default_factory=dict)
    fail_on: Severity | None = None
    fail_on_new: bool = False
    baseline: Path | None = None
    quiet: bool = False
    codes: Source | None = None


def scan(prepared: Prepared, wishes: Wishes, streams: Streams) -> Exit:
    """A new scan. Raises Problem before anything is tested."""
    known = _check(wishes)
    for remark in [*reach(prepared), *prepared.remarks]:
        streams.talk.print(Text.assemble(("note ", "yellow"), printable(remark, 500)), soft_wrap=True)
    collector = Collector(prepared.job)
    journal = _new_journal(wishes.events, prepared.job)
    try:
        finished = _run(prepared, collector, wishes, streams, journal)
    finally:
        if journal:
            journal.close()
    return _conclude(collector, wishes, streams, known, finished=finished)


def resume(path: Path, secrets: dict[str, str], wishes: Wishes, streams: Streams, entrance: Entrance) -> Exit:
    """Goes on with an interrupted scan. Raises Problem when it cannot."""
    known = _check(replace(wishes, events=None))
    found = _recover(path)
    wishes = replace(wishes, events=path)
    collector = Collector(found.job)
    for event in found.events:
        collector.take(event)
    finished = True
    if not found.finished:
        secrets = secrets | again(entrance, found.job) | second_user.again(entrance, found.job)
        _check_secrets(found.job, secrets)
        known_checks(found.job.profile, found.job.checks)
        try:
            with Journal.reopen(path) as journal:
                finished = _run(Prepared(found.job, secrets, ()), collector, wishes, streams, journal, found)
        except JournalError as error:
            raise _not_resumed(error) from None
    return _conclude(collector, wishes, streams, known, finished=finished)


def _check(wishes: Wishes) -> frozenset[str]:
    reports.check_paths(wishes.files, wishes.events)
    if wishes.fail_on_new and wishes.baseline is None:
        raise Problem("--fail-on-new needs a --baseline to compare with.", "Give an earlier JSON report: --baseline F.")
    return known_ids(wishes.baseline) if wishes.baseline else frozenset()


def _check_secrets(job: Job, secrets: dict[str, str]) -> None:
    needed = secret_names(job)
    if not [name for name in needed if name not in secrets]:
        return
    said = {setting.secret: f"--header '{setting.name}: …'" for setting in job.headers}
    said |= {setting.secret: f"--cookie '{setting.name}=…'" for setting in job.cookies}
    said |= {setting.secret: f"--second-header '{setting.name}: …'" for setting in job.second_headers}
    said |= {setting.secret: f"--second-cookie '{setting.name}=…'" for setting in job.second_cookies}
    for host in job.hosts:
        said |= {setting.secret: f"--host-header '{host.origin} {setting.name}: …'" for setting in host.headers}
        said |= {setting.secret: f"--host-cookie '{host.origin} {setting.name}=…'" for setting in host.cookies}
    values = [value for described in job.descriptions for value in described.values]
    said |= {value.secret: f"--api-value '{value.name}=…'" for value in values}
    said |= {step.secret: f"--sequence {one.name}.json" for one in job.sequences for step in one.steps if step.secret}
    said |= OPTIONS_OF_SECRETS
    wanted = " ".join(dict.fromkeys(said.get(name) or _recording(name) for name in needed))
    raise Problem(
        "The scan used secrets, which are not stored: they must be given again.",
        f"Add, in this order: {wanted}",
    )


def _recording(secret: str) -> str:
    return "--second-login-sequence FILE" if secret.startswith(second_user.SECOND) else "--login-sequence FILE"


def _recover(path: Path) -> Recovered:
    try:
        return recover(path)
    except JournalError as error:
        raise _not_resumed(error) from None


def _not_resumed(error: JournalError) -> Problem:
    return Problem(f"The scan cannot be resumed: {error}.", "Give the file that --events wrote, with its .state.")


def _new_journal(path: Path | None, job: Job) -> Journal | None:
    if path is None:
        return None
    try:
        return Journal.create(path, job)
    except JournalError as error:
        raise Problem(f"No events file: {error}.", "Check --events.") from None


def _run(
    prepared: Prepared,
    collector: Collector,
    wishes: Wishes,
    streams: Streams,
    journal: Journal | None,
    found: Recovered | None = None,
) -> bool:
    try:
        with display.make(streams.talk, collector, quiet=wishes.quiet) as shown:
            return run_job(
                prepared.job,
                [collector.take, shown.take],
                secrets=prepared.secrets,
                state=found.state if found else None,
                epoch=found.epoch if found else 1,
                journal=journal,
                on_interrupt=lambda: shown.say(STOPPING),
                codes=wishes.codes,
            )
    except JobRefused as error:
        raise Problem(f"The scan was not started: {error}.") from None
    except JournalError as error:
        hint = "Make room, then go on with --resume."
        raise Problem(f"The scan was stopped: {error}.", hint, Exit.NOT_RELIABLE) from None


def _conclude(collector: Collector, wishes: Wishes, streams: Streams, known: frozenset[str], *, finished: bool) -> Exit:
    if not finished:
        collector.stop_short("The scan was interrupted before its end.")
    reports.write(collector, wishes.files)
    code = judge(collector, fail_on=wishes.fail_on, known=known, new_only=wishes.fail_on_new)
    if not finished:
        code = Exit.INTERRUPTED
    if not wishes.quiet:
        _tell(collector, wishes, streams, finished=finished)
        streams.talk.print(f"exit {code.value}: {MEANING[code]}", style="dim")
    elif code == Exit.NOT_RELIABLE:
        streams.talk.print(_sentence(collector), markup=False, soft_wrap=True)
    return code


def _sentence(collector: Collector) -> str:
    reasons = " ".join(collector.summary.reasons)
    return f"vedette: the scan is {collector.summary.verdict or 'not finished'}: {printable(reasons, 2000)}"


def _tell(collector: Collector, wishes: Wishes, streams: Streams, *, finished: bool) -> None:
    summary, result = collector.summary, streams.result
    findings = collector.findings()
    if findings:
        result.print("\nFindings", style="bold")
    for finding in findings:
        result.print(display.finding_line(finding), soft_wrap=True)
    proven = sum(1 for finding in findings if finding.proof == ProofLevel.CONFIRMED)
    line = Text.assemble(
        "\n",
        (summary.verdict or "not finished", "bold"),
        f": {len(findings)} findings, {proven} confirmed; {len(collector.endpoints)} endpoints, "
        f"{len(collector.points)} inputs, {summary.requests} requests in {took(summary.duration_s)}",
    )
    result.print(line, soft_wrap=True)
    for reason in summary.reasons:
        result.print(f"  {printable(reason)}", markup=False, soft_wrap=True)
    files = wishes.files | ({"events": wishes.events} if wishes.events else {})
    for name, path in files.items():
        streams.talk.print(f"{name}: {path}", markup=False, soft_wrap=True)
    if not finished and wishes.events:
        streams.talk.print(f"To go on: vedette scan --resume {wishes.events}", markup=False, soft_wrap=True)
