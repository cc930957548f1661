"""Files that are opened elsewhere: what is in them comes back, and what would take for ever is given up."""

from __future__ import annotations

import pytest

from tests.server.targets.certifying import PASSWORD, bundle, key_pem, pem
from tests.server.targets.stretching import hidden
from vedette.server.targets import unlocking
from vedette.server.targets.key_stretching import too_much
from vedette.server.targets.unlocking import TooMuch, Wrong, open_pkcs12


def test_what_is_in_a_file_comes_back():
    found = open_pkcs12(bundle(others=("b",)), PASSWORD.encode())
    assert (found.key, found.certificates, found.own) == (key_pem(), (pem(), pem("b")), True)
    assert "PRIVATE" not in repr(found)


def test_what_cannot_be_opened_is_told_from_too_much_work():
    with pytest.raises(Wrong):
        open_pkcs12(hidden(1, b"pw"), b"pw")


def test_work_that_shows_only_within_a_lock_ends_with_the_time_for_it(monkeypatch):
    # Of the lock within, a glance at the file tells nothing.
    content = hidden(2**31 - 1, b"pw")
    assert not too_much(content)
    monkeypatch.setattr(unlocking, "CPU_S", 0.1)
    with pytest.raises(TooMuch):
        open_pkcs12(content, b"pw")
