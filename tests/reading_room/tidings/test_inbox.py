"""The inbox: what is taken and from whom, what librarians decide, and what becomes of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from reading_room.tidings.cli import notify
from scripts.harness.running_library import RunningLibrary
from tests.reading_room.tidings.notices import CONTEXT, notice
from tests.simulators.people.browser import BrowserSimulator

LD_JSON = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
PEER = "https://journal.example/system"
ENDORSES = ("Announce", "coar-notify:EndorsementAction")


@pytest.fixture(scope="module")
def admin(library: RunningLibrary) -> httpx.Client:
    return library.client("admin")


@pytest.fixture(scope="module", autouse=True)
def peer(admin: httpx.Client) -> Iterator[str]:
    made = admin.post("/peers", json={"uri": PEER, "name": "A journal"})
    assert made.status_code == 201, made.text
    yield made.json()["id"]
    assert admin.delete(f"/peers/{made.json()['id']}").status_code == 200


@pytest.fixture
def send(library: RunningLibrary) -> Callable[[Any], httpx.Response]:
    def post(told: Any, kind: str = LD_JSON) -> httpx.Response:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        url = f"{library.url}/inbox"
        return httpx.post(url, content=body, headers={"Content-Type": kind}, trust_env=False)

    return post


def endorsement(library: RunningLibrary, **more: Any) -> Any:
    digest = str(library.register(title="Endorsed")["digest"])
    return digest, notice(library.url, PEER, *ENDORSES, digest=digest, **more)


def number_of(answer: httpx.Response) -> int:
    assert answer.status_code == 201, answer.text
    return int(answer.headers["location"].rpartition("/")[2])


def test_an_endorsement_waits_for_a_librarian_and_is_then_attested_and_told(
    library: RunningLibrary, send: Any, followed: Callable[[], int]
) -> None:
    digest, told = endorsement(library)
    number = number_of(send(told))
    assert number_of(send(told)) == number  # a sender that has lost the answer
    assert library.get(f"/resources/{digest}/endorsements") == []
    registrar = library.registrar
    kept = registrar.get(f"{library.url}/inbox/{number}")
    assert kept.json() == told
    listed = registrar.get("/notifications", params={"state": "pending"}).json()["items"]
    [one] = [item for item in listed if item["number"] == number]
    assert (one["pattern"], one["origin"], one["digest"]) == ("announce-endorsement", PEER, digest)
    accepted = registrar.post(f"/notifications/{number}/acceptance").json()
    assert accepted["state"] == "accepted"
    [found] = library.get(f"/resources/{digest}/endorsements")
    assert (found["by"], found["endorsement"]) == (PEER, told["object"]["id"])
    stated = hashlib.sha256(found["statement"].encode()).hexdigest()
    assert stated == accepted["statement"]
    statement = json.loads(found["statement"])
    assert statement["notification"] == hashlib.sha256(kept.content).hexdigest()
    attested = library.get("/ledger/statements?type=endorsement&statement=" + stated)
    assert [item["entry"] for item in attested["items"]] == [accepted["entry"]]
    again = registrar.post(f"/notifications/{number}/refusal")
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (
        409,
        "notification-decided",
    )
    library.at_rest()
    followed()
    feed = httpx.get(f"{library.url}/changes.atom", trust_env=False).text
    assert 'term="endorsed"' in feed


def test_the_inbox_is_found_by_the_pages_and_is_a_container_for_librarians(
    library: RunningLibrary, send: Any
) -> None:
    digest, told = endorsement(library)
    number = number_of(send(told))
    for path in ("/", f"/resources/{digest}"):
        page = httpx.get(library.url + path, headers={"Accept": "text/html"}, trust_env=False)
        links = page.headers.get_list("link")
        assert any(
            f'<{library.url}/inbox>; rel="http://www.w3.org/ns/ldp#inbox"' in link for link in links
        )
    container = library.registrar.get(f"{library.url}/inbox")
    assert container.headers["content-type"].startswith("application/ld+json")
    assert container.json()["@id"] == f"{library.url}/inbox"
    assert f"{library.url}/inbox/{number}" in container.json()["contains"]
    assert httpx.get(f"{library.url}/inbox", trust_env=False).status_code == 401
    assert httpx.get(f"{library.url}/inbox/{number}", trust_env=False).status_code == 401
    reader = library.client("reader")
    assert reader.get(f"{library.url}/inbox").status_code == 403
    assert library.registrar.get(f"{library.url}/inbox/{2**40}").status_code == 404


def test_who_is_not_allowed_or_sends_from_elsewhere_is_not_heard(
    library: RunningLibrary, send: Any, admin: httpx.Client
) -> None:
    digest, told = endorsement(library)
    other = "https://stranger.example"
    told["origin"] = {"id": other, "type": "Service", "inbox": f"{other}/inbox"}
    answer = send(told)
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/problems/peer-not-allowed")
    body = {"uri": other, "name": "Stranger", "networks": ["192.0.2.0/24"]}
    first = admin.post("/peers", json=body).json()
    assert send(told).status_code == 403
    admin.delete(f"/peers/{first['id']}")
    here = admin.post("/peers", json={**body, "networks": ["127.0.0.0/8", "::1/128"]}).json()
    assert send(told).status_code == 201
    assert admin.post("/peers", json=body).status_code == 422
    admin.delete(f"/peers/{here['id']}")
    assert send(told).status_code == 403
    assert digest


WRONG: list[tuple[str, Any]] = [
    ("names", {"@context": ["https://www.w3.org/ns/activitystreams"]}),
    ("names", {"@context": "https://coar-notify.net"}),
    ("pattern", {"type": ["Like"]}),
    ("pattern", {"type": None}),
    ("part", {"object": "https://journal.example/text"}),
    ("part", {"object": {"id": "no uri"}}),
    ("part", {"id": "x" * 600}),
    ("part", {"id": None}),
    ("part", {"origin": {"id": PEER}}),
    ("target", {"target": {"id": "https://else.example", "inbox": "https://else.example/in"}}),
    ("context", {"context": {"id": "https://else.example/resources/" + "0" * 64}}),
    ("context", {"context": None}),
    ("part", {"type": ["Undo"]}),
]


@pytest.mark.parametrize(("why", "changes"), WRONG)
def test_what_is_no_notification_is_refused_and_says_why(
    library: RunningLibrary, send: Any, why: str, changes: Any
) -> None:
    told = notice(library.url, PEER, *ENDORSES, digest="0" * 64, **changes)
    answer = send(told)
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"].endswith("/problems/invalid-notification")


def test_bodies_that_are_no_json_too_long_or_too_deep_are_refused(
    library: RunningLibrary, send: Any
) -> None:
    assert send(b"[" * 100_000).status_code in (400, 422)
    assert send(b"{" * 60_000).status_code in (400, 422)
    assert send(b'{"id": ' + b'"x"' * 30_000).status_code in (400, 422)
    assert send(b"not json").status_code in (400, 422)
    assert send(b"[]").status_code == 422
    assert send({}, "text/plain").status_code == 415
    unknown = notice(library.url, PEER, *ENDORSES, digest="0" * 64)
    assert send(unknown).status_code == 404


def test_old_names_of_the_context_are_taken_and_answers_are_noted(
    library: RunningLibrary, send: Any
) -> None:
    _, told = endorsement(library)
    told["@context"] = [CONTEXT[0], "https://purl.org/coar/notify", {"x": "https://x.example/"}]
    assert number_of(send(told))
    reply = notice(library.url, PEER, "Accept", inReplyTo="urn:uuid:1")
    number = number_of(send(reply))
    listed = library.registrar.get("/notifications", params={"state": "noted"}).json()["items"]
    assert number in [item["number"] for item in listed]


def test_who_takes_a_notification_back_is_waited_for_no_more(
    library: RunningLibrary, send: Any
) -> None:
    _, told = endorsement(library)
    number = number_of(send(told))
    undo = notice(library.url, PEER, "Undo", inReplyTo=told["id"], object={"id": told["id"]})
    number_of(send(undo))
    answer = library.registrar.post(f"/notifications/{number}/acceptance")
    assert answer.status_code == 409


def test_the_command_and_the_page_decide(
    library: RunningLibrary,
    send: Any,
    come: Callable[[str], BrowserSimulator],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MUHR_API", library.url)

    def muhr(role: str, *arguments: str) -> str:
        monkeypatch.setenv("MUHR_TOKEN", library.token(role))
        done = CliRunner().invoke(notify, arguments)
        assert done.exit_code == 0, done.output
        return done.output

    numbers = [number_of(send(endorsement(library)[1])) for _ in range(4)]
    assert f"{numbers[0]}  pending" in muhr("registrar", "list", "--pending")
    assert "attests" in muhr("registrar", "accept", str(numbers[0]))
    assert "refused" in muhr("registrar", "refuse", str(numbers[1]))
    assert PEER in muhr("admin", "peer", "list")
    made = muhr("admin", "peer", "add", "https://new.example", "--from", "192.0.2.0/24", "--json")
    assert "any more" in muhr("admin", "peer", "remove", json.loads(made)["id"])
    browser = come(library.token("registrar"))
    page = browser.get("/desk/notifications?state=pending")
    assert f"/desk/notifications/{numbers[2]}/accept" in page.text
    sure = {"sure": "yes"}
    assert browser.post(f"/desk/notifications/{numbers[2]}/accept", data=sure).status_code == 303
    assert browser.post(f"/desk/notifications/{numbers[3]}/refuse", data=sure).status_code == 303
    twice = browser.post(f"/desk/notifications/{numbers[3]}/refuse", data=sure)
    assert (twice.status_code, "waits no more" in twice.text) == (422, True)


def test_what_is_no_address_of_the_web_is_shown_and_leads_nowhere(
    library: RunningLibrary, send: Any, come: Callable[[str], BrowserSimulator]
) -> None:
    script = "javascript:alert('<b>')//"
    number_of(send(endorsement(library, object={"id": script, "type": ["Document"]})[1]))
    page = come(library.token("registrar")).get("/desk/notifications?state=pending").text
    assert "javascript:alert(&#39;&lt;b&gt;&#39;)//" in page
    assert 'href="javascript' not in page
    assert "<b>&#39;)" not in page


@pytest.mark.parametrize("bound", ["MOST_AN_HOUR", "MOST_KEPT", "MOST_PENDING"])
def test_a_service_cannot_fill_the_inbox(
    library: RunningLibrary, send: Any, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    number_of(send(notice(library.url, PEER, "Offer", "coar-notify:ReviewAction")))
    monkeypatch.setattr(f"reading_room.tidings.verbs.take_notification.{bound}", 1)
    answer = send(notice(library.url, PEER, "Offer", "coar-notify:ReviewAction"))
    assert answer.status_code == 429
    assert answer.json()["type"].endswith("/problems/too-many-at-once")
