"""Byte ranges of an opening (RFC 9110 §14): which are served, and that each byte is the right one."""

import pytest

from ledger_service.domain.identifiers import Digest
from ledger_service.services.resources.closed.find_stored import lies_under
from ledger_service.services.resources.find_resources import show_resource

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
    [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 1}", "bytes=999999999999999-", "bytes=-0"],
)
def test_a_range_of_what_is_not_there_is_refused_with_the_size(reader, opening, problem, header):
    answer = reader.get(opening[0], headers={"Range": header})
    problem(answer, 416, "invalid-range")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "header",
    [
        "bytes=0-1,3-4",
        "bytes=-",
        "bytes=5-4",
        "bytes=a-b",
        "bytes=0x0-1",
        "bytes=+0-1",
        "bytes=--1",
        "bytes= 0 - 1",
        "bytes=9999999999999999999999-",
        "bytes=" + "0-1," * 17,
        "items=0-5",
        "bytes=,",
        "bytes",
        "",
    ],
)
def test_what_is_no_single_range_of_bytes_gives_the_whole(reader, opening, header):
    path, data = opening
    answer = reader.get(path, headers={"Range": header})
    assert (answer.status_code, answer.content) == (200, data)
    assert "content-range" not in answer.headers


@pytest.mark.parametrize("header", ["BYTES=3-5", "bytes=3-5,", f"bytes={SIZE}-, 3-5"])
def test_one_range_that_fits_is_served(reader, opening, header):
    path, data = opening
    answer = reader.get(path, headers={"Range": header})
    assert (answer.status_code, answer.content) == (206, data[3:6])


def test_a_range_of_other_bytes_gives_the_whole(reader, opening):
    path, data = opening
    etag = reader.head(path).headers["etag"]
    for known, status in ((etag, 206), ('"other"', 200), (f"W/{etag}", 200), ("Sat, 1 Jan", 200)):
        answer = reader.get(path, headers={"Range": "bytes=100-", "If-Range": known})
        assert answer.status_code == status, known
        assert answer.content == data[100 if status == 206 else 0 :]


def test_bytes_that_the_caller_has_are_not_sent_again(reader, opening):
    path, _ = opening
    etag = reader.head(path).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = reader.get(path, headers={"If-None-Match": known, "Range": "bytes=0-1"})
        assert (answer.status_code, answer.content) == (304, b""), known
        assert answer.headers["etag"] == etag
    assert reader.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_its_headers_can_be_asked_for_alone(reader, opening):
    path, data = opening
    answer = reader.head(path, headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(data))
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_file_is_kept_under_its_title(library, reader, fresh_bytes):
    data = fresh_bytes(100)
    digest = library.register(data, title='Ўзбек "тарихи"; 1/2 X: y', media_type="application/pdf")
    library.grant(digest["digest"])
    answer = reader.post("/openings", json={"digest": digest["digest"]})
    told = reader.head(answer.json()["content"].removeprefix("/api/v1")).headers
    assert told["content-type"] == "application/pdf"
    name = "%D0%8E%D0%B7%D0%B1%D0%B5%D0%BA%20%D1%82%D0%B0%D1%80%D0%B8%D1%85%D0%B8%201%202%20X%20y"
    assert told["content-disposition"] == (
        f"inline; filename=\"1 2 X y.pdf\"; filename*=UTF-8''{name}.pdf"
    )


def test_a_download_can_be_resumed_where_it_broke_off(reader, opening):
    path, data = opening
    with reader.stream("GET", path) as answer:
        begun = next(answer.iter_bytes(100_000))
    rest = reader.get(path, headers={"Range": f"bytes={len(begun)}-"})
    assert begun + rest.content == data


def test_a_short_range_whose_second_part_is_rotten_is_refused_as_a_whole(
    library, reader, fresh_bytes, problem
):
    data = fresh_bytes(SIZE)
    digest = library.register(data)["digest"]
    library.grant(digest)
    path = reader.post("/openings", json={"digest": digest}).json()["content"]
    path = path.removeprefix("/api/v1")
    held = library.opened.library
    [registration] = show_resource(held, Digest.parse(digest))
    links = held.content.links(lies_under(held, registration))
    [file] = library.config.blocks.rglob(links[1].cid.base16())
    whole = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    across = {"Range": f"bytes={MIB - 1000}-{MIB + 999}"}
    problem(reader.get(path, headers=across), 500, "content-corrupt")
    file.write_bytes(whole)
    assert reader.get(path, headers=across).content == data[MIB - 1000 : MIB + 1000]


@pytest.mark.parametrize(
    ("asked", "slug"),
    [("download=perhaps", "invalid-input"), ("load=1", "invalid-input")],
)
def test_a_parameter_that_is_not_understood_is_refused(reader, opening, problem, asked, slug):
    problem(reader.get(f"{opening[0]}?{asked}"), 422, slug)


@pytest.mark.parametrize("asked", ["?download", "?download=true", "?download=1"])
def test_a_file_to_keep_is_an_attachment(reader, opening, asked):
    given = reader.head(opening[0] + asked).headers["content-disposition"]
    assert given.startswith("attachment")
