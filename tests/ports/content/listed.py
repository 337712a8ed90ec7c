"""The list of tests that every way to keep content passes: on simulated nodes, and on real ones.

Whoever imports it gives a fixture `new_node`, a function that returns a running node that is empty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from ipfs.cid import RAW, Cid
from ledger_service.adapters.content.blocks import IpfsContent
from ledger_service.adapters.content.stores import open_blocks
from ledger_service.domain.errors import (
    ContentCorrupt,
    ContentNotFound,
    ContentStoreUnavailable,
)
from ledger_service.services.content.seal_content import new_seal
from tests.ports.content.places import Folder, Kept, Node

MIB = 2**20
KINDS = {"folder": (True, 0), "kubo": (False, 1), "two kubo": (False, 2), "both": (True, 1)}


def data_of(size: int) -> bytes:
    """Return bytes of this size, of which no two pieces are alike."""
    return hashlib.shake_128(size.to_bytes(8, "big")).digest(size)


def leaves(data: bytes) -> list[Cid]:
    return [Cid.of(RAW, data[at : at + MIB]) for at in range(0, len(data), MIB)]


@pytest.fixture(params=KINDS)
def kept(request: pytest.FixtureRequest, tmp_path: Path, new_node: Callable[[], Node]) -> Kept:
    has_folder, nodes = KINDS[request.param]
    folder = Folder(tmp_path / "blocks") if has_folder else None
    return Kept(folder, tmp_path, [new_node() for _ in range(nodes)])


class ListOfTests:
    """Every test runs on each kind of places."""

    @pytest.mark.parametrize("size", [1, MIB, MIB + 1, 3 * MIB + 7])
    def test_what_went_in_comes_out_whole_and_in_ranges(self, kept: Kept, size: int) -> None:
        data = data_of(size)
        cid = kept.put(data)
        assert kept.content.size(cid) == size
        for start, end in ((0, size), (size // 2, size), (size - 1, size), (0, 1)):
            assert b"".join(kept.content.read(cid, start, end)) == data[start:end]

    def test_every_place_keeps_every_block_also_when_garbage_is_collected(self, kept: Kept) -> None:
        data = data_of(2 * MIB + 5)
        cid = kept.put(data)
        for place in kept.places:
            place.collect_garbage()
            assert all(place.holds(one) for one in [*leaves(data), Cid(cid.codec, cid.digest)])
        assert kept.read(cid) == data

    def test_garbage_that_is_collected_amid_an_upload_takes_nothing_of_it(self, kept: Kept) -> None:
        data = data_of(2 * MIB + 6)
        with kept.content.upload() as upload:
            upload.write(data[:MIB])
            for place in kept.places:
                place.collect_garbage()
            upload.write(data[MIB:])
            cid = upload.finish()
            upload.commit()
        for place in kept.places:
            place.collect_garbage()
        assert kept.read(cid) == data

    def test_nothing_is_kept_without_a_commit(self, kept: Kept) -> None:
        data = data_of(MIB + 2)
        with kept.content.upload() as upload:
            upload.write(data)
            cid = upload.finish()
        with pytest.raises(ContentNotFound):
            kept.content.size(cid)
        assert not any(place.holds(leaf) for place in kept.places for leaf in leaves(data))

    @pytest.mark.parametrize("spoil", ["flip", "delete"])
    def test_a_spoiled_block_never_leaves_and_heals_from_a_sound_copy(
        self, kept: Kept, spoil: str
    ) -> None:
        data = data_of(2 * MIB + 7)
        cid = kept.put(data)
        first = kept.places[0]
        getattr(first, spoil)(leaves(data)[1])
        if kept.is_alone:
            with pytest.raises(ContentCorrupt if spoil == "flip" else ContentNotFound):
                kept.read(cid)
        else:
            assert kept.read(cid) == data
            assert first.holds(leaves(data)[1])

    @pytest.mark.parametrize("spoil", ["flip", "delete"])
    def test_a_spoiled_segment_never_leaves_and_heals_from_a_sound_copy(
        self, kept: Kept, spoil: str
    ) -> None:
        data, seal = data_of(2 * MIB + 13), new_seal("library.test/listed")
        with kept.content.upload(seal) as upload:
            upload.write(data)
            upload.finish()
            stored = upload.stored()
            upload.commit()
        first = kept.places[0]
        for leaf in kept.leaves(stored):
            getattr(first, spoil)(leaf)
        reading = kept.content.read_sealed(stored, seal, len(data), 0, len(data))
        if kept.is_alone:
            with pytest.raises(ContentCorrupt if spoil == "flip" else ContentNotFound):
                next(reading)
        else:
            assert b"".join(reading) == data
            assert all(first.holds(leaf) for leaf in kept.leaves(stored))

    @pytest.mark.parametrize("spoil", ["flip", "delete"])
    def test_the_same_file_again_heals_what_was_spoiled(self, kept: Kept, spoil: str) -> None:
        data = data_of(2 * MIB + 8)
        cid = kept.put(data)
        for place in kept.places:
            getattr(place, spoil)(leaves(data)[0])
            getattr(place, spoil)(Cid(cid.codec, cid.digest))
        with pytest.raises((ContentCorrupt, ContentNotFound)):
            kept.read(cid)
        assert kept.put(data) == cid
        assert kept.read(cid) == data
        assert all(place.holds(leaf) for place in kept.places for leaf in leaves(data))

    def test_a_place_that_is_away_takes_nothing_until_it_is_back(self, kept: Kept) -> None:
        data, away = data_of(MIB + 9), kept.places[-1]
        away.stop()
        with pytest.raises(ContentStoreUnavailable):
            kept.put(data)
        away.start()
        cid = kept.put(data)
        assert away.holds(leaves(data)[0])
        assert kept.read(cid) == data

    def test_a_node_may_be_away_when_the_store_is_opened(self, kept: Kept) -> None:
        if kept.settings.nodes:
            data, away = data_of(MIB + 12), kept.places[-1]
            away.stop()
            late = IpfsContent(open_blocks(kept.settings))
            away.start()
            with late.upload() as upload:
                upload.write(data)
                cid = upload.finish()
                upload.commit()
            assert kept.read(cid) == data

    def test_what_another_place_has_is_read_while_one_is_away(self, kept: Kept) -> None:
        data = data_of(MIB + 10)
        cid = kept.put(data)
        kept.places[0].stop()
        if kept.is_alone:
            with pytest.raises(ContentStoreUnavailable):
                kept.read(cid)
        else:
            assert kept.read(cid) == data
        kept.places[0].start()
        assert kept.read(cid) == data

    def test_a_place_that_was_emptied_is_filled_again_as_it_is_read(self, kept: Kept) -> None:
        data = data_of(2 * MIB + 11)
        cid = kept.put(data)
        kept.places[0].empty()
        if kept.is_alone:
            with pytest.raises(ContentNotFound):
                kept.read(cid)
            return
        assert kept.read(cid) == data
        assert all(kept.places[0].holds(leaf) for leaf in leaves(data))
