"""`vedette discover`: consent, sources and keys, the table, the report, exit codes."""

import json

import pytest

from tests.cli.discovered import EVENTS
from tests.engine.discover.searching import FEW
from tests.sites.estate import DOMAIN, HERE, estate_beside
from vedette.cli.discover import Wish, order
from vedette.cli.main import main
from vedette.cli.problem import Problem
from vedette.contract.discovery import Provider
from vedette.engine.discover import resolving
from vedette.engine.scan import discovering


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(resolving, "words", lambda: FEW)
    monkeypatch.setattr(resolving, "MAX_VARIANTS", 100)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(discovering, "missing", lambda: "There is no browser.")


def words(company, *more):
    fast = ["--rate", "100000", "--dns-rate", "100000", "--name-server-port", str(company.server.port)]
    allowed = [word for entry in company.allowed for word in ("--allow-private", entry)]
    place = ["--resolver", company.server.address, "--port", str(company.plain_port)]
    return ["discover", DOMAIN, *place, *fast, *allowed, *more]


def test_an_active_search_with_its_report(tmp_path, capsys):
    with estate_beside() as company:
        source = f"lines=http://{HERE}:{company.plain_port}/told/{{domain}}"
        more = ["--active", "--authorized", "Ann, owner", "--source", source, "--json", str(tmp_path / "out.json")]
        assert main(words(company, *more, "--port", str(company.secure_port))) == 0
        out, err = capsys.readouterr()
        report = json.loads((tmp_path / "out.json").read_text())
        assert {row["name"] for row in report["names"]} == company.names
        assert report["discovery"]["authorized"] == "Ann, owner"
        assert "Welcome to www.shop.example" in out
        assert "clean" in out
        assert "lines told 7 names of shop.example" in err
        assert "Looking for web services" in err


def test_without_a_word_only_what_others_tell(capsys, monkeypatch):
    with estate_beside() as company:
        monkeypatch.setenv("VEDETTE_RESOLVERS", company.server.address)
        arguments = [
            word for word in words(company, "--json", "-") if word not in ("--resolver", company.server.address)
        ]
        assert main(arguments) == 0
        out, err = capsys.readouterr()
        assert {row["name"] for row in json.loads(out)["names"]} == company.expected["given"] | company.expected[
            "records"
        ]
        assert "Name" in err, "the table goes elsewhere when the report takes standard output"
        assert not any(line.startswith("AXFR") or " www." in line for line in company.server.log)


def test_what_is_missing_is_an_exit_code_of_its_own(capsys):
    with estate_beside() as company:
        assert main(words(company, "--source", f"crt-sh=http://{HERE}:1/")) == 3
        assert "incomplete" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["shop.example", "--active"], "--active tries names and ports of the domain"),
        (["shop"], "Not a domain: shop"),
        (["shop.example", "--source", "nobody"], "There is no source named nobody."),
        (["shop.example", "--source", "virustotal"], "the source virustotal needs a key"),
        (["shop.example", "--source", "lines"], "the source lines needs an address"),
        (["shop.example", "--resolver", "ns.example"], "not the address of a name server"),
        (["shop.example", "--allow-private", "10.0.0.0/99"], "Not an address range"),
        (["shop.example", "--key-env", "virustotal=NOBODY_SET_THIS"], "names no variable that holds a key"),
        (["shop.example", "--json", "/nowhere/out.json"], "does not exist"),
        (["shop.example", "--max-time", "soon"], "is not a duration"),
    ],
)
def test_what_cannot_be_meant(arguments, says, capsys):
    assert main(["discover", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_keys_come_from_variables():
    wish = Wish(domains=["Shop.example."], source=["virustotal", "crt-sh"], key_env=["virustotal=VT_KEY"])
    job, secrets = order(wish, {"VT_KEY": "k-1"})
    assert secrets == {"virustotal": "k-1"}
    assert job.discovery.providers == (
        Provider(source="virustotal", secret="virustotal"), Provider(source="crt-sh"),
    )  # fmt: skip
    assert [domain.name for domain in job.discovery.domains] == [DOMAIN]
    assert "k-1" not in repr(job)
    listed = order(Wish(domains=[DOMAIN], resolver=["192.0.2.1,192.0.2.2 [::1]:5353"]), {})[0]
    assert listed.resolvers == ("192.0.2.1", "192.0.2.2", "[::1]:5353")
    with pytest.raises(Problem, match="a source that is not asked: virustotal"):
        order(Wish(domains=[DOMAIN], key_env=["virustotal=VT_KEY"]), {"VT_KEY": "k-1"})


def test_pictures_become_files(tmp_path, monkeypatch):
    from_service = []

    def run_job(job, listeners, *, secrets):
        from_service.append(job.discovery.screenshots)
        for event in EVENTS:
            listeners[0](event)
        return True

    monkeypatch.setattr("vedette.cli.discover.run_job", run_job)
    assert main(["discover", DOMAIN, "--pictures", str(tmp_path / "seen")]) == 3
    assert from_service == [True]
    assert {path.name for path in (tmp_path / "seen").iterdir()} == {"https-www.shop.example.webp"}
