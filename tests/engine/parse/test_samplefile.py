"""Files for forms: what is accepted comes before what the field is called."""

from __future__ import annotations

import csv
import json
import struct
import zlib

import pytest
from lxml import etree

from vedette.engine.parse.forms import Field
from vedette.engine.parse.samplefile import SampleFile, sample_for


def sample(name: str = "upload", label: str = "", accept: str = "") -> SampleFile:
    return sample_for(Field(name, "file", label=label, accept=accept))


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (".xml", "sample.xml"),
        ("text/xml,application/xml", "sample.xml"),
        (".gpx", "sample.xml"),
        ("image/svg+xml", "sample.svg"),
        (".csv, application/vnd.ms-excel", "sample.csv"),
        ("application/json", "sample.json"),
        ("text/plain", "sample.txt"),
        ("text/*", "sample.txt"),
        ("image/*", "sample.gif"),
        ("image/png, image/jpeg", "sample.png"),
        (".pdf,.doc", "sample.pdf"),
        (".zip", "sample.txt"),
    ],
)
def test_what_is_accepted_decides(accept: str, name: str) -> None:
    assert sample(accept=accept).name == name


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("feed", "", "sample.xml"),
        ("productFeed", "", "sample.xml"),
        ("xml_file", "", "sample.xml"),
        ("f", "Your RSS feed", "sample.xml"),
        ("feedback", "", "sample.txt"),
        ("avatar", "", "sample.gif"),
        ("file[photo]", "", "sample.gif"),
        ("import", "A CSV of your contacts", "sample.csv"),
        ("cv", "", "sample.pdf"),
        ("upload", "", "sample.txt"),
    ],
)
def test_else_the_words_on_the_field_do(name: str, label: str, expected: str) -> None:
    assert sample(name, label).name == expected


def test_accepted_kinds_win_over_words() -> None:
    assert sample("feed", accept="image/*").name == "sample.gif"


def test_files_are_what_they_claim_to_be() -> None:
    assert etree.fromstring(sample(accept=".xml").content).findtext("item/name") == "Sample"
    assert etree.fromstring(sample(accept=".svg").content).tag == "{http://www.w3.org/2000/svg}svg"
    assert json.loads(sample(accept=".json").content)["name"] == "Sample"
    assert list(csv.DictReader(sample(accept=".csv").content.decode().splitlines())) == [
        {"name": "Sample", "price": "10"}
    ]
    assert sample(accept="image/gif").content.startswith(b"GIF89a\x01\x00\x01\x00")


def test_the_picture_is_whole() -> None:
    rest, kinds, pixels = sample(accept=".png").content[8:], [], b""
    while rest:
        length, kind = struct.unpack(">I4s", rest[:8])
        assert zlib.crc32(rest[4 : 8 + length]) == struct.unpack(">I", rest[8 + length : 12 + length])[0]
        pixels += rest[8 : 8 + length] if kind == b"IDAT" else b""
        kinds.append(kind)
        rest = rest[12 + length :]
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    assert len(zlib.decompress(pixels)) == 5
