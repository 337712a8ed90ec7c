"""Tell all that the library knows of a reader, as one JSON object; it holds no secret that lets anybody in.

Form: docs/formats.md §18. What rooms keep is in it under their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.ledger import merkle
from ledger_service.domain.lending.commitment import pseudonyms
from ledger_service.domain.lending.grant import Grant, Scope
from ledger_service.domain.lending.request import Request
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.permission import Permission, Thing, check_permitted
from ledger_service.domain.people.session import Subject
from ledger_service.ports.cohorts import MemberRight
from ledger_service.ports.ledger import PrivatePart
from ledger_service.ports.lending import GrantFilter, RequestFilter
from ledger_service.ports.paging import every
from ledger_service.ports.people import KeptIdentity, KeptToken, TokenFilter
from ledger_service.services.authorship.export_authors import export_authors
from ledger_service.services.authorship.reviews import export_reviews
from ledger_service.services.credentials.show_credentials import credentials_of, told_of
from ledger_service.services.lending.distribution.find_loan import ToldLoan, loans_of
from ledger_service.services.lending.forgetting.erase_reader import key_of
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act

FORMAT = "muhr-reader/1"


def export_reader(library: Library, caller: Caller, reader: str) -> dict[str, Any]:
    """Return what is known of a reader, to themselves or to the operator; of staff, it is an act.

    Raises:
        UnknownReader: there is none of this name, or not any more.
        RoleNotHeld: the caller may not know, or only of themselves.
    """
    check_permitted(caller, Permission.READER_EXPORT, Thing.of_reader(reader))
    known = known_of_reader(library, caller, reader)
    with library.store.write() as transaction:
        record_act(transaction, caller, library.clock(), ActKind.READER_EXPORTED, "")
    return known


def known_of_reader(library: Library, caller: Caller, reader: str) -> dict[str, Any]:
    """Return the same for who looks at what is known of themselves; raise as `export_reader`."""
    check_permitted(caller, Permission.READER_EXPORT, Thing.of_reader(reader))
    key, now = key_of(library, reader), library.clock()
    which = GrantFilter(reader=reader)
    names = pseudonyms(key, library.steward, now)
    of_reader = TokenFilter(frozenset({Role.READER}), "", role=Role.READER, subject=reader)
    with library.store.read() as transaction:
        grants = list(every(lambda page: transaction.grants.page(which, page, now)))
        asked = {*names.values()} | {grant.pseudonym for grant in grants}
        parts = transaction.ledger.private_parts_of(asked)
        entries = [part.entry for part in parts]
        looks = list(every(lambda page: transaction.looks.page_at(entries, page)))
        identities = transaction.identities.of(Subject(Role.READER, reader))
        asked_for = RequestFilter(reader=reader)
        requests = list(every(lambda page: transaction.requests.page(asked_for, page)))
        courses = transaction.cohorts.memberships_of(reader)
        loans = loans_of(library, transaction, reader)
        credentials = credentials_of(transaction, reader)
        tokens = list(every(lambda page: transaction.access.page_of_tokens(of_reader, page)))
    used = {grant.pseudonym.hex() for grant in grants}
    used |= {str(canonical_json.parse(part.body)["reader"]) for part in parts if part.body}
    return {
        "format": FORMAT,
        "at": now,
        "origin": library.key.name,
        "steward": library.steward.hex(),
        "reader": reader,
        "pseudonyms": _used(names, used),
        "grants": [_grant(grant, now) for grant in grants],
        "requests": [_request(one) for one in requests],
        "courses": [_course(right) for right in courses],
        "loans_elsewhere": [_loan(told) for told in loans],
        "credentials": told_of(credentials),
        "decisions": [_decision(library, part) for part in parts],
        "looks": [_look(part) for part in looks if part.body],
        "tokens": [_token(kept) for kept in tokens],
        "identities": [_identity(kept) for _, kept in identities],
        "authorship": export_authors(library, reader),
        "reviews": export_reviews(library, reader),
        **_of_rooms(library, reader),
    }


def format_export(known: dict[str, Any]) -> bytes:
    """Return the export as the bytes of a file: canonical JSON."""
    return canonical_json.canonicalize(known)


def _used(names: dict[int, bytes], used: set[str]) -> list[dict[str, object]]:
    """Return the pseudonyms that stand somewhere; period: a year, 0 for those without one."""
    return [
        {"period": period, "pseudonym": name.hex()}
        for period, name in names.items()
        if name.hex() in used
    ]


def _of_rooms(library: Library, reader: str) -> dict[str, object]:
    told = {name: room.export(library, reader) for name, room in library.reader_data().items()}
    return {"rooms": {name: dict(found) for name, found in told.items() if found}}


def _grant(grant: Grant, now: int) -> dict[str, object]:
    return {
        "grant": grant.id.hex(),
        "digest": grant.digest.hex(),
        "grantee": grant.grantee.hex(),
        "pseudonym": grant.pseudonym.hex(),
        "salt": grant.salt.hex(),
        "scopes": [str(scope.name).lower() for scope in Scope if scope in grant.scopes],
        "state": grant.state_at(now).value,
        "accepted_at": grant.accepted_at,
        "until": grant.until,
    }


def _look(part: PrivatePart) -> dict[str, object]:
    """Return when auditors were shown what names the reader; whose other entries they saw is not told."""
    assert part.body is not None  # asked by the caller
    told = canonical_json.parse(part.body)
    return {"index": part.entry, **{name: told[name] for name in ("at", "actor", "shown")}}


def _request(one: Request) -> dict[str, object]:
    return {
        "id": one.id,
        "digest": one.digest.hex(),
        "seconds": one.seconds,
        "state": one.state.value,
        "asked_at": one.asked_at,
        "changed_at": one.changed_at,
        "held_until": one.held_until,
        "grant": None if one.grant is None else one.grant.hex(),
        "why": one.why,
    }


def _course(right: MemberRight) -> dict[str, object]:
    cohort, member = right
    assert member.salt is not None  # of a member who has left, nobody knows who it was
    return {
        "course": cohort.course,
        "digest": cohort.digest.hex(),
        "until": cohort.until,
        "grantee": member.grantee.hex(),
        "salt": member.salt.hex(),
        "grant": None if member.grant is None else member.grant.hex(),
    }


def _loan(told: ToldLoan) -> dict[str, object]:
    """Return what another library said of a loan; secrets are left out."""
    loan, said = told.loan, told.said
    return {
        "grant": loan.grant.hex(),
        "checkout": said.checkout,
        "patron": said.patron,
        "tell": said.tell,
        "hint": said.hint,
        "hint_url": said.hint_url,
        "made_at": loan.made_at,
        "registered_at": loan.registered_at,
        "ended_at": loan.ended_at,
        "status": told.status.value,
    }


def _token(kept: KeptToken) -> dict[str, object]:
    token = kept.token
    return {"id": kept.id, "way": str(token.way), "expires_at": token.expires_at}


def _identity(kept: KeptIdentity) -> dict[str, object]:
    """Return by what kind of thing a reader is known; the thing itself is kept nowhere."""
    return {"kind": kept.kind.value, "made_at": kept.made_at}


def _decision(library: Library, part: PrivatePart) -> dict[str, object]:
    """Return an opening or a denial: its private part, its salt, and the proof of its entry."""
    assert part.salt is not None  # found by what its body names
    assert part.body is not None
    return {
        "private_part": part.body.decode(),
        "salt": part.salt.hex(),
        **_proof(library, part.entry),
    }


def _proof(library: Library, index: int) -> dict[str, object]:
    """Return an entry, and what proves it as /api/v1/proofs has it; without a proof before its anchor."""
    quick = library.store.quick
    told: dict[str, object] = {"index": index, "entry": quick.entry(index).decode()}
    checkpoint = quick.anchored_above(index)
    if checkpoint is None:
        return told
    proof: Sequence[bytes] = merkle.inclusion_proof(index, checkpoint.size, quick.read_nodes)
    return told | {
        "proof": [one.hex() for one in proof],
        "checkpoint": checkpoint.note,
        "block": checkpoint.block,
        "transaction": checkpoint.transaction,
    }
