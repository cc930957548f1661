"""What pages are served with: foreign files unchanged and licensed, no foreign address, colours that can be read."""

import hashlib
import re
from pathlib import Path

import pytest

import vedette.server.web.labels as labels

STATIC = Path(labels.__file__).parent / "static"
VENDOR = STATIC / "vendor"
TABLE = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| `([0-9a-f]{64})` \|$", re.MULTILINE)
LISTED = TABLE.findall((VENDOR / "VENDORED.md").read_text())
OURS = sorted(path for path in STATIC.iterdir() if path.suffix in (".css", ".js"))
ALLOWED_LICENCES = {"0BSD", "MIT", "Apache-2.0", "OFL-1.1"}


@pytest.mark.parametrize(("path", "package", "version", "licence", "digest"), LISTED, ids=[row[0] for row in LISTED])
def test_a_vendored_file_is_the_one_that_was_listed(path, package, version, licence, digest):
    assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == digest
    assert licence in ALLOWED_LICENCES
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_every_vendored_file_is_listed_or_a_licence():
    here = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    texts = {path for path in here if Path(path).name in ("LICENSE", "LICENSE-d3", "NOTICE")} | {"VENDORED.md"}
    assert here - texts == {path for path, *_ in LISTED if not path.startswith("..")}
    assert {Path(path).parent for path in here if "/" in path} == {Path(path).parent for path in texts if "/" in path}


def test_the_chart_library_whose_licence_forbids_it_is_not_here():
    for path in STATIC.rglob("*"):
        assert "apexcharts" not in path.name.lower()
        if path.suffix == ".js":
            assert b"apexcharts" not in path.read_bytes().lower()


def test_no_file_points_to_a_source_map_that_is_not_served():
    for path in STATIC.rglob("*"):
        if path.suffix in (".js", ".css"):
            assert b"sourceMappingURL=" not in path.read_bytes()[-200:]


@pytest.mark.parametrize("path", [*OURS, VENDOR / "tabler" / "tabler.min.css"], ids=lambda path: path.name)
def test_style_sheets_and_scripts_name_no_foreign_address(path):
    text = path.read_text()
    assert not re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", text)
    if path in OURS:
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("path", [path for path in OURS if path.suffix == ".js"], ids=lambda path: path.name)
def test_our_scripts_neither_evaluate_text_nor_write_html(path):
    forbidden = (
        r"\beval\(|new Function|innerHTML(?!\")|outerHTML|insertAdjacentHTML|document\.write|setTimeout\(\s*[\"']"
    )
    assert not re.search(forbidden, path.read_text())


def test_fonts_and_pictures_named_in_style_sheets_exist():
    for path in OURS:
        for name in re.findall(r"url\(\"([^\"]+)\"\)", path.read_text()):
            assert (STATIC / name).is_file(), name


def test_the_sprite_is_symbols_only():
    text = (STATIC / "icons.svg").read_text()
    names = re.findall(r'<symbol id="([a-z-]+)"', text)
    assert len(names) == len(set(names)) == text.count("<symbol")
    assert not re.search(r"<script|style=|\son\w+=|href=", text)


def tokens():
    text = (STATIC / "tokens.css").read_text()
    return dict(re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), #[0-9a-f]{6}\)", text)), dict(
        re.findall(r"--([a-z0-9-]+): light-dark\(#[0-9a-f]{6}, (#[0-9a-f]{6})\)", text)
    )


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TONES = ("critical", "high", "medium", "low", "info", "ok", "accent")
TEXT = [(tone, f"{tone}-soft") for tone in TONES] + [(tone, "surface") for tone in TONES]
TEXT += [
    (ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("bg", "surface", "sunken", "hover", "raised")
]
TEXT += [("on-accent", "accent"), ("on-accent", "accent-strong")]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT, ids=lambda name: name)
def test_text_can_be_read_in_both_themes(theme, ink, ground):
    colours = tokens()[theme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("tone", ["critical", "high", "low", "ok"])
def test_bars_and_signs_stand_out_in_both_themes(theme, tone):
    colours = tokens()[theme]
    assert contrast(colours[f"{tone}-solid"], colours["surface"]) >= 3


def test_the_contrast_measure_knows_black_and_white():
    assert round(contrast("#000000", "#ffffff"), 1) == 21
    assert contrast("#777777", "#ffffff") < 4.5
