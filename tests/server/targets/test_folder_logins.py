"""Folders and mappings are read strictly, in each form that clients write."""

from __future__ import annotations

import pytest

from vedette.server.targets import folder_logins


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, None),
        ("", None),
        ({}, None),
        ([], None),
        ({"token": " data.token "}, {"token": "data.token"}),
        ('{"token": "header:X"}', {"token": "header:X"}),
        ([{"name": "token", "value": "cookie:sid"}], {"token": "cookie:sid"}),
    ],
)
def test_a_mapping_comes_in_several_forms(value, found):
    assert folder_logins.mapping(value) == found


def test_settings_are_put_in_the_place_of_others():
    found, faults = folder_logins.read({"postman_auth_folder": " /Auth/In/ "}, {"fail_fast": True})
    assert not faults
    assert found == {"postman_auth_folder": "Auth/In", "postman_auth_var_mapping": None, "fail_fast": True}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({}, "postman_auth_folder"),
        ({"postman_auth_folder": 7}, "postman_auth_folder"),
        ({"postman_auth_folder": "x" * 256}, "postman_auth_folder"),
        ({"postman_auth_var_mapping": "{"}, "postman_auth_var_mapping"),
        ({"postman_auth_var_mapping": 7}, "postman_auth_var_mapping"),
        ({"postman_auth_var_mapping": {"token": ""}}, "postman_auth_var_mapping"),
        ({"postman_auth_var_mapping": {"token": "x" * 2000}}, "postman_auth_var_mapping"),
        ({"postman_auth_var_mapping": {"token": 7}}, "postman_auth_var_mapping"),
        ({"postman_auth_var_mapping": ["token"]}, "postman_auth_var_mapping"),
        ({"fail_fast": "maybe"}, "fail_fast"),
    ],
)
def test_what_may_not_be_is_told_under_its_name(given, name):
    base = {} if name == "postman_auth_folder" else {"postman_auth_folder": "Auth"}
    _, faults = folder_logins.read({**base, **given}, {})
    assert list(faults) == [name]
