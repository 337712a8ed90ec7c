"""What the services need to show a ledger to others: map pages, witnesses, whom to tell or mail, copies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.merkle import NodeName
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.domain.people.notices.subscription import Subscription
from ledger_service.domain.publication.submission import Submission
from ledger_service.domain.reasons import Reason

if TYPE_CHECKING:  # which needs this module
    from ledger_service.ports.store import Store, Transaction


class MapPageTable(Protocol):
    """Pages of the verifiable map, in versions: over how many entries of the ledger each is."""

    def version(self) -> int | None:
        """Return the newest version that is whole, None if there is no map."""

    def read(self, prefixes: Sequence[str], version: int) -> Mapping[str, bytes]:
        """Return those of these pages that a version has, by prefix."""

    def write(
        self, pages: Mapping[str, bytes], version: int, kept: Collection[int], base: int
    ) -> None:
        """Store the pages that a new version changes, and drop those of them that no kept version needs.

        base: the version that it was made from; what is newer than that is another's and is left alone.
        """

    def clear(self) -> None:
        """Forget every page of every version."""


class WitnessClient(Protocol):
    """A witness as a ledger asks it. Raises WitnessHasOtherSize, ServiceUnavailable."""

    def add_checkpoint(self, submission: Submission) -> str:
        """Return the witness's signature lines once it has cosigned, as text, unchecked.

        Raises:
            WitnessHasOtherSize: it cosigned another size last, which the error tells.
            ServiceUnavailable: it does not answer, or not as a witness does.
        """


class WitnessedLog(Protocol):
    """A ledger as its witness knows it. size and root: of the checkpoint cosigned last; cosigned_at: when.

    Seconds since 1970 UTC, 0 for never.
    """

    key: VerifierKey
    size: int
    root: bytes
    cosigned_at: int

    def keep(self, size: int, root: bytes, note: str, at: int) -> None:
        """Keep what was cosigned in place of what was before; durable when the store's block has ended."""


class WitnessStore(Protocol):
    """What a witness keeps of the ledgers that it knows."""

    def add(self, key: VerifierKey) -> None:
        """Know a ledger from now on; one that is known keeps its key and what was signed for it.

        Raises:
            LedgerBusy, StorageFull: its database cannot be used.
        """

    def log(self, origin: str) -> AbstractContextManager[WitnessedLog]:
        """Return a known ledger, locked until the block ends; what was kept is durable if it ends well.

        Raises:
            LogNotKnown: the witness does not know this origin.
            LedgerBusy, StorageFull: its database cannot be used.
        """


class Posted(NamedTuple):
    """How an address answered. status: None if it did not; location: what it made, if it says so.

    retry_after: seconds, if it asks to be left alone for so long; cause: why there is no answer.
    """

    status: int | None
    location: str = ""
    retry_after: int = 0
    cause: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the other side took it."""
        return self.status is not None and 200 <= self.status < 300


class Line(Protocol):
    """A connection to one address."""

    def post(self, body: bytes, headers: Mapping[str, str]) -> Posted:
        """Return how the address answered this; no redirect is followed, and little of an answer is read."""


class Poster(Protocol):
    """Tells addresses that people named. None of them may make this machine ask others of its own network."""

    def check(self, url: str) -> None:
        """Check that an address may be told; raise InvalidReceiver. Where its name leads is seen later."""

    def line(self, url: str) -> AbstractContextManager[Line]:
        """Return a connection to an address, made when something is posted; raise InvalidReceiver."""


class Mirrored(NamedTuple):
    """Another library's ledger, of which a copy is kept here.

    id: 16 hex digits, made of the ledger's name; name: of the library, as who added it says; address: where
    its service is; prefix: where its checkpoint and tiles are. held_at: when its newest checkpoint was found
    to extend the copy, tried_at: when it was asked last, in seconds since 1970 UTC, 0 for never; fault: why
    the last try did not succeed; fork: a note that it signed for another history than the copy's, None if
    none was seen. proof: that it signed both, as `ForkProof` is written, None if what it served shows no such
    proof. against: in what the copy differs from the ledger's anchors on chain, None if it does not. member:
    whose ledger it is, if the worker keeps the copy by itself; None for one that an operator added.
    """

    id: str
    name: str
    address: str
    key: VerifierKey
    held_at: int
    tried_at: int
    fault: Reason | None
    fork: str | None
    proof: str | None = None
    against: Reason | None = None
    member: StewardId | None = None

    @property
    def prefix(self) -> str:
        """The prefix of its public files, as docs/formats.md §12 has it."""
        return f"{self.address}/muhr"

    @property
    def has_forked(self) -> bool:
        """Whether the ledger signed another history once, or does not extend the copy now."""
        told = "" if self.fault is None else self.fault.name.partition(".")[0]
        return self.fork is not None or told == "two-histories"


class LookedUp(NamedTuple):
    """What a copy of another library's ledger has of a digest, as of one moment.

    size: entries that are copied; has_forked: as of `Mirrored`; is_readable: False if the copy itself could
    not be read, and then more than the id may be unknown. entries: index and bytes of the first ones that
    name the digest.
    """

    id: str
    name: str
    address: str
    key: VerifierKey | None
    ledger: LedgerId | None
    size: int
    held_at: int
    has_forked: bool
    is_readable: bool
    entries: Sequence[tuple[int, bytes]]


class LedgerFiles(Protocol):
    """A ledger's public files, not trusted. Every method raises ServiceUnavailable when nobody answers."""

    def checkpoint(self) -> str:
        """Return the newest signed note as text; nothing of it was checked."""

    def tile(self, name: TileName) -> bytes:
        """Return the bytes of a tile as served, unchecked; raise TileNotFound for one that is not served."""

    def close(self) -> None:
        """Let go of what was opened."""


class Mirrors(Protocol):
    """Copies of other libraries' ledgers. Each has a store of its own: `ledger` and `checkpoints` only."""

    def all(self) -> list[Mirrored]:
        """Return the ledgers that are copied, by name."""

    def find(self, mirror: str) -> Mirrored:
        """Return one by its id; raise MirrorNotFound."""

    def add(self, name: str, address: str, key: VerifierKey) -> Mirrored:
        """Return a ledger that is copied from now on; one that is, keeps its copy and takes name and address.

        Raises:
            InvalidInput: a ledger of this name is copied under another key.
        """

    def follow(self, member: StewardId, name: str, address: str, key: VerifierKey) -> Mirrored:
        """Return a member's ledger, which is copied by itself from now on, by this name and from there.

        One that an operator added stays as the operator has it.

        Raises:
            InvalidInput: a ledger of this name is copied under another key.
        """

    def of_ledger(self, origin: str) -> Mirrored | None:
        """Return the copy of the ledger of this name, None if it is not copied."""

    def remove(self, mirror: str) -> None:
        """Delete a copy; raise MirrorNotFound."""

    def note(self, mirror: str, at: int, fault: Reason | None) -> None:
        """Note that the ledger was asked then, and what was wrong; without a fault, that it held."""

    def note_fork(self, mirror: str, fork: str, proof: str | None) -> None:
        """Note what it signed for another history, and the proof; the first of each is kept for good."""

    def note_anchors(self, mirror: str, against: Reason | None) -> None:
        """Note in what the copy differs from the ledger's anchors on chain, None for in nothing."""

    def store(self, mirror: str) -> Store:
        """Return where the copy is; raise MirrorNotFound."""

    def look_up(self, digest: Digest, limit: int) -> list[LookedUp]:
        """Return what each copy has of a digest, at most so many entries; quick, and raises nothing."""

    def read_nodes(self, mirror: str, names: Sequence[NodeName]) -> list[bytes]:
        """Return the hashes of these nodes of a copy's tree; quick.

        Raises:
            MirrorNotFound, EntryNotFound: there is no such copy, or no such node in it.
            LedgerBusy: it cannot be read.
        """

    def check_room(self) -> None:
        """Raise StorageFull if the disk has too little room for copies to grow."""

    def add_places(self, transaction: Transaction, places: Sequence[tuple[Digest, int]]) -> None:
        """Note which entries of a copy name which digests."""

    def places(self, transaction: Transaction, digest: Digest, limit: int) -> list[int]:
        """Return the first entries of a copy that name a digest, in their order."""


@dataclass(frozen=True)
class MailServer:
    """The operator's server. sender: the address that mail comes from; password: empty for none.

    is_encrypted: from the first byte; otherwise by STARTTLS, but on the machine itself.
    """

    host: str
    port: int
    sender: str
    is_encrypted: bool = False
    is_own_machine: bool = False
    login: str = ""
    password: str = ""


class Receiver(NamedTuple):
    """Who is told by mail. address: as `choose_ways` took it; language: of the text, as a tag."""

    address: str
    language: str


class Letter(NamedTuple):
    """An invitation to an event, or word that it is called off. method: RFC 5546's, REQUEST or CANCEL.

    title: of the event, one line; link: to its page; calendar: what a calendar takes in, in iCalendar.
    """

    receiver: Receiver
    method: str
    title: str
    link: str
    calendar: bytes


class Mailer(Protocol):
    """Sends mail through the operator's server."""

    @property
    def sender(self) -> str:
        """The address that mail comes from."""

    def send_letters(self, letters: Sequence[Letter]) -> None:
        """Send these; who cannot be reached is passed over. Raises MailUnavailable as `send`."""

    def send(self, receivers: Sequence[Receiver]) -> None:
        """Tell each of these that there is news; who cannot be reached is passed over.

        Raises:
            MailUnavailable: the server takes none at all; some may have been told.
        """


class Pushed(StrEnum):
    """What became of a push."""

    TAKEN = "taken"
    LOST = "lost"  # the service did not take it now
    GONE = "gone"  # nobody is told there any more


class Pusher(Protocol):
    """Tells browsers that there is news, through the services of their makers."""

    @property
    def key(self) -> bytes:
        """The point of P-256, 65 bytes, for which a browser asks its maker's service."""

    def check(self, subscription: Subscription) -> None:
        """Check that a browser may be told there.

        Raises:
            InvalidReceiver: not there. InvalidInput: its keys are none.
        """

    def push(self, subscription: Subscription) -> Pushed:
        """Tell a browser that there is news; return what became of it within some seconds."""
