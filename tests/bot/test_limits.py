"""How often one key may ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.limits import RateLimit


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limit(clock: Clock) -> RateLimit:
    return RateLimit(burst=3, per_second=0.5, max_keys=4, clock=clock)


def test_a_burst_is_allowed_and_no_more(limit: RateLimit) -> None:
    assert [limit.allow("a") for _ in range(5)] == [True, True, True, False, False]


def test_time_fills_the_bucket_again_but_not_over_its_edge(limit: RateLimit, clock: Clock) -> None:
    for _ in range(3):
        limit.allow("a")
    clock.now += 2
    assert [limit.allow("a") for _ in range(2)] == [True, False]
    clock.now += 1_000
    assert [limit.allow("a") for _ in range(4)] == [True, True, True, False]


def test_a_refused_request_costs_nothing(limit: RateLimit, clock: Clock) -> None:
    """Somebody who presses again and again must not lock themselves out for ever."""
    for _ in range(100):
        limit.allow("a")
    clock.now += 2
    assert limit.allow("a")


def test_refusals_are_counted_until_the_key_is_allowed_again(
    limit: RateLimit, clock: Clock
) -> None:
    for _ in range(5):
        limit.allow("a")
    assert (limit.refusals("a"), limit.refusals("b")) == (2, 0)
    clock.now += 2
    limit.allow("a")
    assert limit.refusals("a") == 0


def test_one_key_does_not_use_up_anothers(limit: RateLimit) -> None:
    for _ in range(10):
        limit.allow("flood")
    assert limit.allow("somebody else")


def test_a_key_that_was_silent_is_forgotten(limit: RateLimit, clock: Clock) -> None:
    """Threat: whoever reads the memory counts who was here."""
    limit.allow("a")
    clock.now += 5
    limit.drop_full()
    assert len(limit) == 1
    clock.now += 1
    limit.drop_full()
    assert len(limit) == 0


def test_a_flood_of_keys_does_not_fill_the_memory(limit: RateLimit) -> None:
    for number in range(100):
        limit.allow(str(number))
    assert len(limit) == 4


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 10)), max_size=60))
def test_never_more_than_the_burst_and_the_rate(steps: list[tuple[str, float]]) -> None:
    clock = Clock()
    limit = RateLimit(burst=3, per_second=0.5, clock=clock)
    start, allowed = clock.now, 0
    for key, pause in steps:
        clock.now += pause
        allowed += limit.allow(key) and key == "a"
    assert allowed <= 3 + (clock.now - start) * 0.5 + 1e-6
