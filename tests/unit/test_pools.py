"""Pools of threads: one that is full holds up nobody else, and is waited for in bounds."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from ledger_service.domain.errors import ChainUnavailable
from ledger_service.services import patience, pools
from ledger_service.services.pools import Pool


def test_a_pool_that_is_full_leaves_the_threads_of_others_alone() -> None:
    full, free, opened = Pool("full", 2), Pool("free", 1), threading.Event()

    async def ask() -> str:
        held = [asyncio.create_task(full.run(partial(opened.wait, 60))) for _ in range(3)]
        await asyncio.sleep(0)  # they begin
        answer = await free.run(lambda: "at once")
        assert not any(task.done() for task in held)
        opened.set()
        assert await asyncio.gather(*held) == [True] * 3
        return answer

    assert asyncio.run(ask()) == "at once"


def test_who_gets_no_thread_in_time_is_told_so_and_who_has_one_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pools, "LONGEST_WAIT_SECONDS", 0.05)
    pool, opened = Pool("full", 1), threading.Event()

    async def ask() -> bool:
        held = asyncio.create_task(pool.run(partial(opened.wait, 60)))
        await asyncio.sleep(0)
        with pytest.raises(ChainUnavailable, match="too-many-wait"):
            await pool.run(lambda: None)
        opened.set()
        return await held

    assert asyncio.run(ask())


def test_pieces_are_made_one_by_one_and_end() -> None:
    async def read() -> list[bytes]:
        return [piece async for piece in Pool("bytes", 1).each(iter([b"a", b"b"]))]

    assert asyncio.run(read()) == [b"a", b"b"]


def test_a_request_whose_time_is_over_asks_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    patience.check_patience()  # who is in no pool has all time
    monkeypatch.setattr(pools, "PATIENCE_SECONDS", -1)
    with pytest.raises(ChainUnavailable, match="no-answer"):
        asyncio.run(Pool("late", 1).run(patience.check_patience))
