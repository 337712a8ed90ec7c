"""A run that fails unexpectedly waits an hour, and says so."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import pytest

from ledger_service.domain.errors import ContentStoreUnavailable
from reading_room.recommendations.ports import Drawn
from reading_room.recommendations.rules.run import AGAIN_SECONDS, Run
from reading_room.recommendations.rules.terms import Terms
from reading_room.recommendations.sql import SqlRecommendations
from reading_room.recommendations.work import work
from tests.reading_room.recommendations.conftest import Read, SeededNoise


class BrokenNoise(SeededNoise):
    """Noise that cannot be drawn, for one cause or another."""

    def __init__(self, cause: Exception) -> None:
        super().__init__()
        self.cause = cause
        self.tries = 0

    def draw(self, counts: Mapping[int, int], terms: Terms) -> Drawn:
        self.tries += 1
        raise self.cause


def try_one(read: Read, noise: SeededNoise) -> Run:
    work(read.library, lambda: False, noise, read.terms)
    with read.library.store.read() as transaction:
        found = transaction.room(SqlRecommendations).run()
    assert found is not None
    return found


def test_a_run_that_fails_is_tried_again_after_an_hour_and_told_of(
    read: Read, caplog: pytest.LogCaptureFixture
) -> None:
    noise = BrokenNoise(RuntimeError("a library of others"))
    read.ask()
    with caplog.at_level(logging.ERROR, "muhr.recommendations"):
        failed = try_one(read, noise)
    assert "tried again in an hour" in caplog.text
    assert failed.failed_at == read.library.clock()
    assert failed.ended_at is None
    for _ in range(5):
        assert try_one(read, noise) == failed
    assert noise.tries == 1
    read.bench.clock.now += AGAIN_SECONDS
    assert try_one(read, noise).number == failed.number + 1
    assert noise.tries == 2
    read.ask()  # whoever has mended it need not wait
    mended = try_one(read, SeededNoise())
    assert (mended.failed_at, mended.ended_at is None) == (None, False)


def test_what_is_away_is_tried_again_at_once(read: Read) -> None:
    noise = BrokenNoise(ContentStoreUnavailable())
    read.ask()
    for _ in range(2):
        with pytest.raises(ContentStoreUnavailable):
            try_one(read, noise)
    assert noise.tries == 2
