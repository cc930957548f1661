"""Chromium found, started without a way past the proxy, and always ended."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from vedette.engine.net.browser_process import (
    CHOSEN,
    GONE,
    NO_CHROMIUM,
    NO_PLAYWRIGHT,
    NO_SANDBOX,
    BrowserProcess,
    BrowserTrouble,
    _sentence,
    environment,
    found,
    missing,
    switches,
    within,
)
from vedette.engine.net.guard_proxy import GuardProxy
from vedette.engine.net.network import Network

from .proxying import job_for, needs_chromium


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def ended(pids) -> None:
    async with asyncio.timeout(60):
        while any(runs(pid) for pid in pids):
            await asyncio.sleep(0.02)


def program(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_browser_is_found_by_its_names_or_by_the_variable(tmp_path, monkeypatch):
    shell = program(tmp_path, "chromium-headless-shell", "exit 1")
    monkeypatch.delenv(CHOSEN, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found() == str(shell)
    whole = program(tmp_path, "chromium", "exit 1")
    assert found() == str(whole)
    monkeypatch.setenv(CHOSEN, str(shell))
    assert found() == str(shell)
    monkeypatch.setenv(CHOSEN, str(tmp_path / "none"))
    assert found() == ""


def test_what_is_missing_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv(CHOSEN, str(tmp_path / "none"))
    assert missing() == NO_CHROMIUM
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    assert missing() == NO_PLAYWRIGHT


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("BrowserType.launch: has been closed\nBrowser logs:\n[1] No usable sandbox! Update your kernel", NO_SANDBOX),
        ("BrowserType.launch: x\nchromium: error while loading shared libraries: libnss3.so: cannot", "libnss3.so."),
        ("Page.goto: Target page, context or browser has been closed", GONE),
        ("Connection closed while reading from the driver", GONE),
        ("Page.goto: net::ERR_FAILED at http://s.test/\nCall log:\n", "ERR_FAILED at http://s.test/."),
    ],
)
def test_what_the_browser_says_becomes_one_sentence(text, told):
    assert _sentence(text).endswith(told)
    assert "\n" not in _sentence(text)


def test_there_is_no_way_but_the_proxy():
    given = switches(4711, "pin=")
    assert "--proxy-server=http://127.0.0.1:4711" in given
    assert "--proxy-bypass-list=<-loopback>" in given
    assert "--disable-quic" in given
    assert any(one.startswith("--host-resolver-rules=MAP * ~NOTFOUND") for one in given)
    assert not any("sandbox" in one for one in given)


def test_our_environment_is_not_the_browsers():
    seen = environment({"LANG": "C", "DATABASE_URL": "secret", "HOME": "/root", "PATH": "/opt"}, "mark")
    assert seen == {"LANG": "C", "PATH": "/usr/bin:/bin", "HOME": "/dev/null", "VEDETTE_BROWSER": "mark"}


@needs_chromium
async def test_waiting_has_an_end_and_foreign_faults_pass():
    with pytest.raises(BrowserTrouble, match="in time"):
        await within(0.01, asyncio.Event().wait())

    async def fault():
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        await within(1, fault())


@needs_chromium
async def test_a_program_that_is_no_browser_leaves_a_sentence_and_no_process(tmp_path, monkeypatch):
    monkeypatch.setenv(CHOSEN, str(program(tmp_path, "chromium", "exit 3")))
    process = BrowserProcess()
    with pytest.raises(BrowserTrouble, match="did not start"):
        await process.start(9, "pin")
    assert not process.alive
    await ended(process.pids)


@needs_chromium
async def test_it_starts_answers_and_ends_with_all_that_it_started():
    process = BrowserProcess()
    assert (process.alive, process.pids) == (False, ())
    await process.start(9, "pin")
    pids = process.pids
    assert process.alive and len(pids) >= 4
    assert process.confined == (os.geteuid() != 0)
    command = next(text for text in map(line_of, pids) if "--remote-debugging-pipe" in text and "--type=" not in text)
    assert ("--no-sandbox" in command) == (os.geteuid() == 0)
    profile = Path(next(part for part in command.split("\0") if part.startswith("--user-data-dir=")).partition("=")[2])
    assert profile.is_dir()
    await process.close()
    await ended(pids)
    assert not profile.exists()
    assert not process.alive


def line_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@needs_chromium
async def test_it_ends_though_its_driver_answers_no_more():
    process = BrowserProcess()
    await process.start(9, "pin")
    pids = process.pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    process.kill()
    await ended(pids)
    await process.close()


@needs_chromium
async def test_a_driver_that_dies_is_a_trouble_like_others():
    process = BrowserProcess()
    await process.start(9, "pin")
    pids = process.pids
    assert process.chromium is not None
    context = await process.chromium.new_context()
    for pid in pids:
        if "run-driver" in line_of(pid):
            os.kill(pid, signal.SIGKILL)
    with pytest.raises(BrowserTrouble):
        await within(10, context.new_page())
    await process.close()
    await ended(pids)


CHILD = """
import asyncio
from vedette.engine.net.browser_process import BrowserProcess
async def main():
    process = BrowserProcess()
    await process.start(9, "pin")
    print(*process.pids, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@needs_chromium
async def test_it_dies_when_we_are_killed():
    root = Path(__file__).resolve().parents[3]
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        CHILD,
        stdout=asyncio.subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert child.stdout is not None
    pids = [int(text) for text in (await asyncio.wait_for(child.stdout.readline(), 60)).split()]
    assert len(pids) >= 4
    child.kill()
    await child.wait()
    await ended(pids)


@needs_chromium
async def test_the_secret_of_the_proxy_is_on_no_command_line():
    async with Network(job_for("http://127.0.0.1:9/"), {}) as network:
        proxy = GuardProxy(network)
        await proxy.start()
        process = BrowserProcess()
        await process.start(proxy.port, proxy.certificates.pin)
        assert not any(proxy.secret in line_of(pid) for pid in process.pids)
        await process.close()
        await proxy.close()
