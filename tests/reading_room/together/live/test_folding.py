"""Papers are folded: nothing that stands is lost, the history stays, and the log stays small."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from pycrdt import Doc, Text

from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.people.grant_access import enroll_reader
from reading_room.together.live import fold
from reading_room.together.live.authors import characters_of_members
from reading_room.together.live.fold import Folding, fold_paper, fold_papers
from reading_room.together.live.keep import Addition, keep_updates, purpose_of, read_log
from reading_room.together.live.read import list_sittings, read_paper
from reading_room.together.live.room import Room
from reading_room.together.live.sittings import SITTING_SECONDS
from reading_room.together.live.yjs.update import read_update
from reading_room.together.live.yjs.wire import NOTHING, Reader, state_vector
from reading_room.together.rules.project import PaperId
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.papers import make_paper
from reading_room.together.verbs.projects import make_project
from tests.simulators.bench import LIBRARIAN, STEWARD, Bench

TABLES = SqlTogether, SqlTogether


class Paper:
    """A paper on a bench, which two members write, and what they have written."""

    def __init__(self, bench: Bench) -> None:
        self.library = bench.library
        self.clock = bench.clock
        reader = enroll_reader(self.library.store, LIBRARIAN)
        self.lead = Caller.of_token(Role.READER, reader, STEWARD)
        project = make_project(self.library, SqlTogether, self.lead, "A project").id
        self.id: PaperId = make_paper(self.library, SqlTogether, self.lead, project, "A paper").id
        self.documents = [Doc(), Doc()]
        self.texts = [one.get("text", type=Text) for one in self.documents]
        self._chance = random.Random(18)

    def write(self, times: int) -> None:
        """Let both write and delete, each in turn, and the log have it."""
        for _ in range(times):
            at = self._chance.randrange(2)
            text, before = self.texts[at], self.documents[at].get_state()
            if len(text) > 9 and self._chance.random() < 0.4:
                del text[2:4]
            else:
                text.insert(self._chance.randrange(len(text) + 1), "ab"[at])
            update = self.documents[at].get_update(before)
            self.documents[1 - at].apply_update(update)
            self._keep(at + 1, update)

    def _keep(self, member: int, update: bytes) -> None:
        with self.library.store.read() as transaction:
            key = read_log(self.library, transaction, SqlTogether, self.id).key
        clients = {run.client: member for run in read_update(update).added}
        sealed = [(member, key.seal(update, purpose_of(member)))]
        self.library.append(keep_updates, Addition(self.id, 0, sealed, clients, SqlTogether))

    @property
    def rows(self) -> int:
        with self.library.store.read() as transaction:
            return len(transaction.room(SqlTogether).live.marks(self.id))

    @property
    def folds(self) -> int:
        with self.library.store.read() as transaction:
            return len(transaction.room(SqlTogether).live.folds(self.id))

    def read(self, number: int | None = None) -> str:
        return read_paper(self.library, *TABLES, self.lead, self.id, number).text

    def fold(self) -> bool:
        return fold_paper(self.library, SqlTogether, self.id, lambda: False)


@pytest.fixture
def paper(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Paper:
    monkeypatch.setattr(fold, "LEAST_UPDATES", 20)
    monkeypatch.setattr(fold, "MANY_UPDATES", 20)
    monkeypatch.setattr(fold, "PIECE_BYTES", 100)
    return Paper(bench)


def test_what_stands_stays_and_the_log_grows_with_sittings_and_not_with_edits(paper):
    at: dict[int, str] = {}
    for _ in range(8):
        paper.write(25)
        found = read_paper(paper.library, *TABLES, paper.lead, paper.id)
        at[found.number] = found.text
        assert paper.fold()
        assert paper.read() == str(paper.texts[0])
        paper.clock.now += SITTING_SECONDS + 1
    assert paper.folds == fold.KEPT_FOLDS
    assert paper.rows <= 6 * 2 + 2 * 25
    sittings = list_sittings(paper.library, *TABLES, paper.lead, paper.id)
    assert [one.number for one in sittings] == list(reversed(at))
    assert {one.number: paper.read(one.number) for one in sittings} == at


def test_who_wrote_what_is_told_as_before(paper):
    paper.write(60)
    before = characters_of_members(read_paper(paper.library, *TABLES, paper.lead, paper.id))
    assert paper.fold()
    after = characters_of_members(read_paper(paper.library, *TABLES, paper.lead, paper.id))
    text = str(paper.texts[0])
    assert before == after == {1: text.count("a"), 2: text.count("b")}


def test_a_room_that_opens_a_fold_tells_everybody_what_they_lack(paper):
    paper.write(30)
    early = Doc()
    early.apply_update(paper.documents[0].get_update())
    paper.write(30)
    assert paper.fold()
    paper.write(5)
    with paper.library.store.read() as transaction:
        room = Room(read_log(paper.library, transaction, SqlTogether, paper.id))
    for document in (Doc(), early, paper.documents[1]):
        for message in room.answer(document.get_state()):
            reader = Reader(message)
            reader.number(), reader.number()
            update = reader.bytes()
            if update != NOTHING:
                document.apply_update(update)
        assert str(document.get("text", type=Text)) == str(paper.texts[0])
    whole = paper.documents[0].get_update()
    assert not room.is_new(read_update(whole))


def test_a_fold_that_was_begun_and_not_ended_does_not_count(paper):
    paper.write(40)
    stops = iter([False, False, True])
    assert not fold_paper(paper.library, SqlTogether, paper.id, lambda: next(stops))
    assert (paper.folds, paper.read()) == (0, str(paper.texts[0]))
    assert paper.fold()
    assert (paper.folds, paper.read()) == (1, str(paper.texts[0]))


def test_the_worker_folds_what_was_written_and_looks_at_nothing_else(paper):
    folding, never = Folding(), _never
    paper.write(30)
    fold_papers(paper.library, SqlTogether, folding, never)
    assert paper.folds == 1
    assert folding.papers(paper.library, SqlTogether) == []
    paper.write(4)
    fold_papers(paper.library, SqlTogether, folding, never)
    assert paper.folds == 1
    assert paper.read() == str(paper.texts[0])


def test_a_fold_holds_nothing_in_clear(paper, rows_told: Callable[[], bytes]):
    paper.texts[0].insert(0, "")
    paper.write(30)
    paper.fold()
    told = rows_told()
    assert str(paper.texts[0]).encode() not in told
    assert state_vector({paper.documents[0].client_id: 30})[2:] not in told


def _never() -> bool:
    return False
