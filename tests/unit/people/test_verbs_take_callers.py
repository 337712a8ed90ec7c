"""Every verb that writes is handed who asks, but those that the worker does by itself; borders say who."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.permission import Permission, roles_with

PROJECT = Path(__file__).parents[3]
SERVICES = PROJECT / "ledger_service" / "services"
ROOMS = PROJECT / "reading_room"
BORDERS = (
    "ledger_service/api/callers.py",
    "ledger_service/cli/",
    "ledger_service/domain/people/",
    "ledger_service/services/people/",
    "ledger_service/founding.py",
    "ledger_service/setup.py",
)
WRITES = ("store.write()", "library.append")
OF_THE_WORKER = {
    "authorship/end_statements.py",
    "chain/adopt_events.py",
    "chain/follow_chain.py",
    "chain/heed_worker.py",
    "chain/run_jobs.py",
    "consortium/carry_over.py",
    "imports/run_import_jobs.py",
    "publication/anchor_ledger.py",
    "publication/gather_cosignatures.py",
    "publication/update_map.py",
    "people/notices/send_news.py",
    "shelf/verbs/follow.py",
    "events/verbs/follow.py",
    "lcp/verbs/forget_licenses.py",
}
BEFORE_ANYBODY_IS_KNOWN = {
    # Who comes is found out by the border; nobody is there who could be asked whether they may.
    ("people/begin_session.py", "begin_session"),
    ("people/begin_session.py", "end_session"),  # whoever has its secret
    ("people/identities.py", "find_or_enroll"),
    ("consortium/move_library.py", "move_library"),  # on the home folder, while nobody is served
    ("consortium/take_member.py", "take_member"),  # from anybody: its signatures decide
}
ASKING = {"Caller", "ImportRequest", "Reaches"}  # the others name their caller


def verbs() -> Iterator[tuple[str, ast.FunctionDef, str]]:
    """Yield place, syntax and text of each public function of a story, or of what a room does."""
    rooms = [*ROOMS.glob("**/verbs.py"), *ROOMS.glob("**/verbs/*.py")]
    for path in sorted([*SERVICES.glob("*/*.py"), *rooms]):
        text = path.read_text()
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                place = str(path.relative_to(SERVICES if path.is_relative_to(SERVICES) else ROOMS))
                yield place, node, ast.get_source_segment(text, node) or ""


def taken(node: ast.FunctionDef) -> set[str]:
    """Return the types of what a verb is handed."""
    given = [*node.args.args, *node.args.kwonlyargs]
    return {ast.unparse(item.annotation) for item in given if item.annotation is not None}


def test_a_verb_that_writes_is_handed_who_asks() -> None:
    writing = [
        (place, node)
        for place, node, text in verbs()
        if place not in OF_THE_WORKER and any(mark in text for mark in WRITES)
    ]
    assert len(writing) > 10
    silent = {(place, node.name) for place, node in writing if not taken(node) & ASKING}
    assert silent == BEFORE_ANYBODY_IS_KNOWN


def test_a_verb_that_is_handed_who_asks_asks_whether_they_may() -> None:
    asks = ("check_permitted(", "reach(", "reaches(", "sees(")
    handed = [
        (place, node.name, text)
        for place, node, text in verbs()
        if "Caller" in taken(node)
        or (taken(node) & ASKING and any(mark in text for mark in WRITES))
    ]
    assert len(handed) > 15
    assert [(place, name) for place, name, text in handed if not any(a in text for a in asks)] == [
        # The verb that it reads them by has asked, and the one that it writes them down by asks.
        ("ledger/read_private_parts.py", "list_private_parts"),
        ("ledger/read_private_parts.py", "record_parts"),
        # They hand the caller on with the grant's name and the permission that it needs.
        ("lending/change_grant.py", "return_grant"),
        ("lending/change_grant.py", "revoke_grant"),
        # It does what its callers have asked for.
        ("people/keep_colleagues.py", "give_role"),
        # It writes down what was permitted.
        ("people/record_act.py", "record_act"),
    ]


NOT_RECORDED = {
    "add_colleague",  # by give_role
    "record_look",  # which is an entry
    "enroll_reader",  # with the token that the reader then gets
    "erase_colleague",  # it would name whom it erases
    "import_claims",  # by import_for
    "move_library",  # which is an entry
    "open_resource",  # by readers, whose openings are entries
    "register_resource",  # by what its group appends
    "settle_routes",  # before the library serves
    "accept_invitation",  # nobody acts yet
    "change_passphrase",  # one's own
    "begin_session",  # it changes nothing of the library: each act in the session is recorded
    "end_session",  # as well
    "find_or_enroll",  # by readers, of whom no act is recorded
    "take_seat",  # by whoever wants it taken
    "mark_seen",  # by readers
    "choose_ways",  # by readers
    "change_shelf",  # by readers
    "take_place",  # by readers, and so the next three
    "leave_place",
    "ask",
    "vote",
    "hand_in",  # by readers
    "take_notification",  # by services of others
    "take_member",  # as well
    "begin_statement",  # by readers, and so the next five
    "ask_for_registration",
    "write_review",  # by readers
    "open_review",
    "join_statement",
    "accept_place",
    "sign_statement",
    "end_statement",
}


def is_readers_alone(text: str) -> bool:
    """Return whether a verb asks first for what readers alone hold, of whom no act is recorded."""
    asked = re.search(r"\breach\(caller, Permission\.(\w+)\)", text)
    return asked is not None and list(roles_with(Permission[asked[1]])) == [Role.READER]


def test_what_a_colleague_does_is_recorded() -> None:
    assert is_readers_alone("reach(caller, Permission.SHELF_OWN)")
    assert not is_readers_alone("reach(caller, Permission.TOKEN_MAKE)")
    left = {
        node.name
        for place, node, text in verbs()
        if place not in OF_THE_WORKER
        and any(mark in text for mark in WRITES)
        and not any(mark in text for mark in ("record_act(", "record_taken("))
        and not is_readers_alone(text)
    }
    assert left <= NOT_RECORDED


def test_nobody_but_a_border_says_who_calls() -> None:
    makers = [
        str(path.relative_to(PROJECT))
        for package in ("ledger_service", "reading_room")
        for path in (PROJECT / package).rglob("*.py")
        if re.search(r"\bCaller(\.\w+)?\(", path.read_text())
    ]
    assert len(makers) > 3
    assert [path for path in makers if not path.startswith(BORDERS)] == []
