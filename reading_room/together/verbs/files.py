"""Files of a project: what they are, and each version of them; take them in, and bring an older one back.

The bytes stream into the content store, sealed under a key of their own, which is sealed under the project's:
no byte rests anywhere as it came. A version is named by the SHA-256 of its bytes, which is sealed, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import DigestDiffers, ProjectPartNotFound, ProjectRefused
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.content import Seal, Upload
from ledger_service.services.content.receive_bytes import IncomingBytes
from ledger_service.services.content.seal_content import new_seal
from ledger_service.services.content.seal_small import SmallKey
from ledger_service.services.library import Library
from reading_room.together.ports import KeptFile, KeptVersion, TogetherTables
from reading_room.together.rules.file import (
    MOST_BYTES,
    MOST_FILES,
    MOST_VERSIONS,
    check_file_size,
    format_about,
    parse_about,
)
from reading_room.together.rules.project import ProjectId, new_id
from reading_room.together.rules.role import Right
from reading_room.together.rules.words import made_file_name
from reading_room.together.verbs.keys import FILE_ABOUT, FILE_KEY, FILE_NAME, open_project_key
from reading_room.together.verbs.membership import Tables, enter_project


@dataclass(frozen=True)
class Version:
    """A version of a file. restored: the number of the older one that it brought back; None for new bytes.

    made_by: the number of a member, who may have left. made_at: seconds since 1970 UTC.
    """

    number: int
    digest: Digest
    size_bytes: int
    made_by: int
    made_at: int
    restored: int | None


@dataclass(frozen=True)
class File:
    """A file of a project, with its newest version."""

    id: str
    name: str
    newest: Version


class IncomingFile(IncomingBytes):
    """A file on its way in; `write` raises InvalidProject as soon as it is too large."""

    def __init__(self, upload: Upload, seal: Seal, left_bytes: int) -> None:
        super().__init__(upload, partial(check_file_size, left_bytes=left_bytes))
        self.seal = seal
        self._upload = upload

    def finish(self, announced_bytes: int | None, announced: Digest | None) -> Digest:
        """Return the SHA-256 of all bytes taken; raise TruncatedUpload, DigestDiffers."""
        self.check_arrived(announced_bytes)
        digest = Digest(self.digest())
        if announced is not None and announced != digest:
            raise DigestDiffers("announced", digest=str(digest), announced=str(announced))
        return digest

    def store(self) -> ContentId:
        """Return where the ciphertext lies, once every block of it is kept for good."""
        self._upload.finish()
        self._upload.commit()
        return self._upload.stored()


@contextmanager
def receive_file(
    library: Library, tables: Tables, caller: Caller, project: ProjectId
) -> Iterator[IncomingFile]:
    """Yield a place to write the bytes of a file to; unless they are taken in, nothing of them is kept.

    Raises as `check_member`, and ProjectRefused: the project is full.
    """
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        enter_project(transaction, tables, caller, project, Right.WRITE)
        left = MOST_BYTES - transaction.room(tables).files.bytes_of(project)
    if left <= 0:
        raise ProjectRefused("bytes", most=MOST_BYTES)
    seal = new_seal(library.key.name)
    with library.content.upload(seal) as upload:
        yield IncomingFile(upload, seal, left)


def take_in_file(
    library: Library,
    tables: Tables,
    caller: Caller,
    project: ProjectId,
    incoming: IncomingFile,
    name: str,
    file: str | None = None,
    announced: tuple[int | None, Digest | None] = (None, None),
) -> File:
    """Return a new file, or the one of this id with a new version; the same bytes again are no new version.

    name: of a new file; one that stands keeps its own. file: the id, also of a new file, which is random.
    announced: of how many bytes it is, and their SHA-256.

    Raises as `check_member`, and TruncatedUpload, DigestDiffers. ProjectPartNotFound: there is no such file,
    and no name for it. InvalidProject: the name. ProjectRefused: the project or the file is full.
    """
    reach(caller, Permission.PROJECT_OWN)
    name = made_file_name(name) if name or file is None else ""
    digest = incoming.finish(*announced)
    standing = _standing(library, tables, caller, project, file)
    if standing is None and not name:
        raise ProjectPartNotFound("file")
    if standing is not None and standing.newest.digest == digest:
        return standing
    cid = incoming.store()
    with library.store.write() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.WRITE)
        room, key = transaction.room(tables), open_project_key(library, entered.project)
        if room.files.bytes_of(project) + incoming.size_bytes > MOST_BYTES:
            raise ProjectRefused("bytes", most=MOST_BYTES)
        now = library.clock()
        if file is None or room.files.find(file) is None:
            sealed = key.seal(name.encode(), FILE_NAME)
            kept = _add(room, KeptFile(file or new_id(), project, sealed, 1, now))
        else:
            kept = _next(room, project, file)
        version = _made(key, kept, incoming, cid, digest, entered.member.number, now)
        room.files.add_version(version)
    library.content.forget_note(cid)
    return _opened(key, kept, version)


def list_files(library: Library, tables: Tables, caller: Caller, project: ProjectId) -> list[File]:
    """Return the files of a project by name; raise as `check_member`."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.READ)
        room = transaction.room(tables).files
        kept, newest = room.of(project), room.newest_of(project)
    key = open_project_key(library, entered.project)
    return sorted((_opened(key, one, newest[one.id]) for one in kept), key=lambda one: one.name)


def find_file(
    library: Library, tables: Tables, caller: Caller, project: ProjectId, file: str
) -> File:
    """Return a file; raise as `check_member`, and ProjectPartNotFound."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.READ)
        room = transaction.room(tables)
        kept = _file(room, project, file)
        newest = _version(room, kept, kept.newest)
    return _opened(open_project_key(library, entered.project), kept, newest)


def list_versions(
    library: Library, tables: Tables, caller: Caller, project: ProjectId, file: str
) -> list[Version]:
    """Return all versions of a file, the newest first; raise as `find_file`."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.READ)
        room = transaction.room(tables)
        kept = room.files.versions(_file(room, project, file).id)
    key = open_project_key(library, entered.project)
    return [_told(key, one) for one in kept]


def restore_version(
    library: Library, tables: Tables, caller: Caller, project: ProjectId, file: str, number: int
) -> File:
    """Return the file with an older version's bytes as its newest, which it may have; raise as `find_file`.

    ProjectRefused: the file is full.
    """
    reach(caller, Permission.PROJECT_OWN)
    with library.store.write() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.WRITE)
        room, key = transaction.room(tables), open_project_key(library, entered.project)
        standing = _file(room, project, file)
        older, newest = _version(room, standing, number), _version(room, standing, standing.newest)
        digest, _ = parse_about(key.open(older.about, FILE_ABOUT))
        if newest.cid == older.cid:
            return _opened(key, standing, newest)
        kept = _next(room, project, file)
        version = replace(
            older,
            number=kept.newest,
            about=key.seal(format_about(digest, number), FILE_ABOUT),
            made_by=entered.member.number,
            made_at=library.clock(),
        )
        room.files.add_version(version)
    return _opened(key, kept, version)


def rename_file(
    library: Library, tables: Tables, caller: Caller, project: ProjectId, file: str, name: str
) -> None:
    """Let a file have another name; raise as `find_file`, and InvalidProject."""
    reach(caller, Permission.PROJECT_OWN)
    name = made_file_name(name)
    with library.store.write() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.WRITE)
        room = transaction.room(tables)
        sealed = open_project_key(library, entered.project).seal(name.encode(), FILE_NAME)
        room.files.set_name(_file(room, project, file).id, sealed)


def remove_file(
    library: Library, tables: Tables, caller: Caller, project: ProjectId, file: str
) -> None:
    """Destroy a file with all versions and their keys; raise as `find_file`."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.write() as transaction:
        enter_project(transaction, tables, caller, project, Right.MANAGE)
        room = transaction.room(tables)
        kept = _file(room, project, file)
        for cid in sorted({one.cid for one in room.files.versions(kept.id)}):
            transaction.needless.note(cid, 0)
        room.files.remove(kept.id)


@dataclass(frozen=True)
class OpenedFile:
    """A version of a file that a member reads. pieces: of its bytes, in order, each whole."""

    name: str
    version: Version
    pieces: Iterator[bytes]


def open_version(
    library: Library,
    tables: Tables,
    caller: Caller,
    project: ProjectId,
    file: str,
    number: int | None = None,
) -> OpenedFile:
    """Return a version of a file, the newest if none is named, to a member.

    Raises as `find_file`; its pieces raise ContentNotFound, ContentCorrupt, ContentStoreUnavailable.
    """
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.READ)
        room = transaction.room(tables)
        kept = _file(room, project, file)
        version = _version(room, kept, kept.newest if number is None else number)
    key = open_project_key(library, entered.project)
    name = key.open(kept.name, FILE_NAME).decode()
    return OpenedFile(name, _told(key, version), read_version(library, key, version))


def read_version(library: Library, key: SmallKey, version: KeptVersion) -> Iterator[bytes]:
    """Return the bytes of a version in pieces. key: of its project."""
    bound_to = new_seal(library.key.name).bound_to
    seal = Seal(key.open(version.key, f"{FILE_KEY} {version.cid}"), bound_to)
    cid, size = ContentId.parse(version.cid), version.size_bytes
    return library.content.read_sealed(cid, seal, size, 0, size)


def _standing(
    library: Library, tables: Tables, caller: Caller, project: ProjectId, file: str | None
) -> File | None:
    """Return the file of this id in the project; None if there is none at all."""
    if file is None:
        return None
    with library.store.read() as transaction:
        if transaction.room(tables).files.find(file) is None:
            return None
    return find_file(library, tables, caller, project, file)


def _made(
    key: SmallKey,
    kept: KeptFile,
    incoming: IncomingFile,
    cid: ContentId,
    digest: Digest,
    by: int,
    now: int,
) -> KeptVersion:
    """Return the newest version of a file, of bytes that lie at this place."""
    return KeptVersion(
        kept.id,
        kept.project,
        kept.newest,
        cid.base16(),
        key.seal(incoming.seal.key, f"{FILE_KEY} {cid.base16()}"),
        key.seal(format_about(digest), FILE_ABOUT),
        incoming.size_bytes,
        by,
        now,
    )


def _add(room: TogetherTables, kept: KeptFile) -> KeptFile:
    if len(room.files.of(kept.project)) >= MOST_FILES:
        raise ProjectRefused("files", most=MOST_FILES)
    room.files.add(kept)
    return kept


def _next(room: TogetherTables, project: ProjectId, file: str) -> KeptFile:
    """Return a file whose newest version is one that is about to be added."""
    kept = _file(room, project, file)
    if kept.newest >= MOST_VERSIONS:
        raise ProjectRefused("versions", most=MOST_VERSIONS)
    room.files.set_newest(kept.id, kept.newest + 1)
    return replace(kept, newest=kept.newest + 1)


def _file(room: TogetherTables, project: ProjectId, file: str) -> KeptFile:
    found = room.files.find(file)
    if found is None or found.project != project:
        raise ProjectPartNotFound("file")
    return found


def _version(room: TogetherTables, kept: KeptFile, number: int) -> KeptVersion:
    found = room.files.version(kept.id, number)
    if found is None:
        raise ProjectPartNotFound("version")
    return found


def _told(key: SmallKey, kept: KeptVersion) -> Version:
    digest, restored = parse_about(key.open(kept.about, FILE_ABOUT))
    return Version(kept.number, digest, kept.size_bytes, kept.made_by, kept.made_at, restored)


def _opened(key: SmallKey, kept: KeptFile, newest: KeptVersion) -> File:
    return File(kept.id, key.open(kept.name, FILE_NAME).decode(), _told(key, newest))
