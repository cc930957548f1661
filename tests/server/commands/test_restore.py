"""`vedette restore`: says what is back and what was stopped."""

import pytest

from tests.server import factories
from tests.server.commands.filled import empty
from vedette.server.tenancy.models import Organisation

pytestmark = pytest.mark.django_db(transaction=True)


def test_there_and_back(place, typed, tmp_path):
    factories.start(factories.target(factories.organisation("Acme")))
    assert typed("backup", tmp_path / "b")[0] == 0
    code, _, err = typed("restore", tmp_path / "b")
    assert code == 2
    assert "data here already" in err
    empty()
    code, out, _ = typed("restore", tmp_path / "b")
    assert code == 0
    assert "rows are back" in out
    assert out.endswith("settings of: Acme\n")
    assert Organisation.objects.get().name == "Acme"


def test_a_file_that_is_none_is_one_sentence(place, typed, tmp_path):
    (tmp_path / "b").write_text("hello")
    code, out, err = typed("restore", tmp_path / "b")
    assert (code, out) == (2, "")
    assert "is no whole backup of Vedette" in err
    assert "Traceback" not in err
