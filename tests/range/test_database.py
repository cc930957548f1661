import threading
import time

import pytest

from vedette.range.clock import Clock
from vedette.range.database import Database, QueryError


@pytest.fixture
def database():
    whole = Database()
    yield whole
    whole.close()


def test_answers_with_the_shops_goods(database):
    rows = database.rows("SELECT name FROM products WHERE id = ?", [6], clock=Clock())
    assert rows == [("Enamel mug",)]


def test_says_what_sqlite_says(database):
    with pytest.raises(QueryError, match=r"^sqlite3.OperationalError: unrecognized token"):
        database.rows("SELECT 'open", clock=Clock())
    with pytest.raises(QueryError, match="You can only execute one statement"):
        database.rows("SELECT 1; SELECT 2", clock=Clock())


@pytest.mark.parametrize("sql", ["SELECT '\0'", "SELECT '\ud800'"])
def test_impossible_text_is_a_query_error(database, sql):
    with pytest.raises(QueryError):
        database.rows(sql, clock=Clock())


def test_sleep_is_a_function_of_the_database(database):
    naps = []
    rows = database.rows("SELECT sleep(1.5), sleep('x'), sleep(NULL)", clock=Clock(naps.append))
    assert rows == [(0, 0, 0)] and naps == [1.5]


def test_nothing_that_is_written_stays(database):
    database.rows("DELETE FROM products", clock=Clock())
    database.rows("INSERT INTO visits VALUES ('x', 'y')", clock=Clock())
    database.rows("DROP TABLE customers", clock=Clock())
    assert database.rows("SELECT COUNT(*) FROM products", clock=Clock()) == [(18,)]
    assert database.rows("SELECT COUNT(*) FROM visits", clock=Clock()) == [(3,)]
    assert database.rows("SELECT COUNT(*) FROM customers", clock=Clock()) == [(2,)]


@pytest.mark.parametrize("sql", ["ATTACH DATABASE '/tmp/x.db' AS x", "VACUUM INTO '/tmp/x.db'", "PRAGMA database_list"])
def test_no_way_to_files(database, sql):
    with pytest.raises(QueryError):
        database.rows(sql, clock=Clock())


def test_a_query_without_end_is_interrupted(database):
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n"
    with pytest.raises(QueryError, match="interrupted"):
        database.rows(endless, clock=Clock())
    assert database.rows("SELECT 1", clock=Clock()) == [(1,)]


def test_sleeping_does_not_hold_others_up(database):
    together = threading.Barrier(5, timeout=60)

    def nap():
        database.rows("SELECT sleep(0.8)", clock=Clock(lambda _: together.wait() and None))

    threads = [threading.Thread(target=nap) for _ in range(4)]
    for thread in threads:
        thread.start()
    database.rows("SELECT 1", clock=Clock())
    together.wait()
    for thread in threads:
        thread.join()


@pytest.mark.timing
def test_sleeping_is_real(database):
    begun = time.monotonic()
    database.rows("SELECT sleep(0.2)", clock=Clock())
    assert time.monotonic() - begun >= 0.2
