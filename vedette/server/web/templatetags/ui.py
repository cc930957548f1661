"""`{% load ui %}`: chips, icons, times, evidence, fields and paging for our templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from vedette.server.kernel import clock
from vedette.server.web import hostile
from vedette.server.web.labels import (
    ASSET_STATES,
    DISCOVERY_STATUSES,
    OCCURRENCES,
    PROOFS,
    SCAN_STATUSES,
    SCHEDULE_STATES,
    SEVERITIES,
    STATES,
    VERDICTS,
    Label,
    label_of,
    score_of,
    severity_of,
)

register = template.Library()

DASH = "–"
UNITS = ((86400, "d", 24, "h"), (3600, "h", 60, "min"), (60, "min", 60, "s"))
STEPS = ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h"), (86400 * 60, 86400, "days"))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Decorative unless `label` says what it means."""
    return _drawn(name, label)


@lru_cache(maxsize=512)
def _drawn(name: str, label: str) -> SafeString:
    # A page draws the same few over and over.
    use = format_html('<use href="{}#{}"></use>', static("icons.svg"), name)
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}">{}</svg>', label, use)
    return format_html('<svg class="icon" aria-hidden="true">{}</svg>', use)


@register.simple_tag
def chip(word: str, tone: str = "quiet", icon_name: str = "", hint: str = "") -> SafeString:
    """A small label with a tone and, when named, an icon."""
    sign = icon(icon_name) if icon_name else ""
    title = format_html(' title="{}"', hint) if hint else ""
    return format_html('<span class="chip tone-{}"{}>{}{}</span>', tone, title, sign, word)


@lru_cache(maxsize=128)
def _labelled(label: Label) -> SafeString:
    return chip(label.word, label.tone, label.icon, label.hint)


@register.simple_tag
def severity(value: object) -> SafeString:
    """A severity (0, 10, 20, 30, 40 or its word) by word, icon and colour."""
    return _severity(label_of(SEVERITIES, severity_of(value), "Unrated"))


@lru_cache(maxsize=16)
def _severity(label: Label) -> SafeString:
    return format_html('<span class="sev tone-{}">{}{}</span>', label.tone, icon(label.icon), label.word)


@register.simple_tag
def severity_counts(counts: Mapping[Any, int] | None) -> SafeString:
    """How many there are of each severity, worst first; `counts` is keyed by number or word."""
    found = {severity_of(key): number for key, number in (counts or {}).items()}
    shown = [(SEVERITIES[word], found.get(word, 0)) for word in ("critical", "high", "medium", "low")]
    if found.get("info"):
        shown.append((SEVERITIES["info"], found["info"]))
    inner = format_html_join(
        "",
        '<span class="sev-count tone-{}{}" title="{} {}">{}{}<span class="visually-hidden"> {}</span></span>',
        (
            (lab.tone, "" if n else " is-zero", n, lab.word.lower(), icon(lab.icon), n, lab.word.lower())
            for lab, n in shown
        ),
    )
    return format_html('<span class="sev-counts">{}</span>', inner)


@register.simple_tag
def state(value: object, retesting: bool = False) -> SafeString:
    """A finding's state."""
    return _labelled(label_of(STATES, "retesting" if retesting else value))


@register.simple_tag
def scan_status(value: object) -> SafeString:
    """Where a scan is in its life."""
    return _labelled(label_of(SCAN_STATUSES, value))


@register.simple_tag
def verdict(value: object) -> SafeString:
    """What a scan's end means; without one yet, that it is still open."""
    return _labelled(label_of(VERDICTS, value, "No verdict yet"))


@register.simple_tag
def asset_state(value: object) -> SafeString:
    """What people think of an asset."""
    return _labelled(label_of(ASSET_STATES, value))


@register.simple_tag
def discovery_status(value: object) -> SafeString:
    """Where a discovery is in its life."""
    return _labelled(label_of(DISCOVERY_STATUSES, value))


@register.simple_tag
def schedule_state(value: object) -> SafeString:
    """Whether a schedule acts, and if not why."""
    return _labelled(label_of(SCHEDULE_STATES, value))


@register.simple_tag
def occurrence(value: object) -> SafeString:
    """What became of one moment of a schedule."""
    return _labelled(label_of(OCCURRENCES, value))


@register.simple_tag
def score(value: object) -> SafeString:
    """How well the headers of an asset protect its visitors."""
    return _labelled(score_of(str(value or "")))


@register.simple_tag
def proof(value: object) -> SafeString:
    """How sure a finding is."""
    return _labelled(label_of(PROOFS, value))


@register.filter
def duration(value: object) -> str:
    """Seconds in words, as exact as it matters: `4.2 s`, `3 min 20 s`, `1 h 5 min`, `2 d 3 h`."""
    given = value.total_seconds() if isinstance(value, timedelta) else value
    if not isinstance(given, int | float):
        return DASH
    seconds = max(float(given), 0.0)
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for size, word, per, smaller in UNITS:
        if whole >= size:
            rest = whole % size // (size // per)
            return f"{whole // size} {word} {rest} {smaller}" if rest else f"{whole // size} {word}"
    return f"{whole} s"


def distance(seconds: float) -> str:
    """How long ago (positive) or ahead (negative) in words; empty beyond two months."""
    size = abs(seconds)
    if size < 10:
        return "just now"
    for limit, unit, word in STEPS:
        if size < limit:
            count = int(size // unit)
            name = "day" if word == "days" and count == 1 else word
            return f"{count} {name} ago" if seconds > 0 else f"in {count} {name}"
    return ""


@register.filter
def grouped(number: object) -> str:
    """A number with its thousands apart: `1,234`."""
    return f"{number:,}" if isinstance(number, int | float) else DASH


@register.filter
def ago(when: datetime | None) -> SafeString:
    """A moment as distance from now, the full time in the reader's zone on hover; after two months the date."""
    if not isinstance(when, datetime):
        return format_html('<span class="quiet">{}</span>', DASH)
    local = timezone.localtime(when)
    shown = distance((clock.now() - when).total_seconds()) or f"{local:%Y-%m-%d}"
    return _time(when, f"{local:%Y-%m-%d %H:%M:%S %Z}", shown)


def _time(when: datetime, title: str, shown: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), title, shown)


@register.filter
def moment(when: datetime | None) -> SafeString:
    """A moment as date and time in the reader's zone."""
    if not isinstance(when, datetime):
        return format_html('<span class="quiet">{}</span>', DASH)
    local = timezone.localtime(when)
    return _time(when, f"{local:%Z}", f"{local:%Y-%m-%d %H:%M}")


@register.filter
def visible(text: object) -> SafeString:
    """Text from outside in one line: escaped, with every control, direction and invisible character shown."""
    return hostile.line(str(text if text is not None else ""))


@register.simple_tag
def marked(text: object, marks: Iterable[str] = ()) -> SafeString:
    """Text from outside, escaped, hidden characters shown, every occurrence of the marks in `<mark>`."""
    return hostile.marked(str(text if text is not None else ""), tuple(marks or ()))


@register.simple_tag
def evidence(text: object, marks: Iterable[str] = (), label: str = "Evidence") -> SafeString:
    """A numbered block of text from outside with its marks; scrolls inside itself and may be focused."""
    lines = hostile.marked_lines(str(text if text is not None else ""), tuple(marks or ()))
    body = format_html_join("\n", '<span class="line">{}</span>', ((line,) for line in lines))
    return format_html('<pre class="evidence" tabindex="0" aria-label="{}"><code>{}</code></pre>', label, body)


@register.simple_tag
def segments(label: str, **parts: float) -> SafeString:
    """A bar divided among tones: `{% segments "Coverage" ok=tested quiet=skipped bad=blocked %}`."""
    total = sum(max(value, 0) for value in parts.values())
    shapes, at = [], 0.0
    for tone, value in parts.items():
        width = 100 * max(value, 0) / total if total else 0.0
        shapes.append((f"{at:.2f}%", f"{width:.2f}%", tone))
        at += width
    inner = format_html_join("", '<rect x="{}" width="{}" height="100%" class="fill-{}"></rect>', shapes)
    return format_html('<svg class="segments" role="img" aria-label="{}">{}</svg>', label, inner)


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: object) -> str:
    """The page's own address query with changes; None removes. Any change but that of `page` leads to page one."""
    query = context["request"].GET.copy()
    if "page" not in changes:
        query.pop("page", None)
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None and value != "":
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("web/parts/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, object]:
    """Links through a Django `Page`, with which rows of how many are shown."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "request": context.get("request"), "gap": page.paginator.ELLIPSIS}


WIDGETS: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.RadioSelect, "choices", ""),
    (forms.CheckboxSelectMultiple, "choices", ""),
    (forms.CheckboxInput, "check", "form-check-input"),
    (forms.Select, "control", "form-select"),
    (forms.Widget, "control", "form-control"),
)


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, hint: str = "", label: str = "") -> dict[str, object]:
    """One form field with label, help and errors; the widget gets its class and its error state, and is tied to both
    texts for those who do not see where they stand."""
    kind, style = next((kind, style) for widget, kind, style in WIDGETS if isinstance(bound.field.widget, widget))
    given = str(bound.field.widget.attrs.get("class", ""))
    classes = f"{given} {style} {'is-invalid' if bound.errors else ''}".split()
    attrs: dict[str, str | bool] = {"class": " ".join(classes)} if classes else {}
    if hint and not bound.help_text and kind != "choices":
        # Django ties the help of the form only.
        tied = [f"{bound.auto_id}_helptext", f"{bound.auto_id}_error" if bound.errors else ""]
        attrs["aria-describedby"] = " ".join(filter(None, tied))
    return {
        "field": bound,
        "kind": kind,
        # A list says itself what stands for nothing.
        "optional": not bound.field.required and style != "form-select",
        "drawn": bound.as_widget(attrs=attrs or None),
        "hint": hint or bound.help_text,
        "label": label or bound.label,
    }
