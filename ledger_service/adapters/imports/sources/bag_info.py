"""What the labels of a bag say of its files: bag-info.txt of RFC 8493, §2.2.2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ledger_service.domain.imports.gathered_record import GatheredRecord
from ledger_service.domain.resources.record_cells import read_item

OF_THE_PACKAGE = frozenset(
    ("payload-oxum", "bagging-date", "bag-size", "bag-count", "bag-software-agent")
)
"""They say nothing of the files; the first is held against them."""
DESCRIPTION, IDENTIFIER, GROUP = (
    "external-description",
    "external-identifier",
    "bag-group-identifier",
)
LONGEST_NAME = 300  # characters of a description that is a name
MOST_LABELS = 1000  # are read; a bag has some
_ENDS = re.compile(r"\r\n|\n|\r")


def labels_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield each label as it is written, with its value; a line that begins with white space goes on."""
    label, value = "", ""
    for line in _ENDS.split(text):
        if line[:1] in (" ", "\t") and label:
            value = f"{value} {line.strip()}"
            continue
        if label:
            yield label, value
        label, _, value = (part.strip() for part in line.partition(":"))
        label = label if ":" in line else ""
    if label:
        yield label, value


def gather_bag_info(text: str, *, is_of_one_file: bool) -> GatheredRecord:
    """Return what bag-info.txt says of each file; the bag's own names are only those of a single one.

    Of several files, what the bag is called is what they are part of.
    """
    found = GatheredRecord()
    told = [(label, value) for label, value in islice(labels_of(text), MOST_LABELS) if value]
    wholes = {label.lower(): value for label, value in reversed(told)}
    for label, value in told:
        name = label.lower()
        if name == GROUP:
            found.add(label, "part_of", title=value)
        elif name == DESCRIPTION and is_of_one_file:
            found.add(label, "description", text=value)
        elif name == IDENTIFIER and is_of_one_file:
            found.add(label, "identifiers", **read_item("identifiers", value))
        elif name not in (*OF_THE_PACKAGE, DESCRIPTION, IDENTIFIER):
            found.unused[label] += 1
    named = wholes.get(IDENTIFIER, ""), wholes.get(DESCRIPTION, "")
    if any(named) and not is_of_one_file:
        title = named[1] if 0 < len(named[1]) <= LONGEST_NAME else named[0] or named[1]
        found.add(DESCRIPTION, "part_of", title=title, identifier=named[0])
        _count_others(found, told, named)
    return found


def _count_others(
    found: GatheredRecord, told: list[tuple[str, str]], named: tuple[str, str]
) -> None:
    """Count what a bag of several files says more of itself than its first name and description."""
    for label, value in told:
        if label.lower() in (DESCRIPTION, IDENTIFIER) and value not in named:
            found.unused[label] += 1
