"""What pages, citations and other formats ask of a record, whichever fields it has."""

from __future__ import annotations

from collections.abc import Sequence

from ledger_service.domain.resources.language_codes import short_code
from ledger_service.domain.resources.record_parts import Contributor, DateOf, Identifier, Title
from ledger_service.domain.resources.relators import AUTHORS


class ReadableRecord:
    """The questions that can be asked of every record; one without further fields answers, too."""

    title: str
    creator: str
    language: str
    titles: tuple[Title, ...]
    contributors: tuple[Contributor, ...]
    dates: tuple[DateOf, ...]
    languages: tuple[str, ...]
    identifiers: tuple[Identifier, ...]

    def title_in(self, language: str) -> str:
        """Return the title in this language, such as uz-Cyrl or ru; the main one if there is none."""
        return self.titled_in(language)[0]

    def titled_in(self, language: str) -> tuple[str, str]:
        """Return the same title, and the language that it is in, which may be empty."""
        others = ((title.text, title.language) for title in self.titles)
        return suited_title([(self.title, self.language), *others], language)

    def people(self, *roles: str) -> tuple[Contributor, ...]:
        """Return who had one of these roles, or everybody; `aut` also finds its creator."""
        known = self.contributors
        if not known and self.creator:
            known = (Contributor(self.creator, "cre"),)
        if not roles:
            return known
        wanted = {*roles, *(AUTHORS if "aut" in roles else ())}
        return tuple(person for person in known if person.role in wanted)

    @property
    def year(self) -> int | None:
        """The year of the work: of its publication, or else of the first date that tells one."""
        found = {
            date.kind: date.years[0] for date in reversed(self.dates) if date.years[0] is not None
        }
        kinds = ("issued", "created", "copyrighted", *found)
        return next((found[kind] for kind in kinds if kind in found), None)

    @property
    def all_languages(self) -> tuple[str, ...]:
        """Every language that is told, the main one first, each by its shortest code."""
        told = filter(None, (self.language, *self.languages))
        return tuple(dict.fromkeys(map(short_code, told)))

    def identified_by(self, scheme: str) -> tuple[str, ...]:
        """Return the identifiers of this scheme, such as doi or isbn."""
        return tuple(item.value for item in self.identifiers if item.scheme == scheme)


def suited_title(titles: Sequence[tuple[str, str]], language: str) -> tuple[str, str]:
    """Return the title that suits a reader of a language, and its own language; otherwise the first.

    titles: texts with their languages, at least one. Of those that suit, the nearest is taken.
    """
    wanted = language.lower()
    for match in (str.__eq__, _is_kind_of):
        for title, tag in titles:
            if tag and match(tag.lower(), wanted):
                return title, tag
    return titles[0]


def _is_kind_of(tag: str, wanted: str) -> bool:
    return tag.startswith(f"{wanted}-") or wanted.startswith(f"{tag}-")
