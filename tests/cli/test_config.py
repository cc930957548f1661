"""vedette.yml: read, checked, filled from the environment."""

import pytest

from vedette.cli.config import environment, read
from vedette.cli.problem import Problem


@pytest.fixture
def write(tmp_path):
    def put(text):
        path = tmp_path / "vedette.yml"
        path.write_text(text)
        return path

    return put


def test_keys_are_read(write):
    text = "urls: [http://127.0.0.1/]\nprofile: safe\nrate: 20\nmax_requests: 5\nquiet: true\n"
    assert read(write(text)) == {
        "urls": ["http://127.0.0.1/"],
        "profile": "safe",
        "rate": 20,
        "max_requests": 5,
        "quiet": True,
    }


def test_an_empty_file_sets_nothing(write):
    assert read(write("")) == {}


def test_variables_come_from_the_environment(write, monkeypatch):
    monkeypatch.setenv("SHOP", "http://127.0.0.1:1/")
    text = "urls: ['${SHOP}']\nheader: ['X-Who: ${NOBODY_SET_THIS:me}']\n"
    assert read(write(text)) == {"urls": ["http://127.0.0.1:1/"], "header": ["X-Who: me"]}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("urls: [", "not valid YAML"),
        ("- a\n", "keys and values"),
        ("colour: red\n", "unknown keys: colour"),
        ("rate: fast\n", "wrong value"),
        ("urls: http://a/\n", "not a list"),
        ("header: ['X: ${NOBODY_SET_THIS}']\n", "NOBODY_SET_THIS"),
    ],
)
def test_mistakes_are_named(write, text, says):
    with pytest.raises(Problem, match=says):
        read(write(text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(Problem, match="cannot be read"):
        read(tmp_path / "none.yml")


def test_numbers_and_truths_may_come_from_variables(write, monkeypatch):
    monkeypatch.setenv("RATE", "20")
    text = "rate: ${RATE}\nmax_requests: '${NOBODY_SET_THIS:9}'\nquiet: ${NOBODY_SET_THIS:yes}\nmax_time: ${RATE}\n"
    assert read(write(text)) == {"rate": 20.0, "max_requests": 9, "quiet": True, "max_time": "20"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rate: fast\n", "rate: 'fast' is not a number"),
        ("seed: 1.5\n", "expected int"),
        ("profile: deep\n", "'deep' is not one of"),
        ("fail_on: [high]\n", "is not one of"),
    ],
)
def test_wrong_values_are_told_in_words(write, text, says):
    with pytest.raises(Problem, match="wrong value") as caught:
        read(write(text))
    assert says in str(caught.value)


def test_the_environment_gives_typed_values_and_lists_by_line():
    given = {
        "VEDETTE_HEADER": "A: b c\n\n  D: e ",
        "VEDETTE_RATE": "2.5",
        "VEDETTE_QUIET": "No",
        "VEDETTE_PROFILE": "safe",
        "VEDETTE_MAX_TIME": "",
        "VEDETTE_UNKNOWN": "kept out",
        "HEADER": "not ours",
    }
    assert environment(given) == {"header": ["A: b c", "D: e"], "rate": 2.5, "quiet": False, "profile": "safe"}


@pytest.mark.parametrize(
    ("name", "value"), [("RATE", "x"), ("SEED", "1.5"), ("INSECURE", "maybe"), ("PROFILE", "deep"), ("FAIL_ON", "bad")]
)
def test_a_wrong_variable_is_named(name, value):
    with pytest.raises(Problem, match=f"VEDETTE_{name} has a wrong value: {name.lower()}"):
        environment({f"VEDETTE_{name}": value})
