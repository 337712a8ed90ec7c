"""A record as it is gathered from what a source says: what it cannot hold is counted, and nothing is lost
without a word.

Sources have wrong check digits, years that are none, and texts that are too long. They cost the value, which
is told, and never the file.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ledger_service.domain.errors import InvalidMetadata
from ledger_service.domain.resources import record_text
from ledger_service.domain.resources.language_codes import short_code
from ledger_service.domain.resources.record import LARGEST_RECORD_BYTES, LISTS, PARTS, TEXTS, Record
from ledger_service.domain.resources.record_parts import Contributor
from ledger_service.domain.resources.registration import format_metadata

ROOM_FOR_A_FILE = 300  # bytes of what the file itself adds to its record: media type and size


class GatheredRecord:
    """Fields by name, each value with the name that its source has for it.

    unused: counts, by the source's names, what nothing is made of. refused: what no record can hold.
    """

    def __init__(self) -> None:
        self._lists: dict[str, list[tuple[Any, str]]] = {}
        self._texts: dict[str, tuple[str, str]] = {}
        self._asked: set[str] = set()
        self.unused: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def add(self, source: str, name: str, /, *texts: str, **told: str) -> None:
        """Add a part to a list of them, or one text to a list of texts; an equal one is there once.

        source: what the value is called where it comes from.
        """
        try:
            if name in PARTS:
                value: Any = PARTS[name][0](**told)
            else:
                value = LISTS[name][0](name, *texts)
        except InvalidMetadata:
            self.refused[source] += 1
            return
        held = self._lists.setdefault(name, [])
        if any(value == other for other, _ in held):
            return
        if len(held) >= (PARTS[name][1] if name in PARTS else LISTS[name][1]):
            self.refused[source] += 1
        else:
            held.append((value, source))

    def put(self, source: str, name: str, text: str) -> None:
        """Put a text into a field that has one; if it has another, both stand there with a semicolon."""
        before = self._texts[name][0] if name in self._texts else ""
        if before and text.strip() in before.split("; "):
            return
        try:
            kept = record_text.line(name, f"{before}; {text}" if before else text)
        except InvalidMetadata:
            self.refused[source] += 1
        else:
            self._texts[name] = kept, source

    def has(self, name: str) -> bool:
        """Return whether there is anything in a list."""
        return bool(self._lists.get(name))

    def tells(self, name: str) -> bool:
        """Return whether a field of one text has any."""
        return name in self._texts

    def was_asked(self, what: str) -> bool:
        """Return whether this was asked before of the same thing; the next time it was."""
        before = what in self._asked
        self._asked.add(what)
        return before

    def forget_name(self, name: str) -> None:
        """Let what only names the file be no identifier of the work, and no work that it is related to."""
        for field, kind in (("identifiers", "value"), ("relations", "target")):
            held = self._lists.get(field, [])
            self._lists[field] = [
                (value, source)
                for value, source in held
                if "://" in getattr(value, kind) or not getattr(value, kind).endswith(name)
            ]

    def identify_last(self, orcid: str) -> None:
        """Let the contributor who was added last have this ORCID iD, which is a valid one."""
        held = self._lists.get("contributors")
        if held:
            person, source = held[-1]
            held[-1] = Contributor(person.name, person.role, orcid), source

    def further(self, title: str, creator: str, language: str) -> str:
        """Return the fields of a Record in canonical JSON, empty if there are none but those three say.

        What is more than a record may have goes from the end of the longest list, and is counted.
        """
        narrow = format_metadata(title, "", 0, creator, language)
        most = LARGEST_RECORD_BYTES - ROOM_FOR_A_FILE - len(narrow)
        self._leave_what_is_told(creator, language)
        text = self._record().wider_text
        while (over := len(text.encode()) - most) > 0:
            self._shorten(over)
            text = self._record().wider_text
        return text

    def _record(self) -> Record:
        fields: dict[str, Any] = {name: text for name, (text, _) in self._texts.items()}
        for name, held in self._lists.items():
            fields[name] = tuple(value for value, _ in held)
        return Record(**fields)

    def _leave_what_is_told(self, creator: str, language: str) -> None:
        people = [person for person, _ in self._lists.get("contributors", [])]
        if people == [Contributor(creator, "cre")] if creator else not people:
            self._lists.pop("contributors", None)
        if [tag for tag, _ in self._lists.get("languages", [])] in (
            [],
            [short_code(language.lower())],
        ):
            self._lists.pop("languages", None)

    def _shorten(self, over: int) -> None:
        """Leave out about so many bytes, at least one item; it is counted by its source's name."""
        sizes = {name: [_size(value) for value, _ in held] for name, held in self._lists.items()}
        while over > 0 and any(sizes.values()):
            name = max(sizes, key=lambda name: sum(sizes[name]))
            self.refused[self._lists[name].pop()[1]] += 1
            over -= sizes[name].pop()
        if over > 0:
            name = next(name for name in TEXTS if name in self._texts)
            self.refused[self._texts.pop(name)[1]] += 1


def _size(value: Any) -> int:
    """Return at least how many bytes an item has in a record."""
    texts = (value,) if isinstance(value, str) else value.to_json().values()
    return sum(len(text.encode()) for text in texts)
