"""What services are told by COAR Notify: announcements in order, and answers to offers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ledger_service.adapters.publication.posting import GuardedPoster
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.library import Library
from reading_room.tidings.sql import SqlChanges, SqlHooks, SqlLetters, SqlNotifications, SqlPeers
from reading_room.tidings.verbs.decide_notification import NotificationTables, decide_notification
from reading_room.tidings.verbs.keep_peers import PeerTables, allow_peer, remove_peer
from reading_room.tidings.verbs.take_notification import take_notification
from reading_room.tidings.work.deliveries import deliver
from scripts.harness.running_library import RunningLibrary
from tests.reading_room.tidings.notices import notice
from tests.reading_room.tidings.receiver import ReceiverSimulator
from tests.simulators.bench import LIBRARIAN

PEERS = PeerTables(SqlPeers, SqlHooks, SqlChanges, SqlLetters)
TABLES = NotificationTables(SqlNotifications, SqlPeers, SqlHooks, SqlLetters)
URI = "https://journal.example/outbox"
NEVER = bool


@pytest.fixture
def receiver() -> Iterator[ReceiverSimulator]:
    made = ReceiverSimulator()
    made.answer = lambda _: 201
    yield made
    made.stop()


@pytest.fixture
def teller(
    library: RunningLibrary, receiver: ReceiverSimulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Library]:
    """Return the library as its worker sees it, with a service whose inbox is told all kinds."""
    monkeypatch.setattr("reading_room.tidings.work.deliver", lambda *_: None)
    made = replace(library.opened.library, poster=GuardedPoster([receiver.host]))
    admin = Caller.of_token(Role.ADMIN, "admin", made.steward)
    kinds = ["registered", "confirmed", "superseded", "rendition", "withdrawn", "endorsed"]
    asked: dict[str, Any] = {"inbox": receiver.url, "kinds": kinds}
    peer = allow_peer(made, PEERS, admin, URI, "A journal", **asked)
    yield made
    remove_peer(made, PEERS, admin, peer.id)


def sent(teller: Library, library: RunningLibrary, told: Any) -> int:
    body = json.dumps(told).encode()
    tables = (SqlPeers, SqlNotifications)
    nobody = Caller.anybody(teller.steward)
    return take_notification(teller, tables, nobody, body, "127.0.0.1")[0]


def test_a_service_is_told_what_happens_to_a_resource(
    library: RunningLibrary,
    teller: Library,
    receiver: ReceiverSimulator,
    followed: Callable[[], int],
) -> None:
    digest, other = library.register_all(["Announced", "Its successor"])
    told = notice(library.url, URI, "Announce", "coar-notify:EndorsementAction", digest=digest)
    number = sent(teller, library, told)
    decide_notification(teller, TABLES, LIBRARIAN, number, is_accepted=True)
    body = {"successor": other, "relation": "version"}
    library.registrar.post(f"/resources/{digest}/supersession", json=body)
    library.registrar.post(f"/resources/{digest}/withdrawal", json={"reason": "retracted"})
    library.at_rest()
    followed()
    deliver(teller, NEVER)
    deliver(teller, NEVER)
    page = f"{library.url}/resources/{digest}"
    found = [json.loads(one.body) for one in receiver.received]
    ours = [one for one in found if one["context"]["id"] == page]
    kinds = [one["type"] for one in ours]
    assert kinds[0] == ["Announce", "coar-notify:IngestAction"]
    assert ["Announce", "coar-notify:RelationshipAction"] in kinds
    assert ["Announce", "coar-notify:EndorsementAction"] in kinds
    assert kinds[-1] == "Announce"
    assert ours[-1]["object"]["type"][0] == "Tombstone"
    [endorsed] = [one for one in ours if "coar-notify:EndorsementAction" in one["type"]]
    assert endorsed["object"]["id"] == told["object"]["id"]
    for one in found:
        assert one["@context"] == [
            "https://www.w3.org/ns/activitystreams",
            "https://coar-notify.net",
        ]
        assert one["origin"]["inbox"] == f"{library.url}/inbox"
        assert one["target"] == {"id": URI, "inbox": receiver.url, "type": "Service"}
    assert len({one["id"] for one in found}) == len(found)
    assert receiver.received[0].headers["content-type"].startswith("application/ld+json")


def test_an_offer_is_answered_once_and_before_what_changed_later(
    library: RunningLibrary, teller: Library, receiver: ReceiverSimulator
) -> None:
    offer = notice(
        library.url, URI, "Offer", "coar-notify:IngestAction", score=0.5, object={"id": URI + "/x"}
    )
    other = notice(library.url, URI, "Offer", "coar-notify:ReviewAction")
    numbers = [sent(teller, library, one) for one in (offer, other)]
    decide_notification(teller, TABLES, LIBRARIAN, numbers[0], is_accepted=True)
    decide_notification(teller, TABLES, LIBRARIAN, numbers[1], is_accepted=False)
    receiver.answer = lambda count: 500 if count == 1 else 202
    deliver(teller, NEVER)
    with teller.store.write() as transaction:
        room = transaction.room(SqlHooks)
        [hook] = [one for one in room.all() if one.peer == URI]
        assert hook.failures == 1
        room.put(replace(hook, next_at=0))
    deliver(teller, NEVER)
    deliver(teller, NEVER)
    found = [json.loads(one.body) for one in receiver.received]
    assert [(one["type"], one["inReplyTo"]) for one in found[1:3]] == [
        ("Accept", offer["id"]),
        ("Reject", other["id"]),
    ]
    assert found[0] == found[1]
    assert found[1]["object"]["score"] == 0.5
    assert "@context" not in found[1]["object"]
    answers = [one for one in found if one["type"] in ("Accept", "Reject")]
    assert len(answers) == 3
