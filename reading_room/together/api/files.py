"""Routes of files and their versions."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from itertools import chain
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from ledger_service.api.door import (
    CutStream,
    InCaller,
    InLibrary,
    JsonRoute,
    Shape,
    announced_digest,
    announced_size,
    bytes_of,
    check_content_type,
    receive_body,
)
from reading_room.together.api.asked import (
    LARGEST_NUMBER,
    OWN,
    NamedId,
    NamedNumber,
    NamedProject,
    Typed,
)
from reading_room.together.rules.file import check_file_size
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.files import (
    File,
    OpenedFile,
    Version,
    find_file,
    list_files,
    list_versions,
    open_version,
    receive_file,
    remove_file,
    rename_file,
    restore_version,
    take_in_file,
)

router = APIRouter(prefix="/projects/{project}/files", tags=["projects"], route_class=JsonRoute)
ANY_BYTES = "application/octet-stream"
_BYTES = {"schema": {"type": "string", "format": "binary"}}
UPLOAD = {**OWN, "requestBody": {"required": True, "content": {ANY_BYTES: _BYTES}}}
POLICY = "sandbox; default-src 'none'"


class FileVersionShape(Shape):
    """A version of a file. digest: SHA-256; restored: the older version whose bytes it has, or null.

    made_by: the number of a member, who may have left; made_at: seconds since 1970 UTC.
    """

    number: int
    digest: str
    size_bytes: int
    made_by: int
    made_at: int
    restored: int | None

    @classmethod
    def of(cls, version: Version) -> FileVersionShape:
        return cls(
            number=version.number,
            digest=version.digest.hex(),
            size_bytes=version.size_bytes,
            made_by=version.made_by,
            made_at=version.made_at,
            restored=version.restored,
        )


class ProjectFileShape(Shape):
    """A file, with its newest version."""

    id: str
    name: str
    newest: FileVersionShape

    @classmethod
    def of(cls, file: File) -> ProjectFileShape:
        return cls(id=file.id, name=file.name, newest=FileVersionShape.of(file.newest))


class NamedShape(Shape):
    """name: of a file."""

    name: Typed


class RestoredShape(Shape):
    """number: of the version whose bytes become the newest again."""

    number: Annotated[int, Field(ge=1, lt=LARGEST_NUMBER)]


@router.get("", openapi_extra=OWN)
def list_(library: InLibrary, caller: InCaller, project: NamedProject) -> list[ProjectFileShape]:
    """List the files of a project by name."""
    return [ProjectFileShape.of(one) for one in list_files(library, SqlTogether, caller, project)]


@router.put("/{file}", response_model=ProjectFileShape, openapi_extra=UPLOAD)
async def take_in(
    request: Request,
    library: InLibrary,
    caller: InCaller,
    project: NamedProject,
    file: NamedId,
    name: Annotated[str, Query(max_length=1_000, description="of a new file")] = "",
) -> ProjectFileShape:
    """Add the body as the next version of a file, or as a new file, whose id the caller makes at random.

    The same bytes again are no new version, so that what was sent twice is there once.
    """
    check_content_type(request, ANY_BYTES, is_upload=True)
    size, digest = announced_size(request), announced_digest(request)
    if size is not None:
        check_file_size(size, size)
    with ExitStack() as stack:
        place = receive_file(library, SqlTogether, caller, project)
        incoming = await run_in_threadpool(stack.enter_context, place)
        await receive_body(request, incoming.write)
        take = partial(take_in_file, library, SqlTogether, caller, project, incoming, name, file)
        return ProjectFileShape.of(await run_in_threadpool(take, (size, digest)))


@router.get("/{file}", openapi_extra=OWN)
def show(
    library: InLibrary, caller: InCaller, project: NamedProject, file: NamedId
) -> ProjectFileShape:
    """Show a file."""
    return ProjectFileShape.of(find_file(library, SqlTogether, caller, project, file))


@router.patch("/{file}", openapi_extra=OWN)
def rename(
    library: InLibrary, caller: InCaller, project: NamedProject, file: NamedId, given: NamedShape
) -> ProjectFileShape:
    """Give a file another name."""
    rename_file(library, SqlTogether, caller, project, file, given.name)
    return ProjectFileShape.of(find_file(library, SqlTogether, caller, project, file))


@router.delete("/{file}", status_code=204, openapi_extra=OWN)
def remove(library: InLibrary, caller: InCaller, project: NamedProject, file: NamedId) -> None:
    """Destroy a file with all its versions."""
    remove_file(library, SqlTogether, caller, project, file)


@router.get("/{file}/versions", openapi_extra=OWN)
def versions(
    library: InLibrary, caller: InCaller, project: NamedProject, file: NamedId
) -> list[FileVersionShape]:
    """List the versions of a file, the newest first."""
    found = list_versions(library, SqlTogether, caller, project, file)
    return [FileVersionShape.of(one) for one in found]


@router.put("/{file}/newest", openapi_extra=OWN)
def restore(
    library: InLibrary, caller: InCaller, project: NamedProject, file: NamedId, given: RestoredShape
) -> ProjectFileShape:
    """Bring an older version back as the newest one; what came between stays in the history."""
    found = restore_version(library, SqlTogether, caller, project, file, given.number)
    return ProjectFileShape.of(found)


@router.get(
    "/{file}/versions/{version}/content",
    openapi_extra=OWN,
    response_class=Response,
    responses={200: bytes_of(ANY_BYTES)},
)
def content(
    library: InLibrary,
    caller: InCaller,
    project: NamedProject,
    file: NamedId,
    version: NamedNumber,
) -> Response:
    """Return the bytes of a version, as a file to keep."""
    return send_file(open_version(library, SqlTogether, caller, project, file, version))


def send_file(opened: OpenedFile) -> Response:
    """Return the answer with a file to keep: browsers run nothing of it."""
    plain = opened.name.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "")
    named = f"filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(opened.name, safe='')}"
    headers = {
        "Content-Disposition": f"attachment; {named}",
        "Content-Length": str(opened.version.size_bytes),
        "Content-Security-Policy": POLICY,
        "Cache-Control": "private, no-store",
    }
    first = next(opened.pieces, b"")  # what cannot be read is told before the status is sent
    rest = chain((first,), opened.pieces)
    return CutStream(rest, headers=headers, media_type=ANY_BYTES)
