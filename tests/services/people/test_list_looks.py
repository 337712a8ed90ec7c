"""Who looked: a reader is told of looks at what is about them, and of no others."""

from __future__ import annotations

from contextlib import suppress

import pytest

from ledger_service.domain.errors import NoLiveGrant, RoleNotHeld
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.ports.paging import PageRequest
from ledger_service.services.ledger.read_private_parts import list_private_parts
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.people.list_looks import ToldLook, list_looks
from tests.simulators.auditors import auditor
from tests.simulators.bench import LIBRARIAN, Bench, Granted, as_reader


def ask(bench: Bench, reader: str, digest: Digest) -> int:
    with suppress(NoLiveGrant):
        open_resource(bench.library, as_reader(reader), digest=digest)
    return len(bench.entries()) - 1


def looks(bench: Bench, caller: Caller) -> list[ToldLook]:
    return list_looks(bench.store, bench.clock, caller, PageRequest()).items


def test_a_reader_is_told_who_looked_at_what_is_about_them(granted: Granted) -> None:
    bench, reader, grant = granted
    other = bench.reader()
    own, others = ask(bench, reader, grant.digest), ask(bench, other, grant.digest)
    denied = ask(bench, reader, bench.registered(b"another").digest)
    assert looks(bench, as_reader(reader)) == []
    list_private_parts(bench.library, auditor(number=4), PageRequest())
    list_private_parts(bench.library, auditor(number=4), PageRequest("", 1), start=others)
    [found] = looks(bench, as_reader(reader))
    assert found.at == ((own, own), (denied, denied))
    assert found.look.colleague == 4
    assert [item.at for item in looks(bench, as_reader(other))] == [((others, others),)] * 2
    assert looks(bench, as_reader(bench.reader())) == []
    everything = looks(bench, auditor())
    assert [item.at for item in everything] == [((others, others),), ((own, denied),)]
    assert everything[0].entry > everything[1].entry


def test_others_are_told_of_no_looks(granted: Granted) -> None:
    with pytest.raises(RoleNotHeld):
        looks(granted.bench, LIBRARIAN)
