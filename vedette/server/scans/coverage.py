"""What a scan reached and tested, per endpoint and per check: paged for reading, whole for downloading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet

from vedette.server.definitions import queries as definitions
from vedette.server.scans import filters
from vedette.server.scans.models import Endpoint, Scan, ScanProfile, TestedInput

LENGTH = 50
WORDS = ("found", "tested", "light", "skipped", "blocked", "error")
"""What can have become of a check at an input, as the engine says it."""
SHOW = ("", "found", "tested", "untested", "skipped", "blocked")
_CHUNK = 500


@dataclass(slots=True)
class InputCoverage:
    """An input of an endpoint: what became of the checks there, by word, and why where there is a reason."""

    kind: str
    parameter: str
    requests: int
    dull: bool
    outcomes: Counter[str]
    reasons: list[tuple[str, str]]


@dataclass(slots=True)
class EndpointCoverage:
    """An endpoint with its inputs. `state` is `found` (a flaw), `tested`, `skipped`, `blocked` or `untested` (it has no
    input)."""

    method: str
    url: str
    host: str
    folder: str
    name: str
    status: int
    source: str
    skipped: str
    duplicate_of: str
    inputs: list[InputCoverage] = field(default_factory=list)

    @property
    def state(self) -> str:
        """In one word what happened here."""
        if self.skipped:
            return "skipped"
        if any(one.outcomes["found"] for one in self.inputs):
            return "found"
        if any(one.outcomes["blocked"] or one.outcomes["error"] for one in self.inputs):
            return "blocked"
        return "tested" if self.inputs else "untested"

    @property
    def outcomes(self) -> Counter[str]:
        """Of all inputs together."""
        return sum((one.outcomes for one in self.inputs), Counter())

    @property
    def requests(self) -> int:
        """Spent on its inputs."""
        return sum(one.requests for one in self.inputs)


@dataclass(frozen=True, slots=True)
class CheckCoverage:
    """How often a check came to which end, over all inputs; a check without inputs of its own has no counts."""

    check_id: str
    name: str
    severity: int
    passive: bool
    counts: Counter[str]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a scan: endpoints that answered, were left alone, look like another one; inputs; ends of checks."""

    endpoints: int = 0
    skipped: int = 0
    duplicates: int = 0
    inputs: int = 0
    dull: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    by_check: dict[str, Counter[str]] = field(default_factory=dict)


def endpoints(scan: Scan, *, show: str = "", search: str = "") -> QuerySet[Endpoint]:
    """The endpoints of a scan in the order of a tree, narrowed to what is to be shown (one of SHOW) and to a word."""
    rows = Endpoint.objects.filter(scan=scan).order_by("url", "method", "id")
    inputs = TestedInput.objects.filter(scan=scan)
    if show == "skipped":
        rows = rows.exclude(skipped="")
    elif show == "tested":
        rows = rows.filter(skipped="", url__in=inputs.values("url"))
    elif show == "untested":
        rows = rows.filter(skipped="").exclude(url__in=inputs.values("url"))
    elif show == "blocked":
        rows = rows.filter(url__in=inputs.filter(_ended("blocked") | _ended("error")).values("url"))
    elif show == "found":
        rows = rows.filter(url__in=inputs.filter(_ended("found")).values("url"))
    if search:
        rows = rows.none() if "\0" in search else rows.filter(url__icontains=search)
    return rows


def _ended(word: str) -> Q:
    # The ends are texts within JSON: each begins with its word.
    return Q(outcomes__icontains=f'"{word}')


def with_inputs(scan: Scan, rows: Iterable[Endpoint]) -> list[EndpointCoverage]:
    """These endpoints with what became of their inputs, in a fixed number of queries."""
    found = [_endpoint(row) for row in rows]
    by_place = {(one.method, one.url): one for one in found}
    wanted = TestedInput.objects.filter(scan=scan, url__in=list({one.url for one in found})).order_by("id")
    for row in wanted:
        place = by_place.get((row.method, row.url))
        if place is not None:
            place.inputs.append(_input(row))
    return found


def whole(scan: Scan) -> Iterator[EndpointCoverage]:
    """Every endpoint with its inputs, read in chunks."""
    rows = endpoints(scan)
    total = rows.count()
    for start in range(0, total, _CHUNK):
        yield from with_inputs(scan, rows[start : start + _CHUNK])


def totals(scan: Scan) -> Totals:
    """The sums of a scan; those of one that is over are remembered."""
    return _remembered(scan.pk, scan.public_id) if scan.completed_at else _totals(scan.pk)


def checks(scan: Scan) -> list[CheckCoverage]:
    """Every check that the scan's profile chose, by name, with what became of it."""
    given = scan.profile_options
    options = {name: given[name] for name in ("base", "checks", "payloads", "methods") if name in given}
    counted = totals(scan).by_check
    chosen = {one.check_id: one for one in filters.looks_for(ScanProfile(**options))}
    chosen |= {key: definitions.for_check(key) for key in counted if key not in chosen}
    rows = [
        CheckCoverage(key, one.name, one.severity, one.passive, counted.get(key, Counter()))
        for key, one in chosen.items()
    ]
    return sorted(rows, key=lambda row: (-row.severity, row.name.lower(), row.check_id))


def word_of(outcome: str) -> tuple[str, str]:
    """An outcome's word and its reason: `skipped: why` is both, `tested` has no reason."""
    word, _, reason = outcome.partition(":")
    return (word if word in WORDS else "error"), reason.strip()


@lru_cache(maxsize=64)
def _remembered(scan_pk: int, public_id: str) -> Totals:
    # A primary key may be given again, by a database that was set back; a public id is not.
    return _totals(scan_pk)


def _totals(scan_pk: int) -> Totals:
    rows = Endpoint.objects.filter(scan=scan_pk).order_by()
    inputs = dull = 0
    outcomes: Counter[str] = Counter()
    by_check: dict[str, Counter[str]] = {}
    for ends, is_dull in TestedInput.objects.filter(scan=scan_pk).order_by().values_list("outcomes", "dull").iterator():
        inputs += 1
        dull += is_dull
        for check, end in ends.items():
            word = word_of(end)[0]
            outcomes[word] += 1
            by_check.setdefault(check, Counter())[word] += 1
    return Totals(
        endpoints=rows.filter(skipped="").count(),
        skipped=rows.exclude(skipped="").count(),
        duplicates=rows.exclude(duplicate_of="").count(),
        inputs=inputs,
        dull=dull,
        outcomes=outcomes,
        by_check=by_check,
    )


def _endpoint(row: Endpoint) -> EndpointCoverage:
    try:
        parts = urlsplit(row.url)
        host, path = f"{parts.scheme}://{parts.netloc}", row.url[len(f"{parts.scheme}://{parts.netloc}") :]
    except ValueError:  # a scanned site may name anything
        host, path = "", row.url
    folder, _, name = path.partition("?")[0].rpartition("/")
    query = path[len(path.partition("?")[0]) :]
    return EndpointCoverage(
        row.method, row.url, host, folder + "/", name + query, row.status, row.source, row.skipped, row.duplicate_of
    )


def _input(row: TestedInput) -> InputCoverage:
    told = [(check, *word_of(end)) for check, end in sorted(row.outcomes.items())]
    reasons: Counter[tuple[str, str]] = Counter((word, reason) for _, word, reason in told if reason)
    return InputCoverage(
        kind=row.kind,
        parameter=row.parameter,
        requests=row.requests,
        dull=row.dull,
        outcomes=Counter(word for _, word, _ in told),
        reasons=[(word, reason) for word, reason in sorted(reasons)],
    )
