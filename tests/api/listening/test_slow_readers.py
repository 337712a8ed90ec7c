"""Many slow readers of large content, open and closed: each holds a bounded buffer, and nobody else waits."""

import socket
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

MIB = 2**20
SIZE = 24 * MIB
READERS = 60
MOST_A_READER_KIB = 2 * 1024  # a block of the content, and what is on its way
SMALL_BUFFER = 4096


@pytest.fixture(scope="module")
def shelves(blank_home, tmp_path_factory, fresh_bytes):
    """Return a library, and the paths of a large open resource and of a large one that is opened."""
    from scripts.harness.running_library import RunningLibrary

    home = tmp_path_factory.mktemp("slow") / "home"
    library = RunningLibrary(home, blank_home, LARGEST_RESOURCE_BYTES=str(2 * SIZE))
    try:
        library.start()
        library.license("slowly-lent", longest_loan_seconds=691_123)
        data = fresh_bytes(SIZE)
        openly = library.register(data)["digest"]
        lent = library.register(data[1:], license="slowly-lent")["digest"]
        library.grant(lent)
        reader = library.client("reader", library.readers[0])
        opening = reader.post("/openings", json={"digest": lent}).json()["content"]
        yield library, {"open": f"/api/v1/resources/{openly}/content", "closed": opening}
    finally:
        library.stop()


def resident_kib():
    told = Path("/proc/self/status").read_text().split("VmRSS:")[1]
    return int(told.split()[0])


@pytest.mark.parametrize("kind", ["open", "closed"])
def test_slow_readers_hold_little_and_hold_up_nobody(shelves, wait, kind):
    library, paths = shelves
    client = library.client("reader", library.readers[0])
    assert len(client.get(library.url + paths[kind]).content) >= SIZE - 1  # all is warm
    token = library.token("reader", library.readers[0])
    head = f"GET {paths[kind]} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    before = resident_kib()
    with ExitStack() as stack:
        for _ in range(READERS):
            slow = stack.enter_context(closing(socket.socket()))
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
            slow.connect(("127.0.0.1", library.port))
            slow.sendall(head.encode())
            assert slow.recv(100).startswith(b"HTTP/1.1 200")
        wait(lambda: len(library.server.holdings.slow) == READERS, "they are not waited for")
        assert resident_kib() - before < READERS * MOST_A_READER_KIB
        answer = client.get(library.url + paths[kind], headers={"Range": "bytes=1000-1009"})
        assert (answer.status_code, len(answer.content)) == (206, 10)
