"""Sizes and broken connections: uploads over the limit, at it, and those that end early."""

import json

import pytest

MIB = 2**20
TARGET = "/api/v1/resources?title=A+book&license=CC-BY-4.0"


def head(library, **headers: str) -> bytes:
    """Return the head of an upload; a name's underscores stand for dashes."""
    lines = [
        f"POST {TARGET} HTTP/1.1",
        "Host: library.example",
        f"Authorization: Bearer {library.token('registrar')}",
        "Content-Type: application/octet-stream",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def test_a_resource_of_exactly_the_limit_is_registered(library, fresh_bytes):
    limit = library.config.limits.largest_resource_bytes
    found = library.register(fresh_bytes(limit))
    assert found["size_bytes"] == limit
    assert found["cid"].startswith("bafybei")


def test_a_byte_more_than_the_limit_is_refused_before_any_is_read(library, raw, kept):
    before = kept()
    limit = library.config.limits.largest_resource_bytes
    raw.send(head(library, Content_Length=str(limit + 1)))
    status, body = raw.answer()
    assert status == 413
    assert json.loads(body)["type"].endswith("/problems/resource-too-large")
    assert kept() == before


def test_a_body_of_unannounced_size_is_refused_while_it_streams(library, raw, kept, wait):
    before = kept()
    raw.send(head(library, Transfer_Encoding="chunked"))
    for _ in range(library.config.limits.largest_resource_bytes // MIB + 1):
        raw.send(chunk(bytes(MIB)))
    status, body = raw.answer()  # the last chunk was never sent
    assert status == 413
    assert json.loads(body)["type"].endswith("/problems/resource-too-large")
    wait(lambda: kept() == before, "something was kept of a refused upload")


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_nothing_is_kept_of_an_upload_that_broke_off(library, raw, kept, wait, framing):
    before = kept()
    data = bytes(range(256)) * 6 * 1024  # a block and a half
    if framing == "length":
        raw.send(head(library, Content_Length=str(len(data) + 1)) + data)
    else:
        raw.send(head(library, Transfer_Encoding="chunked") + chunk(data))
    wait(lambda: kept()["uploads under way"] > 0, "the upload did not begin")
    raw.close()
    wait(lambda: kept() == before, "something was kept of a broken upload")


def test_an_upload_that_sent_only_its_head_leaves_nothing(library, raw, kept, wait):
    before = kept()
    raw.send(head(library, Content_Length="1000"))
    wait(lambda: kept()["uploads under way"] > 0, "the upload did not begin")
    raw.close()
    wait(lambda: kept() == before, "something was kept of a broken upload")


def test_a_broken_upload_can_be_sent_again(library, raw, fresh_bytes, kept, wait):
    data = fresh_bytes(2 * MIB)
    before = kept()
    raw.send(head(library, Content_Length=str(len(data))) + data[:MIB])
    wait(lambda: kept()["uploads under way"] > 0, "the upload did not begin")
    raw.close()
    wait(lambda: kept() == before, "something was kept of a broken upload")
    assert library.register(data)["state"] == "registered"


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: -1",
        "Content-Length: 99999999999999999999999999",
        "Content-Length: five",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    ],
)
def test_a_body_whose_end_can_be_read_in_two_ways_is_refused(library, raw, framing):
    request = head(library).removesuffix(b"\r\n") + framing.encode() + b"\r\n\r\n0\r\n\r\n"
    raw.send(request)
    status, _ = raw.answer()
    assert 400 <= status < 500
