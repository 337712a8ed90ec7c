"""Papers of very many edits, as their folds have them: made without any of them being sent."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from pycrdt import Doc

from ledger_service.services.library import Library
from reading_room.together.live.fold import PIECE_BYTES
from reading_room.together.live.keep import Whole, piece_purpose, read_log
from reading_room.together.live.ports import KeptFold
from reading_room.together.live.yjs.update import read_update
from reading_room.together.live.yjs.wire import number, read_state_vector, sized
from reading_room.together.rules.project import PaperId
from reading_room.together.sql import SqlTogether
from scripts.bench.peer import NODE
from scripts.harness.processes import PROJECT

TYPIST = PROJECT / "scripts/bench/peers/paper_typist.mjs"
WRITERS = 200
ORIGIN, RIGHT, STRING = 128, 64, 4
END = -1


def keep_fold(library: Library, paper: PaperId, whole: Whole) -> None:
    """Let a new paper be this one."""
    data = whole.format()
    with library.store.write() as transaction:
        log = read_log(library, transaction, SqlTogether, paper)
        live = transaction.room(SqlTogether).live
        places = range(0, len(data), PIECE_BYTES)
        for piece, at in enumerate(places):
            sealed = log.key.seal(data[at : at + PIECE_BYTES], piece_purpose(1, piece))
            fold = KeptFold(paper, 1, library.clock(), len(data))
            live.add_piece(fold, piece, sealed, is_last=piece == len(places) - 1)
        live.bind(paper, dict.fromkeys(whole.state, 1))


def typed(count: int) -> Whole:
    """Return a paper of so many edits as scripts/bench/peers/paper_typist.mjs types it, folded."""
    with NamedTemporaryFile() as file:
        subprocess.run([NODE, str(TYPIST), str(count), file.name], check=True)
        update = Path(file.name).read_bytes()
    document: Doc[Any] = Doc()
    document.apply_update(update)
    update = document.get_update()
    state = read_state_vector(document.get_state())
    return Whole(update, state, tuple(read_update(update).deleted))


def many_edits(count: int, run: int) -> Whole:
    """Return a paper of WRITERS clients, who in turn type `run` letters behind a letter that stands."""
    chance = random.Random(18)
    clients = [chance.randrange(2**31, 2**32) for _ in range(WRITERS)]
    clocks = dict.fromkeys(clients, 0)
    structs: dict[int, list[bytes]] = {client: [] for client in clients}
    names: list[bytes] = []  # of the letters, as they came
    behind = [END] * count  # of each letter, which one stands behind it
    written = sized(b"a" * run)
    for at in range(0, count, run):
        client = clients[at // run % WRITERS]
        left = chance.randrange(at) if at else END
        right = behind[left]
        head = bytes([STRING | (ORIGIN if at else 0) | (RIGHT if right != END else 0)])
        origin = names[left] if at else number(1) + sized(b"text")
        structs[client].append(head + origin + (names[right] if right != END else b"") + written)
        for place in range(at, at + run):
            names.append(number(client) + number(clocks[client] + place - at))
            behind[place] = place + 1
        behind[at + run - 1], behind[left] = right, at
        clocks[client] += run
    return Whole(b"".join(_update(structs)), clocks)


def _update(structs: dict[int, list[bytes]]) -> Iterator[bytes]:
    yield number(len(structs))
    for client in sorted(structs, reverse=True):  # as Yjs writes them
        yield number(len(structs[client])) + number(client) + number(0)
        yield from structs[client]
    yield number(0)
