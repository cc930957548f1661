"""What a person could do on a page: in which order it is tried, and what is left alone."""

from __future__ import annotations

import re
from typing import Protocol

from vedette.contract.exchange import Request
from vedette.contract.job import Job
from vedette.engine.crawl.harm import allowed, harm
from vedette.engine.crawl.harmwords import ACTIONS
from vedette.engine.parse.urls import resolve

_ORDER = (
    *("click", "form", "choose", "type", "change", "scroll", "wait"),
    *("dblclick", "context", "hover", "press", "key", "focus"),
    *("drag", "leave", "wheel", "clip", "custom"),
)
_RANKS = {kind: number for number, kind in enumerate(_ORDER)}


class Doable(Protocol):
    """An action as the choice sees it; `key` names it, `action` and `method` are those of a form."""

    @property
    def key(self) -> str:
        """Its name, the same in every state."""

    @property
    def kind(self) -> str:
        """What is done: a click, a form, a key and so on."""

    @property
    def label(self) -> str:
        """The words on it."""

    @property
    def hidden(self) -> bool:
        """Whether a person does not see it now."""

    @property
    def address(self) -> str:
        """Where its link leads, if it has one."""

    @property
    def action(self) -> str:
        """Where its form sends, if it is one."""

    @property
    def method(self) -> str:
        """How its form sends."""


def rank(act: Doable) -> tuple[bool, int]:
    """The smaller the sooner: what can be seen before what is hidden, what people do often before the rest."""
    return act.hidden, _RANKS.get(act.kind, len(_ORDER))


def refusal(act: Doable, page_url: str, job: Job) -> str:
    """The kind of harm for which an action is left alone; empty when it may be done."""
    labels = (act.label,) if act.label else ()
    if act.kind == "form":
        request = Request("POST" if act.method == "POST" else "GET", resolve(page_url, act.action) or page_url)
    else:
        request = Request("GET", resolve(page_url, act.address) or page_url) if act.address else Request("POST", _ROOT)
    kind = harm(request, labels)
    return "" if allowed(kind, job) else kind


_ROOT = "http://page.invalid/"
"""Of what is no link only the words count: a harmless button on a page of that name is none of its actions."""


def questions_refused(job: Job) -> str:
    """A regular expression, as scripts know them too, of questions that a page must not be answered with yes."""
    phrases = sorted(
        {
            " ".join(phrase)
            for kind, known in ACTIONS.items()
            if not allowed(kind, job)
            for one in known.values()
            for phrase in one
        }
    )
    return (
        "(?:^|[^a-z])(?:"
        + "|".join(re.escape(phrase).replace("\\ ", "[^a-z]+") for phrase in phrases)
        + ")(?:$|[^a-z])"
    )
