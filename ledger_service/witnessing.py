"""Composition: the witness that a member of a consortium has within `muhr serve`.

Its key cosigns from one folder only, which stands in no backup and in no database: whoever restores an older
state begins with a new key. Of several homes that share a database one has the witness: the one whose key has
the highest number (ADR 0163).
"""

from __future__ import annotations

import logging

from ledger_service.adapters.publication.witness_place import WitnessFolder
from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.adapters.sql.leases import is_shared
from ledger_service.adapters.witness_store import SqliteWitnessStore
from ledger_service.config import Config
from ledger_service.domain.consortium.member import WITNESS_PATH
from ledger_service.domain.publication.cosignature import WitnessKey
from ledger_service.services.consortium.list_members import list_members
from ledger_service.services.consortium.witness_members import MemberWitness
from ledger_service.services.library import Library

logger = logging.getLogger("muhr.witness")


def make_witness(config: Config, origin: str) -> None:
    """Make the witness of a new member. origin: of its ledger."""
    WitnessFolder(config.witness_home).make(origin + WITNESS_PATH)


def begin_witness(config: Config, library: Library) -> str:
    """Return the name of a new key of this library's witness, which is in this home from now on.

    A folder that is there is moved aside, and its key cosigns no more.
    """
    folder = WitnessFolder(config.witness_home)
    if folder.is_made:
        folder.retire()
    folder.make(_next_name(config, library))
    return folder.signer().key.name


def keep_witness(config: Config, library: Library) -> None:
    """Begin a new witness in a home that was restored, unless what it cosigned has outlived the rest."""
    folder = WitnessFolder(config.witness_home)
    if library.charter is not None and (not folder.is_made or folder.is_copy):
        begin_witness(config, library)


def open_witness(config: Config, library: Library) -> MemberWitness | None:
    """Return the witness of this home folder, which this process holds; None where it has none.

    A folder that was copied or put back is moved aside, and a new key is made, which the others are told of.
    Of several services on one database one has the witness, and the others have none.
    """
    if library.charter is None:
        return None
    folder = WitnessFolder(config.witness_home)
    if is_shared(config.database_url):
        if _is_elsewhere(library, folder):
            logger.warning(
                "the witness is at another service of this library: let /witness lead there; if there is"
                " none any more, stop this one and run `muhr consortium witness`"
            )
            return None
    elif folder.is_copy:
        begin_witness(config, library)
        logger.warning("the witness's folder was a copy, and was moved aside: a new key is made")
    folder.make(_next_name(config, library))
    store = SqliteWitnessStore(folder.database)
    return MemberWitness(library, store, folder.signer(), check_ed25519)


def witness_signer(config: Config, library: Library) -> Ed25519Signer | None:
    """Return the signer of the library's witness, by which it is announced; None if its key is not here.

    A copy of the key announces as well, and cosigns nothing.
    """
    folder = WitnessFolder(config.witness_home)
    if not folder.is_made:
        return None
    signer, announced = folder.signer(), _announced(library)
    is_other = announced is not None and announced.public_key != signer.key.public_key
    if is_other and is_shared(config.database_url) and _is_elsewhere(library, folder):
        return None
    return signer


def _is_elsewhere(library: Library, folder: WitnessFolder) -> bool:
    """Return whether another home of this library has its witness, if any has."""
    announced = _announced(library)
    if not folder.is_made:
        return announced is not None
    own = folder.signer().key.name
    return folder.is_copy or (announced is not None and _number(own) < _number(announced.name))


def _announced(library: Library) -> WitnessKey | None:
    """Return the key of the witness that this library announced last."""
    own = (one.member.witness_key for one in list_members(library) if one.is_own)
    return next(own, None)


def _next_name(config: Config, library: Library) -> str:
    """Return a name with a higher number than any key that this home had, or the library announced."""
    announced, home = _announced(library), config.witness_home
    retired = len(list(home.parent.glob(f"{home.name}-retired-*")))
    number = max(retired, 0 if announced is None else _number(announced.name)) + 1
    return library.key.name + WITNESS_PATH + (f"-{number}" if number > 1 else "")


def _number(name: str) -> int:
    """Return the number of a key by its name; the first one's name has none."""
    _, _, number = name.rpartition(f"{WITNESS_PATH}-")
    return int(number) if number.isascii() and number.isdigit() else 1
