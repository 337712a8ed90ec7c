"""The one tree of errors this package raises.

Every message is one sentence for a person: what is wrong, with which CID or folder, and, where
there is one, the way out. Programming errors (a write after finish, a negative range) stay
ValueError and are not part of the tree.
"""


class IpfsError(Exception):
    """Anything that can go wrong with a CID, a DAG, or a block store."""


class InvalidCid(IpfsError):
    """The text or bytes are not a CID this package accepts."""


class InvalidDag(IpfsError):
    """The blocks are intact, but they are not a file in the profile."""


class InvalidCar(IpfsError):
    """The bytes are not a CAR of one file, or a block in it is not what its CID says."""


class BlockNotFound(IpfsError):
    """The store answered, and it does not hold this block."""


class BlockCorrupt(IpfsError):
    """The store holds something under this CID whose SHA-256 is not the CID's."""


class StoreFull(IpfsError):
    """The store has no room left for what was being written; nothing of it became visible."""


class StoreUnavailable(IpfsError):
    """The store cannot be used now: its folder is missing, unreadable, or failing."""
