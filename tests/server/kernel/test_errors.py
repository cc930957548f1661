import pytest

from vedette.server.kernel.errors import Conflict, DomainError, Invalid, LimitReached, NotAllowed, NotFound, Unavailable


@pytest.mark.parametrize("kind", [NotFound, NotAllowed, Conflict, Invalid, LimitReached, Unavailable])
def test_every_kind_is_a_domain_error_with_code_message_data_and_field(kind):
    error = kind("target_exists", "There is such a target.", {"id": "abc"}, field="url")
    assert isinstance(error, DomainError)
    assert (error.code, error.message, error.data, error.field) == (
        "target_exists",
        "There is such a target.",
        {"id": "abc"},
        "url",
    )


def test_each_kind_has_a_code_and_sentence_of_its_own():
    kinds = (NotFound, NotAllowed, Conflict, Invalid, LimitReached, Unavailable)
    assert len({kind().code for kind in kinds}) == len(kinds)
    assert all(kind().message.endswith(".") and kind().data == {} and kind().field == "" for kind in kinds)


def test_invalid_says_what_is_wrong_with_which_input():
    error = Invalid(fields={"name": ["too long", "empty"], "url": ("no host",)})
    assert error.fields == {"name": ["too long", "empty"], "url": ["no host"]}


def test_invalid_with_one_field_needs_no_table():
    assert Invalid("bad_name", "Too long.", field="name").fields == {"name": ["Too long."]}


def test_invalid_as_a_whole_stands_under_no_name():
    assert Invalid("mismatch", "Start is after end.").fields == {"": ["Start is after end."]}


def test_a_reached_limit_tells_when_to_come_back():
    assert LimitReached(retry_after=17).retry_after == 17


def test_the_data_is_a_copy():
    given = {"id": "abc"}
    error = Conflict(data=given)
    given["id"] = "other"
    assert error.data == {"id": "abc"}


def test_the_text_is_for_people_with_the_code_behind():
    assert str(NotFound("scan_not_found", "There is no such scan.")) == "There is no such scan. (scan_not_found)"
