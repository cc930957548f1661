from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.parse.forms import MULTIPART, URLENCODED, Field, forms
from vedette.engine.parse.page import Page


def read(body, url="http://site.test/dir/page?x=1#f"):
    return forms(Page(Exchange(Request("GET", url), Response(200, (("Content-Type", "text/html"),), body.encode()))))


def test_action_method_and_encoding_with_their_defaults():
    plain, other, odd = read(
        '<form><input name=a></form><form action="../x" method="POST" enctype="multipart/form-data">'
        "<input name=a></form>"
        '<form action="/y" method="dialog" enctype="nonsense"><input name=a></form>'
    )
    assert (plain.action, plain.method, plain.enctype) == ("http://site.test/dir/page?x=1", "GET", URLENCODED)
    assert (other.action, other.method, other.enctype) == ("http://site.test/x", "POST", MULTIPART)
    assert (odd.method, odd.enctype) == ("GET", URLENCODED)


def test_the_kinds_of_fields():
    (form,) = read(
        """<form method=post action=/x>
        <label for=e>E-mail</label><input id=e name=email type=EMAIL required maxlength=40 placeholder="you@x">
        <label>Age <input name=age type=number min=18 max=99 step=1></label>
        <textarea name=text minlength=3>old
        </textarea>
        <select name=size><option value=s>S</option><option selected>M</option><option disabled>X</option></select>
        <select name=tags multiple><optgroup label=g><option>a</option><option>b</option></optgroup></select>
        <input type=radio name=pay value=card><input type=radio name=pay value=cash checked>
        <input type=checkbox name=ok><input type=hidden name=token value=abc>
        <input type=file name=doc><input name=color list=colors><datalist id=colors><option value=red></datalist>
        <input name=code pattern="[A-Z]{3}"><input name=off disabled><input type=text>
        <input type=reset name=r><input type=button name=b></form>"""
    )
    fields = {one.name: one for one in form.fields}
    assert list(fields) == ["email", "age", "text", "size", "tags", "pay", "ok", "token", "doc", "color", "code"]
    email = Field("email", "email", required=True, maxlength=40, label="E-mail", placeholder="you@x", id="e")
    assert fields["email"] == email
    assert (fields["age"].minimum, fields["age"].maximum, fields["age"].label) == ("18", "99", "Age")
    assert fields["text"].value.startswith("old")
    assert (fields["size"].options, fields["size"].value) == (("s", "M"), "M")
    assert (fields["tags"].kind, fields["tags"].options) == ("select-multiple", ("a", "b"))
    assert (fields["pay"].options, fields["pay"].value, fields["pay"].checked) == (("card", "cash"), "cash", True)
    assert fields["ok"].value == "on"
    assert fields["color"].options == ("red",)
    assert fields["code"].pattern == "[A-Z]{3}"


def test_each_submit_button_that_does_something_else_is_a_form_of_its_own():
    save, delete, move = read(
        """<form action=/a method=post><legend>Item</legend><input name=id value=3>
        <button name=do value=save>Save</button><input type=submit name=do value=Delete>
        <button formaction=/b formmethod=get>Move</button><button type=button name=no>No</button></form>"""
    )
    assert (save.submit, save.labels, save.action) == (("do", "save"), ("Save", "Item"), "http://site.test/a")
    assert (delete.submit, delete.labels) == (("do", "Delete"), ("Delete", "Item"))
    assert (move.action, move.method, move.submit) == ("http://site.test/b", "GET", ("", ""))
    assert save.submit_names == ("do",)


def test_buttons_that_do_the_same_are_one_form_with_both_labels():
    (form,) = read("<form action=/a><input name=q><button>Go</button><button>Search</button></form>")
    assert form.labels == ("Go", "Search")


def test_an_image_button_sends_its_coordinate():
    (form,) = read("<form action=/a><input type=image name=go alt=Go></form>")
    assert (form.submit, form.labels) == (("go.x", "1"), ("Go",))


def test_fields_outside_of_their_form():
    form, loose = read("<form id=f action=/a></form><input form=f name=in><input name=out>")
    assert [one.name for one in form.fields] == ["in"]
    assert (loose.action, [one.name for one in loose.fields]) == ("http://site.test/dir/page?x=1", ["out"])


def test_base_moves_actions_but_not_the_empty_one():
    first, second = read("<base href=/other/><form action=x><input name=a></form><form><input name=a></form>")
    assert first.action == "http://site.test/other/x"
    assert second.action == "http://site.test/dir/page?x=1"


def test_a_form_that_sends_nowhere_is_left_out():
    assert read('<form action="javascript:go()"><input name=a></form>') == []
    assert read("<p>no form</p>") == []
    assert read("<form action=/x></form>") == []
