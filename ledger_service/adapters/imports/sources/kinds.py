"""Which kind a source of an import is: a folder, a manifest, a bag, MARC records or an OAI-PMH service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ledger_service.adapters.imports.sources.bag import read_bag
from ledger_service.adapters.imports.sources.blocks import FileBlock, LineBlock
from ledger_service.adapters.imports.sources.folder import read_folder
from ledger_service.adapters.imports.sources.lines import read_line_blocks
from ledger_service.adapters.imports.sources.manifest import read_csv
from ledger_service.adapters.imports.sources.marc import read_marc, read_marc_xml
from ledger_service.adapters.imports.sources.oai import harvest
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.import_progress import Extent

READERS = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".mrc": read_marc,
    ".marc": read_marc,
    ".xml": read_marc_xml,
}
LINE_READERS = {".jsonl": read_line_blocks, ".ndjson": read_line_blocks}


def read_source(
    source: str, license_name: str, files: Path | None, extent: Extent | None = None
) -> Iterator[ImportItem | FileBlock | LineBlock]:
    """Yield the items of a source, told from its name: a URL is an OAI-PMH service.

    Files of a folder and lines of JSON come as blocks, for adapters/imports/hashing.py.

    files: the folder in which the files of an OAI-PMH service's records are. extent: keeps count of
    how far the source was read; how many records a service has is not known.

    Raises:
        InvalidManifest: the source is none of those known, or malformed as a whole.
        ServiceUnavailable: an OAI-PMH service does not answer.
    """
    extent = Extent() if extent is None else extent
    if source.startswith(("http://", "https://")):
        if files is None:
            raise InvalidManifest("no-files-folder")
        return extent.counted(harvest(source, files, license_name))
    path = Path(source)
    if path.is_dir():
        if (path / "bagit.txt").is_file():
            return extent.counted(read_bag(path, license_name, extent))
        return read_folder(path, license_name, extent)
    ending = path.suffix.lower()
    if ending in LINE_READERS and path.is_file():
        return LINE_READERS[ending](path, license_name, extent)
    reader = READERS.get(ending)
    if reader is None or not path.is_file():
        raise InvalidManifest(
            "source", source=source[:200], endings=", ".join([*READERS, *LINE_READERS])
        )
    return extent.counted(reader(path, license_name, extent))
