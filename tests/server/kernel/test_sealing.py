import base64
import contextlib
import copy
import json
import logging
import pickle
import stat
import subprocess
import sys
import traceback
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.server.kernel import sealing
from vedette.server.kernel.sealing import KeyRing, SealError, new_data_key, obfuscated, open_sealed, seal

CANARY = "canary-7f3e-do-not-show"
PLACE = {"organisation": "org111111111", "table": "target", "public_id": "tgt111111111", "column": "password"}
PASSPHRASE = "correct horse battery"
DATA_KEY = new_data_key()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys" / "ring.json"


@pytest.fixture
def cheap(monkeypatch):
    """Backups at the lowest cost that is accepted: the real one takes a third of a second each time."""
    monkeypatch.setattr(sealing, "_SCRYPT_LOG_N", 10)


def document(path):
    return json.loads(path.read_text())


def store(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    path.chmod(0o600)


def at_once(code, path):
    """The lines that three processes print which run the code at the same moment."""
    prelude = (
        "import pathlib, sys\nfrom vedette.server.kernel.sealing import KeyRing\npath = pathlib.Path(sys.argv[1])\n"
    )
    command = [sys.executable, "-c", f"{prelude}print('ready', flush=True)\nsys.stdin.readline()\n{code}", str(path)]
    with contextlib.ExitStack() as stack:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        running = [stack.enter_context(subprocess.Popen(command, **pipes)) for _ in range(3)]
        assert [process.stdout.readline() for process in running] == ["ready\n"] * 3
        for process in running:
            process.stdin.write("go\n")
            process.stdin.flush()
        return [line for process in running for line in process.communicate(timeout=60)[0].split()]


class TestValues:
    @given(st.one_of(st.binary(), st.text()))
    def test_a_sealed_value_opens_in_its_place(self, value):
        wanted = value.encode() if isinstance(value, str) else value
        assert open_sealed(DATA_KEY, seal(DATA_KEY, value, **PLACE), **PLACE) == wanted

    @pytest.mark.parametrize("part", list(PLACE))
    def test_copied_to_another_place_it_does_not_open(self, part):
        sealed = seal(DATA_KEY, CANARY, **PLACE)
        with pytest.raises(SealError, match="another place"):
            open_sealed(DATA_KEY, sealed, **PLACE | {part: PLACE[part] + "x"})

    def test_places_that_read_alike_when_strung_together_differ(self):
        sealed = seal(DATA_KEY, CANARY, **PLACE | {"table": "targets", "public_id": "ite1"})
        with pytest.raises(SealError):
            open_sealed(DATA_KEY, sealed, **PLACE | {"table": "target", "public_id": "site1"})

    def test_the_key_of_another_organisation_does_not_open_it(self):
        sealed = seal(DATA_KEY, CANARY, **PLACE)
        with pytest.raises(SealError, match="another data key"):
            open_sealed(new_data_key(), sealed, **PLACE)

    def test_a_changed_key_id_does_not_help(self):
        other, sealed = new_data_key(), seal(DATA_KEY, CANARY, **PLACE)
        renamed = sealed[:3] + other.id.encode() + sealed[11:]
        with pytest.raises(SealError, match="changed"):
            open_sealed(other, renamed, **PLACE)

    def test_every_changed_byte_is_noticed(self):
        sealed = seal(DATA_KEY, "secret", **PLACE)
        for index in range(len(sealed)):
            with pytest.raises(SealError):
                open_sealed(DATA_KEY, sealed[:index] + bytes([sealed[index] ^ 1]) + sealed[index + 1 :], **PLACE)

    def test_every_cut_is_noticed(self):
        sealed = seal(DATA_KEY, "secret", **PLACE)
        for size in range(len(sealed)):
            with pytest.raises(SealError):
                open_sealed(DATA_KEY, sealed[:size], **PLACE)

    def test_the_same_value_twice_gives_different_bytes(self):
        assert seal(DATA_KEY, CANARY, **PLACE) != seal(DATA_KEY, CANARY, **PLACE)

    def test_the_header_names_form_and_key_and_shows_nothing_else(self):
        sealed = seal(DATA_KEY, CANARY, **PLACE)
        assert sealed.startswith(b"vs1" + DATA_KEY.id.encode())
        assert sealing.sealed_with(sealed) == DATA_KEY.id
        assert CANARY.encode() not in sealed

    def test_a_column_may_come_back_as_a_memoryview(self):
        sealed = memoryview(seal(DATA_KEY, CANARY, **PLACE))
        assert sealing.sealed_with(sealed) == DATA_KEY.id
        assert open_sealed(DATA_KEY, sealed, **PLACE).decode() == CANARY

    def test_a_wrapped_key_is_no_sealed_value(self, path):
        with pytest.raises(SealError, match="form"):
            open_sealed(DATA_KEY, KeyRing(path).wrap(DATA_KEY, "org"), **PLACE)


class TestObfuscation:
    def test_equal_values_of_an_organisation_look_equal(self):
        assert obfuscated(DATA_KEY, CANARY) == obfuscated(DATA_KEY, CANARY)
        assert obfuscated(DATA_KEY, CANARY) != obfuscated(DATA_KEY, CANARY + "x")

    def test_other_organisations_see_other_texts(self):
        assert obfuscated(DATA_KEY, CANARY) != obfuscated(new_data_key(), CANARY)

    def test_the_form(self):
        shown = obfuscated(DATA_KEY, CANARY)
        assert shown.startswith("OBFUSCATED_")
        assert len(shown) == len("OBFUSCATED_") + 24
        assert sealing.is_obfuscated(shown)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "OBFUSCATED_",
            "OBFUSCATED_" + "g" * 24,
            "OBFUSCATED_" + "a" * 25,
            "xOBFUSCATED_" + "a" * 24,
            "OBFUSCATED_" + "a" * 24 + "\n",
            "obfuscated_" + "a" * 24,
            CANARY,
        ],
    )
    def test_what_is_not_a_shown_secret(self, text):
        assert not sealing.is_obfuscated(text)


class TestRing:
    def test_it_is_made_on_first_use_for_its_owner_only(self, path):
        KeyRing(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert set(document(path)) == {"current", "keys", "instance"}

    def test_a_second_use_finds_the_same_keys(self, path):
        wrapped = KeyRing(path).wrap(DATA_KEY, "org")
        assert KeyRing(path).unwrap(wrapped, "org").id == DATA_KEY.id

    def test_without_leave_to_create_a_missing_ring_is_an_error(self, path):
        with pytest.raises(SealError, match="cannot be opened"):
            KeyRing(path, create=False)
        assert not path.exists()

    def test_processes_that_start_together_agree_on_one_ring(self, path):
        answers = at_once("print(KeyRing(path).current)", path)
        assert len(answers) == 3
        assert set(answers) == {KeyRing(path, create=False).current}
        assert [entry.name for entry in sorted(path.parent.iterdir())] == ["ring.json", "ring.json.lock"]

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o666, 0o777, 0o610])
    def test_a_ring_that_others_can_touch_is_refused(self, path, mode):
        KeyRing(path)
        path.chmod(mode)
        with pytest.raises(SealError, match="only its owner"):
            KeyRing(path)

    def test_a_stricter_mode_is_fine(self, path):
        KeyRing(path)
        path.chmod(0o400)
        assert KeyRing(path).current

    def test_what_is_no_file_is_refused(self, path):
        path.mkdir(parents=True, mode=0o700)
        with pytest.raises(SealError, match="cannot be opened: Is a directory"):
            KeyRing(path)

    @pytest.mark.parametrize(
        "key",
        [
            bytes(32),
            b"\xff" * 32,
            b"\x01\x02" * 16,
            bytes(range(32)),
            bytes(range(32, 0, -1)),
            bytes(range(0, 160, 5)),
            b"0123456789abcdef0123456789abcdef",
            b"change-me-change-me-change-me-32",
            b"correct horse battery staple 123",
        ],
    )
    def test_known_and_patterned_keys_are_refused(self, path, key):
        KeyRing(path)
        good = document(path)
        weak = base64.b64encode(key).decode()
        for bad in (good | {"keys": {good["current"]: weak}}, good | {"instance": weak}):
            store(path, bad)
            with pytest.raises(SealError, match="not random"):
                KeyRing(path)

    def test_a_key_used_twice_is_refused(self, path):
        KeyRing(path)
        good = document(path)
        store(path, good | {"instance": good["keys"][good["current"]]})
        with pytest.raises(SealError, match="not random"):
            KeyRing(path)

    @pytest.mark.parametrize("size", [0, 16, 31, 33])
    def test_a_key_of_the_wrong_length_is_refused(self, path, size):
        KeyRing(path)
        good = document(path)
        key = base64.b64encode(bytes(range(100, 200, 3))[:size]).decode()
        store(path, good | {"keys": {good["current"]: key}})
        with pytest.raises(SealError, match="32 bytes"):
            KeyRing(path)

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "{",
            "[]",
            "7",
            "{}",
            '{"current":"a","keys":[],"instance":""}',
            '{"current":"a","keys":{"a":1}}',
            '{"current":"a","keys":{"a":"***"},"instance":""}',
            '{"current":"a","keys":null,"instance":""}',
        ],
    )
    def test_a_file_of_another_form_is_refused(self, path, content):
        store(path, content)
        with pytest.raises(SealError):
            KeyRing(path)

    def test_a_current_key_that_is_not_there_is_refused(self, path):
        KeyRing(path)
        store(path, document(path) | {"current": "00000000"})
        with pytest.raises(SealError, match="no current key"):
            KeyRing(path)

    def test_the_settings_name_the_instances_ring(self, path, settings):
        settings.VEDETTE = replace(settings.VEDETTE, master_keys=path)
        assert sealing.instance_ring() is sealing.instance_ring()
        assert sealing.instance_ring().current == document(path)["current"]


class TestWrapping:
    def test_a_wrapped_key_opens_what_it_sealed(self, path):
        ring = KeyRing(path)
        sealed = seal(DATA_KEY, CANARY, **PLACE)
        again = ring.unwrap(ring.wrap(DATA_KEY, "org"), "org")
        assert open_sealed(again, sealed, **PLACE).decode() == CANARY
        assert obfuscated(again, CANARY) == obfuscated(DATA_KEY, CANARY)

    def test_the_wrapped_key_of_one_organisation_is_nothing_to_another(self, path):
        ring = KeyRing(path)
        with pytest.raises(SealError, match="another place"):
            ring.unwrap(ring.wrap(DATA_KEY, "org1"), "org2")

    def test_another_ring_has_no_such_key(self, path, tmp_path):
        wrapped = KeyRing(path).wrap(DATA_KEY, "org")
        with pytest.raises(SealError, match="has no key"):
            KeyRing(tmp_path / "other.json").unwrap(wrapped, "org")

    def test_every_changed_byte_is_noticed(self, path):
        ring = KeyRing(path)
        wrapped = ring.wrap(DATA_KEY, "org")
        for index in range(len(wrapped)):
            with pytest.raises(SealError):
                ring.unwrap(wrapped[:index] + bytes([wrapped[index] ^ 1]) + wrapped[index + 1 :], "org")

    def test_rotation_keeps_old_wraps_readable_and_rewraps(self, path):
        ring = KeyRing(path)
        sealed, old = seal(DATA_KEY, CANARY, **PLACE), ring.wrap(DATA_KEY, "org")
        first, second = ring.current, ring.rotate()
        assert first != second == ring.current
        assert ring.key_of(old) == first
        fresh = ring.rewrap(old, "org")
        assert ring.key_of(fresh) == second
        for wrapped in (old, fresh):
            assert open_sealed(ring.unwrap(wrapped, "org"), sealed, **PLACE).decode() == CANARY

    def test_rewrapping_can_be_interrupted_and_taken_up_again(self, path):
        ring = KeyRing(path)
        stored = {f"org{number}": ring.wrap(new_data_key(), f"org{number}") for number in range(20)}
        ring.rotate()
        for organisation in list(stored)[:7]:
            stored[organisation] = ring.rewrap(stored[organisation], organisation)
        done = dict(list(stored.items())[:7])
        ring = KeyRing(path)
        for organisation, wrapped in stored.items():
            stored[organisation] = ring.rewrap(wrapped, organisation)
        assert all(ring.key_of(wrapped) == ring.current for wrapped in stored.values())
        assert {organisation: stored[organisation] for organisation in done} == done

    def test_a_process_that_runs_on_learns_of_a_rotation(self, path):
        here, elsewhere = KeyRing(path), KeyRing(path)
        rotated = elsewhere.rotate()
        assert here.key_of(here.wrap(DATA_KEY, "org")) == rotated
        elsewhere.rotate()
        assert here.unwrap(elsewhere.wrap(DATA_KEY, "org"), "org").id == DATA_KEY.id

    def test_rotations_at_the_same_time_lose_no_key(self, path):
        KeyRing(path)
        made = at_once("for _ in range(5): print(KeyRing(path).rotate())", path)
        assert len(made) == len(set(made)) == 15
        assert set(made) < set(document(path)["keys"])
        assert len(document(path)["keys"]) == 16

    def test_what_a_dead_process_left_does_not_stop_a_rotation(self, path):
        ring = KeyRing(path)
        path.with_name("ring.json.new").write_text("half")
        ring.rotate()
        assert len(document(path)["keys"]) == 2
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_derived_keys_differ_by_purpose_and_outlive_rotation(self, path, tmp_path):
        ring = KeyRing(path)
        before = ring.derive("ids")
        ring.rotate()
        assert KeyRing(path).derive("ids") == before != ring.derive("other")
        assert KeyRing(tmp_path / "other.json").derive("ids") != before
        assert len(before) == 32


class TestBackup:
    def test_an_exported_ring_opens_what_the_first_one_wrapped(self, path, tmp_path, cheap):
        ring = KeyRing(path)
        old = ring.wrap(DATA_KEY, "org")
        ring.rotate()
        exported, there = ring.export_ring(PASSPHRASE), tmp_path / "restored" / "ring.json"
        restored = KeyRing.import_ring(there, exported, PASSPHRASE)
        assert restored.unwrap(old, "org").id == DATA_KEY.id
        assert restored.derive("ids") == ring.derive("ids")
        assert document(there) == document(path)
        assert stat.S_IMODE(there.stat().st_mode) == 0o600

    def test_the_export_shows_no_key(self, path, cheap):
        exported = KeyRing(path).export_ring(PASSPHRASE)
        for text in (*document(path)["keys"].values(), document(path)["instance"]):
            assert text.encode() not in exported
            assert base64.b64decode(text) not in exported

    def test_a_wrong_passphrase_writes_nothing(self, path, tmp_path, cheap):
        exported = KeyRing(path).export_ring(PASSPHRASE)
        with pytest.raises(SealError, match="wrong passphrase"):
            KeyRing.import_ring(tmp_path / "there.json", exported, PASSPHRASE + "!")
        assert not (tmp_path / "there.json").exists()

    def test_a_changed_export_is_noticed(self, path, tmp_path, cheap):
        exported = KeyRing(path).export_ring(PASSPHRASE)
        for index in range(0, len(exported), 17):
            changed = exported[:index] + bytes([exported[index] ^ 1]) + exported[index + 1 :]
            with pytest.raises(SealError):
                KeyRing.import_ring(tmp_path / "there.json", changed, PASSPHRASE)

    @pytest.mark.parametrize("cost", [0, 1, 9, 21, 63, 255])
    def test_a_cost_that_is_none_or_would_take_the_memory_is_refused(self, path, tmp_path, cheap, cost):
        exported = KeyRing(path).export_ring(PASSPHRASE)
        with pytest.raises(SealError, match="not an exported"):
            KeyRing.import_ring(tmp_path / "there.json", exported[:3] + bytes([cost]) + exported[4:], PASSPHRASE)

    def test_a_ring_that_stands_is_never_replaced(self, path, cheap):
        ring = KeyRing(path)
        exported = ring.export_ring(PASSPHRASE)
        ring.rotate()
        before = path.read_bytes()
        with pytest.raises(SealError, match="already"):
            KeyRing.import_ring(path, exported, PASSPHRASE)
        assert path.read_bytes() == before

    def test_a_short_passphrase_is_refused(self, path):
        with pytest.raises(SealError, match="at least 12"):
            KeyRing(path).export_ring("elevenchars")

    def test_the_composition_of_an_accent_does_not_matter(self, path, tmp_path, cheap):
        exported = KeyRing(path).export_ring("caf\u00e9 au lait noir")
        assert KeyRing.import_ring(tmp_path / "there.json", exported, "cafe\u0301 au lait noir").current

    def test_the_real_cost_is_high(self):
        assert sealing._SCRYPT_LOG_N >= 17


class TestSilence:
    """Neither keys nor secrets come out of any object, error or record of the log."""

    def forms(self, path):
        document_ = document(path)
        keys = [base64.b64decode(text) for text in (*document_["keys"].values(), document_["instance"])]
        keys += [DATA_KEY._secret]
        shown = [form for key in keys for form in (key.hex(), base64.b64encode(key).decode(), repr(key)[2:-1])]
        return [CANARY, *shown]

    def test_objects_do_not_show_what_they_hold(self, path, caplog):
        ring = KeyRing(path)
        with caplog.at_level(logging.DEBUG):
            logging.getLogger("test").info("%s %r %s", ring, DATA_KEY, [ring, DATA_KEY])
            wrapped, sealed = ring.wrap(DATA_KEY, "org"), seal(DATA_KEY, CANARY, **PLACE)
            open_sealed(ring.unwrap(wrapped, "org"), sealed, **PLACE)
        said = " ".join([caplog.text, repr(ring), str(ring), f"{DATA_KEY}", repr(sealed), repr(wrapped)])
        assert str(path) in said
        assert [form for form in self.forms(path) if form in said] == []

    def test_errors_do_not_show_what_was_inside(self, path):
        ring = KeyRing(path)
        sealed, wrapped = seal(DATA_KEY, CANARY, **PLACE), ring.wrap(DATA_KEY, "org")
        exact, said = document(path), []
        attempts = [
            lambda: open_sealed(DATA_KEY, sealed, **PLACE | {"column": "x"}),
            lambda: open_sealed(new_data_key(), sealed, **PLACE),
            lambda: ring.unwrap(wrapped, "other"),
            lambda: sealing._decode(json.dumps(exact | {"current": "x"}).encode()),
            lambda: sealing._decode(json.dumps(exact)[:-3].encode()),
        ]
        for attempt in attempts:
            with pytest.raises(SealError) as caught:
                attempt()
            said += traceback.format_exception(caught.value)
        assert len(said) > len(attempts)
        assert [form for form in self.forms(path) if form in "".join(said)] == []

    def test_keys_do_not_travel(self, path):
        for thing in (KeyRing(path), DATA_KEY):
            for way in (pickle.dumps, copy.copy, copy.deepcopy):
                with pytest.raises(TypeError, match="not to be serialised"):
                    way(thing)

    def test_a_data_key_has_one_form(self):
        for key_id, secret in (("", bytes(32)), ("0000000g", bytes(32)), ("00000000", bytes(31))):
            with pytest.raises(SealError, match="not a data key"):
                sealing.DataKey(key_id, secret)
