"""A stand-in for the API of a service with zones: answers as it is told, and notes what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/"


@dataclass
class Account:
    """`answers` maps a path to what it gets, by the value of `page` or `marker` (empty for none): status and body. What
    is not there gets 404. `asked` are the requests: path with query, and headers."""

    answers: dict[str, dict[str, tuple[int, bytes]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, path: str, body: Any, *, status: int = 200, page: str = "") -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self.answers.setdefault(path, {})[page] = (status, text.encode())

    def answer(self, target: str, headers: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append((target, headers))
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        page = (query.get("page") or query.get("marker") or [""])[0]
        return self.answers.get(parts.path, {}).get(page, (404, b""))

    # What the services say

    def cloudflare_zones(self, *names: str, page: int = 1, pages: int = 1, status: str = "active") -> None:
        rows = [{"id": f"z{index}", "name": name, "status": status} for index, name in enumerate(names)]
        info = {"page": page, "per_page": 50, "total_pages": pages}
        self.put("/zones", {"success": True, "result": rows, "result_info": info}, page=str(page))
        for row in rows:
            self.put(f"/zones/{row['id']}/dns_records", {"success": True, "result": []})

    def aws_zones(self, *names: str, marker: str = "", following: str = "", private: tuple[str, ...] = ()) -> None:
        zones = "".join(
            f"<HostedZone><Id>/hostedzone/{zone_id(name)}</Id><Name>{name}.</Name>"
            f"<Config><PrivateZone>{str(name in private).lower()}</PrivateZone></Config></HostedZone>"
            for name in names
        )
        more = f"<IsTruncated>true</IsTruncated><NextMarker>{following}</NextMarker>" if following else ""
        more = more or "<IsTruncated>false</IsTruncated>"
        self.put(
            "/hostedzone", xml("ListHostedZonesResponse", f"<HostedZones>{zones}</HostedZones>{more}"), page=marker
        )
        for name in names:
            self.put(f"/hostedzone/{zone_id(name)}/rrset", xml("ListResourceRecordSetsResponse", ""))

    def aws_servers(self, name: str, *servers: str) -> None:
        listed = "".join(f"<NameServer>{server}</NameServer>" for server in servers)
        body = f"<DelegationSet><NameServers>{listed}</NameServers></DelegationSet>"
        self.put(f"/hostedzone/{zone_id(name)}", xml("GetHostedZoneResponse", body))


def zone_id(name: str) -> str:
    return "Z" + "".join(letter for letter in name.upper() if letter.isalnum())


def xml(root: str, body: str) -> str:
    return f'<?xml version="1.0"?><{root} xmlns="{NAMESPACE}">{body}</{root}>'


@contextmanager
def account() -> Iterator[Account]:
    """The stand-in, on a port of its own."""
    one = Account()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = one.answer(self.path, dict(self.headers.items()))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
