"""The embedded chain's folder: what was kept is in it, whatever then happens to the chain's process."""

import os
import secrets
import shutil
from pathlib import Path

import pytest

from ledger_service.adapters.evm.ganache import Ganache
from ledger_service.adapters.evm.node import Node
from ledger_service.domain.errors import ChainUnavailable


@pytest.fixture
def synced(monkeypatch):
    """Return the list of names that are handed to the disk from now on."""
    names = []

    def sync(descriptor, fsync=os.fsync):
        names.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    return names


def test_a_folder_copied_when_it_was_kept_has_every_block_that_was_told(new_library, tmp_path):
    library = new_library()
    chain, node = library.opened.library.chain, library.opened.node
    for round_ in range(3):
        node.requests([("evm_mine", [])] * 20)
        head = chain.head()
        chain.keep()
        copy = tmp_path / str(round_)
        shutil.copytree(library.config.chain_folder, copy)
        restored = Ganache(library.config.node_modules, copy, library.opened.deployment.chain_id)
        try:
            assert Node(restored.url).block(head.number).hash == head.hash
        finally:
            restored.stop()


def test_keeping_hands_every_file_and_the_folder_itself_to_the_disk(new_library, synced):
    library = new_library()
    folder = library.config.chain_folder
    library.opened.library.chain.keep()
    assert set(synced) == {folder.name, *os.listdir(folder)}


def test_an_end_of_the_chain_hands_its_data_to_the_disk(new_library, synced, tmp_path):
    modules = new_library().config.node_modules
    Ganache(modules, tmp_path / "young", 1 + secrets.randbelow(10**6)).stop()
    assert "young" in synced


def test_a_disk_that_does_not_take_it_settles_nothing(new_library, monkeypatch):
    chain = new_library().opened.library.chain

    def refuse(descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ChainUnavailable, match="embedded-not-kept"):
        chain.keep()
    monkeypatch.undo()
