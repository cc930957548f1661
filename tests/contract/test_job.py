"""A job refers to secrets by name."""

from vedette.contract.job import Job, Setting, secret_names


def test_secret_names_come_in_order_and_once():
    job = Job(
        id="j",
        start_urls=("http://a/",),
        headers=(Setting(name="A", secret="two"), Setting(name="B", value="plain"), Setting(name="C", secret="one")),
        cookies=(Setting(name="sid", secret="two"),),
    )
    assert secret_names(job) == ("two", "one")
