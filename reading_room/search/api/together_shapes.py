"""JSON of what is found in all libraries of a consortium."""

from __future__ import annotations

from ledger_service.api.door import Shape
from ledger_service.domain.reasons import Reason
from ledger_service.messages import text
from reading_room.search.rules.members.together import (
    Answered,
    FoundTogether,
    FoundWork,
    Holder,
)


class HolderShape(Shape):
    """A library. url: of its service, null for the one that was asked."""

    steward: str
    name: str
    url: str | None

    @classmethod
    def of(cls, holder: Holder) -> HolderShape:
        return cls(steward=holder.steward.hex(), name=holder.name, url=holder.url or None)


class FoundWorkShape(Shape):
    """A work as its library tells it. verified: `held`: its own ledger, of which this library has a copy,
    holds exactly this record; `on_chain`: the chain has the registration and the digest of this record;
    `not_checked`: neither reaches so far yet. others: further libraries that registered the same bytes.

    page: where its library shows it; lent_at: where its library lets it be asked for, null if its terms are
    open or unknown here. Both are paths of this library, if it is its own.
    """

    digest: str
    title: str
    creator: str
    language: str
    year: int | None
    media_type: str
    superseded: bool
    verified: str
    library: HolderShape
    others: list[HolderShape]
    page: str
    lent_at: str | None

    @classmethod
    def of(cls, work: FoundWork) -> FoundWorkShape:
        record = work.record
        return cls(
            digest=work.digest.hex(),
            title=record.title,
            creator=record.creator,
            language=record.language,
            year=record.year,
            media_type=record.media_type,
            superseded=work.is_superseded,
            verified=work.standing.value,
            library=HolderShape.of(work.holder),
            others=[HolderShape.of(one) for one in work.others],
            page=work.page,
            lent_at=work.lent_at,
        )


class MissingShape(Shape):
    """Why a library gave nothing: a name that programs match on, and its sentence."""

    reason: str
    text: str

    @classmethod
    def of(cls, why: Reason) -> MissingShape:
        return cls(reason=why.name, text=text(why))


class AnsweredShape(Shape):
    """What came of a library. total: works that it found; null if it is missing, and `missing` then says why,
    or if all of it was on earlier pages. more: there are more, of which it counted the nearest and newest.

    left_out: how many of its works on this page are not shown, by why: not_held, withdrawn or malformed.
    named: the resource there that the text names by itself.
    """

    library: HolderShape
    total: int | None
    more: bool
    missing: MissingShape | None
    left_out: dict[str, int]
    named: str | None

    @classmethod
    def of(cls, answered: Answered) -> AnsweredShape:
        return cls(
            library=HolderShape.of(answered.holder),
            total=answered.total,
            more=answered.is_more,
            missing=None if answered.why is None else MissingShape.of(answered.why),
            left_out={standing.value: count for standing, count in answered.left_out.items()},
            named=None if answered.named is None else answered.named.hex(),
        )


class TogetherShape(Shape):
    """What is found in all libraries. total: of those that answered; a work that two have counts twice.

    next: the cursor of the page after this one, null at the end. libraries: this one first.
    """

    items: list[FoundWorkShape]
    next: str | None
    total: int
    libraries: list[AnsweredShape]

    @classmethod
    def of(cls, found: FoundTogether) -> TogetherShape:
        return cls(
            items=[FoundWorkShape.of(work) for work in found.works],
            next=found.next,
            total=found.total,
            libraries=[AnsweredShape.of(one) for one in found.libraries],
        )
