"""Rules without a library: the bytes of a statement, waits, and of which addresses a service is."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import InvalidPeer
from ledger_service.domain.identifiers import Digest
from reading_room.tidings.rules.endorsement import Endorsement
from reading_room.tidings.rules.hook import WAITS_SECONDS, wait_after
from reading_room.tidings.rules.peer import Peer, check_uri, networks_of
from tests.unit.house.test_formats_page import PROJECT

HELLO = Digest.parse("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")


def test_the_statement_of_an_endorsement_is_that_of_the_formats_page() -> None:
    address = "https://journal.example"
    made = Endorsement(HELLO, f"{address}/system", f"{address}/endorsements/7", HELLO, 1795426020)
    page = (PROJECT / "docs" / "formats.md").read_text("utf-8")
    assert f"`{made.statement().decode()}`" in page


def test_waits_grow_and_end() -> None:
    waits = [wait_after(count) for count in range(1, len(WAITS_SECONDS) + 2)]
    assert waits[-1] is None
    assert waits[:-1] == sorted(WAITS_SECONDS)


@pytest.mark.parametrize(
    ("address", "is_its_own"),
    [("192.0.2.9", True), ("192.0.3.9", False), ("2001:db8::1", True), ("", False), ("x", False)],
)
def test_a_service_sends_from_its_networks(address: str, is_its_own: bool) -> None:
    networks = networks_of(["192.0.2.0/24", "2001:db8::/32"])
    assert Peer("0" * 16, "https://x.example", "X", 0, networks).sends_from(address) is is_its_own


def test_what_is_no_service_or_network_is_refused() -> None:
    for text in ("", "journal", "ftp://x.example", "https://x y.example", "https://" + "x" * 600):
        with pytest.raises(InvalidPeer):
            check_uri(text)
    for words in (["192.0.2.1/24"], ["x"], [f"192.0.2.{number}" for number in range(21)]):
        with pytest.raises(InvalidPeer):
            networks_of(words)
