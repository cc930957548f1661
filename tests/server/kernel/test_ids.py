import re
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.server.kernel import ids, sealing
from vedette.server.kernel.ids import ALPHABET, LENGTH, as_uuid, from_uuid, instance_key, is_id, new_id

KEY = bytes(range(7, 39))
OTHER_KEY = bytes(range(8, 40))
IDS = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
KINDS = st.text(min_size=1, max_size=20)
HEX = st.text("0123456789abcdef", min_size=32, max_size=32)


def test_a_new_id_has_twelve_base58_characters():
    assert all(re.fullmatch("[1-9A-HJ-NP-Za-km-z]{12}", new_id()) for _ in range(200))


def test_new_ids_differ_and_use_the_whole_alphabet():
    made = [new_id() for _ in range(2000)]
    assert len(set(made)) == len(made)
    assert set("".join(made)) == set(ALPHABET)


@pytest.mark.parametrize(
    "text",
    ["", "1" * 11, "1" * 13, "0" * 12, "O" * 12, "I" * 12, "l" * 12, "abc-efghijkm", "abcdefghijk\n", "abcdefghijk١"],
)
def test_what_is_not_an_id(text):
    assert not is_id(text)
    with pytest.raises(ValueError, match="not a public id"):
        as_uuid("scan", text, key=KEY)


def test_a_trailing_line_end_makes_no_id():
    assert is_id("abcdefghijkm")
    assert not is_id("abcdefghijkm\n")


@given(KINDS, IDS)
def test_a_uuid_leads_back_to_its_id(kind, public_id):
    assert from_uuid(kind, as_uuid(kind, public_id, key=KEY), key=KEY) == public_id


@given(IDS)
def test_the_form_is_that_of_version_4(public_id):
    text = as_uuid("scan", public_id, key=KEY)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", text)
    assert (UUID(text).version, UUID(text).variant) == (4, "specified in RFC 4122")


@given(IDS, KINDS, KINDS)
def test_another_kind_reads_as_nothing(public_id, kind, other):
    if kind != other:
        assert from_uuid(other, as_uuid(kind, public_id, key=KEY), key=KEY) is None


@given(IDS)
def test_another_instance_reads_as_nothing(public_id):
    assert from_uuid("scan", as_uuid("scan", public_id, key=KEY), key=OTHER_KEY) is None


@given(HEX)
def test_a_made_up_uuid_reads_as_nothing(digits):
    forged = digits[:12] + "4" + digits[13:16] + "a" + digits[17:]
    assert from_uuid("scan", forged, key=KEY) is None


@given(IDS, st.integers(0, 127))
def test_a_uuid_with_one_bit_changed_reads_as_nothing(public_id, bit):
    changed = UUID(int=UUID(as_uuid("scan", public_id, key=KEY)).int ^ (1 << bit))
    assert from_uuid("scan", str(changed), key=KEY) is None


@pytest.mark.parametrize("public_id", ["1" * 12, "z" * 12, "1" * 11 + "2", "z" * 11 + "y"])
def test_the_ends_of_the_range_are_ids_too(public_id):
    assert from_uuid("scan", as_uuid("scan", public_id, key=KEY), key=KEY) == public_id


@pytest.mark.parametrize("number", [len(ALPHABET) ** LENGTH, (1 << 71) - 1])
def test_a_number_beyond_the_last_id_reads_as_nothing(number):
    bits = ids._encipher(ids._rounds(KEY, "scan"), number << 51)
    forged = UUID(int=bits >> 74 << 80 | 4 << 76 | (bits >> 62 & 0xFFF) << 64 | 2 << 62 | bits & (1 << 62) - 1)
    assert from_uuid("scan", str(forged), key=KEY) is None


def test_any_case_with_or_without_hyphens():
    text = as_uuid("scan", "abcdefghijkm", key=KEY)
    for form in (text, text.upper(), text.replace("-", ""), text.replace("-", "").upper()):
        assert from_uuid("scan", form, key=KEY) == "abcdefghijkm"


@pytest.mark.parametrize(
    "shape", ["", "{%s}", "urn:uuid:%s", "%s\n", " %s", "%s0"], ids=["empty", "braces", "urn", "line", "space", "long"]
)
def test_other_notations_read_as_nothing(shape):
    text = as_uuid("scan", "abcdefghijkm", key=KEY)
    assert from_uuid("scan", shape.replace("%s", text), key=KEY) is None


def test_hyphens_stand_in_all_places_or_in_none():
    text = as_uuid("scan", "abcdefghijkm", key=KEY)
    assert from_uuid("scan", text.replace("-", "", 1), key=KEY) is None
    assert from_uuid("scan", text[:-1] + "g", key=KEY) is None


def test_neighbouring_ids_share_nothing_visible():
    """Every free bit is set in about half of the UUIDs of ids that differ in one character."""
    bits = Counter()
    made = [UUID(as_uuid("scan", "abcdefghij" + a + b, key=KEY)).int for a in ALPHABET for b in ALPHABET]
    for value in made:
        bits.update(bit for bit in range(128) if value >> bit & 1)
    fixed = {62, 63, 76, 77, 78, 79}
    assert len(set(made)) == len(made)
    assert all(0.45 < bits[bit] / len(made) < 0.55 for bit in range(128) if bit not in fixed)


def test_the_form_never_changes():
    """Clients keep these UUIDs: a release must read those of the release before."""
    assert as_uuid("scan", "abcdefghijkm", key=KEY) == "56bc4d63-4623-4dff-bd56-56ae717c76ac"


def test_the_instances_key_comes_from_its_ring_and_outlives_rotation(tmp_path, monkeypatch):
    ring = sealing.KeyRing(tmp_path / "keys.json")
    monkeypatch.setattr(sealing, "instance_ring", lambda: ring)
    before, text = instance_key(), as_uuid("scan", "abcdefghijkm")
    ring.rotate()
    monkeypatch.setattr(sealing, "instance_ring", lambda: sealing.KeyRing(tmp_path / "keys.json"))
    assert len(before) == 32
    assert instance_key() == before
    assert from_uuid("scan", text) == "abcdefghijkm"
    monkeypatch.setattr(sealing, "instance_ring", lambda: sealing.KeyRing(tmp_path / "other.json"))
    assert from_uuid("scan", text) is None
