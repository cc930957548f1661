from __future__ import annotations

from vedette.server.api.probely.schemas.extra_host import ExtraHostSchema
from vedette.server.api.probely.shapes import extra_host


def test_answers_are_declared_whole(everything):
    assert set(extra_host.full(everything.host)) | {"target"} == set(ExtraHostSchema().fields)


def test_a_flag_may_be_a_word():
    for word, flag in (("TRUE", True), ("FALSE", False), (True, True)):
        read = ExtraHostSchema(data={"include": word}, partial=True)
        assert read.is_valid()
        assert read.validated_data == {"include": flag}
