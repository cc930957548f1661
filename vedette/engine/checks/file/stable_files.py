"""Files that every system of a kind has, and what only their content looks like: the proof that a file was read."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_START = r"(?m)(?:^|[>\s\"'])"


@dataclass(frozen=True, slots=True)
class System:
    """A kind of system: the file to ask for first, others, and for each an expression that only its content matches."""

    first: str
    others: tuple[str, ...]
    content: dict[str, str]


_ROOT_LINE = _START + r"root:[^:\s<]*:0:0:[^:\n<]*:[^:\n<]*:"
UNIX = System(
    "etc/passwd",
    ("etc/hosts", "etc/group", "proc/version", "etc/os-release"),
    {
        "etc/passwd": _ROOT_LINE,
        "etc/hosts": _START + r"(?:127\.0\.0\.1|::1)[ \t]+[\w.-]*localhost",
        "etc/group": _START + r"root:[^:\s<]*:0:[\w,-]*(?:$|[\s<\"'])",
        "proc/version": r"Linux version \d+\.\d+",
        "etc/os-release": _START + r"(?:PRETTY_NAME|VERSION_ID|ID_LIKE)=",
    },
)
WINDOWS = System(
    "windows/win.ini",
    ("windows/system.ini", "windows/system32/drivers/etc/hosts"),
    {
        "windows/win.ini": r"(?i)\[(?:fonts|extensions|mci extensions)\]",
        "windows/system.ini": r"(?i)\[(?:386enh|drivers)\]",
        "windows/system32/drivers/etc/hosts": r"(?m)Microsoft (?:TCP/IP|Corp)|^#?[ \t]*127\.0\.0\.1[ \t]+localhost",
    },
)
JAVA = System(
    "WEB-INF/web.xml",
    ("META-INF/MANIFEST.MF",),
    {"WEB-INF/web.xml": r"<web-app\b|&lt;web-app\b", "META-INF/MANIFEST.MF": _START + r"Manifest-Version: \d"},
)
SYSTEMS = {"unix": UNIX, "windows": WINDOWS, "java": JAVA}


def content_of(system: System, file: str, text: str) -> str:
    """What of a page's text is content of that file, whatever the page escaped; empty when nothing is."""
    for shown in (text, html.unescape(text.replace("<br", "\n<br")), text.replace("\\n", "\n").replace("\\t", "\t")):
        match = re.search(system.content[file], shown)
        if match:
            return match.group().strip(" \t\n>\"'")
    return ""
