"""Events of registrations and imports as they go on, and decisions counted, for programs."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from threading import Event
from typing import Any

import httpx
import pytest

from ledger_service.domain.errors import TooManyStreams
from ledger_service.services import pools
from reading_room.desk import api
from reading_room.desk.streams import MOST_OF_ADDRESS, Streams
from scripts.harness.running_library import RunningLibrary

Bytes = Callable[..., bytes]
Heard = tuple[str, dict[str, Any]]


def events_of(lines: Iterator[str]) -> Iterator[Heard]:
    """Yield the events of a stream; comments keep it open and are none."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def stream(client: httpx.Client, **asked: object) -> list[Heard]:
    with client.stream("GET", "/events", params=asked, timeout=60) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        return list(events_of(answer.iter_lines()))


def test_a_registration_is_told_from_accepted_to_anchored_and_the_stream_ends(
    registrar: httpx.Client, fresh_bytes: Bytes
) -> None:
    data = fresh_bytes(40)
    params = {"title": "Told", "license": "CC0-1.0"}
    kind = {"Content-Type": "application/octet-stream"}
    assert (
        registrar.post("/resources", params=params, content=data, headers=kind).status_code == 202
    )
    digest = hashlib.sha256(data).hexdigest()
    found = stream(registrar, digest=digest)
    assert found[-1] == ("end", {})
    told = [value for name, value in found if name == "registration"]
    assert {value["digest"] for value in told} == {digest}
    assert told[-1]["anchored"]
    assert told[-1]["final"]
    assert [value["state"] for value in told][-1] == "registered"


def test_an_import_is_told_until_it_is_anchored(
    registrar: httpx.Client, fresh_bytes: Bytes
) -> None:
    digest = hashlib.sha256(fresh_bytes(9)).hexdigest()
    line = json.dumps({"digest": digest, "size_bytes": 9, "title": "Told"}) + "\n"
    kind = {"Content-Type": "application/jsonl"}
    sent = registrar.post("/imports", params={"license": "CC0-1.0"}, content=line, headers=kind)
    found = stream(registrar, **{"import": sent.json()["id"]})
    told = [value for name, value in found if name == "import"]
    assert (told[-1]["state"], told[-1]["registered"]) == ("done", 1)
    assert told[-1]["anchor"] is not None


def test_a_stream_of_nothing_ends_at_once(registrar: httpx.Client) -> None:
    assert stream(registrar) == [("end", {})]
    assert registrar.head("/events").status_code == 200


def test_what_is_not_there_is_told_before_the_stream_begins(registrar: httpx.Client) -> None:
    assert registrar.get("/events", params={"import": "0" * 32}).status_code == 404
    assert registrar.get("/events", params={"digest": "x"}).status_code == 422
    many = {"digest": [f"{n:064x}" for n in range(101)]}
    assert registrar.get("/events", params=many).status_code == 422


def test_readers_and_strangers_have_no_events(reader: httpx.Client, nobody: httpx.Client) -> None:
    assert reader.get("/events").status_code == 403
    assert nobody.get("/events").status_code == 401


def test_an_address_has_so_many_streams_and_is_told_when_to_come_back(
    registrar: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = {"digest": "f" * 64}  # nothing is told of it, so the stream stays
    monkeypatch.setattr(api, "PAUSE_SECONDS", 0.05)
    with ExitStack() as open_streams:
        for _ in range(MOST_OF_ADDRESS):
            answer = open_streams.enter_context(registrar.stream("GET", "/events", params=unknown))
            assert answer.status_code == 200
        refused = registrar.get("/events", params=unknown)
        assert refused.status_code == 429
        assert refused.json()["type"].endswith("/problems/too-many-streams")
        assert int(refused.headers["retry-after"]) > 0


def test_a_stream_that_tells_nothing_is_kept_open_by_comments_and_ends(
    registrar: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(api, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(api, "LONGEST_SECONDS", 0.5)
    with registrar.stream("GET", "/events", params={"digest": "e" * 64}) as answer:
        lines = list(answer.iter_lines())
    assert ": still here" in lines
    assert lines[-3:-1] == ["event: end", "data: {}"]


def test_a_stream_ends_soon_once_its_token_is_revoked(
    library: RunningLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(api, "LONGEST_SECONDS", 15.0)
    client = library.client("registrar", "who leaves today")
    [token] = client.get("/tokens", params={"subject": "who leaves today"}).json()["items"]
    with client.stream("GET", "/events", params={"digest": "d" * 64}, timeout=20) as answer:
        assert answer.status_code == 200
        assert client.delete(f"/tokens/{token['id']}").is_success
        begun = time.monotonic()
        assert list(events_of(answer.iter_lines())) == [("end", {})]
    assert time.monotonic() - begun < 10


def test_streams_are_counted_only_while_they_are_open() -> None:
    streams = Streams(most=3, of_address=2)
    with streams.hold("a"), streams.hold("a"):
        with pytest.raises(TooManyStreams):
            streams.check_room("a")
        streams.check_room("b")
        with streams.hold("b"), pytest.raises(TooManyStreams):
            streams.check_room("c")
    streams.check_room("a")


def test_decisions_are_counted_for_auditors_alone(
    library: RunningLibrary, auditor: httpx.Client, registrar: httpx.Client
) -> None:
    library.license("counted-by-api", longest_loan_seconds=691_399)
    digest = library.register(license="counted-by-api")["digest"]
    client = library.client("reader", library.readers[1])
    for _ in range(3):
        assert client.post("/openings", json={"digest": digest}).status_code == 403
    asked = {"digest": digest, "step": "week", "license": "counted-by-api"}
    counted = auditor.get("/decisions/counts", params=asked).json()
    assert [bar["outcomes"] for bar in counted["bars"]] == [{"no-grant": 3}]
    assert counted["whole"]
    assert (
        auditor.get("/decisions/counts", params={**asked, "reason": "expired"}).json()["bars"] == []
    )
    assert registrar.get("/decisions/counts").status_code == 403


def test_what_is_dear_is_done_a_few_times_at_once(
    auditor: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, count = Event(), api.count_decisions

    def slowly(*asked: Any) -> Any:
        assert go_on.wait(30)
        return count(*asked)

    monkeypatch.setattr(api, "count_decisions", slowly)
    monkeypatch.setattr(pools, "LONGEST_WAIT_SECONDS", 0.3)
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(auditor.get, "/decisions/counts") for _ in range(4)]
        [refused] = wait(asked, 20, FIRST_COMPLETED).done
        go_on.set()
        answers = [item.result() for item in asked]
    assert refused.result().status_code == 429
    assert refused.result().headers["retry-after"]
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 429]
