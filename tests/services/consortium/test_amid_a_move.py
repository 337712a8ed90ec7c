"""A home whose move was stopped between database and deployment file: nothing opens until it has ended."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ledger_service.config import load
from ledger_service.domain.errors import NotInitialized
from ledger_service.ports.consortium.former import FormerContracts
from ledger_service.setup import open_library, write_deployment

NODE = "http://127.0.0.1:1"


def test_nothing_opens_amid_a_move(blank_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(blank_home, home)
    config = load({"MUHR_HOME": str(home)})
    opened = open_library(config, NODE)
    former = opened.deployment
    later = replace(former, chain_id=former.chain_id + 1)
    left = FormerContracts(1, former.format(), later.digest, 0, 0)
    with opened.store.write() as transaction:
        transaction.former.add(left)
    opened.store.close()
    with pytest.raises(NotInitialized) as refused:
        open_library(config, NODE)
    assert refused.value.reason.name == "not-initialized.move-unfinished"
    write_deployment(config, replace(later, nodes=("https://node.example",)))
    again = open_library(config, NODE)
    with again.store.read() as transaction:
        assert transaction.former.all() == [left]
    again.store.close()
