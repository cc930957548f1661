"""`vedette checks`."""

import pytest

from vedette.cli.display import MARKS
from vedette.cli.main import main
from vedette.engine import catalog
from vedette.engine.form import HEADINGS

MARKED = tuple(MARKS.values())


def test_every_check_has_a_line_of_its_own(capsys):
    assert main(["checks"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["severity", "check", "from", "profile", "title"]
    checks = catalog.load().checks
    assert [line.split()[2] for line in lines[: len(checks)]] == [check.id for check in checks]
    assert lines[-1].startswith(f"{len(checks)} checks")


def test_the_gentlest_profile_that_runs_a_check_is_named(capsys):
    main(["checks"])
    profiles = {line.split()[2]: line.split()[3] for line in capsys.readouterr().out.splitlines() if line[:1] in MARKED}
    for check in catalog.load().checks:
        named = [profile for profile in ("lightning", "safe", "normal", "full") if profile in check.info.profiles]
        assert profiles[check.id] == ("lightning" if check.info.kind == "passive" else named[0])


@pytest.mark.parametrize("check", [check.id for check in catalog.load().checks])
def test_every_page_is_whole(check, capsys):
    assert main(["checks", check]) == 0
    out = capsys.readouterr().out
    assert out.startswith(check)
    assert all(heading in out for heading in HEADINGS)
    assert "CWE-" in out


@pytest.mark.parametrize(
    ("wanted", "near"), [("sql", "sqli-error"), ("xss-reflectd", "xss-reflected"), ("zzzz", "`vedette checks`")]
)
def test_an_unknown_check_is_a_mistake_with_a_way_out(wanted, near, capsys):
    assert main(["checks", wanted]) == 2
    err = capsys.readouterr().err
    assert f"There is no check '{wanted}'" in err
    assert near in err


def test_a_family_is_listed(capsys):
    assert main(["checks", "sqli"]) == 0
    text = capsys.readouterr().out
    assert "sqli-boolean" in text
    assert "xss-reflected" not in text
