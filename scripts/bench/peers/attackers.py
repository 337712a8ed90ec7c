"""Attackers of the benchmark: connections that are silent or slow, opened again whenever they are cut.

As a program: attackers.py PORT COUNT. It prints a line once all of them were opened, and goes on until it is
ended. They come from several addresses of loopback, of which one is that of honest callers.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from contextlib import suppress
from itertools import cycle, islice

ADDRESSES = 8
PAUSE_SECONDS = 2  # before a connection that was cut is opened again
BYTE_SECONDS = 1
HEAD = b"GET /api/v1/status HTTP/1.1\r\nHost: library.test\r\nX-Slow: "
BODY = (
    b"POST /api/v1/registrations HTTP/1.1\r\nHost: library.test\r\nAuthorization: Bearer none\r\n"
    b"Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
)
PUBLIC_BODY = (
    b"POST /api/v1/rpc HTTP/1.1\r\nHost: library.test\r\n"
    b"Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
)
KINDS = (b"", b"", HEAD, BODY, PUBLIC_BODY)


async def _attack(port: int, number: int, first: bytes, opened: asyncio.Semaphore) -> None:
    """Hold a connection for as long as it is let, and open it again."""
    is_first = True
    while True:
        writer = None
        with suppress(OSError):
            own = (f"127.0.0.{1 + number % ADDRESSES}", 0)
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=own)
            writer.write(first)
        if is_first:
            opened.release()
            is_first = False
        with suppress(OSError):
            while writer is not None and not reader.at_eof():
                with suppress(TimeoutError):
                    async with asyncio.timeout(BYTE_SECONDS):
                        await reader.read(65_536)
                if first:
                    writer.write(b"a")
        if writer is not None:
            writer.close()
        await asyncio.sleep(PAUSE_SECONDS)


async def main(port: int, count: int) -> None:
    """Attack until the process is ended."""
    opened = asyncio.Semaphore(0)
    kinds = islice(cycle(KINDS), count)
    attacks = [
        asyncio.ensure_future(_attack(port, number, kind, opened))
        for number, kind in enumerate(kinds)
    ]
    for _ in attacks:
        await opened.acquire()
    print("opened", flush=True)
    await asyncio.gather(*attacks)


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
