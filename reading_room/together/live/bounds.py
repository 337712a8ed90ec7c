"""What a paper, its room and whoever is in it may take; the unit stands beside each number."""

from __future__ import annotations

from enum import IntEnum

ROOTS = frozenset({"text", "comments", "about"})
"""The shared types of a paper: its text (Y.Text), what is said beside it, and what it is (Y.Map)."""
COMMENTS = "comments"
LARGEST_UPDATE_BYTES = 1_000_000  # of one message: within a WebSocket's bound
LARGEST_PAPER_BYTES = 32 * 1024**2  # as it is kept, with what was deleted since it was folded
LARGEST_PRESENCE_BYTES = 8_192  # where somebody's cursor is, and how they are called
PRESENCES_OF_VISITOR = 4  # by one socket
MOST_CLAIMS = 1_000  # of one member: clients as which they were present in a room
MOST_ROOMS = 256  # that people are in, of one process
ROOMS_OF_READER = 32  # that one person is in
KEPT_ROOMS = 16  # that nobody is in
KEPT_BYTES = 64 * 1024**2  # that they hold in all
MOST_VISITORS = 500  # of one room
SOCKETS_OF_MEMBER = 12  # in one room: pages that a person has open
MOST_ASKED_AGAIN = 50  # for what goes before an update, one after another
UNSENT_BYTES = 8 * 1024**2  # that wait for a slow reader, beside the paper itself
UPDATES_A_SECOND = 100  # of one socket; whoever sends more is read more slowly
BYTES_A_SECOND = 500_000  # the same
BURST_SECONDS = 10  # for which more may come at once
MERGE_SECONDS = 0.04  # that an update waits for others, before all are kept and sent as one
LOOK_SECONDS = 2.0  # between two looks whether somebody still may
POLL_SECONDS = 0.25  # between two looks whether another process wrote


class Close(IntEnum):
    """Why a socket is closed; programs read the number, and a page tells people what to do."""

    MALFORMED = 4400
    SIGNED_OUT = 4401
    NO_RIGHT = 4403
    NOT_FOUND = 4404
    TOO_SLOW = 4408
    NOT_YOURS = 4409
    TOO_LARGE = 4413
    TOO_MANY = 4429
    TRY_LATER = 1013


class Refused(Exception):
    """What a socket sent is not taken, and it is closed. why: a word for programs."""

    def __init__(self, code: Close, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why
