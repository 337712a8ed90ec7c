"""Find in this library and in those of all other members of its consortium, as one list."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_service.domain.errors import NoConsortium
from ledger_service.domain.identifiers import StewardId
from ledger_service.ports.paging import PageRequest
from ledger_service.services.consortium.list_members import KnownMember, list_members
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import list_stewards
from reading_room.search.rules.found import Asked
from reading_room.search.rules.members.place import Place, Places
from reading_room.search.rules.members.together import AskedTogether, FoundTogether, Holder
from reading_room.search.rules.query import LONGEST_QUERY, Query, parse_query
from reading_room.search.verbs.find import Tables, search
from reading_room.search.verbs.members.ask_members import Question, begin_asking
from reading_room.search.verbs.members.assemble import Own, assemble
from reading_room.search.verbs.members.check_works import find_copies
from reading_room.search.verbs.members.patience import Patience

FURTHER = 4  # works more than an equal part that each library is asked for
MOST_ASKED = 100  # works of one library
MOST_TOGETHER = 50  # works of a page


@dataclass(frozen=True)
class _Page:
    """What was asked, and where the lists go on."""

    asked: AskedTogether
    query: Query
    places: Places
    own: Holder
    members: list[KnownMember]


def has_members(library: Library) -> bool:
    """Return whether the library is one of a consortium, so that the others can be asked."""
    return library.charter is not None and library.members is not None


def find_together(
    library: Library, tables: Tables, asked: AskedTogether, patience: Patience
) -> FoundTogether:
    """Return what is found in all libraries that answer in time.

    Raises:
        NoConsortium: the library is alone.
        InvalidCursor: no such search handed it out.
        MetadataMismatch: a record of this library is not what its entry commits to.
    """
    page = _page(library, asked)
    mine = page.places.of_steward(library.steward)
    others = [
        (known, place)
        for known in page.members
        if (place := page.places.of_steward(known.member.steward)) is not None
    ]
    share = asked.limit // (len(others) + (mine is not None) or 1) + FURTHER
    questions = [(known, _question(page.asked, place, share)) for known, place in others]
    outcomes = begin_asking(library, questions, patience)
    found = None
    if mine is not None:
        after = PageRequest(mine.cursor).text()
        own = Asked(page.query, asked.order, after, _most(mine, share))
        found = search(library, tables, own)
    copies = find_copies(library)  # while the others think
    heard = outcomes()
    return assemble(
        library,
        page.asked,
        page.query,
        page.places,
        Own(page.own, mine or Place(), found),
        [(one, place, told) for (one, place), told in zip(others, heard, strict=True)],
        page.members,
        copies,
    )


def _page(library: Library, asked: AskedTogether) -> _Page:
    if not has_members(library):
        raise NoConsortium()
    words = asked.words[:LONGEST_QUERY]
    query = parse_query(words, dict(asked.chosen))
    known = list_members(library)
    own = Holder(library.steward, _own_name(library, known))
    members = [one for one in known if not one.is_own]
    return _Page(replace(asked, words=words), query, Places.parse(asked.cursor), own, members)


def _own_name(library: Library, known: list[KnownMember]) -> str:
    for one in known:
        if one.is_own:
            return one.member.name
    names: dict[StewardId, str] = {one.id: one.name for one in list_stewards(library)}
    return names.get(library.steward, library.key.name)


def _question(asked: AskedTogether, place: Place, share: int) -> Question:
    chosen = {facet.value: values for facet, values in asked.chosen.items()}
    return Question(asked.words, asked.order.value, chosen, place, _most(place, share))


def _most(place: Place, share: int) -> int:
    return min(place.skipped + share, MOST_ASKED)
