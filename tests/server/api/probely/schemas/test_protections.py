"""Files and texts are read alike."""

import io

import pytest
from rest_framework.exceptions import ValidationError

from vedette.server.api.probely.schemas.protections import MAX_BYTES, FileOrTextField, MtlsSchema


def test_a_file_and_its_text_are_the_same():
    field = FileOrTextField()
    assert field.run_validation("abc") == field.run_validation(io.BytesIO(b"abc")) == b"abc"
    for wrong in (7, ["abc"], io.BytesIO(b"x" * (MAX_BYTES + 1))):
        with pytest.raises(ValidationError):
            field.run_validation(wrong)


def test_keys_go_one_way():
    shown = MtlsSchema({"configured": True, "enabled": True, "certificate": b"x", "key": b"x", "password": "x"})
    assert set(shown.data) == {"configured", "enabled"}
