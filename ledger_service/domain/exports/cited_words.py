"""A work as it is cited in words, in two plain forms of our own.

They follow the order and marks of GOST R 7.0.5-2008 and of APA's seventh edition for what a record says,
and are no replacement for a citation processor, which reads CSL.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from ledger_service.domain.exports.cited_work import Person, Work

MOST_NAMES = 3  # in the first place of a citation by GOST
_SPACE = re.compile(r"\s+")


class Words(NamedTuple):
    """What of a citation is said in a language. place and publisher are the record's own."""

    electronic: str
    address: str
    seen: str


BY_LANGUAGE = {
    "ru": Words("Электронный ресурс", "URL", "дата обращения"),
    "uz": Words("Elektron resurs", "URL", "murojaat sanasi"),
    "uz-Cyrl": Words("Электрон ресурс", "URL", "мурожаат санаси"),
    "en": Words("Electronic resource", "URL", "accessed"),
}
"""What the standard has in Russian, and how it is said in the languages of the page."""


def cite_by_gost(work: Work, now: int, language: str) -> str:
    """Return a citation in the order of GOST R 7.0.5. now: seconds since 1970 UTC, when it was looked at."""
    words = BY_LANGUAGE.get(language, BY_LANGUAGE["en"])
    names = ", ".join(_initialed(person, " ") for person in work.authors[:MOST_NAMES])
    title = f"{_ended(names)} {_line(work.title)} [{words.electronic}]".strip()
    year = "" if work.year is None else str(work.year)
    areas = [title]
    if work.kind == "article":
        host = work.hosts[0]
        parts = [
            f"T. {_line(host.volume)}" if host.volume else "",
            f"№ {_line(host.issue)}" if host.issue else "",
        ]
        areas[0] += f" // {_line(host.title)}"
        areas += [year, ", ".join(part for part in parts if part), _line(work.extent)]
    else:
        published = ", ".join(part for part in (_line(work.publisher), year) if part)
        areas += [
            _line(work.edition),
            " : ".join(part for part in (_line(work.place), published) if part),
        ]
        series = [
            f"{_line(host.title)} ; {_line(host.volume)}".removesuffix(" ; ")
            for host in work.hosts[:1]
        ]
        areas += [_line(work.extent), *(f"({name})" for name in series)]
    seen = datetime.fromtimestamp(now, UTC).strftime("%d.%m.%Y")
    areas.append(f"{words.address}: {work.address} ({words.seen}: {seen}).")
    return " – ".join(_ended(area) for area in areas if area)


def cite_by_apa(work: Work) -> str:
    """Return a citation in the order of APA: names, year, title, publisher, address."""
    names = [_initialed(person, ", ") for person in work.authors]
    listed = (
        names[0] if len(names) == 1 else ", ".join(names[:-1]) + f", & {names[-1]}" if names else ""
    )
    year = "n.d." if work.year is None else str(work.year)
    title, host = _line(work.title), work.host
    parts = (
        [_ended(listed), f"({year}).", _ended(title)] if listed else [_ended(title), f"({year})."]
    )
    if host is not None:
        issue = f"({host.issue})" if host.issue else ""
        parts.append(
            _ended(", ".join(part for part in (_line(host.title), host.volume + issue) if part))
        )
    if work.publisher:
        parts.append(_ended(_line(work.publisher)))
    doi = work.identifier("doi")
    parts.append(f"https://doi.org/{doi}" if doi else work.address)
    return " ".join(parts)


def _initialed(person: Person, between: str) -> str:
    """Return a family name and initials if the record has the parts; otherwise the name as it is."""
    parts = person.parts
    if parts is None:
        return _line(person.name)
    initials = " ".join(f"{word[0].upper()}." for word in re.split(r"[\s.-]+", parts[1]) if word)
    return f"{parts[0]}{between}{initials}" if initials else parts[0]


def _ended(text: str) -> str:
    return text if not text or text[-1] in ".!?…" else text + "."


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
