"""One random schedule of what three members do, with kills, cuts and forks, while one of them lies."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.consortium.alarm import AlarmKind
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import RegistrationState
from ledger_service.services.chain.heed_worker import tell_round
from ledger_service.services.consortium.alarms import list_alarms
from ledger_service.services.consortium.copy_members import follow_members, mirror_of
from ledger_service.services.consortium.watch.compare_anchors import compare_anchors
from ledger_service.services.consortium.watch.compare_rules import Rules
from ledger_service.services.consortium.watch.watch_members import Watch
from ledger_service.services.publication.mirror_ledger import mirror_ledger
from tests.schedules.lies import AGAINST, LIES, Lie
from tests.schedules.theft import Theft
from tests.schedules.university import University
from tests.simulators.consortium import Institution, make_consortium

LETTERS = "abc"
CONFIRMATIONS = 4  # one more than the deepest fork
ACTS = 24
DEEPEST_FORK = 3
KINDS = {
    "register": 6,
    "take_in": 3,
    "withdraw": 2,
    "supersede": 2,
    "round": 10,
    "kill": 4,
    "cut": 2,
    "join": 2,
    "fork": 3,
    "copy": 4,
    "look": 6,
    "suspend": 1,
    "steal": 1,
    "close": 1,
}


@dataclass
class Promise:
    """What a member acknowledged of a digest. became: withdrawn or superseded, if that was acknowledged."""

    by: University
    digest: Digest
    became: str = ""
    job: JobName | None = None  # of what it became


class Schedule:
    """seed: says all that happens."""

    def __init__(self, seed: int, folder: Path, database: Path) -> None:
        self.draw = random.Random(seed)
        benches = make_consortium(folder, database, len(LETTERS))
        for bench in benches:
            limits = replace(bench.library.limits, confirmations=CONFIRMATIONS)
            bench.library = replace(bench.library, limits=limits)
        self.members = [
            University(bench, Institution(letter))
            for bench, letter in zip(benches, LETTERS, strict=True)
        ]
        self.clock, self.chain = benches[0].clock, benches[0].chain
        liar = self.draw.choice(self.members)
        self.honest = [member for member in self.members if member is not liar]
        self.lie: Lie = LIES[sorted(LIES)[seed % len(LIES)]](liar, self.honest, self.draw)
        self.theft: Theft | None = None
        self.promises: dict[tuple[str, Digest], Promise] = {}
        self.suspended: set[str] = set()  # names of those that were, at some time
        self._books = [f"book {number}".encode() for number in range(200)]

    def run(self) -> None:
        """Let all of it happen, wait until it is calm, and check; AssertionError for what is wrong."""
        for member in self.members:
            self._promise(member, b"first of " + member.name.encode())
            self._promise(member, b"common")
        for member in self.members:
            member.settle()
        acts = self.draw.choices(list(KINDS), weights=list(KINDS.values()), k=ACTS)
        acts.insert(self.draw.randrange(4, ACTS), "lie")
        for act in acts:
            getattr(self, "_" + act)(self.draw.choice(self.members))
            self.clock.advance(self.draw.randint(0, 3))
        self._calm()
        self._check()

    def close(self) -> None:
        for member in self.members:
            member.bench.release()

    # ---- what is done --------------------------------------------------------------------------------

    def _promise(self, member: University, data: bytes) -> None:
        digest = Digest.of(data)
        if (member.name, digest) in self.promises:
            return
        with suppress(LedgerError):
            member.register(data)
            self.promises[member.name, digest] = Promise(member, digest)

    def _book(self) -> bytes:
        return self.draw.choice(self._books[:40])

    def _register(self, member: University) -> None:
        self._promise(member, self._book())

    def _take_in(self, member: University) -> None:
        new = {self._book() for _ in range(self.draw.randint(1, 3))}
        books = [
            data for data in sorted(new) if (member.name, Digest.of(data)) not in self.promises
        ]
        with suppress(LedgerError):
            member.take_in(books)
            for data in books:
                digest = Digest.of(data)
                self.promises[member.name, digest] = Promise(member, digest)

    def _standing(self, member: University) -> list[Promise]:
        return [one for one in self.promises.values() if one.by is member and not one.became]

    def _withdraw(self, member: University) -> None:
        standing = self._standing(member)
        with suppress(LedgerError, IndexError):  # it may have nothing that stands
            promise = self.draw.choice(standing)
            member.withdraw(promise.digest)
            promise.became = "withdrawn"
            self._check_own(promise)

    def _supersede(self, member: University) -> None:
        standing = self._standing(member)
        if len(standing) > 1:
            old, new = self.draw.sample(standing, 2)
            with suppress(LedgerError):
                old.job = member.supersede(old.digest, new.digest)
                old.became = "superseded"

    def _round(self, member: University) -> None:
        member.round()

    def _kill(self, member: University) -> None:
        member.killed_round(self.draw.randint(1, 6), committed=self.draw.random() < 0.5)

    def _cut(self, member: University) -> None:
        member.chain.is_away = True

    def _join(self, member: University) -> None:
        member.chain.is_away = False

    def _fork(self, _: University) -> None:
        depth = min(self.draw.randint(1, DEEPEST_FORK), len(self.chain.blocks) - 2)
        self.chain.reorganize(depth, forgets=self.draw.random() < 0.3)

    def _suspend(self, member: University) -> None:
        """Let the council suspend a member, or reinstate it if it is."""
        steward = member.steward.hex()
        if self.chain.now.accredited[steward]:
            self.suspended.add(member.name)
            self.chain.act(lambda state: state.suspend(steward))
        else:
            self.chain.act(lambda state: state.reinstate(steward))

    def _copy(self, member: University) -> None:
        """Let a member bring its copies of the others' ledgers up, as far as what it is served lets it."""
        for known in follow_members(member.library):
            other = next(one for one in self.members if one.steward == known.member)
            is_liar = other is self.lie.liar
            source = self.lie.files_for(member) if is_liar else other.source
            asked = member.library.mirrors, self.clock, known, source
            try:
                mirror_ledger(*asked, check_ed25519)  # type: ignore[arg-type]
            except LedgerError as exc:
                if not is_liar and exc.reason.name != "checkpoint-not-found":
                    raise AssertionError(f"{member.name} cannot copy {other.name}") from exc
            compare_anchors(member.library, known)

    def _lie(self, _: University) -> None:
        self.lie.tell()

    def _steal(self, member: University) -> None:
        """Let a thief register something by a member's key, past its library; once in a schedule."""
        if self.theft is None:
            self.theft = Theft(member, member.chain.own.used["registrar"], self.clock())
            self.theft.use(self.draw)

    def _close(self, _: University) -> None:
        """Let the council put another key in the place of the stolen one, as of the theft."""
        if self.theft is not None and not self.theft.is_closed:
            self.theft.close()

    # ---- what must hold ------------------------------------------------------------------------------

    def _look(self, member: University) -> None:
        """Look at a book at some member: whatever has happened so far, its answer must not be false."""
        known = sorted({promise.digest for promise in self.promises.values()})
        digest = self.draw.choice([*known, *self.lie.forged, Digest.of(b"nobody has this")])
        self._check_answer(member, digest)

    def _check_answer(self, member: University, digest: Digest) -> None:
        claimed = {
            promise.by.steward.hex(): promise
            for promise in self.promises.values()
            if promise.digest == digest
        }
        for verdict in member.verdict(digest).verdicts:
            if verdict.state.is_genuine and not self._is_of_thief(digest):
                assert verdict.steward in claimed, (member.name, digest, verdict)

    def _is_of_thief(self, digest: Digest) -> bool:
        return self.theft is not None and digest == self.theft.digest

    def _check_own(self, promise: Promise) -> None:
        """Check that a withdrawal holds at once at its own library."""
        for verdict in promise.by.verdict(promise.digest).verdicts:
            if verdict.steward == promise.by.steward.hex():
                assert not verdict.state.is_genuine, verdict

    def _calm(self) -> None:
        """Reinstate and reconnect everybody, and let all workers and copies come to rest."""
        self._close(self.members[0])
        for member in self.members:
            member.chain.is_away = False
            if not self.chain.now.accredited[member.steward.hex()]:
                self._suspend(member)
        for _ in range(2):
            self.chain.mine(2 * DEEPEST_FORK)
            for member in self.members:
                member.settle()
        for _ in range(2):  # the second time is after what an alarm waits for
            for member in self.members:
                self._copy(member)
            self.clock.advance(self.members[0].library.limits.lag_seconds + 1)
            self.chain.mine()
            for member in self.members:
                member.settle()
        for member in self.members:
            self._copy(member)

    def _check(self) -> None:
        for promise in self.promises.values():
            self._check_kept(promise)
            for member in self.honest:
                self._check_answer(member, promise.digest)
        for member in self.honest:
            for digest in self.lie.forged + ([self.theft.digest] if self.theft else []):
                states = {verdict.state for verdict in member.verdict(digest).verdicts}
                assert not any(state.is_genuine for state in states), (member.name, states)
            report = member.audit()
            assert report.is_clean, (member.name, report.findings)
            self._check_copies(member)
            self._check_alarms(member)
        assert self.lie.found(), f"no audit names {type(self.lie).__name__}"

    def _check_alarms(self, member: University) -> None:
        """Check that alarms are raised about the liar, and about whose key was stolen, and nobody else."""
        tell_round(member.library)
        Watch(member.library, Rules(member.library)).look()
        for other in self.members:
            kinds = {
                one.kind for one in list_alarms(member.library) if one.steward == other.steward
            }
            was_robbed = self.theft is not None and self.theft.was_used_on(other)
            assert (AlarmKind.CLOSED_ACCOUNT in kinds) == was_robbed, (
                member.name,
                other.name,
                kinds,
            )
            if other is not self.lie.liar:
                assert kinds <= {AlarmKind.CLOSED_ACCOUNT}, (member.name, other.name, kinds)
            elif wanted := self.lie.alarms_at(member):
                assert kinds & wanted, (member.name, kinds, wanted)

    def _check_copies(self, member: University) -> None:
        """Check that no copy speaks against an honest member, and that whoever was fooled knows it."""
        for other in self.members:
            copy = mirror_of(member.library, other.steward)
            assert copy is not None or other is member
            if copy is None:
                continue
            is_spoken_against = copy.has_forked or copy.against is not None
            if other is not self.lie.liar:
                assert not is_spoken_against, (member.name, other.name, copy)
                assert copy.fault is None, (member.name, other.name, copy)
            elif self.lie.alarms_at(member) == AGAINST:
                assert is_spoken_against or copy.fault is not None, (member.name, copy)

    def _check_kept(self, promise: Promise) -> None:
        """Check that nothing which an honest member acknowledged is lost."""
        member = promise.by
        if member is self.lie.liar:
            return
        with member.store.read() as transaction:
            kept = transaction.registrations.find(promise.digest, member.steward)
        assert kept is not None, promise
        if kept.state is RegistrationState.REJECTED:
            assert member.name in self.suspended, promise
            return
        wanted = self._wanted(promise)
        for at in self.honest:
            states = [
                verdict.state.value
                for verdict in at.verdict(promise.digest).verdicts
                if verdict.steward == member.steward.hex()
            ]
            assert states == [wanted], (at.name, promise, states, kept.state)

    def _wanted(self, promise: Promise) -> str:
        """Return the state in which every honest member must show what was promised."""
        if promise.job is not None and promise.by.is_rejected(promise.job):
            promise.became = ""  # the chain took it no more, which its librarian is told
        is_tainted = self.theft is not None and self.theft.taints(promise.by, promise.digest)
        if is_tainted or promise.by.was_barred(promise.digest):
            return promise.became if promise.became == "withdrawn" else "no_authority"
        return promise.became or "authentic_as_told"
