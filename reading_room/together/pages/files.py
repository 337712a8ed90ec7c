"""The pages of files: what is sent goes straight into the content store, sealed; versions are shown."""

from __future__ import annotations

from contextlib import ExitStack

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import (
    InvalidInput,
    LedgerError,
    NotAuthenticated,
    Unavailable,
)
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import InPieces, library_of, read_fields, read_parts
from reading_room.together.pages.frame import (
    PATH,
    SignedIn,
    act,
    number_in,
    path_of,
    show_page,
)
from reading_room.together.pages.project import show_project
from reading_room.together.rules.file import parse_file
from reading_room.together.rules.project import ProjectId, parse_project
from reading_room.together.rules.words import LONGEST_FILE_NAME, made_file_name
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.files import (
    IncomingFile,
    find_file,
    list_files,
    list_versions,
    receive_file,
    remove_file,
    rename_file,
    restore_version,
    take_in_file,
)

router = APIRouter(prefix=PATH, include_in_schema=False)


@router.post("/{project}/files")
async def send(request: Request, caller: SignedIn, project: str) -> Response:
    """Take a file in: as the next version of the one of its name, or as a new one."""
    which = parse_project(project)
    try:
        await _take_in(request, caller, which)
    except (NotAuthenticated, Unavailable):
        raise
    except LedgerError as exc:
        return await run_in_threadpool(show_project, request, caller, which, exc)
    return RedirectResponse(path_of(which, "#files"), 303)


@router.get("/{project}/files/{file}")
def file(request: Request, caller: SignedIn, project: str, file: str) -> Response:
    """Show a file with its versions."""
    return _show(request, caller, parse_project(project), parse_file(file))


@router.post("/{project}/files/{file}")
async def change(request: Request, caller: SignedIn, project: str, file: str) -> Response:
    """Give a file another name, bring an older version back, or destroy it."""
    fields, which, asked = await read_fields(request), parse_project(project), parse_file(file)

    def do() -> str:
        library = library_of(request)
        if fields["do"] == "remove":
            remove_file(library, SqlTogether, caller, which, asked)
            return path_of(which, "#files")
        if fields["do"] == "restore":
            number = number_in(fields, "number")
            restore_version(library, SqlTogether, caller, which, asked, number)
        else:
            rename_file(library, SqlTogether, caller, which, asked, fields["name"])
        return path_of(which, f"/files/{asked}")

    return await run_in_threadpool(
        act, do, lambda refusal: _show(request, caller, which, asked, refusal)
    )


async def _take_in(request: Request, caller: Caller, which: ProjectId) -> None:
    """Take in the one file of a form."""
    library, name = library_of(request), ""
    incoming: IncomingFile | None = None
    pieces: InPieces | None = None
    with ExitStack() as stack:
        async for part in read_parts(request):
            if part.file_name is not None and incoming is None:
                name = made_file_name(part.file_name) if part.file_name else ""
                place = receive_file(library, SqlTogether, caller, which)
                incoming = await run_in_threadpool(stack.enter_context, place)
                pieces = InPieces(incoming.write)
            elif part.data and pieces is not None:
                await pieces.add(part.data)
        if incoming is None or pieces is None or not name:
            raise InvalidInput("no-file")
        await pieces.end()
        taken = incoming

        def take() -> None:
            standing = list_files(library, SqlTogether, caller, which)
            same = next((one.id for one in standing if one.name == name), None)
            take_in_file(library, SqlTogether, caller, which, taken, name, same)

        await run_in_threadpool(take)


def _show(
    request: Request,
    caller: Caller,
    which: ProjectId,
    asked: str,
    refusal: LedgerError | None = None,
) -> Response:
    library = library_of(request)
    return show_page(
        request,
        "project_file.html",
        caller,
        which,
        refusal,
        file=find_file(library, SqlTogether, caller, which, asked),
        versions=list_versions(library, SqlTogether, caller, which, asked),
        longest_file_name=LONGEST_FILE_NAME,
    )
