"""A site of whatever pages a test gives it; it remembers what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request: its fields are those of the query and of a form in the body, header names in lower case."""

    method: str
    path: str
    fields: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Page:
    """An answer; `more` are further header lines. Without an end it stays open."""

    text: str
    status: str = "200 OK"
    more: tuple[str, ...] = ()
    kind: str = "text/html"
    ends: bool = True


Handler = Callable[[Asked], Page | Awaitable[Page]]


@dataclass
class Pages:
    """The site. Paths without a page of their own are not found."""

    pages: dict[str, Handler | str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def paths(self) -> list[str]:
        """What was asked for, in order, without the pictures that browsers want of every site."""
        return [f"{one.method} {one.path}" for one in self.asked if one.path != "/favicon.ico"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        with contextlib.suppress(asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            while await self._one(reader, writer):
                pass
        writer.transport.abort()
        self.tasks.discard(task)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        parts = urlsplit(target)
        form = body.decode("latin-1") if "form-urlencoded" in headers.get("content-type", "") else ""
        fields = {name: values[0] for text in (parts.query, form) for name, values in parse_qs(text).items()}
        asked = Asked(method, parts.path, fields, headers, body)
        self.asked.append(asked)
        found = self.pages.get(parts.path, lambda _: Page("not found", "404 Not Found"))
        page = Page(found) if isinstance(found, str) else found(asked)
        if not isinstance(page, Page):
            page = await page
        data = page.text.encode()
        more = "".join(f"{line}\r\n" for line in page.more)
        length = f"Content-Length: {len(data)}\r\n" if page.ends else ""
        writer.write(f"HTTP/1.1 {page.status}\r\nContent-Type: {page.kind}\r\n{more}{length}\r\n".encode() + data)
        await writer.drain()
        if not page.ends:
            await asyncio.Event().wait()
        return True


@contextlib.asynccontextmanager
async def pages(**given: Handler | str) -> AsyncIterator[Pages]:
    """Serves on loopback until the block ends; the page `home` stands at `/`, others under their names."""
    site = Pages({("/" if name == "home" else f"/{name}"): page for name, page in given.items()})
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield site
    finally:
        server.close()
        for task in list(site.tasks):
            task.cancel()
        while site.tasks:
            await asyncio.sleep(0)
