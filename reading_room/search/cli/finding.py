"""`muhr find`: what the library holds, by words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ledger_service.cli.output import (
    NEGATIVE,
    Command,
    Row,
    api_option,
    as_json,
    asked_style,
    limit_option,
    print_json,
    remote,
    style_option,
    tell,
    token_option,
)
from ledger_service.cli.resources.listed import tell_resources
from reading_room.search.cli.together import find_together

SORTS = ("relevance", "date", "title")


@click.command(cls=Command)
@click.argument("text", nargs=-1)
@click.option(
    "--sort", type=click.Choice(SORTS), default=SORTS[0], show_default=True, help="Order."
)
@click.option("--rebuild", is_flag=True, help="Have the index of words made anew.")
@click.option(
    "--members",
    is_flag=True,
    help="Search in all libraries of the consortium; the words go to them.",
)
@token_option
@limit_option
@style_option
@api_option
@as_json
def find(
    text: tuple[str, ...],
    sort: str,
    rebuild: bool,
    members: bool,
    token_file: Path | None,
    limit: int,
    style: str | None,
    api: str | None,
    as_json: bool,
) -> None:
    """Find resources by words, or by what names one. Exit status 1 if there are none.

    Words match in Latin and in Cyrillic letters, whatever their case, marks and apostrophes are. A record
    that was corrected is found by its old words and its new ones. "Words in quotes" stand side by side, uzb*
    is how a word begins, title:, creator:, subject: and year:1990-1999 are where it stands, and -word, after
    --, must not be there. A digest, a CID, a DOI, an ISBN or #12, an entry of the ledger, names a resource.

    With --members, exit status 3 if there are none and a library could not be asked.
    """
    if rebuild:
        _rebuild(remote(api, "registrar", token_file), as_json)
        return
    if not text:
        raise click.UsageError("Give words to find.")
    asked = {"q": " ".join(text), "sort": sort}
    if members:
        found = find_together(remote(api), asked, limit, asked_style(style, as_json))
        click.get_current_context().exit(found)
    _find(remote(api), asked, limit, asked_style(style, as_json))


def _rebuild(service: Any, as_json: bool) -> None:
    told = service.post("/search/index")
    if as_json:
        print_json(told)
    else:
        tell("cli.find.rebuilt", err=True, count=told["ledger_size"])


def _find(service: Any, asked: dict[str, str], limit: int, style: str) -> None:
    first = service.get("/search", **asked, limit=1)
    if first["direct"] is not None and first["direct"]["sure"]:
        found: Iterator[Row] = iter(service.get(f"/resources/{first['direct']['digest']}"))
    else:
        found = service.pages("/search", **asked)
    if tell_resources(found, limit, style, none=None):
        if first["more"]:
            tell("cli.find.more", err=True, total=first["total"])
        return
    if first["suggestion"]:
        tell("cli.find.suggestion", err=True, words=first["suggestion"])
    else:
        tell("cli.find.none", err=True)
    click.get_current_context().exit(NEGATIVE)
