"""Pure rules of findings: states, what outweighs what within a scan, what an accepted risk needs, searchable text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from vedette.contract import finding as contract
from vedette.contract.checkinfo import ProofLevel
from vedette.contract.exchange import Step, header

OPEN, FIXED, ACCEPTED, INVALID = "notfixed", "fixed", "accepted", "invalid"
STATES = (OPEN, INVALID, ACCEPTED, FIXED)
RATED = "rated"
"""In the steps that charts count: where a finding comes from or goes to whose severity changes."""
DECISIONS = (ACCEPTED, INVALID)
SEVERITIES = (0, 10, 20, 30, 40)
REVIEW_STATUSES = ("notrequired", "pending", "accepted", "rejected")

OUTCOMES = ("untested", "unreachable", "gone", "seen")
"""What a scan can observe of a known finding, weakest first: within one scan the stronger word stands."""

MAX_ACCEPTANCE_DAYS = 36_500
_SEARCHED = ("title", "url", "parameter", "check_id", "detail")
_MAX_SEARCHED = 2000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class ScanRow(Protocol):
    """What this room needs of a scan: its row, locked by the caller. Ids are primary keys but for `public_id`."""

    pk: Any
    public_id: Any
    kind: Any
    target_id: Any
    organisation_id: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceRules:
    """What an organisation demands of an accepted risk; `maximum_days` None means no limit."""

    require_expiration_date: bool = False
    maximum_days: int | None = None
    require_approver_name: bool = False
    require_approval_date: bool = False


def state_of(observed: str, decision: str | None) -> str:
    """What stands: the decision in force, else what was last observed."""
    return decision or observed


def outweighs(outcome: str, earlier: str | None) -> bool:
    """Whether an outcome is to replace an earlier one of the same scan."""
    return earlier is None or OUTCOMES.index(outcome) > OUTCOMES.index(earlier)


def acceptance_faults(
    rules: AcceptanceRules, *, today: date, until: date | None, approver_name: str, approval_date: date | None
) -> dict[str, list[str]]:
    """What is missing or wrong for a risk to be accepted, by field; empty when nothing is. Days are in UTC."""
    faults: dict[str, list[str]] = {}
    limit = rules.maximum_days
    if until is None and (rules.require_expiration_date or limit is not None):
        faults["expiration_date"] = ["This field is required when a risk is accepted."]
    elif until is not None and until < today:
        faults["expiration_date"] = ["This day has passed."]
    elif until is not None and limit is not None and until > today + timedelta(days=min(limit, MAX_ACCEPTANCE_DAYS)):
        faults["expiration_date"] = [f"A risk may be accepted for at most {limit} days."]
    if rules.require_approver_name and not approver_name.strip():
        faults["approver_name"] = ["This field is required when a risk is accepted."]
    if rules.require_approval_date and approval_date is None:
        faults["approval_date"] = ["This field is required when a risk is accepted."]
    return faults


def surest(findings: Iterable[contract.Finding]) -> dict[str, contract.Finding]:
    """One finding per identity: the surest, of equals the last; in the order of their first appearance."""
    found: dict[str, contract.Finding] = {}
    for one in findings:
        known = found.get(one.id)
        if known is None or one.proof.rank <= known.proof.rank:
            found[one.id] = one
    return found


def lasting_proof(before: str, now: ProofLevel) -> ProofLevel | None:
    """The proof level that a known finding has after a new sighting; None when the sighting tells nothing: one signal
    alone neither weakens nor reopens what was once proven."""
    if now is ProofLevel.TENTATIVE and before != ProofLevel.TENTATIVE:
        return None
    return now


def clean(text: str) -> str:
    """The text with what no database stores (NUL, unpaired surrogates) replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text) if _UNSTORABLE.search(text) else text


def clean_json(value: Any) -> Any:
    """The JSON value with every text in it cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_json(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean_json(item) for key, item in value.items()}
    return value


def search_text(number: int, columns: Mapping[str, Any]) -> str:
    """What free text looks at: one value to a line, in lower case, with a line break at both ends, so that a whole
    value is found as text between two breaks. `columns` are those of the finding, by name."""
    title, url, parameter, check, detail = (columns[name] for name in _SEARCHED)
    lines = [" ".join(value.split())[:_MAX_SEARCHED] for value in (title, url, parameter, str(number), check, detail)]
    return "\n" + "\n".join(line for line in lines if line).lower() + "\n"


def payload_of(finding: contract.Finding) -> str:
    """What the decisive step put into the parameter: the last that is no control. Empty when it cannot be told."""
    decisive = next((step for step in reversed(finding.steps) if not step.control), None)
    if decisive is None or not finding.location.parameter:
        return ""
    sent = _sent(decisive, finding.location.kind, finding.location.parameter)
    return sent if sent is not None else next(iter(decisive.request_marks), "")


def _sent(step: Step, kind: str, name: str) -> str | None:
    request = step.exchange.request
    if kind == "query":
        return _of_form(urlsplit(request.url).query, name)
    if kind == "form":
        return _of_form(request.body.decode("utf-8", "replace"), name)
    if kind == "header":
        return header(request.headers, name) or None
    if kind == "cookie":
        pairs = (pair.strip().partition("=") for pair in header(request.headers, "cookie").split(";"))
        return next((value for key, _, value in pairs if key == name), None)
    return None


def _of_form(text: str, name: str) -> str | None:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return None
    return next((value for key, value in pairs if key == name), None)
