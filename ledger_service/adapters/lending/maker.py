"""Makes marked copies, each in a process of its own, few at a time, and holds the last ones in memory.

Copies rest nowhere else: what is closed stays off the disk. One that was forgotten is made again, and is the
same to the last byte if this program is of the same version.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

from ledger_service.adapters.lending.failures import Failure
from ledger_service.domain import canonical_json
from ledger_service.domain.errors import ContentStoreUnavailable, CopyNotMade
from ledger_service.domain.identifiers import CopyId, Digest
from ledger_service.domain.lending.lent_copy import CopyOrder
from ledger_service.domain.reasons import Reason
from ledger_service.ports.lending import MadeCopy

PROCESSES = 3  # at a time, each of which may take 2 GiB of addresses
LONGEST_SECONDS = 180  # that one copy may take
LONGEST_WAIT_SECONDS = 20  # for the copies that others wait for
GROWTH = 3  # how much larger than its original a copy may be, beside the room that any may have
LEAST_ROOM_BYTES = 4 * 2**20
_AS_HERE = ["-B"] if sys.dont_write_bytecode else []  # which else stands in the environment
_COMMAND = [sys.executable, *_AS_HERE, "-P", "-m", "ledger_service.adapters.lending.marking"]


class CopyProcesses:
    """Implements ports.CopyMaker.

    Args:
        text: returns what a person reads of a reason, always in one language.
        held_bytes: of copies that are held at a time.
    """

    def __init__(self, text: Callable[[Reason], str], held_bytes: int) -> None:
        self._text = text
        self._held_bytes = held_bytes
        self._held: OrderedDict[tuple[CopyOrder, Digest], MadeCopy] = OrderedDict()
        self._lock = threading.Lock()
        self._at_work: set[Digest] = (
            set()
        )  # what is being marked: a slow file holds up its own readers
        self._changed = threading.Condition()

    def made(self, order: CopyOrder, source: Digest, pieces: Iterable[bytes]) -> MadeCopy:
        name = (order, source)
        held = self._find(name)
        if held is not None:
            return held
        with self._turn(source):
            held = self._find(name)  # whoever was before us may have made it
            if held is None:
                held = self._make(order, pieces)
                self._hold(name, held)
        return held

    def _find(self, name: tuple[CopyOrder, Digest]) -> MadeCopy | None:
        with self._lock:
            if name in self._held:
                self._held.move_to_end(name)
            return self._held.get(name)

    def _hold(self, name: tuple[CopyOrder, Digest], copy: MadeCopy) -> None:
        with self._lock:
            self._held[name] = copy
            while sum(len(held.data) for held in self._held.values()) > self._held_bytes:
                self._held.popitem(last=False)

    @contextmanager
    def _turn(self, source: Digest) -> Iterator[None]:
        """Have one of the processes, and none beside it for the same resource."""

        def is_free() -> bool:
            return len(self._at_work) < PROCESSES and source not in self._at_work

        with self._changed:
            if not self._changed.wait_for(is_free, LONGEST_WAIT_SECONDS):
                raise ContentStoreUnavailable("copies-waited-for")
            self._at_work.add(source)
        try:
            yield
        finally:
            with self._changed:
                self._at_work.discard(source)
                self._changed.notify_all()

    def _make(self, order: CopyOrder, pieces: Iterable[bytes]) -> MadeCopy:
        asked = {
            "copy": order.id.hex(),
            "media_type": order.media_type,
            "text": self._text(order.line),
        }
        data = _run(asked, pieces)
        return MadeCopy(data, Digest.of(data))


def numbers_in(pieces: Iterable[bytes]) -> list[CopyId]:
    """Return the numbers of lent copies in a file, openly or not; raise CopyNotMade if it cannot be read."""
    found = _run({}, pieces).decode("ascii").split()
    return [CopyId.parse(number) for number in found]


def _run(asked: dict[str, str], pieces: Iterable[bytes]) -> bytes:
    """Return what the process answers; raise CopyNotMade if it gives none."""
    with subprocess.Popen(
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what libraries print of a file that is closed is for nobody
        process_group=0,
        env={},
    ) as process:
        ends = threading.Timer(LONGEST_SECONDS, process.kill)
        ends.start()
        try:
            most = GROWTH * _send(process, asked, pieces) + LEAST_ROOM_BYTES
            data = _stream(process.stdout).read(most + 1)
            if len(data) > most:
                process.kill()
            status = process.wait()
        except BaseException:
            process.kill()
            raise
        finally:
            ends.cancel()
    if status != 0:
        raise _error(status)
    return data


def _error(status: int) -> CopyNotMade:
    match status:
        case Failure.MALFORMED:
            return CopyNotMade("malformed")
        case Failure.PROTECTED:
            return CopyNotMade("protected")
        case Failure.UNPACKS_TOO_FAR:
            return CopyNotMade("unpacks-too-far")
        case Failure.OTHER_FORM:
            return CopyNotMade("other-form")
    return CopyNotMade("stopped", seconds=LONGEST_SECONDS)


def _send(process: subprocess.Popen[bytes], asked: dict[str, str], pieces: Iterable[bytes]) -> int:
    """Return how many bytes of a file were sent; a process that has ended takes no more."""
    sent = 0
    with suppress(BrokenPipeError), _stream(process.stdin) as pipe:
        pipe.write(canonical_json.canonicalize(asked) + b"\n")
        for piece in pieces:
            pipe.write(piece)
            sent += len(piece)
    return sent


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # each is a pipe
    return stream
