"""How a person names a resource: by its digest, by the first letters of one, or by a file."""

from __future__ import annotations

import re
from pathlib import Path

import click

from ledger_service.adapters.remote import RemoteService
from ledger_service.cli.output import tell
from ledger_service.cli.resources.files import digest_given
from ledger_service.domain.errors import InvalidDigest, ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.search import DIGEST_DIGITS, SHORTEST_PREFIX

MOST_TOLD = 5
_PREFIX = re.compile(rf"[0-9a-f]{{{SHORTEST_PREFIX},{DIGEST_DIGITS - 1}}}\Z")

digest_argument = click.argument("digest", metavar="DIGEST|FILE")


def digest_named(service: RemoteService, text: str) -> Digest:
    """Return the digest that is meant: given whole, of a file here, or by how one that is held begins.

    Raises:
        InvalidDigest: it is none of these, two of these, or several begin so.
        ResourceNotFound: the service holds none that begins so.
    """
    word = text.strip().lower()
    is_prefix, is_file = _PREFIX.match(word) is not None, Path(text).is_file()
    if is_prefix and is_file:
        raise InvalidDigest("file-or-prefix", text=text)
    if is_prefix:
        return _begun(service, word)
    return digest_given(text)


def _begun(service: RemoteService, prefix: str) -> Digest:
    rows = service.get("/resources", prefix=prefix, limit=MOST_TOLD + 1)["items"]
    titles = {str(row["digest"]): str(row["title"]) for row in rows}
    if not titles:
        raise ResourceNotFound("prefix", prefix=prefix)
    if len(titles) > 1:
        told = sorted(titles)[:MOST_TOLD]
        raise InvalidDigest("ambiguous", prefix=prefix, digests=", ".join(told))
    found, title = titles.popitem()
    tell("cli.named.is", err=True, prefix=prefix, digest=found, title=title)
    return Digest.parse(found)
