"""Small values that several people share: sealed under one key, which is kept wrapped."""

from __future__ import annotations

import pytest

from ledger_service.domain.content.sealing import small_bound_to
from ledger_service.domain.errors import ContentKeyUnavailable, ContentKeyWrong, SealBroken
from ledger_service.services.content.seal_small import (
    LARGEST_SMALL_BYTES,
    SMALL_SEAL_BYTES,
    new_small_key,
    open_small,
    open_small_key,
    seal_small,
)
from tests.simulators.content.keeper import KeeperSimulator

PROJECT = small_bound_to("library.test/muhr", "project", "ab")


def test_what_is_sealed_is_opened_with_the_same_key_and_no_seal_is_like_another() -> None:
    keeper = KeeperSimulator("first")
    wrapped = new_small_key(keeper, PROJECT)
    for plain in (b"", b"x", "Диссертация".encode(), bytes(70_000)):
        sealed = seal_small(keeper, wrapped, PROJECT, plain, "title")
        assert open_small(keeper, wrapped, PROJECT, sealed, "title") == plain
        assert len(sealed) == len(plain) + SMALL_SEAL_BYTES
        assert sealed != seal_small(keeper, wrapped, PROJECT, plain, "title")
    keeper.add("second")
    assert open_small(keeper, wrapped, PROJECT, sealed, "title") == plain


def test_it_opens_for_nothing_else() -> None:
    keeper = KeeperSimulator("first")
    wrapped, other = new_small_key(keeper, PROJECT), new_small_key(keeper, PROJECT)
    sealed = seal_small(keeper, wrapped, PROJECT, b"words", "title")
    with pytest.raises(SealBroken):
        open_small(keeper, wrapped, PROJECT, sealed, "name")
    with pytest.raises(SealBroken):
        open_small(keeper, other, PROJECT, sealed, "title")
    elsewhere = small_bound_to("library.test/muhr", "project", "ac")
    with pytest.raises(ContentKeyWrong):
        open_small(keeper, wrapped, elsewhere, sealed, "title")
    with pytest.raises(ContentKeyWrong):
        open_small(keeper, wrapped[:-1], PROJECT, sealed, "title")
    keeper.is_away = True
    with pytest.raises(ContentKeyUnavailable):
        open_small(keeper, wrapped, PROJECT, sealed, "title")


def test_what_was_damaged_does_not_open() -> None:
    keeper = KeeperSimulator("first")
    key = open_small_key(keeper, new_small_key(keeper, PROJECT), PROJECT)
    sealed = key.seal(b"words", "title")
    for at in range(len(sealed)):
        wrong = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(SealBroken):
            key.open(wrong, "title")
    for cut in range(len(sealed)):
        with pytest.raises(SealBroken):
            key.open(sealed[:cut], "title")
    assert "words" not in repr(key)


def test_what_is_not_small_is_not_sealed_so() -> None:
    keeper = KeeperSimulator("first")
    key = open_small_key(keeper, new_small_key(keeper, PROJECT), PROJECT)
    with pytest.raises(ValueError, match="not small"):
        key.seal(bytes(LARGEST_SMALL_BYTES + 1))
