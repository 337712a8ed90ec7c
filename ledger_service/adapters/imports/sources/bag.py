"""A BagIt bag (RFC 8493): its payload, checked against its manifests as it is hashed.

Bags are read as they are found: names in a manifest are matched with names on disk as RFC 8493 §2.1.3 has
them, as most tools write them, and whatever the system did to accents. The tag files are not resources, and
are not checked. What a library like this one claimed of the payload (`muhr export --bag`) is claimed again.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ledger_service.adapters.given_files import open_given
from ledger_service.adapters.imports.sources.bag_info import gather_bag_info
from ledger_service.adapters.imports.sources.belt import items_of
from ledger_service.adapters.imports.sources.folder_signs import BAG_MANIFEST, DECLARATION, skipped
from ledger_service.adapters.imports.sources.paths import resolve, shown
from ledger_service.adapters.imports.sources.records.unused import Unused
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson, InvalidManifest, InvalidMetadata
from ledger_service.domain.imports.import_item import ImportItem
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.resources.record import FIELDS, Record, read_fields
from ledger_service.domain.resources.record_text import composed

OXUM = "payload-oxum"
ALGORITHMS = {name for name in hashlib.algorithms_guaranteed if not name.startswith("shake")}
LARGEST_TAG_FILE_BYTES = 1 << 30
CLAIMS = ("muhr", "claims.jsonl")  # of a bag that a library like this one has made
CLAIMED = {"title", "creator", "language", "media_type"}
ALL_MANIFESTS_COMPLETE = (1, 0)  # from this version on, each manifest lists every file
_LINE = re.compile(r"([0-9a-fA-F]+)[ \t]+\*?(.+)\Z", re.DOTALL)
_ENDS = re.compile(r"\r\n|\n|\r")
_ESCAPED = re.compile(r"%(0A|0D|25)", re.IGNORECASE)
_LETTERS = {"0A": "\n", "0D": "\r", "25": "%"}


class Manifest(NamedTuple):
    """One manifest. algorithm: as hashlib names it, or as the file does if it has none such."""

    algorithm: str
    listed: dict[str, str]
    malformed: list[str]


def read_bag(
    folder: Path, license_name: str, extent: Extent, within: str = ""
) -> Iterator[ImportItem]:
    """Yield the payload files of a bag in order of path, with the checksums that they must have.

    Files without a checksum, and checksums without a file, are refused items, as is a Payload-Oxum that
    does not fit.

    within: what stands before a name to make a place, for people.

    Raises:
        InvalidManifest: the folder is not a bag.
    """
    bag = _Bag(folder, license_name, within)
    unlisted = sorted(bag.disk.difference(bag.found.values()))
    extent.total = len(bag.listed) + len(unlisted)
    for name in sorted(bag.listed):
        extent.read += 1
        yield from items_of(shown(within + name), partial(bag.read, name))
    for name in unlisted:
        extent.read += 1
        place = shown(within + name)
        yield skipped(place, name) or ImportItem.refused(place, InvalidManifest("not-in-bag"))
    yield from bag.faults()


class _Bag:
    """What the tag files of a bag say, and which files are there."""

    def __init__(self, folder: Path, license_name: str, within: str) -> None:
        self._base = Path(os.path.realpath(folder))
        self._license = license_name
        self._within = within
        self._encoding, version = _declared(folder)
        self._manifests = _manifests(folder, self._encoding)
        self._fetched = {path: url for url, path in _fetches(folder, self._encoding)}
        self._claims = _claims(folder)
        self.disk, self._size_bytes = _payload(folder)
        self.listed: dict[str, dict[str, str]] = defaultdict(dict)
        for manifest in self._manifests:
            for name, checksum in manifest.listed.items():
                self.listed[name][manifest.algorithm] = checksum
        self.found = _matched(self.listed, self.disk)
        self._info = self._tag_file("bag-info.txt")
        self._said = gather_bag_info(self._info, is_of_one_file=len(self.disk) == 1)
        self._further = "" if self._claims else self._said.further("", "", "")
        all_names = {manifest.algorithm for manifest in self._manifests}
        self._needed = all_names if version >= ALL_MANIFESTS_COMPLETE else set()

    def read(self, name: str) -> Iterator[ImportItem]:
        """Yield the item of a name in the manifests; raise InvalidManifest if there can be none."""
        sums, path = self.listed[name], self.found.get(name)
        if not name.startswith("data/"):
            raise InvalidManifest("bag-outside-data")
        if path is None and name in self._fetched:
            raise InvalidManifest("bag-fetch", url=self._fetched[name][:200])
        if path is None:
            raise InvalidManifest("bag-file-missing")
        if lacking := self._needed - sums.keys():
            raise InvalidManifest("bag-manifest-lacks", algorithms=_named(lacking))
        checked = {key: text.lower() for key, text in sums.items() if key in ALGORITHMS}
        if not checked:
            raise InvalidManifest("bag-algorithm", algorithms=_named(sums))
        digest = checked.pop("sha256", "")
        checksums = " ".join(f"{key}:{text}" for key, text in sorted(checked.items()))
        place = shown(self._within + name)
        yield skipped(place, path) or ImportItem(
            place,
            resolve(str(self._base), path),
            digest,
            license=self._license,
            checksums=checksums,
            **self._claims.get(path, {"further": self._further}),  # type: ignore[arg-type]
        )

    def faults(self) -> Iterator[ImportItem]:
        """Yield what is wrong with the bag as a whole, as refused items."""
        for place in (place for manifest in self._manifests for place in manifest.malformed):
            yield ImportItem.refused(shown(self._within + place), InvalidManifest("bag-line"))
        said = _tags(self._info).get(OXUM, "")
        octets = f"{self._size_bytes}.{len(self.disk)}"
        if said and said != octets:
            fault = InvalidManifest("bag-oxum", said=said[:40], found=octets)
            yield ImportItem.refused(shown(self._within + "bag-info.txt"), fault)
        if not self._claims:
            unused = Unused()
            unused.gathered(self._said)
            yield from unused.items(shown(self._within + "bag-info.txt"))

    def _tag_file(self, name: str) -> str:
        """Return the text of a file of labels, empty if there is none."""
        path = self._base / name
        return _text(path, self._encoding) if path.is_file() else ""


def _declared(folder: Path) -> tuple[str, tuple[int, int]]:
    """Return the encoding of the tag files, and the version."""
    if not (folder / DECLARATION).is_file():
        raise InvalidManifest("bag-undeclared", folder=shown(str(folder)))
    tags = _tags(_text(folder / DECLARATION, "utf-8"))
    version = re.fullmatch(r"(\d{1,3})\.(\d{1,3})", tags.get("bagit-version", ""))
    encoding = tags.get("tag-file-character-encoding", "")
    try:
        if version and codecs.lookup(encoding):
            return encoding, (int(version[1]), int(version[2]))
    except LookupError:
        pass
    raise InvalidManifest("bag", folder=shown(str(folder)), cause=f"{DECLARATION} is malformed")


def _tags(text: str) -> dict[str, str]:
    """Return the values of a file of labels by label, in small letters."""
    pairs = (line.partition(":") for line in _ENDS.split(text) if ":" in line)
    return {label.strip().lower(): value.strip() for label, _, value in pairs}


def _text(path: Path, encoding: str) -> str:
    with open_given(path) as file:
        data = file.read(LARGEST_TAG_FILE_BYTES + 1)
    try:
        if len(data) <= LARGEST_TAG_FILE_BYTES:
            return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeError:
        pass
    cause = f"{path.name} is not {encoding}"
    raise InvalidManifest("bag", folder=shown(str(path.parent)), cause=cause)


def _manifests(folder: Path, encoding: str) -> list[Manifest]:
    found = []
    for name in sorted(os.listdir(folder)):
        match = BAG_MANIFEST.match(name)
        if match:
            algorithm = _algorithm(match[1])
            lines = _ENDS.split(_text(folder / name, encoding))
            found.append(_manifest(name, algorithm, lines))
    if not found:
        raise InvalidManifest("bag", folder=shown(str(folder)), cause="it has no manifest")
    return found


def _algorithm(name: str) -> str:
    """Return the name that hashlib has for an algorithm of RFC 8493 §2.4, where only letters count."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return re.sub(r"\A(sha3|sha512)(\d{3})\Z", r"\1_\2", plain)


def _manifest(name: str, algorithm: str, lines: list[str]) -> Manifest:
    listed: dict[str, str] = {}
    malformed = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.match(line)
        path = match[2].removeprefix("./") if match else ""
        if not match or listed.setdefault(path, match[1]).lower() != match[1].lower():
            malformed.append(f"{name}:{number}")
    return Manifest(algorithm, listed, malformed)


def _fetches(folder: Path, encoding: str) -> Iterator[tuple[str, str]]:
    """Yield URL and path of what is to be fetched before the bag is complete."""
    if (folder / "fetch.txt").is_file():
        for line in _ENDS.split(_text(folder / "fetch.txt", encoding)):
            parts = line.split(None, 2)
            if len(parts) == 3:
                yield parts[0], parts[2].removeprefix("./")


def _claims(folder: Path) -> dict[str, dict[str, str]]:
    """Return what was claimed of each payload file by its path; raise InvalidManifest if it is malformed."""
    path = folder.joinpath(*CLAIMS)
    found = {}
    for line in _text(path, "utf-8").splitlines() if path.is_file() else []:
        try:
            claim = foreign_json.parse(line.encode())
            name = claim.pop("path")
            further = {field: claim.pop(field) for field in FIELDS if field in claim}
            is_told = claim.keys() == CLAIMED and all(
                isinstance(one, str) for one in claim.values()
            )
            if further:
                claim["further"] = Record(**read_fields(further)).wider_text
        except (InvalidJson, InvalidMetadata, LookupError, TypeError, AttributeError):
            is_told = False
        if not is_told or not isinstance(name, str):
            cause = f"{path.name} is malformed"
            raise InvalidManifest("bag", folder=shown(str(folder)), cause=cause)
        found[name] = claim
    return found


def _payload(folder: Path) -> tuple[set[str], int]:
    """Return the paths of all files in data/, and their bytes; symbolic links are among them."""
    found, size = set(), 0
    for path, _, names in os.walk(folder / "data"):
        for name in names:
            full = os.path.join(path, name)
            found.add(os.path.relpath(full, folder))
            size += os.lstat(full).st_size
    return found, size


def _matched(listed: Collection[str], disk: set[str]) -> dict[str, str]:
    """Return the path on disk of each name in a manifest that is there.

    A name is there with its escapes decoded, as it stands, in another composition of its accents, or
    without the white space at its end, which other readers of bags pass over.
    """
    by_form: dict[str, list[str]] = defaultdict(list)
    found: dict[str, str] = {}
    for name in listed:
        decoded = _ESCAPED.sub(lambda match: _LETTERS[match[1].upper()], name)
        is_other = decoded != name and decoded in listed  # then escapes are not decoded in this bag
        choices = (name, decoded) if is_other else (decoded, name)
        path = next((choice for choice in choices if choice in disk), None)
        if path is None:
            if not by_form:
                for other in disk:
                    by_form[composed(other)].append(other)
            same = {path for choice in choices for path in by_form[composed(choice)]}
            path = same.pop() if len(same) == 1 else None
        if path is None:
            path = next((bare for choice in choices if (bare := choice.rstrip()) in disk), None)
        if path is not None:
            found[name] = path
    return found


def _named(algorithms: Iterable[str]) -> str:
    return ", ".join(sorted(algorithms))[:200]
