"""Which process is meant by a name."""

import os
import socket
import subprocess
import sys

from vedette.server.worker import machine


def test_processes_beside_each_other_say_the_same():
    code = "from vedette.server.worker import machine; print(machine.name())"
    said = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, text=True)
    assert said.stdout.strip() == machine.name()


def test_one_host_name_on_two_machines_or_in_two_containers_is_told_apart(tmp_path, monkeypatch):
    names = set()
    for boot, namespace in (("a", "1"), ("b", "1"), ("a", "2")):
        (tmp_path / boot).write_text(f"{boot}\n")
        link = tmp_path / f"{boot}{namespace}"
        link.symlink_to(f"pid:[{namespace}]")
        names.add(machine.name((str(tmp_path / boot), str(link))))
    assert len(names) == 3
    assert all(name.startswith(f"{socket.gethostname()[:48]}.") for name in names)
    monkeypatch.setattr(socket, "gethostname", lambda: "h" * 64)
    assert len(f"{machine.name()}:4194304:short") <= 80, "the column that holds it"


def test_elsewhere_the_host_name_must_do(tmp_path):
    assert machine.name((str(tmp_path / "nothing"),)) == machine.name((str(tmp_path / "nowhere"),))


def test_who_is_alive():
    assert machine.is_alive(os.getpid())
    assert machine.is_alive(1)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not machine.is_alive(ended.pid)
