"""Content of stable files is recognised however a page shows it, and told from its like."""

from __future__ import annotations

import html
import json

import pytest

from vedette.engine.checks.file.stable_files import SYSTEMS, UNIX, WINDOWS, content_of

SAMPLES = {
    ("unix", "etc/passwd"): "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/:/bin/false\n",
    ("unix", "etc/hosts"): "# hosts\n127.0.0.1\tlocalhost\n172.17.0.2\tbox\n",
    ("unix", "etc/group"): "root:x:0:\ndaemon:x:1:\n",
    ("unix", "proc/version"): "Linux version 6.1.0-18-amd64 (debian-kernel) (gcc-12)\n",
    ("unix", "etc/os-release"): 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\n',
    ("windows", "windows/win.ini"): "; for 16-bit app support\r\n[fonts]\r\n[extensions]\r\n",
    ("windows", "windows/system.ini"): "[386Enh]\r\nwoafont=dosapp.fon\r\n",
    ("windows", "windows/system32/drivers/etc/hosts"): "# Copyright (c) 1993-2009 Microsoft Corp.\r\n",
    ("java", "WEB-INF/web.xml"): '<?xml version="1.0"?>\n<web-app version="3.0">\n',
    ("java", "META-INF/MANIFEST.MF"): "Manifest-Version: 1.0\n",
}


def test_every_file_has_a_sample() -> None:
    assert set(SAMPLES) == {(name, file) for name, system in SYSTEMS.items() for file in system.content}
    assert all({system.first, *system.others} == set(system.content) for system in SYSTEMS.values())


@pytest.mark.parametrize(("name", "file"), SAMPLES)
def test_its_content_is_recognised_as_shown(name: str, file: str) -> None:
    text = SAMPLES[name, file]
    assert content_of(SYSTEMS[name], file, text)
    assert content_of(SYSTEMS[name], file, f"<html><pre>{html.escape(text)}</pre></html>")
    if file != "WEB-INF/web.xml":
        assert content_of(SYSTEMS[name], file, json.dumps({"content": text}))


@pytest.mark.parametrize(("name", "file"), SAMPLES)
def test_no_other_file_looks_like_it(name: str, file: str) -> None:
    others = {key: text for key, text in SAMPLES.items() if key[0] == name and key[1] != file}
    assert not [key for key, text in others.items() if content_of(SYSTEMS[name], file, text)]


@pytest.mark.parametrize("text", ["the root: x of it, 0:0", "chroot:x:0:0:a:b:c", "see /etc/passwd", "[font]", ""])
def test_talk_about_files_is_no_content(text: str) -> None:
    assert not content_of(UNIX, "etc/passwd", text)
    assert not content_of(WINDOWS, "windows/win.ini", text)
