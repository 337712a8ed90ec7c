"""What the services need of content: a place for bytes on their way in, and a store."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.content.fixity import CheckedBlock
from ledger_service.domain.identifiers import Digest


class Places(NamedTuple):
    """Where content is kept.

    folder: of this machine, for blocks on their way in, and for good if in_folder; nodes: addresses of Kubo
    nodes' RPC, which may hold a password; copies: how many of all these hold what is taken in.
    """

    folder: str
    in_folder: bool = True
    nodes: tuple[str, ...] = ()
    copies: int = 1


class Link(NamedTuple):
    """A block below another. size_bytes: of the file, under it."""

    cid: ContentId
    size_bytes: int


class Seal(NamedTuple):
    """How closed content is encrypted; it lives in memory only, and its key is never shown.

    key: 32 bytes, random for each resource and epoch. bound_to: associated data of the stream
    (domain/content/sealing.stream_bound_to).
    """

    key: bytes
    bound_to: bytes

    def __repr__(self) -> str:
        return "Seal(key=…)"


class KeyKeeper(Protocol):
    """Holds the key-encryption keys, by which the keys of seals are wrapped: a file, a KMS or an HSM."""

    @property
    def name(self) -> str:
        """The public name of the key that wraps now; it tells nothing of the key.

        Raises ContentKeyUnavailable.
        """

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        """Return the key, encrypted by the newest key-encryption key, and bound to these bytes.

        Raises ContentKeyUnavailable.
        """

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        """Return the key that was wrapped, by whichever key-encryption key is held still.

        Raises ContentKeyUnavailable if there is none now, and ContentKeyWrong if it was wrapped by another
        one, bound to other bytes, or is damaged.
        """


class Upload(Protocol):
    """Bytes on their way into the store; nothing is kept unless `commit` is called."""

    def write(self, data: bytes) -> None:
        """Take the next bytes of the file; they are copied or used up when this returns."""

    def finish(self) -> ContentId:
        """Return the CID of all bytes written, as they came, once; nothing is written after it."""

    def stored(self) -> ContentId:
        """Return the CID of what lies in the store: of the ciphertext under a seal, else the same."""

    def commit(self) -> None:
        """Return once all blocks of the file are durable and can be read."""


class ContentStore(Protocol):
    """Raises ContentStoreUnavailable, ContentStoreFull, ContentNotFound, ContentCorrupt."""

    def upload(self, seal: Seal | None = None) -> AbstractContextManager[Upload]:
        """Return a place for one new file; leaving it without commit forgets the bytes.

        Under a seal no plain byte rests anywhere, not even on its way in.
        """

    def free_bytes(self) -> int:
        """Return how many bytes the disk of the store has left for this process."""

    def has(self, cid: ContentId) -> bool:
        """Return whether the root block of a file is kept somewhere, sound or not."""

    def blocks(self, cid: ContentId) -> Iterator[ContentId]:
        """Yield the CIDs of all blocks of a file, its root last; what cannot be read is passed over."""

    def remove(self, cid: ContentId, besides: Container[ContentId] = ()) -> None:
        """Return when no block of a file is kept any more, but for these, which other files need.

        The root goes last: a file of which it is there was not removed to the end.
        """

    def check(self, cid: ContentId) -> Iterator[CheckedBlock]:
        """Yield what was found of each block of a file in each place; it is healed if it can be.

        Nothing that is found is raised. At least one is yielded for each place.
        """

    def refill(self, stops: Callable[[], bool]) -> None:
        """Return when every place that takes it has what it is known to lack, or soon after `stops` is true.

        A place lacks what it did not take while others did, and what was removed from it to be put again.
        """

    def unclaimed(self, older_than_seconds: float) -> Iterator[ContentId]:
        """Yield where sealed uploads lie that were kept longer ago than that, and are noted still."""

    def forget_note(self, cid: ContentId) -> None:
        """Forget that a sealed upload was kept there; nothing happens if it is not noted."""

    def bring(
        self,
        cid: ContentId,
        digest: Digest,
        get: Callable[[ContentId], bytes],
        check: Callable[[int], None],
    ) -> int:
        """Return how many bytes a file has, once all of it is kept: what is not here is got block by block.

        get: returns a block, which is hashed before it is kept; check: is told the size before the leaves
        are got. What these raise passes through; blocks that came stay for the next time.

        Raises:
            ContentCorrupt: a block or the whole is not what it should be.
        """

    def lost(self, most: int) -> list[ContentId]:
        """Return files, at most so many, of which something was found damaged or missing everywhere."""

    def forget_lost(self, cid: ContentId) -> None:
        """Forget that something of a file was lost; nothing happens if it is not noted."""

    def size(self, cid: ContentId) -> int:
        """Return the number of bytes of a file, as its root block says."""

    def block(self, cid: ContentId) -> tuple[int, Iterator[bytes]]:
        """Return how many bytes a block has, and these in pieces; it is checked before this returns."""

    def links(self, cid: ContentId) -> list[Link]:
        """Return what stands below a block of a file, in the file's order; nothing stands below a leaf."""

    def car(self, cid: ContentId, start: int, end: int, *, repeats: bool) -> Iterator[bytes]:
        """Yield a CAR of the blocks that bytes `start` to `end` - 1 of a file need, depth first.

        The root is always there. repeats: whether a block that occurs again is sent again.
        """

    def read(self, cid: ContentId, start: int, end: int) -> Iterator[bytes]:
        """Yield bytes `start` to `end` - 1 in pieces, each checked against its CID as it is read."""

    def read_sealed(
        self, stored: ContentId, seal: Seal, plain_bytes: int, start: int, end: int
    ) -> Iterator[bytes]:
        """Yield plain bytes `start` to `end` - 1 of sealed content, each from a segment that is whole.

        plain_bytes: of the file. What was changed, cut, moved or comes from elsewhere is ContentCorrupt, and
        so is content under another seal.
        """


class MadeFile(NamedTuple):
    """What a room made of a resource and everybody may have. kind: cover or text; path: where it is had."""

    kind: str
    media_type: str
    size_bytes: int
    cid: str
    path: str


class MediaFacts(NamedTuple):
    """What a resource is by its content, as far as a room found it out.

    width, height: pixels; seconds: of sound or film.
    """

    pages: int | None = None
    width: int | None = None
    height: int | None = None
    seconds: float | None = None


class MediaFound(NamedTuple):
    """What a room found out of a resource, and the files that it made of it."""

    facts: MediaFacts = MediaFacts()
    files: tuple[MadeFile, ...] = ()


class OpenUse(NamedTuple):
    """A request for what everybody may have, which got its first byte or was told that it has all.

    at: seconds since 1970 UTC; address, agent: of who asked, as far as a server knows. Both are personal:
    they are neither kept nor logged.
    """

    digest: Digest
    at: int
    address: str
    agent: str


class UseCounter(Protocol):
    """Counts uses of what everybody may have, in one process."""

    def count(self, use: OpenUse) -> None:
        """Take a use; nothing is waited for, and nothing raised."""

    def close(self) -> None:
        """Return once all that was counted is written down, as far as it can be; no use is taken after it."""
