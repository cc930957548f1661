"""A Chromium of our own: found, started without a way past the guard proxy, and ended with all its processes."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import re
import secrets
import shutil
import signal
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Playwright

T = TypeVar("T")

NAMES = ("chromium", "chromium-headless-shell", "chromium-browser")
"""What Debian and others call it, the one that also knows videos and dialogs first."""

CHOSEN = "VEDETTE_CHROMIUM"
"""The variable that may name another one."""

START_S = 30.0
END_S = 5.0
NOWHERE = 9
"""A port on which nobody listens."""

NO_PLAYWRIGHT = "Playwright is not installed: pip install 'vedette[browser]'."
NO_CHROMIUM = "There is no Chromium on this machine: apt-get install chromium."
NO_SANDBOX = (
    "Its sandbox needs user namespaces, which this machine or container does not allow to users without privileges."
)
GONE = "The browser ended, or its page was closed."
UNCONFINED = "The browser ran without its sandbox, because the scan runs as root."

_SILENCED = (
    "AimEnabled", "AutofillServerCommunication", "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationGuideModelDownloading",
    "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
)  # fmt: skip
"""What Chromium must not do by itself: ask its maker, or go elsewhere than told. Playwright's own list is in it, since
the last switch of a name counts."""

_MARK = "VEDETTE_BROWSER"
_PASSED = ("LANG", "LC_ALL", "TZ", "FONTCONFIG_PATH")


_LIBRARY = re.compile(r"error while loading shared libraries: ([\w.+-]+)")


class BrowserTrouble(Exception):  # noqa: N818 - what it says is for people
    """The browser did not do what it was asked for; the text says why, in one sentence."""


def found() -> str:
    """The path of the Chromium to use; empty when there is none."""
    chosen = os.environ.get(CHOSEN, "")
    if chosen:
        return shutil.which(chosen) or ""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


def missing() -> str:
    """Why no browser can be started here, as a sentence; empty when one can."""
    try:
        importlib.import_module("playwright.async_api")
    except ImportError:
        return NO_PLAYWRIGHT
    return "" if found() else NO_CHROMIUM


async def tried() -> str:
    """Starts a browser that reaches nothing, and ends it: why that did not work, as a sentence; empty when it did."""
    process = BrowserProcess()
    try:
        await process.start(NOWHERE, "")
    except BrowserTrouble as trouble:
        return str(trouble)
    finally:
        await process.close()
    return ""


async def within(seconds: float, work: Awaitable[T]) -> T:
    """Waits for the browser, but not for ever. Raises BrowserTrouble for whatever it answers but a result."""
    # A heavy library that is not part of the base: by now it has been loaded, or there were no browser to wait for.
    errors: type[Exception] = importlib.import_module("playwright.async_api").Error
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise BrowserTrouble("The browser did not answer in time.") from None
    except Exception as error:
        # Of a driver that is gone the library tells by a plain exception.
        if not isinstance(error, errors) and type(error) is not Exception:
            raise
        raise BrowserTrouble(_sentence(str(error))) from None


def _sentence(text: str) -> str:
    if "No usable sandbox" in text:
        return NO_SANDBOX
    closed = "context or browser has been closed" in text or "reading from the driver" in text
    if closed and not text.startswith("BrowserType.launch"):
        return GONE
    if lacking := _LIBRARY.search(text):
        return f"It lacks the library {lacking[1]}."
    line = text.partition("\n")[0].partition("Call log:")[0].strip()
    return line if line.endswith(".") else line + "."


def switches(proxy_port: int, pin: str) -> list[str]:
    """How Chromium is started: it knows one way out, the proxy, and believes the proxy's certificates."""
    return [
        f"--proxy-server=http://127.0.0.1:{proxy_port}",
        "--proxy-bypass-list=<-loopback>",
        f"--ignore-certificate-errors-spki-list={pin}",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        f"--disable-features={','.join(_SILENCED)}",
        "--disable-quic",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-domain-reliability",
        "--dns-prefetch-disable",
        "--disable-gpu",
        "--disable-notifications",
        "--disable-external-intent-requests",
        "--no-service-autorun",
        "--mute-audio",
    ]


def environment(given: Mapping[str, str], mark: str) -> dict[str, str | float | bool]:
    """What the browser sees of our environment: nothing but the language and the clock, and no home to write to."""
    kept = {name: given[name] for name in _PASSED if name in given}
    return {**kept, "PATH": "/usr/bin:/bin", "HOME": "/dev/null", _MARK: mark}


class BrowserProcess:
    """One run of Chromium with its driver. `chromium` is None before `start` and after `close`. `confined` tells
    whether its sandbox holds. When our own process dies, the driver sees its pipe end and ends the browser."""

    def __init__(self) -> None:
        self.chromium: Chromium | None = None
        self.confined = os.geteuid() != 0
        self._driver: Playwright | None = None
        self._mark = secrets.token_hex(16)
        self._drivers: tuple[int, ...] = ()

    @property
    def alive(self) -> bool:
        """Whether it runs and answers."""
        return self.chromium is not None and self.chromium.is_connected()

    @property
    def pids(self) -> tuple[int, ...]:
        """All processes of the browser and its driver."""
        running = _children()
        return (*(pid for pid in self._drivers if pid in running), *_marked(self._mark))

    async def start(self, proxy_port: int, pin: str) -> None:
        """Starts it. Raises BrowserTrouble with the reason when it does not start; nothing is left then."""
        reason = missing()
        if reason:
            raise BrowserTrouble(reason)
        try:
            await within(START_S, self._launch(found(), proxy_port, pin))
        except BrowserTrouble as trouble:
            await self.close()
            raise BrowserTrouble(f"The browser did not start: {trouble}") from None
        except BaseException:
            self.kill()
            raise

    async def _launch(self, path: str, proxy_port: int, pin: str) -> None:
        before = set(_children())
        library = importlib.import_module("playwright.async_api")
        self._driver = await library.async_playwright().start()
        self._drivers = tuple(pid for pid in _children() if pid not in before)
        assert self._driver is not None  # noqa: S101 - made above
        self.chromium = await self._driver.chromium.launch(
            executable_path=path,
            args=switches(proxy_port, pin),
            env=environment(os.environ, self._mark),
            chromium_sandbox=self.confined,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=START_S * 1000,
        )

    async def close(self) -> None:
        """Ends the browser, its driver and all that they started, also when they do not answer."""
        chromium, driver = self.chromium, self._driver
        self.chromium = self._driver = None
        parting = asyncio.ensure_future(_part(chromium, driver))
        try:
            await asyncio.shield(parting)
        except asyncio.CancelledError:
            # Who is in a hurry waits all the same: a driver that is cut off would complain.
            await asyncio.wait({parting}, timeout=END_S)
            raise
        finally:
            self.kill()

    def kill(self) -> None:
        """Ends at once what is left of them."""
        for pid in self.pids:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self._drivers = ()


async def _part(chromium: Chromium | None, driver: Playwright | None) -> None:
    if chromium is not None:
        with contextlib.suppress(BrowserTrouble):
            await within(END_S, chromium.close())
    if driver is not None:
        with contextlib.suppress(BrowserTrouble):
            await within(END_S, driver.stop())


def _children() -> list[int]:
    """The processes that this one started and that still run."""
    return [pid for pid, parent, _ in _processes() if parent == os.getpid()]


def _marked(mark: str) -> list[int]:
    """The processes that carry the mark, and those of their groups."""
    listed = list(_processes())
    groups = [group for pid, _, group in listed if _carries(pid, mark)]
    return [pid for pid, _, group in listed if group in groups and group != os.getpgid(0)]


def _carries(pid: int, mark: str) -> bool:
    try:
        return mark.encode() in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False


def _processes() -> list[tuple[int, int, int]]:
    """Process, parent and group of all that run here."""
    found_here: list[tuple[int, int, int]] = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    found_here.append((int(folder.name), int(fields[1]), int(fields[2])))
    return sorted(found_here)
