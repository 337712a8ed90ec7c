"""A library that is really served and cosigned by a witness that really runs, read by Go and aics-tlog."""

import base64
import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.adapters.sql.store import open_store, sqlite_url
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.domain.publication.cosignature import WitnessKey, cosignatures_of
from ledger_service.domain.publication.policy import Policy
from ledger_service.domain.verification.tlog_proof import TlogProof
from ledger_service.services.ledger.append_entry import append_entries
from scripts.harness.processes import ServerProcess, environment_of, free_port, muhr_command
from scripts.harness.served_library import ServedLibrary
from scripts.harness.waiting import wait_until
from tests.live import test_go_checker as go
from tests.live.conftest import AskAics, Check

ORIGIN = "library.test/muhr"
WITNESS = "witness.test/w1"
WAIT_SECONDS = 60
MORE_ENTRIES = 600  # so that there are full tiles, partial ones and a second level


class RunningWitness:
    """`muhr witness serve` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.home = folder / "witness"
        settings = {"MUHR_WITNESS_HOME": str(self.home), "MUHR_HOME": str(folder / "no-library")}
        self._environment = environment_of(settings)
        self.url = f"http://127.0.0.1:{self.port}"

    def muhr(self, *arguments: str) -> str:
        return subprocess.run(
            muhr_command("witness", *arguments),
            env=self._environment,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        ).stdout

    @contextmanager
    def serve(self) -> Iterator[None]:
        command = muhr_command("witness", "serve", "--name", WITNESS, "--port", self.port)
        server = ServerProcess(command, self.url, self._environment)
        try:
            server.wait_until_it_answers()
            yield
        finally:
            server.stop()

    def key(self) -> WitnessKey:
        return WitnessKey.parse(json.loads(self.muhr("show", "--json"))["key"])


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWitness]:
    running = RunningWitness(tmp_path_factory.mktemp("witness"))
    with running.serve():
        yield running


@pytest.fixture(scope="module")
def library(
    witness: RunningWitness, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedLibrary]:
    """Return a library of some hundred entries whose newest checkpoint is cosigned and anchored."""
    folder = tmp_path_factory.mktemp("library")

    def ask_the_witness(library: ServedLibrary) -> None:
        key = json.loads((library.home / "deployment.json").read_text())["key"]
        assert "is cosigned from now on" in witness.muhr("add", key)
        policy = library.home / "tlog-policy"
        log = policy.read_text().partition("quorum")[0]
        line = f"witness partner {witness.key().format()} {witness.url}\n"
        policy.write_text(f"{log}{line}quorum partner\n")

    file = folder / "one.txt"
    file.write_text("a resource\n")
    with ServedLibrary(folder, ORIGIN, ask_the_witness) as library:
        library.at_rest()
        steward = library.get("/deployment")["steward"]
        facts: dict[str, str | int] = {"steward": steward, "block": 1}
        store = open_store(sqlite_url(library.home / "muhr.db"))
        with store.write() as transaction:
            append_entries(transaction, [Entry("steward", at, facts) for at in range(MORE_ENTRIES)])
        store.close()
        library.muhr("register", str(file), "--license", "CC0-1.0", "--json")
        library.at_rest()
        wait_until_cosigned(library, witness.key())
        yield library


def wait_until_cosigned(library: ServedLibrary, key: WitnessKey) -> str:
    """Return the newest checkpoint once the witness has cosigned it."""

    def cosigned() -> str | None:
        note = library.get_public("/muhr/checkpoint").decode()
        return note if cosignatures_of(note, [key], check_ed25519) else None

    note: str = wait_until(cosigned, "no cosignature")
    return note


def test_go_reads_every_tile_and_the_cosignature(
    library: ServedLibrary, witness: RunningWitness, check: Check
) -> None:
    job = {
        **go.job(library.get_public("/muhr/checkpoint").decode()),
        "verifier_key": library.get("/deployment")["key"],
        "witnesses": [witness.key().format()],
        "tiles": f"{library.url}/muhr",
    }
    assert go.accepted(check(job), 2)
    assert check({**job, "tiles": f"{library.url}/static"})[0] == 1


def test_aics_tlog_reads_every_tile_and_the_cosignature(
    library: ServedLibrary, witness: RunningWitness, ask_aics: AskAics
) -> None:
    question: dict[str, Any] = {
        "what": "tiles",
        "prefix": f"{library.url}/muhr",
        "key": library.get("/deployment")["key"],
        "witnesses": [witness.key().format()],
        "origin": ORIGIN,
    }
    other = WitnessKey(WITNESS, bytes(range(32))).format()
    answers = ask_aics(
        [question, {**question, "witnesses": [other]}, {**question, "origin": "elsewhere"}]
    )
    assert answers[0] == ""
    assert "" not in answers[1:]


def test_both_refuse_a_tile_that_was_changed(
    library: ServedLibrary, check: Check, ask_aics: AskAics, tmp_path: Path
) -> None:
    """Someone serves the same ledger with one bit changed in one file."""
    size = int(library.get_public("/muhr/checkpoint").split(b"\n")[1])
    assert size > 512
    note = library.get_public("/muhr/checkpoint").decode()
    key = library.get("/deployment")["key"]
    names = [TileName(None, 1), TileName(0, 0), TileName(0, 2, size - 512), TileName(1, 0, 2)]
    with closing(sqlite3.connect(library.home / "muhr.db")) as kept:
        assert kept.execute("SELECT count(*) FROM bundle").fetchone()[0] > 2
    for name in names:
        with mirror(library, size, name) as prefix:
            job = {**go.job(note), "verifier_key": key, "tiles": prefix}
            assert go.parts_refused(check(job), 1), name
            question = {
                "what": "tiles",
                "prefix": prefix,
                "key": key,
                "witnesses": [],
                "origin": ORIGIN,
            }
            assert ask_aics([question]) != [""], name


@contextmanager
def mirror(library: ServedLibrary, size: int, changed: TileName) -> Iterator[str]:
    """Yield the prefix of a mirror of the library's files in which one byte of one tile is another."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    class Mirror(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                data = bytearray(library.get_public("/muhr/" + self.path[1:]))
            except OSError:
                self.send_error(404)
                return
            if self.path[1:] == changed.format():
                data[len(data) // 2] ^= 1
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_audit_asks_for_the_policy_that_the_library_shows(
    library: ServedLibrary, tmp_path: Path
) -> None:
    shown = tmp_path / "policy"
    shown.write_bytes(library.get_public("/muhr/tlog-policy"))
    assert Policy.parse(shown.read_bytes()).quorum == "partner"
    for _ in range(2):  # the second time from the folder
        answer = json.loads(
            library.muhr(
                "audit", "--policy", str(shown), "--cache", str(tmp_path / "tiles"), "--json"
            )
        )
        assert answer["clean"]
        assert answer["cosigned_by"] == [WITNESS]
        assert (tmp_path / "tiles/tile/entries/001").is_file()


def test_a_tlog_proof_of_the_library_holds_for_us_and_for_go(
    library: ServedLibrary, witness: RunningWitness, check: Check, tmp_path: Path
) -> None:
    file = tmp_path / "one.txt"
    file.write_text("a resource\n")
    [row] = library.get("/resources")["items"]
    target = tmp_path / "one.tlog-proof"
    library.muhr("receipt", row["digest"], "--tlog-proof", "-o", str(target))
    proof = TlogProof.parse(target.read_bytes())
    key = library.get("/deployment")["key"]
    assert proof.extra is not None
    proof.check(proof.extra, VerifierKey.parse(key), check_ed25519)
    item = go.included_item(proof.extra, proof.index, proof.proof)
    job = {**go.job(proof.checkpoint, included=[item]), "verifier_key": key}
    assert go.accepted(check(job), 1)
    changed = {**item, "entry": base64.b64encode(proof.extra + b" ").decode()}
    assert go.parts_refused(check({**job, "included": [changed]}), 1)
    # The proof names no anchor; the node proves that its checkpoint is anchored, so the status is 0.
    library.muhr("verify", str(file), "--receipt", str(target), "--json")
    file.write_text("another resource\n")
    with pytest.raises(RuntimeError, match="exit status 1"):
        library.muhr("verify", str(file), "--receipt", str(target), "--json")
