"""Runs of checks on what is kept: what they find, heal and attest, and that nothing stops them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ipfs.cid import RAW, Cid
from ledger_service.domain.content.fixity import Outcome, gravest
from ledger_service.domain.errors import FixityRunNotFound, RoleNotHeld
from ledger_service.domain.ledger.merkle import Frontier, leaf_hash
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.ports.paging import PageRequest
from ledger_service.services.limits import Limits
from ledger_service.services.resources.closed.encrypt_content import encrypt_content, remove_plain
from reading_room.fixity.rules import KEPT_RUNS, Finding, Run
from reading_room.fixity.sql import SqlFixity
from reading_room.fixity.verbs import find_run, list_findings, list_runs, request_run
from reading_room.fixity.work import work
from tests.ports.content.places import Folder, Kept
from tests.simulators.bench import LIBRARIAN, OPERATOR, STEWARD, Bench
from tests.simulators.content.kept_plain import keep_plain
from tests.simulators.content.kubo import KuboSimulator

MIB = 2**20
FIRST, SECOND = b"first " * 400_000, b"second"
DAY = 86_400


@pytest.fixture
def node() -> Iterator[KuboSimulator]:
    made = KuboSimulator()
    yield made
    made.stop()


class Checked:
    """A library with a folder and a node, and what its checks found."""

    def __init__(self, folder: Path, node: KuboSimulator, limits: Limits) -> None:
        self.bench = Bench(folder, limits)
        self.folder, self.node = Folder(folder / "blocks"), node
        kept = Kept(self.folder, folder, [node])
        self.bench.library = self.library = replace(self.bench.library, content=kept.content)

    def work(self, stops: Callable[[], bool] = lambda: False) -> None:
        for _ in range(3):  # it notes, begins, and checks
            work(self.library, stops)

    def run(self) -> Run:
        """Return a run that was asked for and made."""
        number = request_run(self.library, LIBRARIAN, SqlFixity).number
        self.work()
        return find_run(self.library, SqlFixity, number)

    def findings(self, run: Run, *outcomes: Outcome) -> list[Finding]:
        page = PageRequest("", 200)
        return list_findings(self.library, SqlFixity, run.number, page, outcomes).items


@pytest.fixture
def checked(empty_database: Path, tmp_path: Path, node: KuboSimulator) -> Iterator[Checked]:
    shutil.copy(empty_database, tmp_path / "muhr.db")
    limits = Limits(fixity_bytes_a_second=10**9)
    made = Checked(tmp_path, node, limits)
    made.bench.register(FIRST)
    made.bench.register(SECOND)
    yield made
    made.bench.release()


def leaf(data: bytes, number: int = 0) -> Cid:
    return Cid.of(RAW, data[number * MIB : (number + 1) * MIB])


def test_what_is_whole_matches_in_every_place_and_is_attested(checked: Checked) -> None:
    run = checked.run()
    assert (run.checked, run.of, run.counted) == (4, 4, {Outcome.MATCH: 4} | zeros())
    statement = run.statement()
    entry = checked.bench.entries("attested")[-1]
    assert entry.facts["type"] == "fixity"
    assert entry.facts["statement"] == hashlib.sha256(statement).hexdigest()
    assert entry.facts["attester"] == checked.library.steward.hex()
    assert json.loads(checked.bench.bodies()[run.entry or 0])["at"] == run.ended_at


def test_what_was_encrypted_since_is_checked_where_it_lies_and_is_not_missing(
    checked: Checked,
) -> None:
    bench = checked.bench
    bench.license("house")
    keep_plain(bench.library, b"closed, and kept as it came")
    assert checked.run().counted == {Outcome.MATCH: 6} | zeros()
    encrypt_content(checked.library, OPERATOR, lambda *_: None)
    assert remove_plain(checked.library, OPERATOR) == (1, 0)
    assert checked.run().counted == {Outcome.MATCH: 6} | zeros()


def zeros() -> dict[Outcome, int]:
    return dict.fromkeys([outcome for outcome in Outcome if outcome is not Outcome.MATCH], 0)


def test_the_root_is_over_the_lines_of_all_findings(checked: Checked) -> None:
    run = checked.run()
    frontier = Frontier()
    for found in checked.findings(run):
        frontier.append(leaf_hash(found.line()))
    assert frontier.size == run.of
    assert frontier.root() == run.root
    assert b"reader" not in b"".join(found.line() for found in checked.findings(run))


@pytest.mark.parametrize("spoil", ["flip", "delete"])
@pytest.mark.parametrize("place", ["folder", "node"])
def test_a_copy_that_is_not_whole_is_healed_from_one_that_is(
    checked: Checked, place: str, spoil: str
) -> None:
    spoiled = getattr(checked, place)
    getattr(spoiled, spoil)(leaf(FIRST, 1))
    run = checked.run()
    [healed] = checked.findings(run, *[one for one in Outcome if one is not Outcome.MATCH])
    assert healed.outcome is Outcome.HEALED
    assert healed.place == {"folder": "folder", "node": "node 1"}[place]
    assert spoiled.holds(leaf(FIRST, 1))
    assert checked.run().counted[Outcome.MATCH] == 4


def test_a_block_that_a_node_has_not_pinned_is_pinned_again(checked: Checked) -> None:
    checked.node.pins.clear()
    assert checked.run().counted[Outcome.HEALED] == 2
    assert checked.node.holds(leaf(FIRST, 1))


def test_an_emptied_node_is_filled_again(checked: Checked) -> None:
    checked.node.empty()
    assert checked.run().counted[Outcome.HEALED] == 2
    assert checked.node.holds(leaf(FIRST, 0))


def test_what_is_sound_nowhere_is_told_and_the_run_goes_on(checked: Checked) -> None:
    checked.folder.flip(leaf(FIRST, 1))
    checked.node.delete(leaf(FIRST, 1))
    run = checked.run()
    bad = {
        (one.place, one.outcome) for one in checked.findings(run, Outcome.MISMATCH, Outcome.MISSING)
    }
    assert bad == {("folder", Outcome.MISMATCH), ("node 1", Outcome.MISSING)}
    assert run.counted[Outcome.MATCH] == 2
    assert run.entry is not None


def test_a_root_that_is_lost_everywhere_after_it_was_noted_is_missing(checked: Checked) -> None:
    checked.work()
    checked.folder.delete(leaf(SECOND))
    checked.node.delete(leaf(SECOND))
    assert checked.run().counted[Outcome.MISSING] == 2


def test_a_place_that_does_not_answer_is_not_called_checked(checked: Checked) -> None:
    checked.work()
    checked.node.stop()
    run = checked.run()
    assert (run.counted[Outcome.UNREACHABLE], run.checked, run.of) == (2, 2, 4)
    checked.node.start()


def test_what_was_taken_without_its_content_is_checked_once_it_has_it(checked: Checked) -> None:
    checked.folder.empty()
    checked.node.empty()
    assert checked.run().of == 0
    checked.bench.keep_content(SECOND)
    assert checked.run().of == 2


def test_a_run_that_is_left_is_gone_on_with(checked: Checked) -> None:
    run = request_run(checked.library, LIBRARIAN, SqlFixity)
    for most in (0, 1, 2, 3, 5):
        looks = iter(range(most))
        checked.work(lambda looks=looks: next(looks, None) is None)  # type: ignore[misc]
    checked.work()
    assert find_run(checked.library, SqlFixity, run.number).of == 4
    assert len(checked.bench.entries("attested")) == 1


def test_who_notes_what_is_kept_asks_no_node_any_more_once_told_to_stop(checked: Checked) -> None:
    checked.folder.empty()
    checked.node.asked.clear()
    work(checked.library, lambda: True)
    assert checked.node.asked == []
    assert checked.run().of == 4


def test_those_are_checked_first_that_were_checked_longest_ago(checked: Checked) -> None:
    checked.run()
    checked.bench.clock.advance(10)
    checked.bench.register(b"third")
    run = checked.run()
    assert checked.findings(run)[0].cid == leaf(b"third").base16()


def test_a_run_begins_by_itself_when_the_last_one_is_long_ago(
    empty_database: Path, tmp_path: Path, node: KuboSimulator
) -> None:
    shutil.copy(empty_database, tmp_path / "muhr.db")
    checked = Checked(tmp_path, node, Limits(fixity_seconds=DAY))
    checked.bench.register(SECOND)
    for number in (1, 2):
        checked.work()
        assert len(list_runs(checked.library, SqlFixity, PageRequest()).items) == number - 1
        checked.bench.clock.advance(DAY)
        checked.work()
        assert find_run(checked.library, SqlFixity, number).of == 2
    checked.bench.release()


def test_a_run_that_waits_is_asked_for_once_and_recorded(checked: Checked) -> None:
    first = request_run(checked.library, LIBRARIAN, SqlFixity)
    assert request_run(checked.library, LIBRARIAN, SqlFixity) == first
    reader = Caller.of_token(Role.READER, "reader", STEWARD)
    with pytest.raises(RoleNotHeld):
        request_run(checked.library, reader, SqlFixity)


def test_findings_are_kept_of_the_newest_runs(checked: Checked) -> None:
    runs = [checked.run() for _ in range(KEPT_RUNS + 1)]
    assert checked.findings(runs[0]) == []
    assert len(checked.findings(runs[1])) == 4
    page = list_runs(checked.library, SqlFixity, PageRequest("", KEPT_RUNS))
    assert [run.number for run in page.items] == list(range(KEPT_RUNS + 1, 1, -1))
    assert page.next is not None
    with pytest.raises(FixityRunNotFound):
        find_run(checked.library, SqlFixity, 99)


def test_the_gravest_outcome_is_told_of_a_file() -> None:
    assert gravest([Outcome.MATCH, Outcome.HEALED]) is Outcome.HEALED
    assert gravest([Outcome.MISMATCH, Outcome.UNREACHABLE, Outcome.MATCH]) is Outcome.MISMATCH
