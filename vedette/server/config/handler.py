"""How requests are made of what the server hands over."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class Request(WSGIRequest):
    """A request whose query is read when somebody asks for it, and not before.

    Django's own reads it as soon as the content type names a character set, in order to throw it away. A query of too
    many fields raises there, before anything is in place that could answer.
    """

    @property
    def encoding(self) -> str | None:
        """The character set of the query and of forms; None for the usual one."""
        encoding: str | None = self._encoding
        return encoding

    @encoding.setter
    def encoding(self, value: str) -> None:
        try:
            "a".encode(value)
        except (LookupError, UnicodeError):
            return  # such as `hex`: a way to write bytes, and no character set
        self._encoding = value
        for name in ("GET", "_post"):
            self.__dict__.pop(name, None)


class Handler(WSGIHandler):
    """The application, with such requests."""

    request_class = Request
