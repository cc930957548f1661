from vedette.range.planted import HEADER_TYPES, INJECTIONS, Family, Flaw, Kind


def test_stored_scripting_is_reported_by_the_checks_for_scripting():
    flaw = Flaw(id="a", family=Family.XSS_STORED, title="t", url="/", cwe=79)
    assert flaw.checks == ("xss",) and flaw.kind is Kind.PAGE
    assert Flaw(id="a", family=Family.SQLI, title="t", url="/", cwe=89).checks == ("sqli",)


def test_injections_and_header_types_share_no_family():
    assert not set(INJECTIONS) & set(HEADER_TYPES) and set(INJECTIONS) | set(HEADER_TYPES) < set(Family)
