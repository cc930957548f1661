import pytest


def test_a_name_is_part_of_the_filter_and_errors_are_shown(visitor):
    assert "Ada Fisher" in visitor.plant("ldap-search").text
    everybody = visitor.plant("ldap-search", "Ada*)(cn=*")
    assert "Ada Fisher" in everybody.text
    assert "Nobody found" in visitor.plant("ldap-search", "Ada*)(cn=nobody").text
    broken = visitor.plant("ldap-search", "Ada)")
    assert broken.status == 500 and "Bad search filter" in broken.text


def test_a_mail_address_is_part_of_the_filter(visitor):
    usual = visitor.plant("ldap-mail")
    assert visitor.plant("ldap-mail", "afisher@harbour.example)(objectClass=person").whole == usual.whole
    assert visitor.plant("ldap-mail", "afisher@harbour.example)(objectClass=ship").whole != usual.whole
    assert visitor.plant("ldap-mail", "afisher*").whole == usual.whole
    assert "Nobody we know" in visitor.plant("ldap-mail", "afisher(").text


def test_a_department_is_part_of_a_filter_read_leniently(visitor):
    assert "Cora Tide" in visitor.plant("ldap-department").text
    assert "Edda Shore" in visitor.plant("ldap-department", "*").text
    assert "Cora Tide" in visitor.plant("ldap-department", "sales))(&(uid=").text
    assert visitor.plant("ldap-department", "sales(").status == 500


def test_a_user_id_in_the_path_is_part_of_the_filter(visitor):
    usual = visitor.plant("ldap-card")
    assert "Ada Fisher" in usual.text
    assert visitor.plant("ldap-card", "afisher)(objectClass=*").whole == usual.whole
    assert visitor.plant("ldap-card", "afisher)(objectClass=ship").status == 404
    assert visitor.plant("ldap-card", "afisher(").status == 404


@pytest.mark.parametrize("value", ["sales)(objectClass=*", "*", "sales(", "sales\\", "sales\0"])
def test_a_team_is_escaped(visitor, value):
    assert "Ada Fisher" in visitor.plant("like-ldap-team").text
    assert "Nobody found" in visitor.plant("like-ldap-team", value).text


@pytest.mark.parametrize("value", ["111)(cn=nobody", "111*", "111("])
def test_an_extension_is_a_number(visitor, value):
    assert visitor.plant("like-ldap-extension", value).whole == visitor.plant("like-ldap-extension").whole
    assert "Ada Fisher" in visitor.plant("like-ldap-extension").text


def test_a_note_goes_to_plain_letters(visitor):
    usual = visitor.plant("like-ldap-note")
    assert visitor.plant("like-ldap-note", "ctide*)(").whole == usual.whole
    assert (
        visitor.plant("like-ldap-note", "ctide)(objectClass=ship").whole == visitor.plant("like-ldap-note", "*").whole
    )


def test_the_hub_and_the_forms_open(visitor):
    assert [visitor.get(path).status for path in ("/staff", "/staff/mail", "/staff/note")] == [200, 200, 200]
