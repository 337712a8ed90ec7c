"""Gather cosignatures: ask the configured witnesses to cosign the newest checkpoint.

It runs beside the worker's rounds and never holds them up: a witness that is away or refuses is asked
again later, and the checkpoint is published and anchored without it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidConsistencyProof,
    LedgerError,
    VerificationError,
    WitnessHasOtherSize,
)
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import CheckSignature, parse_note
from ledger_service.domain.publication.cosignature import WitnessKey, cosignatures_of
from ledger_service.domain.publication.submission import Submission
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.publication import WitnessClient
from ledger_service.ports.store import Store
from ledger_service.services.library import Library

logger = logging.getLogger("muhr.witnesses")

THREADS = 4
READ_SECONDS = 5.0  # for which it is not asked again who the witnesses are
FIRST_WAIT_SECONDS = 5  # after a refusal or no answer; doubled up to the longest
LONGEST_WAIT_SECONDS = 600


@dataclass
class AskedWitness:
    """A witness and how it stands with us. size: of what it cosigned last, as far as we know."""

    key: WitnessKey
    client: WitnessClient
    size: int = 0
    failures: int = 0
    not_before: int = 0


class Name(NamedTuple):
    """A witness's key, and where it is asked. is_announced: by itself; otherwise the operator named it."""

    key: WitnessKey
    url: str
    is_announced: bool = False


class Gathering:
    """Asks several witnesses beside one another, those first who answered the last time.

    Args:
        names: tells who is asked, as it is now.
        reach: makes the client of a witness.
    """

    def __init__(
        self,
        library: Library,
        names: Callable[[], Iterable[Name]],
        reach: Callable[[Name], WitnessClient],
        check_signature: CheckSignature,
    ) -> None:
        self._library = library
        self._names = names
        self._reach = reach
        self._check_signature = check_signature
        self._lock = threading.Lock()
        self._asked: dict[Name, AskedWitness] = {}
        self._busy: set[Name] = set()
        self._read_until = 0.0

    def steps(self) -> dict[str, Callable[[Callable[[], bool]], None]]:
        """Return a step for each thread, by name; each asks until nobody is left to ask."""
        return {f"witnesses {number}": self.work for number in range(1, THREADS + 1)}

    def work(self, stops: Callable[[], bool]) -> None:
        """Ask whoever lacks on the newest checkpoint and is not left alone now."""
        seen: set[Name] = set()
        while not stops() and (name := self._next(seen)) is not None:
            try:
                gather_cosignatures(self._library, [self._asked[name]], self._check_signature)
            finally:
                with self._lock:
                    self._busy.discard(name)

    def _next(self, seen: set[Name]) -> Name | None:
        """Return a witness that nobody asks just now, which is then ours; each once for each look."""
        now = self._library.clock()
        with self._lock:
            self._read()
            free = [
                (asked.failures, name)
                for name, asked in self._asked.items()
                if name not in self._busy and name not in seen and asked.not_before <= now
            ]
            if not free:
                return None
            name = min(free, key=lambda item: item[0])[1]
            self._busy.add(name)
            seen.add(name)
            return name

    def _read(self) -> None:
        if time.monotonic() < self._read_until:
            return
        self._read_until = time.monotonic() + READ_SECONDS
        names = list(self._names())
        kept = {name: self._asked[name] for name in names if name in self._asked}
        new = [name for name in names if name not in kept]
        busy = {name: asked for name, asked in self._asked.items() if name in self._busy}
        made = {name: AskedWitness(name.key, self._reach(name)) for name in new}
        self._asked = {**busy, **kept, **made}


def gather_cosignatures(
    library: Library, witnesses: Sequence[AskedWitness], check_signature: CheckSignature
) -> int:
    """Return how many cosignatures were added to the newest checkpoint."""
    with library.store.read() as transaction:
        latest = transaction.checkpoints.latest()
    if latest is None:
        return 0
    gathered = 0
    for witness in witnesses:
        if witness.not_before > library.clock() or _has_signed(latest, witness, check_signature):
            continue
        try:
            line = _ask(library.store, latest, witness, check_signature)
            gathered += _add(library.store, latest.size, witness, line, check_signature)
            witness.size, witness.failures = latest.size, 0
        except LedgerError as exc:
            wait = min(FIRST_WAIT_SECONDS << min(witness.failures, 10), LONGEST_WAIT_SECONDS)
            witness.failures += 1
            witness.not_before = library.clock() + wait
            logger.warning("no cosignature by %s: %s", witness.key.name, exc)
    return gathered


def _ask(
    store: Store, latest: SignedCheckpoint, witness: AskedWitness, check_signature: CheckSignature
) -> str:
    """Return the line of a witness that holds; one that stands elsewhere says where and is asked again."""
    try:
        answer = _ask_once_more(store, latest, witness)
    except InvalidConsistencyProof as exc:
        raise InvalidConsistencyProof("two-histories") from exc
    text = parse_note(latest.note).text
    for line in answer.split("\n"):
        if cosignatures_of(f"{text}\n{line}\n", [witness.key], check_signature):
            return line + "\n"
    raise InvalidCheckpoint("no-cosignature", key=witness.key.name)


def _ask_once_more(store: Store, latest: SignedCheckpoint, witness: AskedWitness) -> str:
    """Ask; a witness that stands elsewhere than we thought is asked again from there."""
    try:
        return witness.client.add_checkpoint(_submission(store, latest, witness.size))
    except WitnessHasOtherSize as exc:
        witness.size = exc.size
    try:
        return witness.client.add_checkpoint(_submission(store, latest, witness.size))
    except WitnessHasOtherSize as exc:
        if exc.size <= latest.size and exc.size != witness.size:
            raise  # it has cosigned another checkpoint meanwhile
        raise WitnessHasOtherSize("history", size=exc.size, ours=latest.size) from exc


def _submission(store: Store, latest: SignedCheckpoint, old_size: int) -> Submission:
    with store.read() as transaction:
        read = transaction.ledger.read_nodes
        proof = merkle.consistency_proof(min(old_size, latest.size), latest.size, read)
    return Submission(min(old_size, latest.size), tuple(proof), latest.note)


def _add(
    store: Store, size: int, witness: AskedWitness, line: str, check_signature: CheckSignature
) -> int:
    """Return 1 if the line was added to the checkpoint's note, 0 if it has one by this witness."""
    with store.write() as transaction:
        kept = transaction.checkpoints.find(size)
        if kept is None or _has_signed(kept, witness, check_signature):
            return 0
        parse_note(kept.note + line)  # a note that grew too long is not published
        transaction.checkpoints.set_note(size, kept.note + line)
    return 1


def _has_signed(
    checkpoint: SignedCheckpoint, witness: AskedWitness, check_signature: CheckSignature
) -> bool:
    try:
        return bool(cosignatures_of(checkpoint.note, [witness.key], check_signature))
    except VerificationError:  # someone changed the note; adding to it would not mend it
        return True
