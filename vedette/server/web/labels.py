"""The words, icons and tones by which the UI shows severities, states, verdicts and proof levels.

A tone is a class suffix of the style sheet: `critical`, `high`, `medium`, `low`, `info`, `ok`, `warn`, `bad`, `accent`,
`quiet`. Nothing is told by colour alone: each label has its word and its icon.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """How one value is shown; `hint` explains it to whoever hovers."""

    word: str
    icon: str
    tone: str
    hint: str = ""


SEVERITIES = {
    "critical": Label("Critical", "severity-critical", "critical"),
    "high": Label("High", "severity-high", "high"),
    "medium": Label("Medium", "severity-medium", "medium"),
    "low": Label("Low", "severity-low", "low"),
    "info": Label("Info", "severity-info", "info"),
}
SEVERITY_WORDS = {40: "critical", 30: "high", 20: "medium", 10: "low", 0: "info"}

STATES = {
    "notfixed": Label("Open", "pending", "bad", "Seen by the last scan that looked; nobody has decided about it."),
    "retesting": Label("Retesting", "retest", "accent", "A scan is testing exactly this input again."),
    "accepted": Label("Accepted", "flag", "warn", "Somebody accepted the risk; no scan undoes that."),
    "invalid": Label("False positive", "ban", "quiet", "Somebody marked it as no flaw; no scan undoes that."),
    "fixed": Label("Fixed", "ok", "ok", "The same check tested the same input again and could not prove it any more."),
    "reopened": Label("Reopened", "reopened", "bad", "It was fixed, and a later scan proved it again."),
    "unreachable": Label("Not reachable", "plug", "quiet", "The place was not found again, so nothing is known."),
}

SCAN_STATUSES = {
    "queued": Label("Queued", "hourglass", "quiet", "Waits for a free slot."),
    "started": Label("Running", "progress", "accent"),
    "pausing": Label("Pausing", "pause", "warn", "Requests in flight are let finish."),
    "paused": Label("Paused", "pause", "warn"),
    "resuming": Label("Resuming", "play", "accent"),
    "finishing_up": Label("Finishing up", "progress", "accent", "Only verification and clean-up are left."),
    "under_review": Label("Under review", "eye", "accent", "Some findings wait for a person's word."),
    "canceling": Label("Cancelling", "stop", "warn"),
    "canceled": Label("Cancelled", "stop", "quiet"),
    "completed": Label("Completed", "ok", "ok", "It ran to its end; the verdict says what that means."),
    "completed_with_errors": Label("Completed with errors", "warning", "warn"),
    "failed": Label("Failed", "failed", "bad"),
}

VERDICTS = {
    "clean": Label("Clean", "shield-check", "ok", "Everything planned was tested, and nothing was found."),
    "findings": Label("Findings", "findings", "bad", "Everything planned was tested, and flaws were proven."),
    "incomplete": Label("Incomplete", "half", "warn", "Something could not be tested: do not read it as clean."),
    "failed": Label("Failed", "failed", "bad", "The scan could not do its work."),
}

PROOFS = {
    "confirmed": Label("Confirmed", "proof-confirmed", "ok", "Shown by an effect that only the flaw can have."),
    "firm": Label("Firm", "proof-firm", "accent", "Two independent signals agree."),
    "tentative": Label("Tentative", "proof-tentative", "quiet", "One signal only; hidden unless asked for."),
}


ASSET_STATES = {
    "NEW": Label("New", "star", "accent", "Found, and nobody has looked at it yet."),
    "ACTIVE": Label("Active", "ok", "ok", "Somebody knows of it."),
    "HIDDEN": Label("Hidden", "eye-off", "quiet", "Somebody wants to see no more of it; no discovery undoes that."),
    "ARCHIVED": Label("Archived", "package", "quiet", "Not seen for long, or put away by somebody."),
}

DISCOVERY_STATUSES = {
    "queued": Label("Queued", "hourglass", "quiet", "Waits for a free slot; scans go first."),
    "pending": Label("Waiting", "hourglass", "quiet", "Made room for a scan; it goes on where it was."),
    "in_progress": Label("Running", "progress", "accent"),
    "canceling": Label("Cancelling", "stop", "warn"),
    "canceled": Label("Cancelled", "stop", "quiet"),
    "completed": Label("Completed", "ok", "ok"),
    "failed": Label("Failed", "failed", "bad"),
}

SCHEDULE_STATES = {
    "on": Label("On", "ok", "ok"),
    "off": Label("Paused", "pause", "warn", "Somebody switched it off."),
    "stopped": Label("Stopped itself", "failed", "bad", "Too many failures in a row switched it off."),
    "over": Label("Over", "check", "quiet", "No run is to come."),
}

OCCURRENCES = {
    "started": Label("Scan started", "progress", "accent"),
    "completed": Label("Scan completed", "ok", "ok"),
    "failed": Label("Failed", "failed", "bad"),
    "canceled": Label("Scan cancelled", "stop", "quiet"),
    "skipped": Label("Skipped", "arrow-right", "warn", "No scan was started."),
}
"""What became of the moments of schedules."""

ASSET_EVENTS = {
    "first_seen": Label("Found", "discovery", "accent"),
    "domain": Label("Name", "world", "quiet"),
    "ip": Label("Address", "route", "quiet"),
    "risk": Label("Risk", "flag", "warn"),
    "scan": Label("Scan", "scans", "accent"),
    "note": Label("Note", "message", "quiet"),
    "owner": Label("Owners", "user", "quiet"),
    "score": Label("Security headers", "shield", "warn"),
    "technology": Label("Technologies", "stack", "quiet"),
}

_SCORE_TONES = {"A+": "ok", "A": "ok", "B": "low", "C": "medium", "D": "high", "E": "bad", "F": "bad"}
_SCORE_HINTS = {"R": "It only sends on to another address.", "NA": "Its answer cannot be judged."}


def score_of(letter: str) -> Label:
    """The label of a score of security headers."""
    hint = _SCORE_HINTS.get(letter, "How well the headers of its start page protect whoever visits it.")
    return Label(letter or "NA", "shield", _SCORE_TONES.get(letter, "quiet"), hint)


def label_of(table: dict[str, Label], value: object, empty: str = "Not known") -> Label:
    """The label of a value; a value that the table does not know is shown by its own words."""
    key = str(value) if value not in (None, "") else ""
    if key in table:
        return table[key]
    words = key.replace("_", " ").strip()
    return Label(words[:1].upper() + words[1:] if words else empty, "help", "quiet")


def severity_of(value: object) -> str:
    """The word of a severity given as number (0, 10, 20, 30, 40) or word."""
    if isinstance(value, int):
        return SEVERITY_WORDS.get(value, str(value))
    text = str(value or "")
    return SEVERITY_WORDS.get(int(text), text) if text.isdecimal() else text.lower()
