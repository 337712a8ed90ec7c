"""One paper in memory, as bytes: what is kept of it, what waits to be kept, and how far each client is known.

No document is built here. What is sent to somebody who opens the paper is the fold as it lies, and the few
updates behind it; so a paper of a million edits opens as quickly as its bytes are read. Nothing is sent
to anybody before it is durable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pycrdt import get_update, merge_updates

from reading_room.together.live.bounds import (
    LARGEST_PAPER_BYTES,
    MOST_CLAIMS,
    Close,
    Refused,
)
from reading_room.together.live.comments import CommentCheck
from reading_room.together.live.keep import Log, Whole, Written, purpose_of
from reading_room.together.live.yjs.spans import Spans
from reading_room.together.live.yjs.update import Run, Update, read_update
from reading_room.together.live.yjs.wire import (
    NOTHING,
    STEP_1,
    STEP_2,
    UPDATE,
    deletions,
    number,
    read_state_vector,
    state_vector,
    sync,
)

MANY_UPDATES = 64  # behind the fold, from which on they are made one
SMALL_BYTES = 1_000_000  # of a paper, to which what came behind its fold is added at once


class Behind(Exception):
    """An update is of edits that are not known here. refusal: what it gets if the log has them neither."""

    def __init__(self, code: Close, why: str) -> None:
        super().__init__(why)
        self.refusal = Refused(code, why)


@dataclass
class Pending:
    """What waits to be kept. updates: by the member who made them; clients: those that are new."""

    updates: dict[int, list[bytes]] = field(default_factory=dict)
    clients: dict[int, int] = field(default_factory=dict)


class Room:
    """A paper that people write."""

    def __init__(self, log: Log) -> None:
        self.key = log.key
        self.number = log.number
        """Of the newest update of the log that is known here."""
        self.pending = Pending()
        self.is_keeping = False
        """Whether some of what came is being kept just now."""
        self._whole = log.whole
        self._tail: list[bytes] = []
        self._tail_bytes = 0
        self._state = dict(log.whole.state)
        self._deleted = Spans(log.whole.deleted)
        self._clients = dict(log.clients)
        self._claimed: dict[int, int] = {}
        self._claims: defaultdict[int, dict[int, None]] = defaultdict(dict)
        self._comments: CommentCheck | None = None
        self.take_in(log.written)

    @property
    def size_bytes(self) -> int:
        """How many bytes it holds."""
        return len(self._whole.update) + self._tail_bytes

    # ---- what comes from those who write ----

    def is_of(self, client: int, member: int) -> bool:
        """Return whether a client is a member's, or nobody's yet."""
        return self._clients.get(client, self._claimed.get(client, member)) == member

    def claim(self, client: int, member: int) -> None:
        """Note that a member is present as this client; raise Refused if it is somebody else's.

        Of each member the last MOST_CLAIMS are noted.
        """
        if not self.is_of(client, member):
            raise Refused(Close.NOT_YOURS, "client of another")
        claims = self._claims[member]
        self._claimed[client], claims[client] = member, None
        if len(claims) > MOST_CLAIMS:
            oldest = next(iter(claims))
            del claims[oldest], self._claimed[oldest]

    def is_new(self, update: Update) -> bool:
        """Return whether an update holds anything that is not known here."""
        return bool(self._added(update) or self._newly_deleted(update))

    def accept(self, data: bytes, update: Update, member: int, *, comments_only: bool) -> bool:
        """Take an update that a member has made, who may; return whether anything of it waits to be kept.

        What is known already is left out. comments_only: the member may change nothing else.

        Raises:
            Refused: it would make the paper too large, or changes what the member may not change.
            Behind: it is of edits that are not known here; see `take_in`.
        """
        added = self._added(update)
        self._check(update, added, member)
        deleted = self._newly_deleted(update)
        if not added and not deleted:
            return False
        if self.size_bytes + len(data) > LARGEST_PAPER_BYTES:
            raise Refused(Close.TOO_LARGE, "paper")
        try:
            merge_updates(data, NOTHING)  # which reads all of it
            made = self._only_new(data, update, added, deleted)
            self._try(made, comments_only=comments_only, is_within=update.is_within)
        except (ValueError, RuntimeError):
            raise Refused(Close.MALFORMED, "cannot be applied") from None
        new = {run.client: member for run in added if run.client not in self._clients}
        self.pending.clients |= new
        self.pending.updates.setdefault(member, []).append(made)
        self._note(added, deleted, member)
        return True

    def _added(self, update: Update) -> list[Run]:
        return [run for run in update.added if run.end > self._state.get(run.client, 0)]

    def _newly_deleted(self, update: Update) -> list[Run]:
        return [new for run in update.deleted for new in self._deleted.missing(run)]

    def _check(self, update: Update, added: Iterable[Run], member: int) -> None:
        ends = {run.client: run.end for run in added}
        for run in added:
            whose = self._clients.get(run.client, self._claimed.get(run.client, member))
            if whose != member:
                raise Behind(Close.NOT_YOURS, "client of another")
            if run.clock > self._state.get(run.client, 0):
                raise Behind(Close.MALFORMED, "leaves edits out")
        needed = [*update.needs.items(), *((run.client, run.end) for run in update.deleted)]
        for client, end in needed:
            if end > ends.get(client, 0) and end > self._state.get(client, 0):
                raise Behind(Close.MALFORMED, "refers to nothing")

    def _only_new(self, data: bytes, update: Update, added: list[Run], deleted: list[Run]) -> bytes:
        """Return the update without what is known."""
        if not added:
            return number(0) + deletions(deleted)
        if any(run.clock < self._state.get(run.client, 0) for run in update.added):
            known = {run.client: self._state.get(run.client, 0) for run in update.added}
            data = get_update(data, state_vector(known))
            update = read_update(data)
        return data[: update.structs_end] + deletions(deleted)

    def _try(self, update: bytes, *, comments_only: bool, is_within: bool) -> None:
        """Apply an update to a copy of the paper, where there is one or must be; see CommentCheck.apply."""
        copy, self._comments = self._comments, None  # until it has taken the update
        if copy is None and (comments_only or is_within):
            waiting = [one for made in self.pending.updates.values() for one in made]
            copy = CommentCheck([self._whole.update, *self._tail, *waiting])
        if copy is not None and not copy.apply(update) and comments_only:
            raise Refused(Close.NO_RIGHT, "comments only")
        self._comments = copy

    def _note(self, added: Iterable[Run], deleted: Iterable[Run], member: int) -> None:
        for run in added:
            self._state[run.client] = run.end
            self._clients.setdefault(run.client, member)
        self._deleted.add_all(deleted)

    # ---- what goes into the log and comes from it ----

    def take_pending(self) -> tuple[Pending, list[tuple[int, bytes]]]:
        """Return what waits, which waits no more, and for each member their updates as one."""
        pending, self.pending = self.pending, Pending()
        made = [(member, merged(some)) for member, some in pending.updates.items()]
        return pending, made

    def sealed(self, made: Sequence[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        """Return updates of members as the log has them."""
        return [(member, self.key.seal(one, purpose_of(member))) for member, one in made]

    def kept(self, made: Sequence[tuple[int, bytes]], upto: int) -> bytes:
        """Note that these updates are durable now; return them as one. upto: the newest one's number."""
        update = merged([one for _, one in made])
        self._append(update)
        self.number = max(self.number, upto)
        return update

    def take_in(self, written: Iterable[Written]) -> bytes | None:
        """Take updates that the log has, made by others; return those that were not known as one."""
        new = []
        for one in written:
            if one.number <= self.number:
                continue
            self.number = one.number
            update = read_update(one.update)
            self._note(self._added(update), self._newly_deleted(update), one.member)
            self._append(one.update)
            if self._comments is not None:
                self._comments.apply(one.update)
            new.append(one.update)
        return merged(new) if new else None

    def _append(self, update: bytes) -> None:
        self._tail.append(update)
        self._tail_bytes += len(update)
        if len(self._tail) >= MANY_UPDATES:
            self._shorten()

    def _shorten(self) -> None:
        """Make what came behind the fold one update; add it to the paper, if that is quickly done."""
        is_at_rest = not self.pending.updates and not self.is_keeping
        if is_at_rest and len(self._whole.update) < SMALL_BYTES:
            update = merged([self._whole.update, *self._tail])
            self._whole = Whole(update, dict(self._state), tuple(self._deleted.runs()))
            self._tail = []
        else:
            self._tail = [merged(self._tail)]
        self._tail_bytes = sum(map(len, self._tail))

    # ---- what is told to somebody who opens the paper ----

    def question(self) -> bytes:
        """Return the message that asks for what this room does not know."""
        return sync(STEP_1, state_vector(self._state))

    def answer(self, asked: bytes) -> list[bytes]:
        """Return the messages that tell who knows so much what they do not know; raise Refused.

        What came behind a large fold goes first, so that all is there once the fold is.
        """
        known = read_state_vector(asked)
        if all(known.get(client, 0) >= end for client, end in self._whole.state.items()):
            whole = number(0) + deletions(self._whole.deleted)
        elif any(known.get(client) for client in self._whole.state):
            whole = get_update(self._whole.update, asked)
        else:
            whole = self._whole.update
        if not self._tail:
            return [sync(STEP_2, whole)]
        self._tail = [merged(self._tail)]
        if len(whole) < SMALL_BYTES:
            return [sync(STEP_2, merged([whole, *self._tail]))]
        return [sync(UPDATE, self._tail[0]), sync(STEP_2, whole)]


def merged(updates: Sequence[bytes]) -> bytes:
    """Return updates as one."""
    some = [one for one in updates if one != NOTHING]
    return merge_updates(*some) if len(some) > 1 else (some[0] if some else NOTHING)
