"""Files with which a visitor tries the check: a genuine one, a changed one, and one that nobody registered.

They lie beside the other static files. They are shown where this library has registered the genuine one, as
`make demo` does; an operator who wants them elsewhere registers that file (docs/adr/0103).
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import NamedTuple

from ledger_service.domain.identifiers import Digest
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import access_to
from ledger_service.web.static_files import STATIC, static

NAMES = ("genuine", "altered", "unknown")


class Example(NamedTuple):
    """A file to try. name: what it is an example of; address: where it lies; digest: 64 hex."""

    name: str
    address: str
    digest: str


def found_examples(library: Library) -> list[Example]:
    """Return the examples, none if this library has not registered the genuine one."""
    examples = [Example(name, static(f"examples/{name}.txt"), _digest(name)) for name in NAMES]
    genuine = Digest.parse(examples[0].digest)
    return [] if access_to(library, genuine) is None else examples


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / "examples" / f"{name}.txt").read_bytes()).hexdigest()
