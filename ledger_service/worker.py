"""The worker: the one process that talks to the chain for the library. One leader at a time.

A round follows the chain, settles jobs, adopts what was done past the library, submits jobs, signs a
checkpoint and queues its anchor. Imports and the work of each room run in threads beside the rounds. Every
step is idempotent, so a worker may be killed anywhere and another one goes on.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from types import MappingProxyType

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.adapters.consortium.announcing import KeyAnnouncer
from ledger_service.adapters.signer import Ed25519Signer
from ledger_service.domain.chain.intent import AnchorCheckpoint
from ledger_service.domain.errors import (
    ChainEvidenceMissing,
    ChainUnavailable,
    DeploymentMismatch,
    LedgerError,
    Unavailable,
)
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.reasons import Reason
from ledger_service.logs import write_logs
from ledger_service.ports.chain import LeaseKind
from ledger_service.ports.consortium.members import Announcer
from ledger_service.services.authorship.end_statements import end_statements
from ledger_service.services.chain.accounts.hand_over_relayer import RelayerChange
from ledger_service.services.chain.accounts.take_up_accounts import OwnAccounts
from ledger_service.services.chain.adopt_events import adopt_events
from ledger_service.services.chain.compare_clocks import clock_warnings
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.chain.heed_worker import tell_round, tell_stop, tell_wait
from ledger_service.services.chain.run_jobs import fill_gap, raise_offers, settle_jobs, submit_jobs
from ledger_service.services.chain.watch_relayer import relayer_warnings
from ledger_service.services.consortium.carry_over import carry_over
from ledger_service.services.consortium.copies.keep_copies import CopyKeeper
from ledger_service.services.consortium.learn_members import MemberLearner
from ledger_service.services.consortium.standing import own_standing
from ledger_service.services.imports.import_resources import is_importing
from ledger_service.services.imports.run_import_jobs import run_import_job, sweep_imports
from ledger_service.services.lending.forgetting.retire_parts import Retiring
from ledger_service.services.lending.forgetting.rewrite_traces import rewrite_traces
from ledger_service.services.lending.requests.keep_lines import LineKeeper
from ledger_service.services.library import Library
from ledger_service.services.people.presence.pass_presence import forget_presences
from ledger_service.services.publication.anchor_ledger import (
    check_extends_anchor,
    queue_anchor,
    sign_checkpoint,
)
from ledger_service.services.resources.closed.begin_epochs import begin_epochs
from ledger_service.services.resources.closed.remove_needless import remove_needless
from ledger_service.services.resources.closed.sweep_unclaimed import UnclaimedSweep
from ledger_service.setup import Opened, open_library
from ledger_service.watching import watch_steps
from ledger_service.witnessing import witness_signer
from reading_room import kept_cids, parts

logger = logging.getLogger("muhr.worker")

LEASE_NAME = "leader"
LOOK_SECONDS = 0.05  # between looks whether something was committed
LOOKS_AT_CHAIN = 10  # of them between looks whether a block came
LOOKS_A_REST = 20  # of them between rounds in which nothing happened: some things fall due by time
LONGEST_ANCHOR_WAIT_SECONDS = 30  # work that never ends must not keep the ledger from its anchor
WAIT_SECONDS = 2.0  # after a round that could not go on
IDLE_SECONDS = 0.5  # between looks for an import to run, or for what a room has to do
STEP_SECONDS = 5.0  # between steps while nothing is committed, for what falls due by time
WATCH_SECONDS = 60  # between looks at what soon keeps the worker from going on
SWEEP_SECONDS = 3600  # between looks for imports to forget

Stops = Callable[[], bool]
"""Whether what runs beside the rounds is to end soon; what is left then is another's."""


class Worker:
    """Runs rounds until it is told to stop.

    Args:
        first_block: where the contracts were deployed.
        announcer: tells the other members of a consortium who this library is; None: nobody does.
        beside: more steps that run beside the rounds, by name.
    """

    def __init__(
        self,
        library: Library,
        signer: Ed25519Signer,
        first_block: int,
        announcer: Announcer | None = None,
        beside: Mapping[str, Callable[[Stops], object]] = MappingProxyType({}),
    ) -> None:
        self._announcer = announcer
        self._beside = beside
        self._library = library
        self._signer = signer
        self._first_block = first_block
        self._holder = f"{os.getpid()}-{secrets.token_hex(8)}"
        self._anchored_at = time.monotonic() - library.limits.anchor_seconds
        self._watched_at = time.monotonic() - WATCH_SECONDS
        self._swept_at = time.monotonic() - SWEEP_SECONDS
        self._is_leader = False
        self._accounts = OwnAccounts()
        self._relayers = RelayerChange()

    def run(self, stop: threading.Event) -> None:
        """Run rounds until the event is set; a chain that is away is waited for.

        Raises:
            DeploymentMismatch, ChainEvidenceMissing: the chain or the database is not the one that
                this library had; nothing is written any more, and a person must look.
        """
        over = threading.Event()
        beside = [
            threading.Thread(target=self._repeat, args=(name, step, over), name=name, daemon=True)
            for name, step in self.steps().items()
        ]
        for thread in beside:
            thread.start()
        try:
            self._run(stop)
        finally:
            over.set()
            for thread in beside:
                thread.join()
            with suppress(LedgerError):
                self._end_lease()  # the next worker need not wait for it to run out

    @property
    def lacks(self) -> list[Reason]:
        """What the library cannot do for now: it is suspended, or none of its accounts may act."""
        return [*own_standing(self._library), *self._accounts.lacks, *self._relayers.lacks]

    @property
    def holds(self) -> bool:
        """Whether nothing is sent until another account pays; see RelayerChange."""
        return self._relayers.holds

    @property
    def holds_anchors(self) -> bool:
        """Whether no ledger is anchored for now, as of the last round; see OwnAccounts."""
        return self._accounts.holds_anchors

    def steps(self) -> dict[str, Callable[[Stops], object]]:
        """Return what runs beside the rounds, by name: each does what is due, and tells if there is more."""
        steps: dict[str, Callable[[Stops], object]] = {
            "imports": self._import,
            "epochs": partial(begin_epochs, self._library),
            "unclaimed content": UnclaimedSweep(self._library).work,
            "lines": LineKeeper(self._library).work,
            "needless content": partial(remove_needless, self._library),
            "retention": Retiring(self._library).work,
            "presences": partial(forget_presences, self._library),
            "unsigned statements": partial(end_statements, self._library),
            "members": MemberLearner(self._library, self._announcer).work,
            "erasures": partial(rewrite_traces, self._library),
            **self._beside,
            "copies": CopyKeeper(self._library, kept_cids).work,
        }
        for room in parts("work"):
            step = partial(room.work, self._library)
            if getattr(room, "READS_RENDITIONS", False):
                step = partial(step, renditions=[one.tell for one in parts("renditions")])
            steps[room.__name__] = step
        return steps

    def _run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self._is_leader = self._leads()
                if not self._is_leader:
                    stop.wait(WAIT_SECONDS)
                    continue
                seen = self._library.store.changes()
                done = self.round()
                tell_round(self._library, self.lacks)
                self._watch()
                if done == 0:
                    self._rest(stop, seen)
            except (DeploymentMismatch, ChainEvidenceMissing) as exc:
                tell_stop(self._library, exc)
                raise
            except Unavailable as exc:
                logger.warning("waiting: %s", messages.detail(exc))
                with suppress(Unavailable):  # it may be the database that is away
                    tell_wait(self._library, exc)
                stop.wait(WAIT_SECONDS)

    def _rest(self, stop: threading.Event, seen: str) -> None:
        """Wait until the next round: until something was committed, a block came, or something may be due.

        seen: what the store told of changes before the last round.
        """
        head = self._library.chain.head()
        for look in range(1, LOOKS_A_REST + 1):
            if stop.wait(LOOK_SECONDS) or self._library.store.changes() != seen:
                return
            if look % LOOKS_AT_CHAIN == 0 and self._library.chain.head() != head:
                return

    def start(self) -> None:
        """Check that the chain and the database are those of this library; see check_library.

        Until that is known, nothing is accepted: what an older database accepts can never be anchored.
        """
        check_library(self._library)

    def round(self) -> int:
        """Do all that can be done now; return how much there was."""
        library = self._library
        done = follow_chain(library, self._first_block)
        done += self._accounts.follow(library)
        done += settle_jobs(library)
        done += adopt_events(library)
        done += carry_over(library)
        done += fill_gap(library)
        done += raise_offers(library)
        done += self._relayers.follow(library)
        if not self.holds:
            done += submit_jobs(library, but=AnchorCheckpoint if self.holds_anchors else None)
        waited = time.monotonic() - self._anchored_at
        if waited >= library.limits.anchor_seconds and (
            waited >= LONGEST_ANCHOR_WAIT_SECONDS or not self._has_work_before_anchor()
        ):
            done += 1 if sign_checkpoint(library, self._signer) else 0
            if not self.holds_anchors and queue_anchor(library):
                self._anchored_at = time.monotonic()
                done += 1
        return done

    def _watch(self) -> None:
        """Tell now and then, in the log too, of what soon keeps the worker from going on."""
        if time.monotonic() - self._watched_at < WATCH_SECONDS:
            return
        self._watched_at = time.monotonic()
        with self._library.store.read() as transaction:
            seen = transaction.worker_state.read()
        warnings = clock_warnings(seen.clock_skew)
        if seen.relayer is not None:
            warnings += relayer_warnings(seen.relayer, self._library.limits)
        for reason in warnings:
            logger.warning("%s", messages.text(reason))

    def _repeat(self, name: str, step: Callable[[Stops], object], over: threading.Event) -> None:
        """Take a step again and again while this worker leads; what fails is tried again."""

        def stops() -> bool:
            return over.is_set() or not self._is_leader

        seen, stepped_at = "", 0.0
        while not over.wait(IDLE_SECONDS):
            try:
                now = self._library.store.changes()
                is_still = now == seen and time.monotonic() - stepped_at < STEP_SECONDS
                if is_still or stops():
                    continue
                seen, stepped_at = "", time.monotonic()
                if not step(stops):
                    seen = now  # until something is committed there is no more to do
            except LedgerError as exc:
                logger.warning("%s: waiting: %s", name, messages.detail(exc))
                over.wait(WAIT_SECONDS)
            except Exception:
                logger.exception("%s: unexpected failure", name)
                over.wait(WAIT_SECONDS)

    def _import(self, stops: Stops) -> None:
        """Run the imports that wait, and now and then forget old ones."""
        if time.monotonic() - self._swept_at >= SWEEP_SECONDS:
            sweep_imports(self._library)
            self._swept_at = time.monotonic()
        while not stops() and run_import_job(self._library, stops):
            pass

    def _has_work_before_anchor(self) -> bool:
        """Return whether due jobs or an import will append entries: one anchor then serves them all."""
        with self._library.store.read() as transaction:
            queued = transaction.jobs.queued(self._library.clock(), 1)
        return bool(queued) or self._is_importing()

    def _is_importing(self) -> bool:
        with self._library.store.read() as transaction:
            return is_importing(transaction, self._library.clock())

    def _leads(self) -> bool:
        now, seconds = self._library.clock(), self._library.limits.lease_seconds
        lease = LeaseKind.WORKER, LEASE_NAME, self._holder, now, seconds
        with self._library.store.read() as transaction:
            if transaction.jobs.holds_lease(*lease):
                return True
        with self._library.store.write() as transaction:
            return transaction.jobs.take_lease(*lease)

    def _end_lease(self) -> None:
        with self._library.store.write() as transaction:
            transaction.jobs.end_lease(
                LeaseKind.WORKER, LEASE_NAME, self._holder, self._library.clock()
            )


def check_library(library: Library) -> None:
    """Check that the chain and the database are those of this library; if not, or unknown, store a stop.

    Raises:
        DeploymentMismatch, ChainUnavailable: see check_extends_anchor.
    """
    try:
        check_extends_anchor(library)
    except (DeploymentMismatch, ChainUnavailable) as exc:
        tell_stop(library, exc)
        raise


def make_worker(opened: Opened, config: configuration.Config | None = None) -> Worker:
    """Return the worker of a library that was opened with its keys.

    config: by which it watches other libraries and has them watch it; None: it does not.
    """
    origin = VerifierKey.parse(opened.deployment.key).name
    signer = opened.keys.ledger_signer(origin)
    first = opened.deployment.first_block
    if config is None:
        return Worker(opened.library, signer, first)
    announcer = KeyAnnouncer(opened.keys, origin, partial(witness_signer, config, opened.library))
    return Worker(opened.library, signer, first, announcer, watch_steps(config, opened.library))


def main() -> int:
    """Run as a process of its own until standard input closes; argv: the chain's URL."""
    write_logs()
    stop = threading.Event()

    def wait_for_parent() -> None:
        while os.read(sys.stdin.fileno(), 1024):  # not by sys.stdin, whose lock would break our end
            pass
        stop.set()

    threading.Thread(target=wait_for_parent, daemon=True).start()
    try:
        config = configuration.load()
        opened = open_library(config, sys.argv[1], writes=True)
        worker = make_worker(opened, config)
        _start_patiently(worker, stop)
        worker.run(stop)
    except LedgerError as exc:
        logger.critical("stopped: %s", messages.detail(exc))
        return 1
    return 0


def _start_patiently(worker: Worker, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            worker.start()
            return
        except Unavailable as exc:
            logger.warning("waiting: %s", messages.detail(exc))
            stop.wait(WAIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
