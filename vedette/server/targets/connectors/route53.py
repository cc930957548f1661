"""Amazon Route 53: public hosted zones to whose own name servers the world is sent.

Anybody may set up a hosted zone of any name, so that the zone alone shows nothing. It counts when the name servers that
Route 53 gave it are those that the name system says: no other account can have the same ones for the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from lxml import etree

from vedette.server.kernel import clock, delegation
from vedette.server.kernel.outbound import OutboundRequest, OutboundResponse
from vedette.server.targets.connectors.listing import (
    MAX_ZONES,
    Asking,
    Credentials,
    Failed,
    Listing,
    Refused,
    zone_name,
)
from vedette.server.targets.connectors.signing import Key, signed_headers

API = "https://route53.amazonaws.com/2013-04-01"
PAGE = 100
THROTTLED_S = 1.0
_SPACE = "{https://route53.amazonaws.com/doc/2013-04-01/}"
_ZONE_ID = re.compile(r"/hostedzone/([A-Z0-9]{1,32})")
_UNREADABLE = "AWS gave an answer that cannot be read."


def listing(credentials: Credentials, wanted: frozenset[str], asking: Asking) -> Listing:
    """The public zones of an account; those wanted are looked at in the name system. Raises Refused, Failed."""
    key = Key(credentials["access_key"], credentials["secret_key"], service="route53", region="us-east-1")
    found: dict[str, bool | None] = {}
    first = ""
    for name, zone in _zones(key, asking):
        first = first or zone
        found.setdefault(name, None)
        # The same account may hold several zones of one name: one that is served is enough.
        if name in wanted and not found[name]:
            found[name] = _is_served(name, zone, key, asking)
    return Listing(found, _can_list_records(first, key, asking) if first else None)


def _zones(key: Key, asking: Asking) -> Iterator[tuple[str, str]]:
    """Names and ids of the public zones, page by page."""
    marker = ""
    for _ in range(MAX_ZONES // PAGE):
        query = {"maxitems": str(PAGE)} | ({"marker": marker} if marker else {})
        answer = _get(f"/hostedzone?{urlencode(query, quote_via=quote)}", key, asking)
        for zone in answer.iterfind(f"{_SPACE}HostedZones/{_SPACE}HostedZone"):
            name = zone_name(_text(zone, "Name"))
            found = _ZONE_ID.fullmatch(_text(zone, "Id"))
            private = zone.find(f"{_SPACE}Config/{_SPACE}PrivateZone")
            # What a private zone says holds within one network alone.
            if name and found and (private is None or private.text != "true"):
                yield name, found[1]
        marker = _text(answer, "NextMarker")
        if _text(answer, "IsTruncated") != "true" or not marker:
            return


def _is_served(name: str, zone: str, key: Key, asking: Asking) -> bool:
    answer = _get(f"/hostedzone/{zone}", key, asking)
    given = {
        (server.text or "").lower().removesuffix(".")
        for server in answer.iterfind(f"{_SPACE}DelegationSet/{_SPACE}NameServers/{_SPACE}NameServer")
    }
    try:
        return bool(given) and given <= delegation.name_servers(name)
    except delegation.NoAnswer:
        raise Failed(f"The name servers of {name} could not be asked for.") from None


def _can_list_records(zone: str, key: Key, asking: Asking) -> bool:
    try:
        _get(f"/hostedzone/{zone}/rrset?maxitems=1", key, asking)
    except Refused:
        return False
    return True


def _get(path: str, key: Key, asking: Asking) -> etree._Element:
    url = API + path
    # An account gets five answers a second, and those of others in it count as well.
    while _is_throttled(response := asking.send(OutboundRequest("GET", url, signed_headers(url, key, clock.now())))):
        asking.pause(THROTTLED_S)
    if response.status in (401, 403):
        raise Refused("AWS does not take the key, or it may not ListHostedZones and GetHostedZone.")
    if response.status != 200:
        raise Failed(f"AWS answered with status {response.status}.")
    # Nothing that the document names is fetched or put in.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(response.body, parser)
    except etree.XMLSyntaxError:
        raise Failed(_UNREADABLE) from None


def _is_throttled(response: OutboundResponse) -> bool:
    return response.status == 400 and b"<Code>Throttling</Code>" in response.body


def _text(place: etree._Element, name: str) -> str:
    return place.findtext(f"{_SPACE}{name}") or ""
