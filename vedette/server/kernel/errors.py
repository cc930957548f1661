"""What can go wrong in the domain, in a handful of kinds. Dialects and pages map kinds and codes to their own words."""

# The kinds are named as one says them: a service raises NotFound.
# ruff: noqa: N818

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class DomainError(Exception):
    """Something the caller asked for cannot be done. Raise one of the kinds below, not this class.

    `code` is stable and for programs (`target_exists`), `message` one sentence for people, `data` what a dialect may
    need to phrase its own answer (JSON values, never secrets), `field` the input at fault, if it is one.
    """

    default_code: ClassVar[str] = "error"
    default_message: ClassVar[str] = "This cannot be done."

    def __init__(
        self, code: str = "", message: str = "", data: Mapping[str, Any] | None = None, *, field: str = ""
    ) -> None:
        self.code = code or self.default_code
        self.message = message or self.default_message
        self.data: dict[str, Any] = dict(data or {})
        self.field = field
        super().__init__(self.code, self.message, self.data)

    def __str__(self) -> str:
        return f"{self.message} ({self.code})"


class NotFound(DomainError):
    """The thing does not exist, or not for this actor: the two must read the same."""

    default_code = "not_found"
    default_message = "Not found."


class NotAllowed(DomainError):
    """The actor may see the thing but not do this with it."""

    default_code = "not_allowed"
    default_message = "You may not do this."


class Conflict(DomainError):
    """The thing is in a state that does not permit this, or it changed in the meantime."""

    default_code = "conflict"
    default_message = "The present state does not permit this."


class Invalid(DomainError):
    """The input is wrong. `fields` says what is wrong with which input; the key `""` is the input as a whole."""

    default_code = "invalid"
    default_message = "The input is not valid."

    def __init__(
        self,
        code: str = "",
        message: str = "",
        data: Mapping[str, Any] | None = None,
        *,
        field: str = "",
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(code, message, data, field=field)
        given = fields if fields is not None else {field: [self.message]}
        self.fields: dict[str, list[str]] = {name: list(texts) for name, texts in given.items()}


class LimitReached(DomainError):
    """A quota or rate is used up. `retry_after` is in whole seconds; 0 when waiting does not help."""

    default_code = "limit_reached"
    default_message = "A limit is reached."

    def __init__(
        self,
        code: str = "",
        message: str = "",
        data: Mapping[str, Any] | None = None,
        *,
        field: str = "",
        retry_after: int = 0,
    ) -> None:
        super().__init__(code, message, data, field=field)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """Something this depends on does not answer at the moment; the same request may succeed later."""

    default_code = "unavailable"
    default_message = "This is not available at the moment."
