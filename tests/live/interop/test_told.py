"""Feeds, webhooks and notifications, read and sent by programs that others made: feedparser, standardwebhooks
and coarnotify."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until
from tests.reading_room.tidings.receiver import ReceiverSimulator

PEER = "https://journal.example/system"
PROGRAM = Path(__file__).parent / "told" / "peer.py"
SECONDS = 60


@pytest.fixture(scope="module")
def receiver() -> Iterator[ReceiverSimulator]:
    made = ReceiverSimulator()
    made.answer = lambda _: 201
    yield made
    made.stop()


@pytest.fixture(scope="module")
def told(
    blank_home: Path, tmp_path_factory: pytest.TempPathFactory, receiver: ReceiverSimulator
) -> Iterator[RunningLibrary]:
    """Return a library whose operator allows the receiver."""
    home = tmp_path_factory.mktemp("told") / "home"
    running = RunningLibrary(home, blank_home, TOLD_HOSTS=receiver.host)
    try:
        yield running.start()
    finally:
        running.stop()


def run(clients: Path, *arguments: str, given: str = "") -> Any:
    done = subprocess.run(
        [clients / "python", PROGRAM, *arguments],
        input=given, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def arrives(receiver: ReceiverSimulator, path: str, count: int) -> list[Any]:
    def found() -> list[Any]:
        return [one for one in receiver.received if one.path == path]

    wait_until(lambda: len(found()) >= count, f"{path} was not told {count} times")
    return found()


def test_a_feed_reader_reads_all_that_changed(
    told: RunningLibrary, clients: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("rules.change", "verbs.list_changes"):
        monkeypatch.setattr(f"reading_room.tidings.{module}.PART", 10)
    digests = told.register_all([f"Том {number} & <b>" for number in range(16)])
    told.registrar.post(f"/resources/{digests[0]}/withdrawal", json={"reason": "error"})
    told.at_rest()
    wait_until(
        lambda: "withdrawn" in told.client().get(f"{told.url}/changes.atom").text, "no withdrawal"
    )
    entries = run(clients, "read", f"{told.url}/changes.atom")
    assert len({one[0] for one in entries}) == len(entries)
    registered = [one for one in entries if one[2] == "registered"]
    assert {link.rpartition("/")[2] for *_, link in registered} >= set(digests)
    assert registered[0][1].startswith("Том 1")
    newest = entries[0]
    assert newest[2:] == ["withdrawn", f"{told.url}/resources/{digests[0]}"]


def test_webhooks_are_verified_by_a_library_of_others_over_a_restart_and_a_new_secret(
    told: RunningLibrary, clients: Path, receiver: ReceiverSimulator
) -> None:
    url = f"http://{receiver.host}/hook"
    made = told.registrar.post("/hooks", json={"url": url, "kinds": ["registered"]}).json()
    hook, secret = made["hook"]["id"], made["secret"]
    told.register(title="Before")
    first = arrives(receiver, "/hook", 1)
    told.stop_worker()
    assert told.upload(b"while nobody works", title="While nobody works").status_code == 202
    other = told.registrar.post(f"/hooks/{hook}/secret").json()["secret"]
    told.start_worker()
    found = arrives(receiver, "/hook", 2)
    assert found[: len(first)] == first
    asked = [
        {"secret": key, "body": one.body.decode(), "headers": one.headers}
        for one, key in ((found[0], secret), (found[1], secret), (found[1], other))
    ]
    asked.append({**asked[0], "body": asked[0]["body"].replace("Before", "Beside")})
    asked.append({**asked[0], "secret": other})
    judged = run(clients, "judge", given="\n".join(map(json.dumps, asked)))
    assert judged[:3] == ["resource.registered"] * 3
    assert all(one.startswith("refused") for one in judged[3:])
    titles = [json.loads(one.body)["data"]["title"] for one in found]
    assert titles == ["Before", "While nobody works"]
    told.registrar.delete(f"/hooks/{hook}")


def test_notifications_go_both_ways(
    told: RunningLibrary, clients: Path, receiver: ReceiverSimulator
) -> None:
    inbox = f"http://{receiver.host}/inbox"
    kinds = ["registered", "confirmed", "superseded", "rendition", "withdrawn", "endorsed"]
    body = {"uri": PEER, "name": "A journal", "inbox": inbox, "kinds": kinds}
    assert told.client("admin").post("/peers", json=body).status_code == 201
    digest, other = told.register_all(["Endorsed", "Newer"])
    page = f"{told.url}/resources/{digest}"
    endorsed, offered, refused = run(clients, "send", f"{told.url}/inbox", PEER, page)
    assert (endorsed[0], offered[0]) == ("created", "created")
    assert "403" in refused
    numbers = [answer[1].rpartition("/")[2] for answer in (endorsed, offered)]
    for number in numbers:
        decided = told.registrar.post(f"/notifications/{number}/acceptance")
        assert decided.json()["state"] == "accepted"
    assert told.get(f"/resources/{digest}/endorsements")[0]["by"] == PEER
    change = {"successor": other, "relation": "version"}
    told.registrar.post(f"/resources/{digest}/supersession", json=change)
    told.registrar.post(f"/resources/{digest}/withdrawal", json={"reason": "retracted"})
    told.at_rest()

    def is_over() -> bool:
        return any(b'"Tombstone"' in one.body for one in receiver.received)

    wait_until(is_over, "the service was not told of the withdrawal")
    sent = [one.body.decode() for one in receiver.received if one.path == "/inbox"]
    lines = "\n".join(json.dumps({"body": body}) for body in sent)
    patterns = run(clients, "judge", given=lines)
    assert set(patterns) == {
        "Accept",
        "AnnounceEndorsement",
        "AnnounceRelationship",
        "AnnounceServiceResult",  # it has no class for Announce Ingest, which is one of these
    }
    answers = [json.loads(body) for body in sent if '"Accept"' in body]
    assert [one["inReplyTo"] for one in answers] == [offered[2]]
