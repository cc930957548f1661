"""Small servers on loopback and a clock that never sleeps."""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


def answer(body: bytes = b"ok", *lines: str, status: str = "200 OK") -> bytes:
    """A response with a length."""
    head = "".join(f"{line}\r\n" for line in lines)
    return f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass
class Received:
    """One request as it came, byte for byte; `number` counts within its connection, from 1."""

    head: bytes
    body: bytes
    connection: int
    number: int

    @property
    def line(self) -> bytes:
        return self.head.partition(b"\r\n")[0]

    @property
    def target(self) -> bytes:
        return self.line.partition(b" ")[2].rpartition(b" ")[0]

    @property
    def lines(self) -> list[bytes]:
        return self.head.strip().split(b"\r\n")[1:]

    def header(self, name: bytes) -> bytes:
        for line in self.lines:
            key, _, value = line.partition(b":")
            if key.lower() == name.lower():
                return value.strip()
        return b""


Handler = Callable[[Received], object]
"""Gives the bytes to send, None to close the connection, or an awaitable of either."""


@dataclass
class Server:
    """Records all it receives. The handler may be changed at any time."""

    handler: Handler = lambda received: OK
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    scheme: str = "http"
    host: str = "127.0.0.1"
    tasks: set[asyncio.Task] = field(default_factory=set)

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self.tasks.add(task)
        self.connections += 1
        # Cancelled at the end of a test, a connection just ends: the loop would report anything else.
        with contextlib.suppress(asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            await self._serve(reader, writer, self.connections)
        writer.transport.abort()
        self.tasks.discard(task)

    async def _serve(self, reader, writer, connection: int) -> None:
        number = 0
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            body = b""
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    body = await reader.readexactly(int(line.partition(b":")[2]))
            number += 1
            received = Received(head, body, connection, number)
            self.received.append(received)
            reply = self.handler(received)
            if asyncio.iscoroutine(reply):
                reply = await reply
            if reply is None:
                return
            writer.write(reply)
            await writer.drain()
            if b"\r\nconnection: close" in reply.lower():
                writer.close()
                await writer.wait_closed()
                return


@pytest.fixture
async def serve():
    """Starts servers; all end with the test."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(handler: Handler | None = None, context: ssl.SSLContext | None = None) -> Server:
            server = Server()
            if handler is not None:
                server.handler = handler
            listener = await asyncio.start_server(server.connected, "127.0.0.1", 0, ssl=context)
            server.port = listener.sockets[0].getsockname()[1]
            server.scheme = "https" if context else "http"

            async def end() -> None:
                listener.close()
                for task in list(server.tasks):
                    task.cancel()
                while server.tasks:
                    await asyncio.sleep(0)

            stack.push_async_callback(end)
            return server

        yield start


class FakeClock:
    """Time that moves only when told."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.sleepers: list[tuple[float, asyncio.Future]] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.time + seconds, future))
        await future

    async def advance(self, seconds: float) -> None:
        """Moves on, waking sleepers in their order."""
        await self.settle()
        end = self.time + seconds
        while due := [entry for entry in self.sleepers if entry[0] <= end + 1e-9 and not entry[1].done()]:
            when, future = min(due, key=lambda entry: entry[0])
            self.time = max(self.time, when)
            self.sleepers.remove((when, future))
            future.set_result(None)
            await self.settle()
        self.time = end
        await self.settle()

    async def settle(self) -> None:
        """Lets everything that can run, run."""
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@dataclass
class Certificate:
    """A self-signed certificate and its key, as files and DER."""

    cert_file: str
    key_file: str
    der: bytes

    def context(self, ciphers: str = "", version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert_file, self.key_file)
        if version is not None:
            context.minimum_version = context.maximum_version = version
        if ciphers:
            context.set_ciphers(ciphers)
        return context


@pytest.fixture(scope="session")
def certify(tmp_path_factory):
    """Makes certificates: by default for 127.0.0.1, valid now, with an elliptic key."""

    def make(name: str = "127.0.0.1", *, days: int = 30, use_rsa: bool = False) -> Certificate:
        folder = tmp_path_factory.mktemp("certificate")
        key = rsa.generate_private_key(65537, 2048) if use_rsa else ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = dt.datetime.now(dt.UTC)
        try:
            alternative = x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            alternative = x509.DNSName(name)
        start = now - dt.timedelta(days=60)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(now + dt.timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (folder / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        der = certificate.public_bytes(serialization.Encoding.DER)
        return Certificate(str(folder / "cert.pem"), str(folder / "key.pem"), der)

    return make
