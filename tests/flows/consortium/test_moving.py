"""A library that existed before joins a consortium: by commands, over two real chains."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger_service.config import load
from ledger_service.setup import start_embedded_chain
from scripts.consortium.chains import start_chain
from scripts.consortium.command import run_muhr
from scripts.consortium.council import Council
from scripts.harness.served_library import ServedLibrary

pytestmark = pytest.mark.slow

NOT_YET = 3  # exit status: the council has not decided; not all was checked
ORIGIN = "library.test/muhr"
STANDS = b"a work that stands"


class Older(ServedLibrary):
    """A library on an embedded chain of its own, until it goes to a consortium's."""

    def join(self, charter: Path, expect: int = 0, *more: str) -> str:
        who = ("--name", "A library", "--uri", "https://library.test/", "--origin", ORIGIN)
        return run_muhr(self._settings, "init", "--join", charter, *who, *more, expect=expect).out

    def run(self, *arguments: object, expect: int | None = 0) -> str:
        return run_muhr(self._settings, *arguments, expect=expect).out

    def go_to(self, chain_url: str) -> None:
        self._settings = {**self._settings, "MUHR_CHAIN_URL": chain_url, "MUHR_CONFIRMATIONS": "1"}

    @property
    def settings(self) -> dict[str, str]:
        return dict(self._settings)

    def stop(self) -> None:
        self._server.stop()


def live(library: Older) -> tuple[str, str]:
    """Let a work stand and another be withdrawn; return their digests."""
    kept = library.register(STANDS, title="Stands")["digest"]
    gone = library.register(b"a work that was withdrawn", title="Gone")["digest"]
    library.at_rest()
    answer = library.registrar.post(f"/resources/{gone}/withdrawal", json={"reason": "error"})
    assert answer.status_code == 202, answer.text
    library.at_rest()
    library.anchored()
    return kept, gone


def join(library: Older, council: Council) -> None:
    """Let the library ask, the council accredit it, and the library move."""
    library.go_to(council.chain.url_of(0))
    library.join(council.charter_file, NOT_YET)
    request = library.home / "join-request.json"
    council.chain.fund([json.loads(request.read_text())["relayer"]])
    council.accredit(request)
    library.join(council.charter_file, 0, "--yes")
    assert (library.home / "former" / "1.json").exists()
    assert "already" in library.join(council.charter_file).lower()


def check_pages(library: Older, council: Council, kept: str, gone: str, former: bytes) -> None:
    told = library.get("/deployments")
    assert told["former"][0]["deployment"] == json.loads(former)
    assert told["deployment"]["chain_id"] == council.charter.chain_id
    shown = library.get_public(f"/verify?digest={kept}").decode()
    assert 'data-state="authentic_as_told"' in shown
    assert "/deployments/1.json" in shown
    assert 'data-state="withdrawn"' in library.get_public(f"/verify?digest={gone}").decode()
    assert "/deployments/1.json" in library.get_public("/deployments").decode()
    assert library.get_public("/deployments/1.json") == former_file(library)


def former_file(library: Older) -> bytes:
    return (library.home / "former" / "1.json").read_bytes()


def audit(library: Older, node: str, *more: str, expect: int = 0) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        library.run("audit", "--rpc", node, "--json", *more, expect=expect)
    )
    assert told["findings"] == []
    return told


def test_a_library_goes_to_a_consortium_with_its_ledger(tmp_path: Path) -> None:
    with Older(tmp_path / "library", ORIGIN) as library:
        kept, gone = live(library)
        receipt, pinned, work = (tmp_path / name for name in ("old.json", "former.json", "work"))
        receipt.write_bytes(library.get_public(f"/api/v1/resources/{kept}/receipt"))
        pinned.write_bytes(library.get_public("/api/v1/deployment"))
        work.write_bytes(STANDS)
        library.stop()
        chain = start_chain("ganache", tmp_path / "chain", 1)
        try:
            council = Council(tmp_path / "council", chain)
            council.found("Universities")
            join(library, council)
            library.serve()
            library.at_rest()
            library.anchored()
            check_pages(library, council, kept, gone, pinned.read_bytes())
            library.run("promote", "--all", "--yes")
            assert library.registered(kept)["state"] == "registered"
            library.anchored()
            node = chain.url_of(0)
            assert audit(library, node, expect=NOT_YET)["former_unasked"] > 0
            embedded = start_embedded_chain(load({**library.settings, "MUHR_CHAIN_URL": ""}))
            try:
                told = audit(library, node, "--former-rpc", embedded.url)
                assert (told["former_unasked"], told["former"] > 3) == (0, True)
                by = "--receipt", receipt, "--deployment", pinned, "--rpc", embedded.url
                assert "authentic" in library.run("verify", work, *by).lower()
            finally:
                embedded.stop()
        finally:
            chain.stop()
