"""What a search in all libraries of a consortium is asked, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.registration import Metadata
from reading_room.search.rules.facet import Facet
from reading_room.search.rules.found import Order
from reading_room.search.rules.members.standing import Standing


@dataclass(frozen=True)
class AskedTogether:
    """words: as typed; chosen: values by facet; cursor: of the page, "" for the first; limit: works."""

    words: str
    chosen: Mapping[Facet, list[str]]
    order: Order = Order.RELEVANCE
    cursor: str = ""
    limit: int = 20


@dataclass(frozen=True)
class Holder:
    """A library that has a work. url: of its service, no slash at the end; "" for this one."""

    steward: StewardId
    name: str
    url: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it is the library that was searched at."""
        return not self.url


@dataclass(frozen=True)
class FoundWork:
    """A work, as its library tells it, and how that stands by what this library has itself.

    others: further libraries that registered the same bytes. may_be_lent: whether its terms let it be asked
    for; False if nobody here knows them. from_library: where it was found.
    """

    digest: Digest
    record: Metadata
    is_superseded: bool
    standing: Standing
    holder: Holder
    others: tuple[Holder, ...]
    may_be_lent: bool
    from_library: StewardId

    @property
    def page(self) -> str:
        """Where its library shows it."""
        return f"{self.holder.url}/resources/{self.digest}"

    @property
    def lent_at(self) -> str | None:
        """Where its library lets it be asked for, with which library leads there; None if its terms are open
        or unknown.
        """
        if not self.may_be_lent:
            return None
        came = "" if self.holder.is_own else f"&from={self.from_library}"
        return f"{self.holder.url}/me/requests/new?digest={self.digest}{came}"


@dataclass(frozen=True)
class Answered:
    """What came of one library on a page.

    total: works that it found, as it counts; None if it is missing, and why then says why, or if all of it
    was shown before. is_more: there are more than it counted. left_out: how many works are, by why. named:
    the resource there that the typed text names.
    """

    holder: Holder
    total: int | None
    is_more: bool
    why: Reason | None
    left_out: Mapping[Standing, int]
    named: Digest | None

    @property
    def is_missing(self) -> bool:
        """Whether it was to be asked and gave nothing."""
        return self.why is not None


@dataclass(frozen=True)
class FoundTogether:
    """works: in their order; libraries: this one first; next: cursor of the page after, or None."""

    works: list[FoundWork]
    libraries: list[Answered]
    next: str | None

    @property
    def total(self) -> int:
        """How many works all libraries that answered found; what two of them have counts twice."""
        return sum(one.total or 0 for one in self.libraries)

    @property
    def missing(self) -> list[Answered]:
        """The libraries that gave nothing."""
        return [one for one in self.libraries if one.is_missing]
