"""What the services need of lending: grants, and openings as stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ledger_service.domain.identifiers import CopyId, Digest, GrantId, StewardId
from ledger_service.domain.lending.grant import Grant, GrantState
from ledger_service.domain.lending.lent_copy import CopyOrder, LentCopy
from ledger_service.domain.lending.loan_elsewhere import LoanElsewhere
from ledger_service.domain.lending.request import Request, RequestState
from ledger_service.ports.paging import Page, PageRequest


@dataclass(frozen=True)
class Opening:
    """A permission to fetch bytes for a short while, made by a granted opening.

    secret: 64 hex, in the URL of the bytes; expires_at: seconds since 1970 UTC. is_marked: whether they are
    those of a marked copy, as is known when it is made.
    """

    secret: str
    entry: int
    digest: Digest
    grant: GrantId
    reader: str
    expires_at: int
    is_marked: bool = False


@dataclass(frozen=True)
class GrantFilter:
    """Which grants are listed, by what is given. reader: the service's own name for whose they are.

    pseudonym: the same by 32 bytes. state: as it is told at the time of the list. is_live: standing or on
    its way to the chain, and not ended. since, until: when they were asked for, in seconds since 1970 UTC;
    until is not among them. ends_before: ending before this time. among: of one of these resources.
    """

    digest: Digest | None = None
    reader: str | None = None
    pseudonym: bytes | None = None
    state: GrantState | None = None
    is_live: bool | None = None
    since: int | None = None
    until: int | None = None
    ends_before: int | None = None
    among: frozenset[Digest] | None = None


ALL_GRANTS = GrantFilter()


class LicenseServerAddress(NamedTuple):
    """Where a license server is. url: with the name to sign in by; provider: the library's web address."""

    url: str
    provider: str
    password: str


class ProtectedLoan(NamedTuple):
    """A loan as a license server of Readium LCP keeps it. Times in seconds since 1970 UTC.

    id: of the license, and of its reader, who has no other name there; publication: of the file, as it is
    encrypted there. Both are UUIDs. prints: whether the grant lets its reader print.
    """

    id: str
    publication: str
    start: int
    until: int
    prints: bool


class LicenseServer(Protocol):
    """A license server of Readium LCP, which holds the keys of files that were encrypted with its own tools.

    Everything raises LicenseServerUnavailable where it does not answer, or not as documented.
    """

    def title_of(self, publication: str) -> str | None:
        """Return the title of an encrypted file, None if the server has none of this name."""

    def keep(self, loan: ProtectedLoan, at: int) -> None:
        """Let the license of a loan be so, whether there is one already or not. at: when it changed."""

    def end(self, license_id: str) -> None:
        """Let a license end now; nothing happens if there is none."""

    def license(self, license_id: str, publication: str, user_key: str, hint: str) -> bytes:
        """Return the license as a signed document of LCP, for a passphrase with this SHA-256 (64 hex)."""


class GrantTable(Protocol):
    """Grants, with what opens their commitments."""

    def find(self, grant: GrantId) -> Grant | None:
        """Return the grant of this id, None if there is none."""

    def of_reader(self, reader: str, digest: Digest) -> list[Grant]:
        """Return a reader's grants for one digest in every state, newest first."""

    def page(self, which: GrantFilter, request: PageRequest, now: int) -> Page[Grant]:
        """Return a page of grants as they are at `now`, in seconds, oldest first; raise InvalidCursor."""

    def seats_taken(self, digest: Digest, steward: StewardId, now: int) -> set[int]:
        """Return the seats of a registration that live or coming grants hold at `now`, in seconds."""

    def count_live(self, reader: str, now: int) -> int:
        """Return how many live or coming grants a reader holds at `now`, in seconds."""

    def ending(self, steward: StewardId, now: int, before: int) -> list[Grant]:
        """Return issued grants that end from `now` on and before another time, and whose end is not told."""

    def tell_end(self, grant: GrantId, until: int) -> None:
        """Take note that the reader was told of this end."""

    def seats_held(
        self, steward: StewardId, now: int, among: Collection[Digest] | None = None
    ) -> list[tuple[Digest, int]]:
        """Return how many seats live or coming grants hold, of each resource that has any.

        among: only of these, some hundred at most.
        """

    def held(
        self, steward: StewardId, digests: Collection[Digest], now: int
    ) -> dict[Digest, tuple[int, int]]:
        """Return how many seats of each of these resources are taken at `now`, and how often it was lent, as
        `seats_taken` and `count_loans` do; nothing of what was never lent. Some hundred at most.
        """

    def count_loans(self, digest: Digest, steward: StewardId) -> int:
        """Return how many grants of a registration the chain has taken or may yet take, ended ones too."""

    def last_turn(self, digest: Digest, steward: StewardId, seat: int) -> int:
        """Return the turn of the seat's last grant that the chain has or may yet take; 0 if there is none."""

    def set_until(self, grant: GrantId, until: int) -> None:
        """Let the grant end at this time, in seconds since 1970 UTC."""

    def is_any_named(self, before: int) -> bool:
        """Return whether a grant that ended before this time is still somebody's."""

    def forget_readers(self, before: int, limit: int) -> int:
        """Let so many grants that ended before this time be nobody's; return how many."""

    def add(self, grant: Grant) -> None:
        """Add a grant whose id is new."""

    def set_state(self, grant: GrantId, state: GrantState, *, rejection: str | None = None) -> None:
        """Let the grant be in this state; `rejection`: why the chain rejected it, else None."""


@dataclass(frozen=True)
class RequestFilter:
    """Which requests are listed, by what is given. is_open: those that may still become a loan, or others."""

    digest: Digest | None = None
    reader: str | None = None
    state: RequestState | None = None
    is_open: bool | None = None


ALL_REQUESTS = RequestFilter()


class RequestTable(Protocol):
    """What readers asked to be lent, in the order in which it was accepted."""

    def add(self, request: Request) -> Request:
        """Return the request as it is kept, with the next serial; `request.serial` is not used."""

    def find(self, request: str) -> Request | None:
        """Return the request of this id, None if there is none."""

    def of_grant(self, grant: GrantId) -> Request | None:
        """Return the request that this grant came of, None if there is none."""

    def open_of(self, reader: str, digest: Digest, steward: StewardId) -> Request | None:
        """Return the reader's open request for a registration, None if there is none."""

    def line(self, digest: Digest, steward: StewardId) -> list[Request]:
        """Return the open requests for a registration, in order; a line has a limit."""

    def in_line(self, steward: StewardId, digests: Collection[Digest]) -> dict[Digest, int]:
        """Return how many wait, or are ready, for each of these that has a line; some hundred at most."""

    def lines(self, steward: StewardId) -> list[Digest]:
        """Return of which resources there are open requests."""

    def count_open(self, reader: str) -> int:
        """Return how many open requests a reader has."""

    def page(self, which: RequestFilter, request: PageRequest) -> Page[Request]:
        """Return a page of requests in their order; raise InvalidCursor."""

    def replace(self, request: Request) -> None:
        """Let the request of this serial have this state, times, approval, grant and reason."""

    def forget_reader(self, reader: str) -> None:
        """Forget all requests of a reader, open ones too; who waits behind them moves up."""

    def has_ended(self, before: int) -> bool:
        """Return whether `forget_ended` would forget any."""

    def forget_ended(self, before: int) -> None:
        """Forget the requests that ended before this time, but those whose grant has not ended."""


class LoanElsewhereTable(Protocol):
    """Loans that other libraries made, each under a grant of its own."""

    def at(self, address: bytes) -> LoanElsewhere | None:
        """Return the loan whose status is asked for at the secret of this SHA-256; None if there is none."""

    def read_at(self, reading: bytes) -> LoanElsewhere | None:
        """Return the same of the secret at which what is lent is read."""

    def of_grant(self, grant: GrantId) -> LoanElsewhere | None:
        """Return the loan under a grant, None if there is none."""

    def of_reader(self, reader: str) -> list[LoanElsewhere]:
        """Return a reader's loans, the first made first."""

    def running(self, distributor: int, digest: Digest, limit: int) -> list[LoanElsewhere]:
        """Return a library's loans of a resource that have not ended, so many at most."""

    def moved(self, now: int, limit: int) -> list[LoanElsewhere]:
        """Return running loans whose grant has another end now, or has ended, so many at most."""

    def to_tell(self, now: int, limit: int) -> list[LoanElsewhere]:
        """Return loans of which a library is to be told by now, so many at most, the longest due first."""

    def add(self, loan: LoanElsewhere) -> None:
        """Add a loan whose secrets and grant are new."""

    def replace(self, loan: LoanElsewhere) -> None:
        """Let the loan at this address have these times, this end, and be told of then."""

    def ends(self, addresses: Collection[bytes]) -> dict[bytes, int]:
        """Return when those of these loans end, or ended, that are still known."""

    def has_ended(self, before: int) -> bool:
        """Return whether `forget_ended` would forget any."""

    def forget_ended(self, before: int, limit: int) -> int:
        """Forget so many loans that ended before this time and need not be told of; return how many."""


class CopyTable(Protocol):
    """Copies that were lent, one for each grant that needs one. None is ever deleted."""

    def find(self, copy: CopyId) -> LentCopy | None:
        """Return the copy of this number, None if none was lent."""

    def of_grant(self, grant: GrantId) -> LentCopy | None:
        """Return the copy that is lent under a grant, None if there is none."""

    def of_file(self, file: Digest) -> LentCopy | None:
        """Return the copy whose bytes, as they were made last, have this digest."""

    def add(self, copy: LentCopy) -> None:
        """Add a copy whose number and grant are new."""

    def set_file(self, copy: CopyId, file: Digest) -> None:
        """Let the copy's bytes have this digest."""


class MadeCopy(NamedTuple):
    """The bytes of a marked copy, and their digest."""

    data: bytes
    digest: Digest


class CopyMaker(Protocol):
    """Makes marked copies of what others wrote, within bounds of time and memory."""

    def made(self, order: CopyOrder, source: Digest, pieces: Iterable[bytes]) -> MadeCopy:
        """Return the copy, the same for the same order; `pieces` are read only if it must be made.

        source: the digest of the original, whose bytes the pieces are.

        Raises:
            CopyNotMade: the original is malformed, protected, or too large when unpacked.
            ContentStoreUnavailable: too many copies are waited for.
            What `pieces` raise.
        """
