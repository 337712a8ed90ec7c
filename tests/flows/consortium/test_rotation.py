"""A member's accounts are replaced while its `muhr serve` runs, and it moves to another machine."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from ledger_service import config as configuration
from ledger_service.domain.chain.account import checksummed
from ledger_service.rotating import RoleShown, ask_council, show_roles
from scripts.consortium.command import run_muhr
from scripts.consortium.universities import Universities
from scripts.consortium.university import University
from scripts.harness.processes import free_port, muhr_serve
from scripts.harness.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Universities]:
    """Return a consortium of one university, which is served."""
    folder = tmp_path_factory.mktemp("rotation") / "consortium"
    with Universities(folder, names=("samarkand",)) as universities:
        yield universities


@pytest.fixture
def library(found: Universities) -> University:
    return found["samarkand"]


def roles(library: University) -> dict[str, RoleShown]:
    return {role.role: role for role in show_roles(configuration.load(library.settings))}


def asked(library: University, role: str, file: Path) -> str:
    """Return the next account of a role, which the council is asked for by this file."""
    present = roles(library)[role].account
    return ask_council(configuration.load(library.settings), role, present, file).successor


def wait_for(library: University, role: str, account: str) -> None:
    wait_until(lambda: roles(library)[role].account == account, f"{role} is not taken up")


def test_accounts_are_replaced_without_a_stop(found: Universities, library: University) -> None:
    before, process = roles(library), library.process_id
    library.register(b"before")
    for role in ("registrar", "anchorer"):
        library.run("keys", "rotate", role)
        request = library.home / "rotate-request.json"
        successor = json.loads(request.read_text())["successor"]
        assert roles(library)[role].account == before[role].account
        done = found.council.act("rotate", request, "--joined", library.request_file)
        accounts = checksummed(before[role].account), checksummed(successor)
        for said in ("University of Samarkand", role, *accounts):
            assert said in done.out
        wait_for(library, role, successor)
        assert roles(library)[role].former == (before[role].account,)
    library.run("keys", "rotate", "relayer", "--yes")
    wait_until(lambda: roles(library)["relayer"].next is None, "the relayer is not taken up")
    library.register(b"after")
    paying = "0x" + roles(library)["relayer"].account
    wait_until(lambda: library.status()["relayer"]["account"] == paying, "the old one still pays")
    assert library.process_id == process


@pytest.mark.nightly
def test_a_request_is_good_for_its_moment_only(
    found: Universities, library: University, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    for request in (first, second):
        successor = asked(library, "anchorer", request)
        found.council.act("rotate", request)
        if request == first:  # nothing of a rotation is kept by the process
            library.kill()
            library.serve()
        wait_for(library, "anchorer", successor)
    again = found.council.act("rotate", second, expect=None)
    assert (again.status, "already" in again.err) == (2, True)
    replayed = found.council.act("rotate", first, expect=None)
    assert (replayed.status, "does not act as anchorer" in replayed.err) == (2, True)


def test_a_stolen_account_is_closed_and_what_was_accepted_waits_for_the_next(
    found: Universities, library: University, tmp_path: Path
) -> None:
    role = roles(library)["registrar"]
    for account in (role.account, *role.former):  # both were in the stolen folder
        found.council.act("close", "0x" + account)
    wait_until(lambda: roles(library)["registrar"].is_stuck, "it is not closed")
    told = library.run("keys", "show", expect=1)
    assert "closed as of" in told.out
    assert "muhr keys rotate registrar" in told.out
    wait_until(lambda: library.status()["warnings"], "the status does not tell")
    accepted = library.upload(b"after the theft")
    assert (accepted.status_code, accepted.json()["state"]) == (202, "accepted")
    assert accepted.json()["waits"]["reason"] == "no-live-account.registrar"
    digest = accepted.json()["digest"]
    assert "No account of this library may register" in library.run("status", expect=3).out
    request, book = tmp_path / "request.json", tmp_path / "book.txt"
    book.write_bytes(b"registered meanwhile")
    told = library.run("keys", "rotate", "registrar", "--out", request).out
    assert "Nobody may act as registrar until" in told
    successor = json.loads(request.read_text())["successor"]
    with ThreadPoolExecutor(1) as others:
        waiting = others.submit(library.run, "register", book, "--license", "CC-BY-4.0")
        taken_in = hashlib.sha256(book.read_bytes()).hexdigest()
        wait_until(
            lambda: library.registrar.get(f"/resources/{taken_in}").is_success, "not taken in"
        )
        found.council.act("rotate", request)
        started = time.monotonic()
        assert library.registered(digest)["state"] == "registered"
        assert time.monotonic() - started < 40  # it is woken, and not tried again in a minute
        said = waiting.result()
    assert "No account of this library may register" in said.err
    assert "--no-wait" in said.err
    wait_for(library, "registrar", successor)


def test_a_witness_is_begun_anew_by_a_command(library: University) -> None:
    def announced() -> str:
        [own] = json.loads(library.run("consortium", "members", "--json").out)
        return str(own["witness"])

    folder = library.home / "witness"
    wait_until(lambda: announced() != "", "it is not announced")
    former, key = announced(), (folder / "witness.pem").read_bytes()
    refused = library.run("consortium", "witness", expect=None)
    assert ("is in use" in refused.err, announced()) == (True, former), refused.err
    library.kill()
    began = library.run("consortium", "witness")
    assert announced() != former
    assert (folder / "name").read_text() in began.out
    assert (folder / "witness.pem").read_bytes() != key
    library.serve()
    library.register(b"under a new witness")


@pytest.mark.nightly
def test_it_moves_to_another_machine_and_address_and_receipts_hold(
    library: University, tmp_path: Path
) -> None:
    book, receipt, folder = tmp_path / "book.txt", tmp_path / "receipt.json", tmp_path / "copy"
    book.write_bytes(b"a book from before the move")
    digest = library.upload(book.read_bytes()).json()["digest"]
    library.registered(digest)
    library.run("receipt", digest, "-o", receipt)
    deployment = (library.home / "deployment.json").rename(tmp_path / "pinned.json")
    (library.home / "deployment.json").write_bytes(deployment.read_bytes())
    library.end()
    library.run("backup", folder)
    keys = library.home / "keys"
    moved = {**library.settings, "MUHR_HOME": str(tmp_path / "new"), "MUHR_PORT": str(free_port())}
    address = f"http://127.0.0.1:{moved['MUHR_PORT']}"
    given = ("--password-file", keys / "password", "--erasures", keys / "erased")
    run_muhr(moved, "restore", folder, *given, "--public-url", address)
    offline = {"MUHR_API": library.url, "MUHR_HOME": str(tmp_path / "nobody")}
    trusted = ("--receipt", receipt, "--deployment", deployment)
    rpc = ("--rpc", library.settings["MUHR_CHAIN_URL"])
    assert "authentic" in run_muhr(offline, "verify", book, *trusted, *rpc).out.lower()
    server = muhr_serve(moved)
    try:
        server.wait_until_it_answers()
        with httpx.Client(base_url=address, trust_env=False) as client:
            assert f"{address}/muhr" in client.get("/muhr/tlog-policy").text
            wait_until(
                lambda: address in client.get("/api/v1/consortium/members").text,
                "the new address is not announced",
            )
        asked = {**moved, "MUHR_API": address}
        run_muhr(asked, "verify", book, "--receipt", receipt, *rpc)
        run_muhr(asked, "receipt", digest, "-o", tmp_path / "newer.json")
    finally:
        server.stop()
