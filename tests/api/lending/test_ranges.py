"""Byte ranges of an opening (RFC 9110 §14): which are served, and that each byte is the right one."""

import pytest

MIB = 2**20
SIZE = 2 * MIB + 12_345  # three blocks


@pytest.fixture(scope="module")
def opening(library, reader, fresh_bytes):
    """Return the path of an opening of three blocks, and its bytes."""
    data = fresh_bytes(SIZE)
    digest = library.register(data)["digest"]
    library.grant(digest)
    answer = reader.post("/openings", json={"digest": digest})
    return answer.json()["content"].removeprefix("/api/v1"), data


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("0-0", 0, 1),
        ("0-1048575", 0, MIB),
        ("1048575-1048576", MIB - 1, MIB + 1),
        ("500000-1700000", 500_000, 1_700_001),
        (f"{SIZE - 1}-{SIZE - 1}", SIZE - 1, SIZE),
        (f"{SIZE - 1}-", SIZE - 1, SIZE),
        ("2097152-", 2 * MIB, SIZE),
        ("0-", 0, SIZE),
        ("-1", SIZE - 1, SIZE),
        ("-20000", SIZE - 20_000, SIZE),
        ("-99999999", 0, SIZE),
        (f"100-{SIZE * 2}", 100, SIZE),
        ("0-999999999999999", 0, SIZE),
    ],
)
def test_a_range_gives_exactly_its_bytes(reader, opening, asked, start, end):
    path, data = opening
    answer = reader.get(path, headers={"Range": f"bytes={asked}"})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(end - start)
    assert answer.content == data[start:end]


def test_without_a_range_all_bytes_come(reader, opening):
    path, data = opening
    answer = reader.get(path)
    assert (answer.status_code, answer.headers["accept-ranges"]) == (200, "bytes")
    assert "content-range" not in answer.headers
    assert answer.content == data


@pytest.mark.parametrize(
    "header",
    [
        f"bytes={SIZE}-",
        f"bytes={SIZE}-{SIZE + 1}",
        "bytes=999999999999999-",
        "bytes=-0",
        "bytes=-",
        "bytes=5-4",
        "bytes=0-1,3-4",
        "bytes=0-0,",
        "bytes=a-b",
        "bytes=0x0-1",
        "bytes=+0-1",
        "bytes=--1",
        "bytes= 0 - 1",
        "bytes=9999999999999999999999-",
        "items=0-1",
        "bytes",
        "",
    ],
)
def test_a_range_that_cannot_be_served_is_refused(reader, opening, problem, header):
    problem(reader.get(opening[0], headers={"Range": header}), 416, "invalid-range")


def test_a_download_can_be_resumed_where_it_broke_off(reader, opening):
    path, data = opening
    with reader.stream("GET", path) as answer:
        begun = next(answer.iter_bytes(100_000))
    rest = reader.get(path, headers={"Range": f"bytes={len(begun)}-"})
    assert begun + rest.content == data
