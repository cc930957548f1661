from __future__ import annotations

import re

from vedette.engine.attack.rng import LETTERS, Rng


def draws(rng: Rng) -> list[object]:
    return [rng.integer(1, 10**9), rng.word(), rng.choice(list(range(1000))), rng.shuffled(list(range(20)))]


def test_the_same_seed_and_unit_repeat() -> None:
    assert draws(Rng(1, "unit")) == draws(Rng(1, "unit"))
    assert draws(Rng(1, "unit")) != draws(Rng(2, "unit"))
    assert draws(Rng(1, "unit")) != draws(Rng(1, "other"))


def test_shapes() -> None:
    rng = Rng(1, "unit")
    assert {rng.integer(1, 3) for _ in range(100)} == {1, 2, 3}
    assert re.fullmatch(f"[{LETTERS}]{{8}}", rng.word())
    items = [3, 1, 2]
    assert sorted(rng.shuffled(items)) == [1, 2, 3]
    assert items == [3, 1, 2]


def test_tokens_depend_on_the_secret_and_not_on_what_was_drawn() -> None:
    rng = Rng(1, "unit", b"secret")
    first = rng.token("purpose")
    rng.integer(1, 9)
    assert rng.token("purpose") == first
    assert re.fullmatch(r"v[0-9a-f]{11}", first)
    assert first.startswith(rng.mark)
    assert rng.token("other") != first
    assert Rng(2, "unit", b"other").token("purpose") != first
    assert Rng(1, "another", b"secret").token("purpose") != first
    assert Rng(1, "another", b"secret").mark == rng.mark
