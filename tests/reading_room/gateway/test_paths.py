"""`/ipfs/{cid}` over HTTP: headers, forms, conditions, and what is not there."""

from __future__ import annotations

import io

import httpx
import pytest

from ipfs.car import read_blocks, read_header
from ipfs.cid import RAW, Cid
from ipfs.unixfs import read_file

MIB = 2**20
CAR, ONE_BLOCK = "application/vnd.ipld.car", "application/vnd.ipld.raw"


@pytest.fixture(scope="module")
def site(library):
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def kept(library, site, wait, fresh_bytes):
    """Return the bytes of an open resource of four blocks, and its CID."""
    data = fresh_bytes() + bytes(range(256)) * 8192 + b"end"
    cid = library.register(data, license="CC0-1.0")["cid"]
    wait(lambda: site.head(f"/ipfs/{cid}?format=raw").status_code == 200, "it is not served")
    return data, Cid.parse(cid)


def problem(answer, status, slug):
    """Return the problem document that an answer is."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith(f"/problems/{slug}")
    return answer.json()


def blocks_of(car):
    file = io.BytesIO(car)
    root, at = read_header(file.read)
    return root, {
        one.cid: car[one.at : one.at + one.size_bytes] for one in read_blocks(file.read, at)
    }


def test_a_file_is_put_together_from_single_blocks_that_are_checked(site, kept):
    data, cid = kept

    def get(wanted):
        answer = site.get(f"/ipfs/{wanted}", params={"format": "raw"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == ONE_BLOCK
        assert answer.headers["content-length"] == str(len(answer.content))
        assert wanted.is_of(answer.content)
        return answer.content

    assert b"".join(read_file(get, cid)) == data


def test_a_block_has_the_headers_of_the_specification(site, kept):
    _, cid = kept
    answer = site.get(f"/ipfs/{cid}", headers={"Accept": ONE_BLOCK})
    told = answer.headers
    assert told["etag"] == f'"{cid}.raw"'
    assert told["x-ipfs-path"] == f"/ipfs/{cid}"
    assert told["x-content-type-options"] == "nosniff"
    assert told["cache-control"] == "public, max-age=31536000, immutable"
    assert told["content-disposition"].startswith(f'attachment; filename="{cid}.bin"')
    assert told["content-location"] == f"/ipfs/{cid}?format=raw"
    assert told["access-control-allow-origin"] == "*"
    again = site.get(f"/ipfs/{cid}?format=raw", headers={"If-None-Match": told["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "content-location" not in again.headers


def test_a_car_has_the_whole_file_or_the_part_that_is_asked(site, kept):
    data, cid = kept
    answer = site.get(f"/ipfs/{cid}?format=car")
    assert answer.headers["content-type"] == f"{CAR}; version=1; order=dfs; dups=n"
    assert f'filename="{cid}.car"' in answer.headers["content-disposition"]
    root, blocks = blocks_of(answer.content)
    assert root == cid
    assert b"".join(read_file(blocks.__getitem__, root)) == data
    part = site.get(f"/ipfs/{cid}?format=car&entity-bytes=-3:*")
    assert part.headers["etag"] != answer.headers["etag"]
    _, few = blocks_of(part.content)
    assert len(few) == 2
    assert b"".join(read_file(few.__getitem__, root, len(data) - 3)) == b"end"
    _, one = blocks_of(site.get(f"/ipfs/{cid}?format=car&dag-scope=block").content)
    assert list(one) == [cid]
    leaf = Cid.of(RAW, data[:MIB])
    assert blocks_of(site.get(f"/ipfs/{leaf}?format=car").content) == (leaf, {leaf: data[:MIB]})


def test_blocks_that_occur_again_are_sent_again_if_that_is_asked(site, kept):
    _, cid = kept
    accept = {"Accept": f"{CAR}; version=1; order=dfs; dups=y"}
    answer = site.get(f"/ipfs/{cid}?filename=a%22%0D%0Ab.car", headers=accept)
    assert answer.headers["content-type"].endswith("dups=y")
    assert 'filename="ab.car"' in answer.headers["content-disposition"]
    assert len(answer.content) >= len(site.get(f"/ipfs/{cid}?format=car").content)


def test_the_same_file_by_every_spelling_of_its_cid(site, kept):
    _, cid = kept
    whole = site.get(f"/ipfs/{cid}?format=car").content
    assert site.get(f"/ipfs/{cid.base16()}?format=car").content == whole


def test_head_tells_what_get_would(site, kept):
    _, cid = kept
    for form in ("raw", "car"):
        whole, told = (
            site.get(f"/ipfs/{cid}?format={form}"),
            site.head(f"/ipfs/{cid}?format={form}"),
        )
        assert (told.status_code, told.content) == (200, b"")
        for name in ("etag", "content-type", "content-length"):
            assert told.headers.get(name) == whole.headers.get(name)


def test_closed_content_is_told_as_what_nobody_has(library, site):
    library.license("closed-to-gateways", seats=7)
    closed = library.register(license="closed-to-gateways")["cid"]
    unknown = Cid.of(RAW, b"nobody registered this")
    told = [
        site.get(f"/ipfs/{cid}?format={form}")
        for cid in (closed, unknown)
        for form in ("raw", "car")
    ]
    for answer in told:
        problem(answer, 404, "block-not-served")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["access-control-allow-origin"] == "*"
    words = {
        answer.json()["detail"].replace(closed, "X").replace(str(unknown), "X") for answer in told
    }
    assert len(words) == 1
    etag = {"If-None-Match": f'"{closed}.raw"'}
    assert site.get(f"/ipfs/{closed}?format=raw", headers=etag).status_code == 404


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/ipfs/bafyx?format=raw", "cid"),
        ("/ipfs/{cid}", "format"),
        ("/ipfs/{cid}?format=tar", "format"),
        ("/ipfs/{cid}?format=car&car-version=2", "car"),
        ("/ipfs/{cid}?format=car&dag-scope=none", "dag-scope"),
        ("/ipfs/{cid}?format=car&entity-bytes=x", "entity-bytes"),
    ],
)
def test_what_no_gateway_is_asked_is_refused_with_400(site, kept, path, reason):
    answer = site.get(path.replace("{cid}", str(kept[1])))
    document = problem(answer, 400, "invalid-gateway-request")
    assert document["reason"] == f"invalid-gateway-request.{reason}"


def test_clients_see_by_the_cid_of_no_bytes_that_a_gateway_is_here(site):
    block = site.get("/ipfs/bafkqaaa?format=raw")
    assert (block.status_code, block.content) == (200, b"")
    car = site.get("/ipfs/bafkqaaa", headers={"Accept": CAR})
    assert car.content == bytes.fromhex("19a265726f6f747381d82a4500015500006776657273696f6e01")
    assert site.head("/ipfs/bafkqaaa?format=raw").status_code == 200


def test_pages_of_other_sites_may_ask(site, kept):
    answer = site.options(f"/ipfs/{kept[1]}", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "access-control-allow-origin" not in site.get("/api/v1/status").headers
    assert site.post(f"/ipfs/{kept[1]}").status_code == 405
