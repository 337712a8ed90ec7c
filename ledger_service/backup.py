"""Composition: a whole library copied into a folder while it runs, and made of such a folder anew.

The copy shows one moment: the database's write lock is held while the embedded chain's folder is copied
for the last time, and the database is then read as it was under that lock. Everything that the worker
sends is in the database before, so the copy's chain holds nothing that its database does not know; what
the database calls settled is on the chain, so the copy's chain lacks nothing of it either (ADR 0078). Blocks
are copied after it, and nothing that the copied database may need is removed until then (ADR 0095).

    muhr.db or muhr.dump   the database        SHA256SUMS   of every file, as `sha256sum -c` reads it
    the rest               as in a home        backup.json  written last: without it a copy is not whole
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipfs.block_store import FileBlockStore
from ledger_service import __version__
from ledger_service.adapters.content.stores import OWED, UNCLAIMED
from ledger_service.adapters.copied_files import (
    copy_file,
    digest_of,
    files_in,
    follow_folder,
    make_folders,
)
from ledger_service.adapters.erasure_list import ErasureFiles, read_list
from ledger_service.adapters.keys import open_keystore
from ledger_service.adapters.sql.copies import (
    POSTGRESQL_COPY,
    SQLITE_COPY,
    Tell,
    check_empty,
    copy_database,
    name_of_copy,
    put_back,
    waiting_imports,
)
from ledger_service.adapters.sql.leases import removals_wait
from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import open_store
from ledger_service.config import Config
from ledger_service.domain import foreign_json, foreign_text
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import ChainUnavailable, InvalidInput
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.forgetting.erase_listed import erase_listed
from ledger_service.services.lending.forgetting.rewrite_traces import rewrite_now
from ledger_service.setup import (
    clock,
    erasure_files,
    held_home,
    library_without_chain,
    load_deployment,
)
from ledger_service.witnessing import keep_witness
from reading_room import migration_folders

FORMAT = "muhr-backup/1"
SUMS, LAST = "SHA256SUMS", "backup.json"
STAGING = "staging"  # of uploads under way, in the folder of blocks
DEPLOYMENT = "deployment.json"
LOOKS_BEFORE = 5  # at what changes, before the moment
FEW_FILES = 4  # that changed during such a look, so that the next is short
MOST_LOOKS = 1000  # at a chain folder that does not come to rest
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)")


@dataclass(frozen=True)
class Progress:
    """Is told how far the work is. step: what begins; part: how many of how many, 0 if that is not known."""

    step: Callable[[str], None]
    part: Tell


def back_up(config: Config, folder: Path, progress: Progress) -> dict[str, Any]:
    """Copy the library into a folder that is new or empty, while it runs; return what backup.json says.

    The password of the keys, access tokens and what can be made anew stay out.

    Raises:
        InvalidInput: the folder has something, or PostgreSQL's program fails.
        NotInitialized: there is no library.
        LedgerBusy, ChainUnavailable: those that write never paused.
    """
    deployment = load_deployment(config)
    _check_folder_is_empty(folder)
    make_folders(folder)
    with removals_wait(config.database_url, clock):
        entries, count, sums = _copy_all(config, folder, progress)
    told = {
        "format": FORMAT,
        "version": __version__,
        "made_at": clock(),
        "origin": VerifierKey.parse(deployment.key).name,
        "entries": entries,
        "blocks": count,
        "sums": sums,
    }
    os.sync()
    (folder / LAST).write_text(json.dumps(told, indent=2) + "\n")
    os.sync()
    return told


def _copy_all(config: Config, folder: Path, progress: Progress) -> tuple[int, int, str]:
    """Copy everything; return how many entries and blocks it has, and SHA256SUMS' digest."""
    manifests, chain = config.imports, config.chain_folder
    progress.step("database, embedded chain" if chain.exists() else "database")
    for _ in range(LOOKS_BEFORE):  # almost all of it is copied before anybody has to wait
        follow_folder(manifests, folder / "imports", waiting_imports(config.database_url))
        if follow_folder(chain, folder / "chain") <= FEW_FILES:
            break

    def at_moment(transaction: Transaction) -> None:
        # Others may be on their way in for hours, and no import of this database reads them.
        waiting = transaction.imports.open_ids()
        follow_folder(manifests, folder / "imports", waiting)
        for _ in range(MOST_LOOKS):
            if follow_folder(chain, folder / "chain") == 0:
                return
        raise ChainUnavailable("embedded-never-rests")

    entries = copy_database(config.database_url, folder, at_moment, progress.part)
    progress.step("keys, settings")
    _copy_still(config, folder)
    progress.step("blocks")
    return entries, *_copy_blocks(config.blocks, folder, progress.part)


def restore(
    config: Config,
    folder: Path,
    password: Path | None,
    progress: Progress,
    erasures: ErasureFiles | None,
) -> int:
    """Make the library of a backup in a home folder, and a database, that have nothing.

    Every file is compared with its digest. A home that could not be made whole is emptied again.

    Args:
        password: a file with the password of the keys, to be put where the settings say; None: it is there
            already, or comes later.
        erasures: the list of those who are erased from what the backup brings; None: nobody is, since
            the list is lost.

    Returns how many readers the backup still had who were erased.

    Raises:
        InvalidInput: the folder is no whole backup, or of another kind of database; the home or the
            database has something; the password opens no key.
    """
    _check_whole(folder)
    if not (folder / name_of_copy(config.database_url)).exists():
        raise InvalidInput("backup-of-other-database")
    _check_folder_is_empty(config.home)
    check_empty(config.database_url)
    opens = password or config.password_file
    if password is not None or opens.exists():
        open_keystore(folder / "keys" / "relayer.json", opens)
    make_folders(config.home)
    with held_home(config):
        try:
            progress.step("files, each compared with its digest")
            _copy_compared(folder, config.home, progress.part)
            if password is not None and not config.password_file.exists():
                copy_file(password, config.password_file)
                config.password_file.chmod(0o600)
            FileBlockStore.create(config.blocks)
            progress.step("database")
            put_back(folder / name_of_copy(config.database_url), config.database_url)
            progress.step("readers who were erased")
            count = _put_right(config, erasures)
            (config.home / f"{DEPLOYMENT}.restored").rename(config.own_deployment)
            os.sync()
        except BaseException:
            _empty(config.home)
            raise
    return count


def find_erasures(config: Config, folder: Path, given: Sequence[Path]) -> ErasureFiles:
    """Return the list of erased readers for what is restored: of these files, else of those that are set.

    Raises:
        InvalidInput: none is there, or one is damaged or another library's.
    """
    _check_whole(folder)
    origin = str(foreign_json.parse((folder / LAST).read_bytes())["origin"])
    files = [*given] or [file for file in config.erasure_lists if file.exists()]
    if not files:
        places = ", ".join(str(file) for file in config.erasure_lists)
        raise InvalidInput("no-erasures", places=places)
    for file in files:
        read_list(file, origin)
    return ErasureFiles(files, origin)


def _put_right(config: Config, erasures: ErasureFiles | None) -> int:
    """Erase from a restored library who is on the list, before anybody serves it; return how many.

    The witness of a member begins anew.
    """
    deployment = Deployment.parse(
        foreign_text.parse((config.home / f"{DEPLOYMENT}.restored").read_bytes())
    )
    own = erasure_files(config, deployment)
    own.make()
    store = open_store(config.database_url)
    try:
        upgrade(store.engine, migration_folders())  # an older one has no place for erasures
        library = library_without_chain(config, store, deployment)
        keep_witness(config, library)
        if erasures is None:
            return 0
        own.add_all(erasures.tags())
        count = erase_listed(library)
        if count:
            rewrite_now(library)
        return count
    finally:
        store.close()


def _check_folder_is_empty(folder: Path) -> None:
    if folder.exists() and next(folder.iterdir(), None) is not None:
        raise InvalidInput("folder-not-empty", folder=str(folder))


def _copy_still(config: Config, folder: Path) -> None:
    """Copy what changes only by an operator's hand; the password stays where it is."""
    for file, copy in (
        (config.own_deployment, DEPLOYMENT),
        (config.chain_settings, "chain.json"),
        (config.public_url_file, config.public_url_file.name),
        (config.policy, "tlog-policy"),
        (config.charter, config.charter.name),
        (config.join_request, config.join_request.name),
    ):
        if file.exists():
            copy_file(file, folder / copy)
    for name in files_in(config.keys):
        if config.keys / name != config.password_file and name.suffix in (".json", ".pem"):
            copy_file(config.keys / name, folder / "keys" / name)


def _copy_blocks(blocks: Path, folder: Path, part: Tell) -> tuple[int, str]:
    """Copy all blocks and write the digests of all files; return how many blocks, and SHA256SUMS' digest.

    It is done last: the database's moment is over, and every block that it speaks of was there before. What
    goes meanwhile was needless before the moment, and its removal was under way.
    """
    others = [name for name in files_in(folder) if name.parts[0] != SUMS]
    count = 0
    with (folder / SUMS).open("x", encoding="ascii") as sums:
        for name in others:
            sums.write(f"{digest_of(folder / name)}  {name}\n")
        for name in files_in(blocks, left_out=(STAGING, OWED, UNCLAIMED)):
            try:
                copied = copy_file(blocks / name, folder / "blocks" / name)
            except FileNotFoundError:
                continue
            sums.write(f"{copied}  blocks/{name}\n")
            count += 1
            part(count, 0)
    return count, digest_of(folder / SUMS)


def _check_whole(folder: Path) -> None:
    """Raise InvalidInput if the folder is no whole backup of this form."""
    try:
        told = foreign_json.parse((folder / LAST).read_bytes())
        sums = digest_of(folder / SUMS)
    except FileNotFoundError as exc:
        raise InvalidInput("backup-not-whole", folder=str(folder)) from exc
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise InvalidInput("backup-other-format", folder=str(folder))
    if told.get("sums") != sums:
        raise InvalidInput("backup-altered", file=SUMS)


def _copy_compared(folder: Path, home: Path, part: Tell) -> None:
    """Copy the files of a backup into a home; the database is only compared.

    The deployment gets its name last, since it is what makes a folder a home.
    """
    lines = (folder / SUMS).read_text("ascii").splitlines()
    for number, line in enumerate(lines, 1):
        found = _LINE.fullmatch(line)
        if found is None or ".." in Path(found[2]).parts or Path(found[2]).is_absolute():
            raise InvalidInput("backup-altered", file=SUMS)
        digest, name = found[1], found[2]
        try:
            if name in (SQLITE_COPY, POSTGRESQL_COPY):
                copied = digest_of(folder / name)
            else:
                target = f"{name}.restored" if name == DEPLOYMENT else name
                copied = copy_file(folder / name, home / target)
        except FileNotFoundError as exc:
            raise InvalidInput("backup-altered", file=name) from exc
        if copied != digest:
            raise InvalidInput("backup-altered", file=name)
        part(number, len(lines))


def _empty(home: Path) -> None:
    for path in home.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
