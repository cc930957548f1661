"""A desk that answers to signed requests alone, and only once to each token. It reads signatures with code of its own.

`/note` reflects what it is given; `refused` holds what came without a good signature, with the reason.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

LATE_S = 60


@dataclass
class Desk:
    """A running desk. `method` is how it wants to be asked, `secret` what both sides share, `public` the key of those
    that sign with a private one."""

    method: str
    secret: str = ""
    public: object = None
    base: str = ""
    url: str = ""
    answered: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def fault(self, request: web.Request, body: bytes) -> str:
        """What is wrong with a request; empty when nothing is."""
        return {"xpay": self._xpay, "http-v1": self._http, "jwt-v1": self._jwt}[self.method](request, body)

    def _xpay(self, request: web.Request, body: bytes) -> str:
        match = re.fullmatch(r"xv2:(\d+):([0-9a-f]{64})", request.headers.get("x-pay-token", ""))
        if match is None:
            return "no token"
        if abs(time.time() - int(match[1])) > LATE_S:
            return "an old token"
        path, _, query = request.raw_path.partition("?")
        told = match[1] + path.removeprefix(self.base).lstrip("/") + query
        good = hmac.new(self.secret.encode(), told.encode("latin-1") + body, hashlib.sha256).hexdigest()
        return "" if hmac.compare_digest(good, match[2]) else "a wrong token"

    def _http(self, request: web.Request, body: bytes) -> str:
        parts = dict(re.findall(r'(\w+)="([^"]*)"', request.headers.get("Signature", "")))
        if parts.get("keyId") != "desk" or not {"(request-target)", "digest", "date"} <= set(parts["headers"].split()):
            return "no signature"
        if request.headers["Digest"] != "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode():
            return "another body"
        if abs(time.time() - parsedate_to_datetime(request.headers["Date"]).timestamp()) > LATE_S:
            return "an old date"
        values = {"(request-target)": f"{request.method.lower()} {request.raw_path}"}
        told = "\n".join(f"{name}: {values.get(name) or request.headers[name]}" for name in parts["headers"].split())
        given = base64.b64decode(parts["signature"])
        if parts["algorithm"] == "rsa-sha256":
            try:
                self.public.verify(given, told.encode(), padding.PKCS1v15(), hashes.SHA256())
            except InvalidSignature:
                return "a wrong signature"
            return ""
        good = hmac.new(self.secret.encode(), told.encode(), hashlib.sha256).digest()
        return "" if hmac.compare_digest(good, given) else "a wrong signature"

    def _jwt(self, request: web.Request, body: bytes) -> str:
        head, _, signature = request.headers.get("X-JWT-Signature", "").rpartition(".")
        good = hmac.new(self.secret.encode(), head.encode(), hashlib.sha256).digest()
        if not head or not hmac.compare_digest(good, _unpadded(signature)):
            return "no token of ours"
        claims = json.loads(_unpadded(head.partition(".")[2]))
        if claims["exp"] < time.time() or claims["jti"] in self.seen:
            return "a token used before"
        self.seen.add(claims["jti"])
        wanted = {
            "htm": request.method,
            "path": request.raw_path,
            "htu": self.url + request.raw_path.partition("?")[0],
            "body_sha256": hashlib.sha256(body).hexdigest(),
        }
        return "" if {name: claims[name] for name in wanted} == wanted else "a token for another request"


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


DESK = web.AppKey("desk", Desk)
PAGE = "<!doctype html><html><head><title>Desk</title></head><body>{}</body></html>"


@web.middleware
async def checked(request: web.Request, handler):
    desk = request.app[DESK]
    reason = desk.fault(request, await request.read())
    if reason:
        desk.refused.append((f"{request.method} {request.raw_path}", reason))
        return web.json_response({"error": reason}, status=401)
    desk.answered.append(f"{request.method} {request.path}")
    return await handler(request)


def page(body: str) -> web.Response:
    return web.Response(text=PAGE.format(body), content_type="text/html")


async def home(request: web.Request) -> web.Response:
    form = "<form method=post action=/order><input name=item value=pen><button>Order</button></form>"
    return page(f"<h1>Desk</h1><a href='/note?text=hello'>Note</a>{form}")


async def note(request: web.Request) -> web.Response:
    return page(f"<p>You wrote: {request.query.get('text', '')}</p>")


async def order(request: web.Request) -> web.Response:
    item = (await request.post()).get("item", "")
    return page(f"<p>Ordered: {item}</p>")


@contextlib.asynccontextmanager
async def desk(method: str, **fields: object) -> AsyncIterator[Desk]:
    """A desk on loopback, gone with the block."""
    made = Desk(method, **fields)
    app = web.Application(middlewares=[checked], client_max_size=4 * 1024 * 1024)
    app[DESK] = made
    app.router.add_get("/", home)
    app.router.add_get("/note", note)
    app.router.add_post("/order", order)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)
