"""Take in an import that the service is to run: its manifest, and later its cancellation.

The manifest streams to disk; the import is asked for by the row that is written once it is there
whole. The worker does the rest (services/imports/run_import_jobs).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from ledger_service.domain.errors import (
    ImportNotFound,
    InvalidManifest,
    KeyUsedOtherwise,
    ManifestTooLarge,
    TooManyImports,
)
from ledger_service.domain.imports.import_job import ImportJob, ImportState
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.imports import IncomingManifest
from ledger_service.ports.store import Transaction
from ledger_service.services.content.receive_bytes import IncomingBytes
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.accept_claims import find_license


@dataclass(frozen=True)
class ImportRequest:
    """What a caller asks for. form: jsonl or csv; key: names this request among the caller's, or None."""

    caller: Caller
    form: str
    license: str
    key: str | None = None
    announced_bytes: int | None = None


class ManifestUpload(IncomingBytes):
    """A manifest on its way in; `write` raises ManifestTooLarge as soon as the limit is passed."""

    def __init__(self, incoming: IncomingManifest, job: str, largest_bytes: int) -> None:
        super().__init__(incoming, partial(check_manifest_size, largest_bytes=largest_bytes))
        self._incoming = incoming
        self.job = job

    def keep(self) -> bytes:
        """Return the digest once all bytes are on disk for good."""
        self._incoming.keep()
        return self.digest()


def check_import_request(library: Library, asked: ImportRequest) -> None:
    """Check that its manifest may come; `request_import` asks again when it is here.

    Raises:
        UnknownLicense: there is no such license here. TooManyImports: of this caller wait already.
        ManifestTooLarge: it was announced as larger than what is taken here.
    """
    check_permitted(asked.caller, Permission.IMPORT_START)
    if asked.announced_bytes is not None:
        check_manifest_size(asked.announced_bytes, library.limits.largest_manifest_bytes)
    with library.store.read() as transaction:
        find_license(transaction, asked.license)
        if _keyed(transaction, asked) is None:
            _check_room(library, transaction, asked)


@contextmanager
def receive_manifest(library: Library, asked: ImportRequest) -> Iterator[ManifestUpload]:
    """Yield an upload; what is not asked for by `request_import` in the block is not kept.

    Raises:
        StorageFull, ContentStoreUnavailable: it cannot be kept.
    """
    job = secrets.token_hex(16)
    with library.manifests.receive(job, asked.form) as incoming:
        yield ManifestUpload(incoming, job, library.limits.largest_manifest_bytes)


def request_import(library: Library, asked: ImportRequest, upload: ManifestUpload) -> ImportJob:
    """Return the import once it is sure to be run; the one that stands, if the key was used for it.

    Raises:
        TruncatedUpload: fewer bytes came than announced. InvalidManifest: there is no item in it.
        KeyUsedOtherwise: for another manifest, form or license. TooManyImports: see above.
    """
    check_permitted(asked.caller, Permission.IMPORT_START)
    upload.check_arrived(asked.announced_bytes)
    digest = upload.keep()
    made = ImportJob(
        id=upload.job,
        caller=asked.caller.subject,
        key=asked.key,
        form=asked.form,
        license=asked.license,
        manifest_digest=digest,
        size_bytes=upload.size_bytes,
        created_at=library.clock(),
    )
    largest = library.limits.largest_resource_bytes
    claims = library.manifests.claims(upload.job, asked.form, asked.license, largest, Extent())
    if next(claims, None) is None:
        raise InvalidManifest("empty")
    with library.store.write() as transaction:
        standing = _keyed(transaction, asked)
        if standing is None:
            _check_room(library, transaction, asked)
            transaction.imports.add(made)
            record_act(transaction, asked.caller, made.created_at, ActKind.IMPORT_SENT, made.id)
            return made
    if _asked(standing) != _asked(made):
        raise KeyUsedOtherwise(key=str(asked.key))
    library.manifests.remove(upload.job)
    return standing


def find_import(transaction: Transaction, job: str) -> ImportJob:
    """Return an import of the library; raise ImportNotFound if there is none, or no longer."""
    found = transaction.imports.find(job)
    if found is None:
        raise ImportNotFound(import_id=job[:40])
    return found


def cancel_import(library: Library, caller: Caller, job: str) -> ImportJob:
    """Return the import, which goes no further; what it has accepted stays. One that ended stays so."""
    check_permitted(caller, Permission.IMPORT_CANCEL)
    with library.store.write() as transaction:
        found = find_import(transaction, job)
        if not found.is_open:
            return found
        canceled = replace(found, state=ImportState.CANCELED, ended_at=library.clock())
        transaction.imports.set(canceled)
        record_act(transaction, caller, library.clock(), ActKind.IMPORT_CANCELED, job)
    library.manifests.remove(job)
    return canceled


def check_manifest_size(size_bytes: int, largest_bytes: int) -> None:
    """Check that a manifest may have this size; raise ManifestTooLarge."""
    if size_bytes > largest_bytes:
        raise ManifestTooLarge(most=largest_bytes)


def _keyed(transaction: Transaction, asked: ImportRequest) -> ImportJob | None:
    if asked.key is None:
        return None
    return transaction.imports.find_keyed(asked.caller.subject, asked.key)


def _check_room(library: Library, transaction: Transaction, asked: ImportRequest) -> None:
    most = library.limits.waiting_imports
    if transaction.imports.count_open(asked.caller.subject) >= most:
        raise TooManyImports(most=most)


def _asked(job: ImportJob) -> tuple[object, ...]:
    return job.form, job.license, job.manifest_digest
