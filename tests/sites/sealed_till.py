"""A till that speaks in encrypted messages alone: others are refused, answers are encrypted for one client.

It opens and closes messages with code of its own. `/price` reflects an item into SQL, a flaw that stands within.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Till:
    """A running till with its own key and that of its client; `clear` holds what was said within."""

    url: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    client: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    clear: list[Any] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def public_pem(self) -> str:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def client_pem(self) -> str:
        return self.client.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def opened(self, request: web.Request, body: bytes) -> Any:
        """What a body says. Raises ValueError."""
        if request.headers.get("keyId") != "till-1":
            raise ValueError("no key id")
        head, wrapped, nonce, text, tag = json.loads(body)["encData"].split(".")
        known = json.loads(decoded(head))
        if known["kid"] != "till-1" or abs(time.time() * 1000 - known["iat"]) > 60_000:
            raise ValueError("an old message")
        content_key = self.key.decrypt(decoded(wrapped), OAEP)
        if len(content_key) != int(known["enc"][1:4]) // 8:
            raise ValueError("a key of another length")
        return json.loads(AESGCM(content_key).decrypt(decoded(nonce), decoded(text) + decoded(tag), head.encode()))

    def sealed(self, said: Any, status: int) -> web.Response:
        content_key, nonce = os.urandom(32), os.urandom(12)
        head = coded(json.dumps({"alg": "RSA-OAEP-256", "enc": "A256GCM", "iat": int(time.time() * 1000)}).encode())
        text = AESGCM(content_key).encrypt(nonce, json.dumps(said).encode(), head.encode())
        wrapped = self.client.public_key().encrypt(content_key, OAEP)
        parts = (head, coded(wrapped), coded(nonce), coded(text[:-16]), coded(text[-16:]))
        return web.json_response({"encData": ".".join(parts)}, status=status)


@contextlib.asynccontextmanager
async def till() -> AsyncIterator[Till]:
    """A till on loopback, gone with the block."""
    made = Till()
    stock = sqlite3.connect(":memory:", check_same_thread=False)
    stock.execute("CREATE TABLE items (name TEXT, price INTEGER)")
    stock.execute("INSERT INTO items VALUES ('pen', 3)")

    async def price(request: web.Request) -> web.Response:
        try:
            said = made.opened(request, await request.read())
        except (ValueError, KeyError, TypeError, InvalidTag) as error:
            made.refused.append(str(error))
            return web.json_response({"error": "encrypted messages only"}, status=400)
        made.clear.append(said)
        try:
            rows = stock.execute(f"SELECT name, price FROM items WHERE name = '{said['item']}'").fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            return made.sealed({"error": f"sqlite3.OperationalError: {error}"}, 500)
        except (KeyError, TypeError):
            return made.sealed({"error": "which item?"}, 422)
        return made.sealed({"rows": rows}, 200)

    async def home(request: web.Request) -> web.Response:
        return web.json_response({"till": "open", "keyId": request.headers.get("keyId", "")})

    app = web.Application()
    app.router.add_post("/api/price", price)
    app.router.add_get("/", home)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()
        stock.close()
