"""Would this request do harm? Recognised by label, URL, method and field names, before anything is sent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from vedette.contract.exchange import Request, header
from vedette.contract.job import Job
from vedette.engine.crawl import harmwords as words
from vedette.engine.parse.bodyshape import names_and_values
from vedette.engine.parse.urls import query_pairs, split

MAX_LABEL_WORDS = 8
_WORD = re.compile(r"[a-z]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OPAQUE = re.compile(r"\d+|[0-9a-f]{8,}")
_TWO_FACTOR = re.compile(r"\b2 ?fa\b")

Words = tuple[str, ...]
Pairs = list[tuple[str, str]]
_KINDS_BY_WORD: dict[str, set[str]] = {}
for _kind, _phrases in words.ACTIONS.items():
    for _first in _phrases:
        _KINDS_BY_WORD.setdefault(_first, set()).add(_kind)


class _Facts(NamedTuple):
    sends: bool
    segments: tuple[Words, ...]
    labels: tuple[Words, ...]
    fields: tuple[Words, ...]
    actions: tuple[Words, ...]
    has_query: bool


def harm(request: Request, labels: Sequence[str] = ()) -> str:
    """The kind of harm that the request may do, one of `harmwords.KINDS`; empty for none.

    `labels` are the words on the link or button. A request that only shows a page about an action is harmless.
    """
    pairs = _fields(request)
    method = _method(request, pairs)
    if method == "DELETE":
        return "delete"
    facts = _facts(request, method, pairs, labels)
    if any(map(_telling, facts.fields)) and (kind := _by_fields(facts)):
        return kind
    texts = (*facts.segments, *facts.labels, *facts.actions)
    possible = {kind for text in texts for word in text if word in _KINDS_BY_WORD for kind in _KINDS_BY_WORD[word]}
    return next((kind for kind in words.KINDS if kind in possible and _by_words(kind, facts)), "") if possible else ""


def allowed(kind: str, job: Job) -> bool:
    """Whether the job permits this kind of harm; no harm is always permitted."""
    return not kind or kind in job.allow_actions


def _method(request: Request, pairs: Pairs) -> str:
    override = header(request.headers, "x-http-method-override")
    if not override and pairs:
        override = next((value for name, value in pairs if name == "_method"), "")
    return override.upper() if override.isalpha() else request.method.upper()


def _fields(request: Request) -> Pairs:
    pairs = query_pairs(request.url)
    return pairs + names_and_values(header(request.headers, "content-type"), request.body) if request.body else pairs


def _facts(request: Request, method: str, pairs: Pairs, labels: Sequence[str]) -> _Facts:
    path = split(request.url)[1]
    segments = tuple(filter(None, (_words(segment.partition(";")[0]) for segment in path.split("/"))))
    acting = [value for name, value in pairs if name.lower() in words.ACTION_PARAMETERS and len(value) < 60]
    acting += [name for name, value in pairs if value.lower() in ("", "1", "true", "yes", "on") or name == value]
    return _Facts(
        sends=method not in ("GET", "HEAD", "OPTIONS"),
        segments=segments,
        labels=tuple(filter(None, (_words(part) for label in labels for part in label.split(" | ")))),
        fields=tuple(_words(name) for name, _ in pairs),
        actions=tuple(_words(value) for value in acting),
        has_query="?" in request.url,
    )


@lru_cache(maxsize=8192)
def _words(text: str) -> Words:
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text.replace("%20", " ")))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower().replace("ß", "ss")
    joined = " ".join(_WORD.findall(plain))
    return tuple(_TWO_FACTOR.sub("2fa", joined).split())


@lru_cache(maxsize=8192)
def _telling(field: Words) -> bool:
    """Whether the name of a field can give harm away at all; without one that does, `_by_fields` finds nothing."""
    return any(word in _TELLING for word in field) or _fused_password(field)


_TELLING = frozenset(words.CARD_FIELDS) | words.MONEY_FIELDS | words.PASSWORD_WORDS | words.EMAIL_WORDS


def _by_fields(facts: _Facts) -> str:
    """What the names of the fields give away, in the query of a GET too: some sites change passwords by GET."""
    fields = facts.fields
    if any(_holds(field, words.CARD_FIELDS) for field in fields):
        return "pay"
    flat = [set(field) for field in fields]
    reckons = not facts.sends and _any_word((*facts.segments, *facts.labels), words.RECKONING)
    money = any(field & words.MONEY_FIELDS for field in flat)
    if money and not reckons and any(field & words.RECIPIENT_FIELDS for field in flat):
        return "pay"
    entry = _any_word((*facts.segments, *facts.labels), words.ENTRY_WORDS)
    secrets = [field for field in flat if field & words.PASSWORD_WORDS or _fused_password(field)]
    if any(field & words.CHANGE_WORDS or _fused_change(field) for field in secrets):
        return "password"
    if len(secrets) > 1 and not entry and any(field & words.CONFIRM_WORDS for field in secrets):
        return "password"
    mails = [field for field in flat if field & words.EMAIL_WORDS]
    if any(field & words.CHANGE_WORDS for field in mails):
        return "e-mail"
    account = any(set(segment) & words.ACCOUNT_WORDS for segment in facts.segments)
    return "e-mail" if facts.sends and mails and account and not entry else ""


def _fused_password(field: Iterable[str]) -> bool:
    return any(word.endswith(("password", "passwd", "passwort")) for word in field)


def _fused_change(field: set[str]) -> bool:
    return any(word.startswith(("newpass", "oldpass", "currentpass")) for word in field)


def _by_words(kind: str, facts: _Facts) -> bool:
    phrases = words.ACTIONS[kind]
    if facts.sends:
        near = facts.segments[-3:]
        if any(_holds(text, phrases) for text in (*near, *facts.actions)) or _joined(near, phrases):
            return not (kind == "password" and _is_entry(facts))
        return any(len(label) <= MAX_LABEL_WORDS and _holds(label, phrases) for label in facts.labels)
    return _by_link(kind, phrases, facts)


def _by_link(kind: str, phrases: words.Phrases, facts: _Facts) -> bool:
    """A plain GET: only an address that names the action itself counts, or a label that is nothing else."""
    if any(_holds(action, phrases) for action in facts.actions):
        return True
    if _any_word(facts.segments, words.READING):
        return False
    tail = [segment for segment in facts.segments if not _OPAQUE.fullmatch("".join(segment))][-2:]
    opaque = any(_OPAQUE.fullmatch("".join(segment)) for segment in facts.segments[-2:])
    named = any(_is_action(segment, phrases, facts.has_query) for segment in tail)
    if kind in words.VIEWED:
        # With something behind the question mark a page of that name acts; without, it shows a form.
        given = facts.has_query or (kind == "pay" and opaque)
        return named and given and not (kind == "pay" and _is_shown(tail))
    if named or _joined(tuple(tail), phrases):
        return True
    return any(_is_action(label, phrases, False) for label in facts.labels)


def _is_shown(tail: list[Words]) -> bool:
    if tail and set(tail[-1]) & {"confirm", "complete", "finish", "process", "submit", "place"}:
        return False
    return any(set(segment) & {"checkout", "form", "view", "show", "cart", "basket"} for segment in tail)


def _is_entry(facts: _Facts) -> bool:
    return _any_word(facts.segments[-1:], words.ENTRY_WORDS) and not _any_word(facts.fields, words.CHANGE_WORDS)


def _is_action(text: Words, phrases: words.Phrases, any_object: bool) -> bool:
    """Whether a text is a phrase with nothing beside it but what the phrase acts on."""
    for at, length in _found(text, phrases):
        rest = text[:at] + text[at + length :]
        if all(word in words.OBJECTS or word.isdigit() or word in words.ENDINGS for word in rest):
            return True
        # With parameters behind it a short name is a command: `remove-widget?id=5`.
        if any_object and len(rest) <= 1 and not set(rest) & words.READING:
            return True
    return False


def _joined(segments: tuple[Words, ...], phrases: words.Phrases) -> bool:
    """Phrases of several words may spread over neighbouring segments, as in `/account/2fa/disable`."""
    flat = tuple(word for segment in segments for word in segment)
    return any(length > 1 for _, length in _found(flat, phrases))


def _holds(text: Words, phrases: words.Phrases) -> bool:
    return any(word in phrases for word in text) and next(_found(text, phrases), None) is not None


def _found(text: Words, phrases: words.Phrases) -> Iterator[tuple[int, int]]:
    """Where phrases stand in a text, and how many words each has."""
    for index, word in enumerate(text):
        for phrase in phrases.get(word, ()):
            if text[index : index + len(phrase)] == phrase:
                yield index, len(phrase)


def _any_word(texts: Iterable[Words], wanted: frozenset[str]) -> bool:
    return any(word in wanted for text in texts for word in text)
