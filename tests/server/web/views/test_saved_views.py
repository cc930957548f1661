"""Views that people keep above the list."""

from vedette.server.findings import queries


def test_the_conditions_of_the_page_are_kept_under_a_name(client, actor):
    dialog = client.get("/ui/findings/views/", {"query": "severity=high&q=x"})
    assert 'value="severity=high&amp;q=x"' in dialog.content.decode()
    answer = client.post("/ui/findings/views/", {"name": "Mine", "query": "severity=30&x=y&page=3&q=x"})
    assert answer["HX-Refresh"] == "true"
    (view,) = queries.saved_views(actor)
    assert (view.name, view.query) == ("Mine", "q=x&severity=high")
    assert "/ui/findings/?q=x&amp;severity=high" in client.get("/ui/findings/").content.decode()


def test_a_name_that_is_taken_is_refused(client, actor):
    for _ in range(2):
        answer = client.post("/ui/findings/views/", {"name": "Mine", "query": ""})
    assert answer.status_code == 422
    assert [view.query for view in queries.saved_views(actor)] == ["state=all"]


def test_only_one_s_own_is_deleted(client, enter, actor):
    client.post("/ui/findings/views/", {"name": "Mine", "query": ""})
    (view,) = queries.saved_views(actor)
    path = f"/ui/findings/views/{view.public_id}/delete/"
    assert enter("admin").post(path).status_code == 404
    assert client.get(path).status_code == 405
    assert client.post(path)["Location"] == "/ui/findings/"
    assert not queries.saved_views(actor)
