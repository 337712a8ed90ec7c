"""Which kind a source of an import is: a folder, a manifest, a bag, MARC records or an OAI-PMH service."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ledger_service.adapters.imports.harvests import HarvestNotes
from ledger_service.adapters.imports.sources.bag import read_bag
from ledger_service.adapters.imports.sources.belt import to_its_end
from ledger_service.adapters.imports.sources.blocks import FileBlock, LineBlock, RowBlock
from ledger_service.adapters.imports.sources.folder import read_folder
from ledger_service.adapters.imports.sources.folder_signs import is_bag
from ledger_service.adapters.imports.sources.lines import read_line_blocks
from ledger_service.adapters.imports.sources.records.marc import read_marc, read_marc_xml
from ledger_service.adapters.imports.sources.records.oai import Fetch, Selection, harvest
from ledger_service.adapters.imports.sources.rows import read_row_blocks
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.import_progress import Extent

ROW_ENDINGS = (".csv", ".tsv")
MARC_XML_ENDINGS = (".xml",)
MARC_ENDINGS = (".mrc", ".marc", ".iso")
LINE_ENDINGS = (".jsonl", ".ndjson")

Pieces = Iterator[ImportItem | FileBlock | LineBlock | RowBlock]


def read_source(
    source: str,
    license_name: str,
    files: Path | None,
    extent: Extent | None = None,
    *,
    encoding: str = "",
    selection: Selection | None = None,
    notes: HarvestNotes | None = None,
    fetch: Fetch | None = None,
) -> Pieces:
    """Yield the items of a source, told from its name: a URL is an OAI-PMH service.

    Files of a folder and lines of manifests come as blocks, for adapters/imports/hashing.py. Whatever ends
    the reading before the end of the source is a refused item (belt.py).

    files: the folder in which the files of an OAI-PMH service's records are. extent: keeps count of
    how far the source was read; how many records a service has is not known. encoding: of MARC records
    that do not tell theirs. selection, notes, fetch: of a harvest, see oai.harvest.

    Raises:
        InvalidManifest: the source is none of those known, or malformed as a whole.
        ServiceUnavailable: an OAI-PMH service does not answer.
    """
    extent = Extent() if extent is None else extent
    path = Path(source)
    is_url = source.startswith(("http://", "https://"))
    if encoding and (is_url or path.suffix.lower() not in MARC_ENDINGS):
        raise InvalidManifest("encoding-not-here", endings=", ".join(MARC_ENDINGS))
    selects = fetch is not None or (selection is not None and selection.given())
    if selects and not is_url:
        raise InvalidManifest("selection-not-here")
    if is_url:
        if files is None:
            raise InvalidManifest("no-files-folder")
        records = harvest(
            source, files, license_name, selection or Selection(), notes or HarvestNotes(), fetch
        )
        return extent.counted(to_its_end(source, records, extent))
    if path.is_dir():
        if is_bag(os.listdir(path)):
            bag = read_bag(path, license_name, extent)
            return extent.counted(to_its_end(path.name, bag, extent))
        found = read_folder(path, license_name, extent)
        return to_its_end(path.name, found, extent, in_bytes=False)
    return _read_file(path, license_name, extent, encoding)


def _read_file(path: Path, license_name: str, extent: Extent, encoding: str) -> Pieces:
    ending = path.suffix.lower() if path.is_file() else ""
    if ending in ROW_ENDINGS:
        return to_its_end(path.name, read_row_blocks(path, license_name, extent), extent)
    if ending in LINE_ENDINGS:
        return to_its_end(path.name, read_line_blocks(path, license_name, extent), extent)
    if ending in MARC_ENDINGS:
        records = read_marc(path, license_name, extent, encoding)
    elif ending in MARC_XML_ENDINGS:
        records = read_marc_xml(path, license_name, extent)
    else:
        endings = ", ".join([*ROW_ENDINGS, *LINE_ENDINGS, *MARC_ENDINGS, *MARC_XML_ENDINGS])
        raise InvalidManifest("source", source=str(path)[:200], endings=endings)
    return extent.counted(to_its_end(path.name, records, extent))
