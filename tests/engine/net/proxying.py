"""What the tests of the browser share: networks for small servers, and a client of the guard proxy."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import signal
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from vedette.contract.job import Job, Limits
from vedette.engine.net.browser import Browser
from vedette.engine.net.browser_process import missing
from vedette.engine.net.guard_proxy import GuardProxy
from vedette.engine.net.network import Network

needs_chromium = pytest.mark.skipif(bool(missing()), reason=missing() or "")


def job_for(*urls: str, limits: Limits | None = None, **fields: Any) -> Job:
    """A job that may reach these addresses on loopback."""
    allowed = tuple(f"127.0.0.1:{urlsplit(url).port}" for url in urls)
    limits = limits or Limits(rate=0, timeout_s=10)
    return Job(id="scan7", start_urls=urls, limits=limits, allow_private=allowed, **fields)


@contextlib.asynccontextmanager
async def browsing(
    *urls: str, veto: Any = None, secrets: Any = None, **fields: Any
) -> AsyncIterator[tuple[Browser, Network]]:
    """A browser, not yet started, and its network; both end with the block."""
    async with Network(job_for(*urls, **fields), secrets or {"key": "secret-value-1234"}) as network:
        browser = Browser(network, veto=veto)
        try:
            yield browser, network
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def proxying(
    *urls: str, veto: Any = None, secrets: Any = None, **fields: Any
) -> AsyncIterator[tuple[GuardProxy, Network]]:
    """A proxy that listens, and its network."""
    async with Network(job_for(*urls, **fields), secrets or {"key": "secret-value-1234"}) as network:
        proxy = GuardProxy(network, veto)
        await proxy.start()
        try:
            yield proxy, network
        finally:
            await proxy.close()


class Client:
    """Speaks to the proxy by hand."""

    def __init__(self, proxy: GuardProxy, user: str = "nobody") -> None:
        self.proxy = proxy
        token = base64.b64encode(f"{user}:{proxy.secret}".encode()).decode()
        self.credentials = f"Proxy-Authorization: Basic {token}\r\n"
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def __aenter__(self) -> Client:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.proxy.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()

    async def ask(self, url: str, method: str = "GET", headers: str = "", body: bytes = b"") -> bytes:
        """A request by its whole address; all that comes for it up to the end of a body with a length."""
        host = urlsplit(url).netloc
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        head = f"{method} {url} HTTP/1.1\r\nHost: {host}\r\n{self.credentials}{headers}{length}\r\n"
        self.writer.write(head.encode() + body)
        return await self.answer()

    async def answer(self) -> bytes:
        """The next answer; what came when the connection ended before."""
        try:
            async with asyncio.timeout(60):
                head = await self.reader.readuntil(b"\r\n\r\n")
                lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                return head + (await self.reader.readexactly(int(lengths[0].partition(b":")[2])) if lengths else b"")
        except asyncio.IncompleteReadError as error:
            return error.partial
        except ConnectionError:
            return b""

    async def tunnel(self, target: str, trust: ssl.SSLContext | None = None) -> bytes:
        """Opens a tunnel; the proxy's answer."""
        self.writer.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{self.credentials}\r\n".encode())
        said = await self.answer()
        if trust is not None and b" 200 " in said:
            await self.writer.start_tls(trust, server_hostname=target.partition(":")[0])
        return said

    async def say(self, text: str, body: bytes = b"") -> bytes:
        """Bytes as they are; the answer."""
        self.writer.write(text.encode() + body)
        return await self.answer()


def believing() -> ssl.SSLContext:
    """Takes any certificate, as the browser takes the proxy's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def kill(browser: Browser) -> None:
    """Ends the browser's own process at once, as a crash does."""
    for pid in browser.pids:
        folder = Path(f"/proc/{pid}")
        if "type=" not in (folder / "cmdline").read_text() and "chrom" in (folder / "comm").read_text():
            os.kill(pid, signal.SIGKILL)
