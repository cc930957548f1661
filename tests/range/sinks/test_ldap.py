"""Filters against a table; what is an error follows the filter encoder of OpenLDAP's client library."""

import pytest

from vedette.range.sinks.ldap import LdapError, search

ADA = {
    "uid": ["amoss"],
    "cn": ["Ada  Moss"],
    "objectClass": ["top", "person"],
    "age": ["30"],
    "userPassword": ["Quay7"],
    "note": ["likes (round) stones * and \\ slashes"],
}
BEN = {
    "uid": ["boak"],
    "cn": ["Ben Oak", "Benjamin Oak"],
    "objectClass": ["person"],
    "age": ["4"],
    "mail": ["b@x.example"],
}
CY = {"uid": ["cünal"], "cn": ["Cy Ünal"], "objectClass": ["device"], "age": ["old"]}
STAFF = [ADA, BEN, CY]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("(uid=amoss)", "A"),
        ("(UID=AMOSS)", "A"),
        ("uid=amoss", "A"),
        (" (uid=amoss)", "A"),
        ("(cn=ada moss)", "A"),
        ("(cn=Benjamin Oak)", "B"),
        ("(uid=*)", "ABC"),
        ("(mail=*)", "B"),
        ("(!(mail=*))", "AC"),
        ("(objectClass=person)", "AB"),
        ("(&(objectClass=person)(age>=5))", "A"),
        ("(age<=4)", "B"),
        ("(age>=old)", "C"),
        ("(|(uid=boak)(uid=amoss))", "AB"),
        ("(& (objectClass=person) (!(uid=boak)) )", "A"),
        ("(cn=*oak)", "B"),
        ("(cn=be*oak)", "B"),
        ("(cn=*a*o*)", "AB"),
        ("(cn=*zz*)", ""),
        ("(uid=b*k*)", "B"),
        ("(uid=**)", "ABC"),
        ("(uid=boakboak*)", ""),
        ("(uid=bo*oak)", ""),
        ("(cn~=adamoss)", "A"),
        ("(&)", "ABC"),
        ("(|)", ""),
        ("(uid=)", ""),
        ("(userPassword=Quay7)", "A"),
        ("(userPassword=quay7)", ""),
        ("(userPassword=Q*)", "A"),
        ("(userPassword=q*)", ""),
        ("(note=*\\28round\\29*)", "A"),
        ("(note=*\\2a*\\5c*)", "A"),
        ("(note=*\\(round\\)*)", "A"),
        ("(uid=\\61moss)", "A"),
        ("(uid=c\\c3\\bcnal)", "C"),
        ("(uid=cünal)", "C"),
        ("(uid=\\2a)", ""),
        ("(unknown=x)", ""),
        ("(!(unknown=x))", ""),
        ("(|(unknown=x)(uid=boak))", "B"),
        ("(!(&(unknown=x)(uid=boak)))", "AC"),
        ("(cn:=Ada Moss)", "A"),
        ("(cn:dn:caseIgnoreMatch:=ben oak)", "B"),
        ("(cn:1.2.3.4:=ben oak)", ""),
        ("(uid;lang-en=amoss)", "A"),
    ],
)
def test_filters_that_can_be_read(sealed, text, wanted):
    names = {"A": ADA, "B": BEN, "C": CY}
    assert sealed(search, text, STAFF) == [names[letter] for letter in wanted]


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "(", ")", "()", "(uid)", "uid", "(=x)", "(uid=a", "uid=a)", "((uid=a)", "(uid=a))", "((uid=a))"),
        *("(uid=a)x", "(uid=a)(cn=b)", "(uid=a) ", "(&(uid=a)", "(&(uid=a)cn=b)", "(!(uid=a)(cn=b))", "(!)"),
        *("(uid=a(b)", "(uid=a\\)", "(uid=a\\zz)", "(uid=a\\6)", "(1x=a)", "(u id=a)", "(uid=a\0)", "(cn:=a", "(:=a)"),
        *("(cn::=a)", "(uid>=*)", "(" * 300, "(&" * 300 + "(uid=a)" + ")" * 300),
    ],
)
def test_filters_that_cannot(sealed, text):
    with pytest.raises(LdapError, match=r"^Bad search filter$") as caught:
        sealed(search, text, STAFF)
    assert caught.value.code == -7


@pytest.mark.parametrize("rest", ["x", ")", "(cn=b)", ")))(((", " "])
def test_lenient_servers_stop_reading_after_the_filter(rest):
    assert search("(uid=boak)" + rest, STAFF, lenient=True) == [BEN]
    with pytest.raises(LdapError):
        search("(uid=boak)" + rest, STAFF)


def test_lenient_servers_still_want_a_filter():
    with pytest.raises(LdapError):
        search("(uid=boak", STAFF, lenient=True)
