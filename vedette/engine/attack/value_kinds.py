"""What a value looks like before anything is sent: the `*-like` signs of a reaction."""

from __future__ import annotations

import re
from urllib.parse import unquote

from vedette.engine.attack.point import Point, PointKind

_URL_NAME = re.compile(
    r"(?:^|[_.-])(?:url|uri|href|link|redirect\w*|return\w*|next|dest\w*|target|goto|go|continue|callback|forward|back"
    r"|site|host|domain|feed|webhook|image_?url|src|to|out|ref|referrer?)(?:$|[_.-])|(?:url|uri|redirect)$",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r"(?:^|[_.-])(?:file\w*|path|page|template|doc\w*|folder|dir\w*|include|inc|load|view|layout|theme|style|report|log"
    r"|download|attachment|module|section|content|lang|locale)(?:$|[_.-])|(?:file|path|template)$",
    re.IGNORECASE,
)
_URL_VALUE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^\s/]|https?:|/(?:[\w.-]+/?)*(?:\?.*)?$|www\.", re.IGNORECASE)
_FILE_VALUE = re.compile(r"(?:[\w .-]*[/\\])*[\w .-]+\.[a-z][a-z0-9]{1,4}$|/?[\w.-]+(?:/[\w.-]+)+$", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_XML = re.compile(r"\s*(?:<\?xml|<!DOCTYPE|<[A-Za-z_][\w:.-]*[\s/>])")
_SERIALISED = re.compile(
    r"rO0AB|aced0005"  # Java
    r"|AAEAAAD/{0,5}|/w[EF]|ff01ff32"  # .NET binary formatter, view state
    r"|(?:Tz|Yj|aT|czo|YTo)[A-Za-z0-9+/]{6}"  # PHP, in base64
    r"|[Oa]:\d+:[\"{]|s:\d+:\""  # PHP
    r"|gAS[VW]|gA[JNR]|KGRw|KGlj|Y(?:29weV|3Bvc2)"  # Python pickle, in base64
    r"|BAh[bsfiJ7IT]|0408[5b6f]"  # Ruby marshal
    r"|_\$\$ND_FUNC\$\$_|eyJfX"  # Node
)


def value_kinds(point: Point) -> frozenset[str]:
    """Which of `url-like`, `file-like`, `number-like`, `xml-like` and `serialised` the value or its name suggest."""
    if point.kind is PointKind.NAME:
        return frozenset()
    value = point.value
    found = set()
    name = "" if point.kind is PointKind.PATH else re.sub(r"(?<=[a-z])(?=[A-Z])", "_", point.name.rpartition("/")[2])
    if _URL_VALUE.match(value) or _URL_NAME.search(name):
        found.add("url-like")
    if _FILE_NAME.search(name) or (_FILE_VALUE.match(value) and "://" not in value):
        found.add("file-like")
    if _NUMBER.fullmatch(value):
        found.add("number-like")
    if point.kind in (PointKind.XML, PointKind.BODY) or _XML.match(value):
        found.add("xml-like")
    if any(_SERIALISED.match(text) for text in (value, unquote(value))):
        found.add("serialised")
    return frozenset(found)
