"""Pools of threads: one that is full holds up nobody else, and is waited for in bounds."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
from collections.abc import AsyncIterator, Iterator
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


async def _reading(begun: list[int]) -> AsyncIterator[int]:
    """Yield how many pieces have been taken; begun: gets each that is being made."""

    def pieces() -> Iterator[bytes]:
        for number in range(10):
            begun.append(number)
            yield b"piece"

    taken = 0
    async for _ in Pool("bytes", 1).each(pieces()):
        taken += 1
        yield taken
        if taken == 4:
            return


def test_who_takes_pieces_at_once_has_the_next_made_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "QUICK_SECONDS", 60)

    async def read() -> None:
        begun: list[int] = []
        async for taken in _reading(begun):
            async with asyncio.timeout(30):
                while taken > 1 and len(begun) == taken:  # a thread of a busy machine comes late
                    await asyncio.sleep(0.005)
            assert len(begun) == (1 if taken == 1 else taken + 1)

    asyncio.run(read())


def test_who_takes_pieces_slowly_has_none_made_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "QUICK_SECONDS", 0.01)

    async def read() -> None:
        begun: list[int] = []
        async for taken in _reading(begun):
            await asyncio.sleep(0.05)
            assert len(begun) == taken

    asyncio.run(read())


def test_an_error_comes_after_the_pieces_before_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pools, "QUICK_SECONDS", 60)

    def pieces() -> Iterator[bytes]:
        yield from [b"a", b"b", b"c"]
        raise ChainUnavailable("no-answer")

    async def read(most: int) -> list[bytes]:
        found: list[bytes] = []
        with contextlib.suppress(ChainUnavailable):
            async for piece in Pool("bytes", 1).each(pieces()):
                found.append(piece)
                await asyncio.sleep(0.02)
                if len(found) == most:  # the error has been made, and nobody asks for it
                    return found
        return found

    assert asyncio.run(read(9)) == [b"a", b"b", b"c"]
    assert asyncio.run(read(3)) == [b"a", b"b", b"c"]
    gc.collect()
    assert caplog.records == []


def test_a_request_whose_time_is_over_asks_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    patience.check_patience()  # who is in no pool has all time
    monkeypatch.setattr(pools, "PATIENCE_SECONDS", -1)
    with pytest.raises(ChainUnavailable, match="no-answer"):
        asyncio.run(Pool("late", 1).run(patience.check_patience))
