"""Bounds of one library that its operator may set."""

from __future__ import annotations

from dataclasses import dataclass

WEI_A_GWEI = 10**9


@dataclass(frozen=True)
class ConnectionLimits:
    """What callers may hold of a server; the unit stands beside each number."""

    connections: int = 1024  # at a time
    of_address: int = 512  # of them; a whole campus may be one address
    head_seconds: int = 10  # for a request's head, and between two requests
    silent_seconds: int = 30  # between two parts of a body, and before its rate counts
    least_bytes_a_second: int = 1024  # of a body, and of what an answer's reader takes
    proxies: tuple[str, ...] = ()  # addresses and networks that tell for whom they ask


@dataclass(frozen=True)
class Limits:
    """The unit stands beside each number."""

    largest_resource_bytes: int = 4 * 1024**3
    largest_marked_bytes: int = 64 * 1024**2  # that a copy is made of, in memory
    opening_seconds: int = 900  # how long an opening may be resumed
    reading_seconds: int = 4 * 3600  # the same in a reader's browser, where a film is played
    confirmations: int | None = (
        1  # blocks, with the transaction's own; None: as the chain finalizes
    )
    anchor_seconds: int = 2  # least time between two anchors
    lease_seconds: int = 30  # how long a worker leads without renewing it
    largest_manifest_bytes: int = 1024**3
    waiting_imports: int = 10  # of one caller, queued or running
    most_fee_gwei: int = 500  # to be offered for a unit of gas
    relayer_budget: int | None = None  # wei that may be paid in 30 days; None: what there is
    raise_seconds: int = 24  # in no block, until a transaction is offered for more
    rest_seconds: int = 60  # without a round, or a block that is waited for, until it is told
    lag_seconds: int = 600  # that an entry waits for its anchor, until it is told
    report_seconds: int = 30 * 86_400  # how long an import that ended is remembered
    fixity_seconds: int = 30 * 86_400  # between two checks of all that is kept; 0: only when asked
    fixity_bytes_a_second: int = 20 * 1024**2  # that they read
    loans_of_reader: int = 20  # at a time, of those that readers take themselves
    requests_of_reader: int = 20  # open at a time
    line_places: int = 500  # open requests for one resource
    pick_up_seconds: int = 48 * 3600  # that a seat is kept for whoever is next in line
    end_notice_seconds: int = (
        2 * 86_400
    )  # before a loan ends its reader is told; less of a short one
    request_seconds: int = 30 * 86_400  # how long a request that ended is remembered
    retention_seconds: int = 730 * 86_400  # for which private parts are kept; 0: for ever
    rewrite_seconds: int = 3600  # after an erasure, until the database's files are written anew
    copied_bytes: int = 100 * 1024**3  # of other members' open content, in all; 0: none
    copied_bytes_each: int = 25 * 1024**3  # of one member's
    copied_a_second: int = 8 * 1024**2  # that are got for it
    media_a_minute: int = 30  # files that are read to find what they are; 0: none
    searches_a_minute: int = 30  # of one address, in all libraries of a consortium
    recommends: bool = True  # whether it is computed and shown what is near to a resource
    takes_wallets: bool = False  # whoever has a wallet can become a reader, as often as they like
    event_rooms: tuple[tuple[str, str], ...] = ()  # name, and address with {room} in it
    ark_naan: str = ""  # the number by which ARKs of this library begin; empty: it gives none

    @property
    def most_fee(self) -> int:
        """The most to offer for a unit of gas, in wei."""
        return self.most_fee_gwei * WEI_A_GWEI
