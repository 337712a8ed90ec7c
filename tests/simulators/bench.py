"""A whole library on a bench: real SQLite, real block store, a chain in memory, and its worker."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import Dialect, create_engine, event

from ipfs.block_store import FileBlockStore
from ledger_service import messages
from ledger_service.adapters.content.blocks import IpfsContent
from ledger_service.adapters.erasure_list import ErasureFiles
from ledger_service.adapters.imports.manifests import ManifestFolder
from ledger_service.adapters.lending.maker import CopyProcesses
from ledger_service.adapters.people.universities import OpenIdUniversities
from ledger_service.adapters.signer import check_ed25519
from ledger_service.adapters.sql.publication.mirrors import MirrorFolder
from ledger_service.adapters.sql.store import SqlStore, open_store, sqlite_url
from ledger_service.domain.chain.history import ChainHistory
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.lending.grant import Grant, Scope
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.publication.policy import Policy
from ledger_service.domain.resources.license import KNOWN_RIGHTS, UNLIMITED_SEATS, LicenseTerms
from ledger_service.domain.resources.registration import Metadata, Registration
from ledger_service.ports.resources import License, Steward
from ledger_service.ports.store import Store, Transaction
from ledger_service.services.audit.audit_ledger import AuditReport, audit_ledger
from ledger_service.services.audit.check_openings import TellDecision
from ledger_service.services.audit.former_parts import Contracts
from ledger_service.services.chain.complete_events import complete_events
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.lending.issue_grant import issue_grant
from ledger_service.services.library import Library
from ledger_service.services.limits import Limits
from ledger_service.services.people.grant_access import enroll_reader
from ledger_service.services.resources.define_license import define_license
from ledger_service.services.resources.find_resources import show_license
from ledger_service.services.resources.register_resource import receive_resource, register_resource
from ledger_service.services.verification.check_receipt import ChainView
from ledger_service.services.verification.verify_resource import Answer, verify_resource
from ledger_service.setup import EFFECTS
from ledger_service.worker import Worker
from tests.simulators.chain import DEPLOYED_AT, ChainSimulator
from tests.simulators.clock import ClockSimulator
from tests.simulators.content.keeper import KeeperSimulator
from tests.simulators.parts.identity import EXAMPLE, Identity
from tests.simulators.parts.identity import ORIGIN as ORIGIN
from tests.simulators.parts.identity import STEWARD_URI as STEWARD_URI
from tests.simulators.parts.identity import signer_of as signer_of
from tests.simulators.people.issuer import IssuerSimulator
from tests.simulators.people.keeper import PeopleSimulator
from tests.simulators.source import SourceSimulator

STEWARD = EXAMPLE.steward
LIBRARIAN = Caller.of_token(Role.REGISTRAR, "librarian", STEWARD)
OPERATOR = Caller.operator(STEWARD)
BOOK = b"%PDF-1.7 Alisher Navoiy, Xamsa"
SECOND, THIRD = b"second edition", b"third edition"
HOUR = 3600
MOST_ROUNDS = 400


class Granted(NamedTuple):
    """A library in which one reader holds a grant for an hour."""

    bench: Bench
    reader: str
    grant: Grant


class WorkerKilled(BaseException):
    """The worker's process ended here; nothing catches it."""


class StoreThatStops:
    """A store whose process is killed before or after its n-th write transaction has committed."""

    def __init__(self, store: Store, at: int, *, committed: bool) -> None:
        self._store = store
        self._left = at
        self._committed = committed

    def read(self) -> object:
        return self._store.read()

    def wipe(self) -> bool:
        return self._store.wipe()

    def rewrite(self) -> None:
        self._store.rewrite()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self._store.write() as transaction:
            yield transaction
            self._left -= 1
            if self._left == 0 and not self._committed:
                raise WorkerKilled
        if self._left == 0:
            raise WorkerKilled


def as_reader(reader: str) -> Caller:
    """Return the caller who holds this reader's token."""
    return Caller.of_token(Role.READER, reader, STEWARD)


def open_bench_store(path: Path) -> SqlStore:
    """Return a store that waits for no disk and takes what other benches had SQLAlchemy compile.

    On a bench processes are killed and machines are not. Compiling anew takes 60 ms a test.
    """
    store = open_store(sqlite_url(path))
    event.listen(store.engine, "connect", _wait_for_no_disk)
    store.engine.dialect = _dialect()  # by which SQLAlchemy tells compiled statements apart
    store.engine.update_execution_options(compiled_cache=_compiled())
    return store


def _wait_for_no_disk(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@cache
def _dialect() -> Dialect:
    """Return SQLite's dialect as it is once a connection told its version."""
    engine = create_engine("sqlite://")
    engine.connect().close()
    return engine.dialect


@cache
def _compiled() -> dict[Any, Any]:
    return {}


def _clock_and_chain(
    identity: Identity, like: Bench | None
) -> tuple[ClockSimulator, ChainSimulator]:
    """Return a clock and a chain of its own: new ones, or as those of another bench are now."""
    if like is None:
        clock = ClockSimulator()
        return clock, ChainSimulator(clock, identity.ledger)
    clock = replace(like.clock)
    return clock, like.chain.copy(clock)


class Bench:
    """One library and what tests do with it.

    Args:
        folder: holds muhr.db, migrated; gets the blocks, or has them.
        like: a bench whose folder this is a copy of.
        identity: whose library it is. on: the clock and the chain of others, on which it acts, too.
    """

    def __init__(
        self,
        folder: Path,
        limits: Limits | None = None,
        like: Bench | None = None,
        identity: Identity = EXAMPLE,
        on: tuple[ClockSimulator, ChainSimulator] | None = None,
    ) -> None:
        self.folder = folder
        self.identity = identity if like is None else like.identity
        self.signer = self.identity.signer
        self.librarian = Caller.of_token(Role.REGISTRAR, "librarian", self.identity.steward)
        self.clock, self.chain = on or _clock_and_chain(self.identity, like)
        self.store = open_bench_store(folder / "muhr.db")
        blocks = (
            FileBlockStore.create(folder / "blocks")
            if like is None
            else FileBlockStore(folder / "blocks")
        )
        self.library = Library(
            store=self.store,
            chain=self.chain,
            content=IpfsContent(
                blocks, folder / "blocks" / "unclaimed", folder / "blocks" / "lost"
            ),
            keeper=KeeperSimulator("bench"),
            people=PeopleSimulator("bench"),
            issuer=IssuerSimulator("bench"),
            copies=CopyProcesses(messages.text, 2**20),
            manifests=ManifestFolder(folder / "imports"),
            universities=OpenIdUniversities(folder),
            clock=self.clock,
            steward=self.identity.steward,
            key=self.signer.key,
            limits=limits or Limits(largest_resource_bytes=1_000_000, anchor_seconds=0),
            effects=EFFECTS,
            erasures=ErasureFiles([folder / "erased"], self.signer.key.name),
            mirrors=MirrorFolder(folder / "mirrors"),
        )
        self.worker = Worker(self.library, self.signer, DEPLOYED_AT)
        self.source = SourceSimulator(self.library)
        # While one connection stays open, SQLite keeps its write-ahead log between transactions.
        self._keeper = sqlite3.connect(folder / "muhr.db")
        self._keeper.execute("SELECT count(*) FROM lease").fetchone()
        if like is None:
            self._set_up()

    def release(self) -> None:
        """Let go of the database, so that its file can be copied or replaced."""
        self._keeper.close()
        self.store.close()

    def _set_up(self) -> None:
        steward, own = self.identity.steward, self.identity.own.used
        id = steward.hex()
        self.chain.act(lambda state: state.accredit(id))
        self.chain.act(lambda state: state.add_registrar(id, own["registrar"], 0, 2**40))
        self.chain.act(lambda state: state.add_service(id, own["service"], 0, 2**40))
        ledger = self.library.ledger.hex()
        self.chain.act(lambda state: state.open_ledger(ledger, id, own["anchorer"]))
        block = self.chain.blocks[-1].block.number
        with self.store.write() as transaction:
            transaction.stewards.add(Steward(steward, self.identity.uri, self.identity.name))
            append_entry(
                transaction, Entry("steward", self.clock(), {"steward": id, "block": block})
            )

    # ---- verbs ------------------------------------------------------------------------------------

    def license(
        self,
        name: str = "CC-BY-4.0",
        seats: int = UNLIMITED_SEATS,
        loan: int = 30 * 86_400,
        self_service: bool = False,
    ) -> License:
        """Define a license, which is open if its name is one of Creative Commons."""
        uri = KNOWN_RIGHTS.get(name) or f"https://licenses.example.uz/{quote(name)}"
        terms = LicenseTerms(uri, seats, loan, self_service)
        return define_license(self.library, self.librarian, name, terms)

    def register(
        self, data: bytes = BOOK, license_name: str = "CC-BY-4.0", **claim: object
    ) -> Registration:
        """Register bytes under a license that stands, unless it is the usual one."""
        if license_name == "CC-BY-4.0":
            self.license()
        metadata = Metadata(
            str(claim.pop("title", "Xamsa")), str(claim.pop("media_type", "application/pdf")), 0
        )
        is_open = show_license(self.library, license_name).terms.is_open
        with receive_resource(self.library, is_open=is_open) as incoming:
            incoming.write(data)
            return register_resource(
                self.library,
                self.librarian,
                incoming,
                metadata=metadata,
                license_name=license_name,
                **claim,  # type: ignore[arg-type]
            )

    def reader(self) -> str:
        """Enroll a reader."""
        return enroll_reader(self.store, self.librarian)

    def grant(
        self, digest: Digest, reader: str, seconds: int = HOUR, scopes: Scope = Scope.READ
    ) -> Grant:
        """Issue a grant from now on for so many seconds."""
        until = self.clock() + seconds
        return issue_grant(
            self.library, self.librarian, digest=digest, reader=reader, until=until, scopes=scopes
        )

    def registered(self, data: bytes = BOOK, **claim: object) -> Registration:
        """Register bytes and let the worker finish."""
        self.register(data, **claim)  # type: ignore[arg-type]
        self.settle()
        return self.registration(data)

    def granted(self, reader: str | None = None, seconds: int = HOUR) -> Grant:
        """Register the book and issue a grant that stands on chain."""
        registration = self.registered()
        grant = self.grant(registration.digest, reader or self.reader(), seconds)
        self.settle()
        return self.held(grant)

    def keep_content(self, data: bytes) -> None:
        """Have the content of what was taken by reference."""
        with self.library.content.upload() as upload:
            upload.write(data)
            upload.finish()
            upload.commit()

    def forget_content(self) -> None:
        """Have no content any more, as a library that takes everything by reference."""
        shutil.rmtree(self.folder / "blocks")
        FileBlockStore.create(self.folder / "blocks")

    # ---- the worker -------------------------------------------------------------------------------

    def settle(self, worker: Worker | None = None) -> None:
        """Run the worker until no job is left but an anchor that it holds; time passes as it waits."""
        runs = worker or self.worker
        for _ in range(MOST_ROUNDS):
            happened = runs.round()
            held = {"queued": 1} if runs.holds_anchors else {}
            if not happened and self.open_jobs() in ({}, held):
                return
            if not happened:
                self.clock.advance(1)
                self.chain.mine()
        raise AssertionError(f"the worker does not come to rest: {self.open_jobs()}")

    def anchored_twice(self) -> None:
        """Let the ledger grow past two more anchors: what is older must have its entry by then."""
        for data in (b"one more", b"and another"):
            self.registered(data, title="More")

    def open_jobs(self) -> dict[str, int]:
        """Return how many jobs are queued or submitted."""
        with self.store.read() as transaction:
            counts = transaction.jobs.count_by_state()
        return {state: count for state, count in counts.items() if state in ("queued", "submitted")}

    def another_worker(self, store: object = None, **changes: object) -> Worker:
        """Return a fresh worker of this library, on another store or chain if told."""
        if store is not None:
            changes["store"] = store
        return Worker(replace(self.library, **changes), self.signer, DEPLOYED_AT)  # type: ignore[arg-type]

    # ---- what is there ----------------------------------------------------------------------------

    def bodies(self) -> list[bytes]:
        """Return the bytes of all entries."""
        with self.store.read() as transaction:
            return list(transaction.ledger.entries(0, transaction.ledger.size()))

    def entries(self, kind: str | None = None) -> list[Entry]:
        """Return the ledger's entries, those of one kind if told."""
        with self.store.read() as transaction:
            bodies = transaction.ledger.entries(0, 100_000)
        return [entry for entry in map(Entry.parse, bodies) if kind in (None, entry.kind)]

    def registration(self, data: bytes = BOOK) -> Registration:
        """Return the registration of these bytes as it stands."""
        with self.store.read() as transaction:
            found = transaction.registrations.find(Digest.of(data), self.identity.steward)
        assert found is not None
        return found

    def held(self, grant: Grant) -> Grant:
        """Return a grant as it stands."""
        with self.store.read() as transaction:
            found = transaction.grants.find(grant.id)
        assert found is not None
        return found

    def verdict(self, data: bytes = BOOK) -> Answer:
        return verify_resource(self.library, Digest.of(data))

    def view(self) -> ChainView:
        """Return the chain as a student's own node shows it."""
        events, _ = complete_events(self.chain, DEPLOYED_AT, self.chain.head().number, {})
        return ChainView(self.chain.chain_id, self.chain.anchor_contract, ChainHistory.of(events))

    def audit(
        self,
        *,
        with_private_parts: bool = True,
        policy: Policy | None = None,
        tell: TellDecision = lambda *_: None,
        contracts: Contracts | None = None,
    ) -> AuditReport:
        return audit_ledger(
            self.source,
            self.chain,
            self.library.key,
            check_ed25519,
            steward=self.identity.steward,
            first_block=DEPLOYED_AT,
            with_private_parts=with_private_parts,
            progress=lambda what, done, total: None,
            policy=policy,
            tell=tell,
            contracts=contracts,
        )

    def findings(self) -> set[str]:
        """Return the names of what an audit finds."""
        return {finding.name for finding in self.audit().findings}
