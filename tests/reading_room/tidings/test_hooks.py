"""Webhooks over real HTTP: order, signatures, failures, restarts, and addresses that are not told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ledger_service.adapters.publication.posting import GuardedPoster
from ledger_service.domain.errors import InvalidReceiver, RoleNotHeld
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.library import Library
from reading_room.tidings.rules import hook as rules
from reading_room.tidings.rules.hook import HookState
from reading_room.tidings.sql import SqlChanges, SqlHooks
from reading_room.tidings.verbs.keep_hooks import add_hook, change_secret, remove_hook
from reading_room.tidings.work.deliveries import deliver
from scripts.harness.running_library import RunningLibrary
from tests.reading_room.tidings.receiver import Received, ReceiverSimulator
from tests.simulators.bench import LIBRARIAN

TABLES = (SqlHooks, SqlChanges)
NEVER = bool  # stops: False


@pytest.fixture
def receiver() -> Iterator[ReceiverSimulator]:
    made = ReceiverSimulator()
    yield made
    made.stop()


@pytest.fixture
def teller(library: RunningLibrary, receiver: ReceiverSimulator) -> Iterator[Library]:
    """Return the library as the worker of a library sees it whose operator allows the receiver.

    The shared library's own worker allows no host of this machine, so its receivers are told here alone.
    """
    poster = GuardedPoster([receiver.host])
    yield replace(library.opened.library, poster=poster)
    with library.opened.store.write() as transaction:
        for one in transaction.room(SqlHooks).all():
            transaction.room(SqlHooks).remove(one.id)


@pytest.fixture(autouse=True)
def own_worker_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shared library's worker would take the allowed host for one that is not."""
    monkeypatch.setattr("reading_room.tidings.work.deliver", lambda *_: None)


def add(teller: Library, receiver: ReceiverSimulator, *kinds: str, **more: Any) -> Any:
    return add_hook(teller, TABLES, LIBRARIAN, receiver.url, kinds, **more)


def standing(teller: Library, hook_id: str) -> rules.Hook:
    with teller.store.read() as transaction:
        found = transaction.room(SqlHooks).find(hook_id)
    assert found is not None
    return found


def due_now(teller: Library, hook_id: str) -> None:
    with teller.store.write() as transaction:
        room = transaction.room(SqlHooks)
        room.put(replace(standing(teller, hook_id), next_at=0))


def numbers(received: list[Received]) -> list[int]:
    return [json.loads(one.body)["data"]["change"] for one in received]


def is_signed(one: Received, secret: str) -> bool:
    """Return whether one of the signatures is of this secret, by the specification's own words."""
    signed = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.".encode() + one.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in one.headers["webhook-signature"].split(" ")


def test_changes_are_told_in_order_once_and_signed(
    library: RunningLibrary,
    teller: Library,
    receiver: ReceiverSimulator,
    followed: Callable[[], int],
) -> None:
    followed()
    made = add(teller, receiver, "registered", "withdrawn")
    first, second = library.register_all(["Said first", "Said second"])
    withdrawal = {"reason": "retracted"}
    library.registrar.post(f"/resources/{first}/withdrawal", json=withdrawal)
    library.at_rest()
    followed()
    deliver(teller, NEVER)
    deliver(teller, NEVER)
    told = [json.loads(one.body) for one in receiver.received]
    of_ours = [one for one in told if one["data"]["digest"] in (first, second)]
    assert [(one["type"], one["data"]["digest"]) for one in of_ours] == [
        ("resource.registered", first),
        ("resource.registered", second),
        ("resource.withdrawn", first),
    ]
    assert numbers(receiver.received) == sorted(set(numbers(receiver.received)))
    assert {one["data"]["title"] for one in of_ours} == {"Said first", "Said second"}
    assert all(is_signed(one, made.secret) for one in receiver.received)
    assert receiver.received[0].path == "/told?of=changes"
    hook = standing(teller, made.hook.id)
    assert (hook.sent, hook.failures, hook.last_status) == (len(told), 0, 204)
    assert hook.told_to == numbers(receiver.received)[-1]
    assert made.secret.encode() not in (hook.secret or b"")


def test_what_fails_is_tried_again_in_order_with_growing_waits_and_then_no_more(
    library: RunningLibrary,
    teller: Library,
    receiver: ReceiverSimulator,
    followed: Callable[[], int],
) -> None:
    made = add(teller, receiver, "registered")
    library.register_all(["One", "Two", "Three"])
    library.at_rest()
    followed()
    receiver.answer = lambda count: 503 if count <= 2 else 200
    waits = []
    for _ in range(3):
        deliver(teller, NEVER)
        hook = standing(teller, made.hook.id)
        waits.append(hook.next_at - (hook.last_at or 0) if hook.next_at else 0)
        due_now(teller, made.hook.id)
    assert waits == [5, 300, 0]
    told = numbers(receiver.received)
    assert told[0] == told[1] == told[2]
    assert told[2:] == sorted(set(told[2:]))
    names = [one.headers["webhook-id"] for one in receiver.received]
    assert names[0] == names[1] == names[2] != names[3]
    receiver.answer = lambda _: (302, {"Location": f"http://{receiver.host}/elsewhere"})
    library.register(title="Four")
    library.at_rest()
    followed()
    for _ in range(len(rules.WAITS_SECONDS) + 2):
        due_now(teller, made.hook.id)
        deliver(teller, NEVER)
    hook = standing(teller, made.hook.id)
    assert hook.state is HookState.STOPPED
    assert hook.failures == len(rules.WAITS_SECONDS) + 1
    assert {one.path for one in receiver.received} == {"/told?of=changes"}


def test_who_asks_to_be_left_alone_is_and_who_is_gone_hears_no_more(
    library: RunningLibrary,
    teller: Library,
    receiver: ReceiverSimulator,
    followed: Callable[[], int],
) -> None:
    made = add(teller, receiver)
    library.register(title="Once")
    library.at_rest()
    followed()
    receiver.answer = lambda _: (429, {"Retry-After": "4000"})
    deliver(teller, NEVER)
    hook = standing(teller, made.hook.id)
    assert hook.next_at - (hook.last_at or 0) == 4000
    deliver(teller, NEVER)
    assert len(receiver.received) == 1
    due_now(teller, made.hook.id)
    receiver.answer = lambda _: 410
    for _ in range(3):
        deliver(teller, NEVER)
    assert standing(teller, made.hook.id).state is HookState.ENDED
    assert len(receiver.received) == 2


def test_one_that_hangs_holds_up_no_other(
    library: RunningLibrary,
    teller: Library,
    receiver: ReceiverSimulator,
    followed: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ledger_service.adapters.publication.posting.SILENT_SECONDS", 1)
    hanging = ReceiverSimulator()
    hanging.silent_seconds = 20
    poster = GuardedPoster([receiver.host, hanging.host])
    both = replace(teller, poster=poster)
    slow, quick = add(both, hanging, "registered"), add(both, receiver, "registered")
    library.register(title="Soon")
    library.at_rest()
    followed()
    begun = time.monotonic()
    deliver(both, NEVER)
    assert time.monotonic() - begun < 15
    assert standing(both, quick.hook.id).sent >= 1
    late = standing(both, slow.hook.id)
    assert (late.sent, late.failures, late.last_status) == (0, 1, None)
    hanging.stop()


def test_who_is_killed_before_it_is_written_down_tells_it_again_and_passes_over_nothing(
    library: RunningLibrary,
    teller: Library,
    receiver: ReceiverSimulator,
    followed: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = add(teller, receiver, "registered")
    library.register_all(["First", "Second"])
    library.at_rest()
    followed()
    with monkeypatch.context() as patch:
        patch.setattr("reading_room.tidings.work.deliveries._note", lambda *_: None)
        deliver(teller, NEVER)
    before = numbers(receiver.received)
    deliver(teller, NEVER)  # as another worker does
    assert numbers(receiver.received) == before + before
    names = [one.headers["webhook-id"] for one in receiver.received]
    assert names[: len(before)] == names[len(before) :]
    deliver(teller, NEVER)
    assert len(receiver.received) == 2 * len(before)
    assert standing(teller, made.hook.id).told_to == before[-1]


def test_another_secret_signs_beside_the_old_one_for_a_day(
    library: RunningLibrary,
    teller: Library,
    receiver: ReceiverSimulator,
    followed: Callable[[], int],
) -> None:
    made = add(teller, receiver, "registered")
    changed = change_secret(teller, SqlHooks, LIBRARIAN, made.hook.id)
    library.register(title="Signed twice")
    library.at_rest()
    followed()
    deliver(teller, NEVER)
    assert is_signed(receiver.received[0], made.secret)
    assert is_signed(receiver.received[0], changed.secret)
    with teller.store.write() as transaction:
        transaction.room(SqlHooks).put(
            replace(standing(teller, made.hook.id), former_until=0, told_to=0)
        )
    deliver(teller, NEVER)
    assert not is_signed(receiver.received[-1], made.secret)
    assert is_signed(receiver.received[-1], changed.secret)
    remove_hook(teller, SqlHooks, LIBRARIAN, made.hook.id)
    count = len(receiver.received)
    deliver(teller, NEVER)
    assert len(receiver.received) == count


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://user@example.org/",
        "https://example.org/#part",
        "ftp://example.org/",
        "https://exa mple.org/",
        "https:///nowhere",
        "https://example.org:0/",
        "https://" + "x" * 1000 + ".org/",
        "https://exаmple.org/",
    ],
)
def test_addresses_that_are_none_are_refused(teller: Library, url: str) -> None:
    with pytest.raises(InvalidReceiver):
        add_hook(teller, TABLES, LIBRARIAN, url, ())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0", "127.1"])
def test_hosts_of_the_own_network_are_not_even_connected_to(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        with GuardedPoster(["127.0.0.1:1", "*"]).line(f"https://{host}:{port}/") as line:
            assert line.post(b"{}", {}).status is None
        with pytest.raises(TimeoutError):
            listener.accept()


def test_readers_keep_no_receivers_and_a_kind_must_be_one(
    teller: Library, receiver: ReceiverSimulator
) -> None:
    reader = Caller.of_token(Role.READER, "somebody", teller.steward)
    with pytest.raises(RoleNotHeld):
        add_hook(teller, TABLES, reader, receiver.url, ())
    with pytest.raises(InvalidReceiver, match="kind"):
        add(teller, receiver, "everything")
    add(teller, receiver)
    with pytest.raises(InvalidReceiver, match="known"):
        add(teller, receiver)
