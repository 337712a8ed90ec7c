"""A download that runs ends with its grant: a slow reader, a real server, and what happens meanwhile."""

import socket
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.slow

MIB = 2**20
SIZE = 24 * MIB
SLOW_BYTES = 65_536  # the receiver's buffer, so that the server waits for the reader


class SlowReader:
    """A reader who takes what they ask for, and no more."""

    def __init__(self, library, path):
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BYTES)
        self._socket.settimeout(20)
        host = urlsplit(library.url)
        self._socket.connect((host.hostname, host.port))
        token = library.token("reader", library.readers[0])
        lines = [f"GET {path} HTTP/1.1", f"Host: {host.netloc}", f"Authorization: Bearer {token}"]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self._file = self._socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        self.headers = dict(iter(self._header, None))

    def _header(self):
        line = self._file.readline().decode().strip()
        return tuple(line.lower().split(": ", 1)) if line else None

    def take(self, size):
        return self._file.read(size)

    def close(self):
        self._file.close()
        self._socket.close()


@pytest.fixture
def running(new_library, fresh_bytes):
    """Return a library, and a slow reader to whom the first MiB has come; their grant, and all bytes."""
    library = new_library(LARGEST_RESOURCE_BYTES=str(2 * SIZE)).start()
    data = fresh_bytes(SIZE)
    digest = library.register(data)["digest"]
    grant = library.grant(digest)["grant"]
    reader = library.client("reader", library.readers[0])
    opening = reader.post("/openings", json={"digest": digest}).json()
    slow = SlowReader(library, opening["content"])
    assert (slow.status, int(slow.headers["content-length"])) == (200, SIZE)
    assert slow.take(MIB) == data[:MIB]
    yield library, slow, grant, data
    slow.close()


def test_a_revocation_that_settles_meanwhile_cuts_the_download(running):
    library, slow, grant, data = running
    assert library.client("registrar").post(f"/grants/{grant}/revocation").status_code == 202
    library.granted(grant, "revoked")
    rest = slow.take(SIZE)
    assert data[MIB:].startswith(rest)
    assert len(rest) < SIZE // 2  # what was on its way already, in the buffers between the two


def test_a_download_under_a_live_grant_comes_whole(running):
    _, slow, _, data = running
    assert slow.take(SIZE - MIB) == data[MIB:]
