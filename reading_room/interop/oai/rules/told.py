"""A record as a harvester gets it: its header, its metadata, and about it the proof and the provenance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ledger_service.domain.exports.forms.xml_text import xml_attribute, xml_text
from reading_room.interop.oai.rules.stamps import format_stamp

PROOF = "urn:x-muhr:proof:1"
PROVENANCE = "http://www.openarchives.org/OAI/2.0/provenance"
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


class Origin(NamedTuple):
    """From where a record was harvested. datestamp, namespace: as that service told them."""

    harvested_at: int
    base_url: str
    identifier: str
    datestamp: str
    namespace: str


@lru_cache(1024)
def set_specs(specs: tuple[str, ...]) -> str:
    """Return the sets of an item, as its header tells them."""
    return "".join(f"<setSpec>{xml_text(spec)}</setSpec>" for spec in specs)


def header(name: str, at: int, sets: str, *, is_gone: bool = False) -> str:
    """Return a header. name: of letters that XML takes as they are; sets: as `set_specs` tells them."""
    opening = '<header status="deleted">' if is_gone else "<header>"
    return (
        f"{opening}<identifier>{name}</identifier><datestamp>{format_stamp(at)}</datestamp>"
        f"{sets}</header>\n"
    )


@lru_cache(16)  # the pages of a harvest have one checkpoint
def checkpoint(
    size: int, root: bytes, note: str, block: int | None, transaction: str | None
) -> str:
    """Return the checkpoint that covers an entry, with its signatures, and where it is anchored."""
    anchor = "" if block is None else f' block="{block}" transaction="{transaction}"'
    return f'<checkpoint size="{size}" root="{root.hex()}"{anchor}>{xml_text(note)}</checkpoint>'


@lru_cache(16)
def proof_opening(ledger: str, schema: str) -> str:
    """Return how a proof begins. ledger: its name; schema: address of the XSD."""
    return (
        f'<about><proof xmlns="{PROOF}" {_XSI} xsi:schemaLocation={xml_attribute(f"{PROOF} {schema}")} '
        f"ledger={xml_attribute(ledger)}>\n"
    )


def proof(
    opening: str, number: int, body: bytes, covering: str, path: Sequence[bytes], receipt: str
) -> str:
    """Return the proof of an entry. covering: its checkpoint, empty if none covers it yet.

    path: hashes of 32 bytes, leaf upward; receipt: the address at which the resource's receipt is.
    """
    entry = f'<entry number="{number}">{xml_text(body.decode())}</entry>\n'
    hashes = b"".join(path).hex(" ", 32) if path else ""
    inclusion = f"{covering}\n<inclusion>{hashes}</inclusion>\n" if covering else ""
    return f"{opening}{entry}{inclusion}<receipt>{receipt}</receipt></proof></about>\n"


def provenance(origins: Iterable[Origin]) -> str:
    """Return from where a record was harvested, the newest harvest; empty if it was not."""
    newest = max(origins, default=None)
    if newest is None:
        return ""
    facts = {
        "baseURL": newest.base_url,
        "identifier": newest.identifier,
        "datestamp": newest.datestamp,
        "metadataNamespace": newest.namespace,
    }
    told = "".join(f"<{name}>{xml_text(text)}</{name}>" for name, text in facts.items())
    return (
        f'<about><provenance xmlns="{PROVENANCE}" {_XSI} xsi:schemaLocation="{PROVENANCE} '
        f'{PROVENANCE}.xsd">\n<originDescription harvestDate="{format_stamp(newest.harvested_at)}" '
        f'altered="true">{told}</originDescription></provenance></about>\n'
    )
