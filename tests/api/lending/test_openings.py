"""Opening over HTTP: an entry for every decision before any byte, and no reader in public."""

import json
import time
from functools import partial

import pytest

from scripts.harness.asked_library import repr_digest


@pytest.fixture(scope="module")
def held(library):
    """Return a registered resource that the first reader may open, and its bytes."""
    data = b"A page. " * 100
    digest = library.register(data, title="Held", media_type="text/plain")["digest"]
    library.grant(digest)
    return digest, data


def open_it(reader, digest):
    return reader.post("/openings", json={"digest": digest})


def path_of(answer):
    return answer.json()["content"].removeprefix("/api/v1")


def deeds(library, start):
    """Return index and entry of what was done since; the worker adds roots of the map when it likes."""
    entries = enumerate(map(json.loads, library.entries(start)), start)
    return [(index, entry) for index, entry in entries if entry["kind"] != "map"]


def last_deed(library):
    return deeds(library, max(0, library.status()["ledger_size"] - 4))[-1]


def test_a_granted_reader_gets_the_bytes_after_an_entry(library, reader, held):
    digest, data = held
    answer = open_it(reader, digest)
    opening = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == opening["content"]
    assert answer.headers["cache-control"] == "no-store"
    assert opening["expires_at"] > time.time()
    text = library.entries(opening["entry"])[0]
    assert json.loads(text)["kind"] == "opened"
    content = reader.get(path_of(answer))
    assert content.status_code == 200
    assert content.content == data
    assert content.headers["etag"] == f'"{digest}"'
    assert content.headers["repr-digest"] == repr_digest(data)
    assert content.headers["content-type"].startswith("text/plain")
    assert content.headers["content-disposition"].startswith("attachment")
    assert content.headers["cache-control"] == "private, no-store"
    assert "sandbox" in content.headers["content-security-policy"]


def test_an_opening_may_be_fetched_again_without_another_entry(library, reader, held):
    opened = open_it(reader, held[0])
    path = path_of(opened)
    assert reader.get(path).content == reader.get(path).content == held[1]
    assert [index for index, _ in deeds(library, opened.json()["entry"])] == [
        opened.json()["entry"]
    ]


def test_a_reader_without_a_grant_is_denied_and_the_denial_is_an_entry(
    library, other_reader, held, problem
):
    found = problem(open_it(other_reader, held[0]), 403, "no-live-grant")
    index, entry = last_deed(library)
    assert entry["kind"] == "denied"
    assert str(index) in found["detail"]


def test_a_grant_without_the_scope_to_read_opens_nothing(library, other_reader, problem):
    digest = library.register()["digest"]
    library.grant(digest, reader=library.readers[1], scopes=["print"])
    problem(open_it(other_reader, digest), 403, "no-live-grant")


def test_a_grant_that_has_ended_opens_nothing_and_ends_its_openings(
    library, reader, opened_until, problem, wait
):
    digest, until, opened = opened_until(partial(open_it, reader))
    assert opened.status_code == 201
    assert opened.json()["expires_at"] <= until
    wait(lambda: time.time() > until, "time does not pass", seconds=90)
    problem(open_it(reader, digest), 403, "no-live-grant")
    assert last_deed(library)[1]["kind"] == "denied"
    problem(reader.get(path_of(opened)), 404, "opening-not-found")


def test_a_revocation_stops_openings_at_once_and_those_that_stand(
    library, registrar, reader, problem
):
    digest = library.register()["digest"]
    grant = library.grant(digest)["grant"]
    opened = open_it(reader, digest)
    assert registrar.post(f"/grants/{grant}/revocation").status_code == 202
    problem(open_it(reader, digest), 403, "no-live-grant")  # the chain may not know of it yet
    problem(reader.get(path_of(opened)), 403, "no-live-grant")
    library.granted(grant, "revoked")
    problem(open_it(reader, digest), 403, "no-live-grant")
    problem(reader.get(path_of(opened)), 403, "no-live-grant")


def test_an_opening_is_of_the_reader_who_made_it(reader, other_reader, registrar, held, problem):
    path = path_of(open_it(reader, held[0]))
    problem(other_reader.get(path), 404, "opening-not-found")
    problem(registrar.get(path), 403, "role-not-held")


@pytest.mark.parametrize("secret", ["0" * 64, "x", "%00", "..%2f..", "é"])
def test_an_unknown_secret_opens_nothing(reader, problem, secret):
    problem(reader.get(f"/openings/{secret}/content"), 404)


@pytest.mark.usefixtures("unchanged")
def test_what_is_not_registered_is_not_decided_on(reader, problem):
    problem(open_it(reader, "0" * 64), 404, "resource-not-found")


def test_an_auditor_sees_what_private_entries_commit_to(library, reader, auditor, held):
    entry = open_it(reader, held[0]).json()["entry"]
    answer = auditor.get("/ledger/private-parts", params={"start": entry, "limit": 1}).json()
    [part] = answer["items"]
    private = json.loads(part["body"])
    assert (part["entry"], private["digest"], private["kind"]) == (entry, held[0], "opened")
    assert library.readers[0] not in part["body"]


def test_an_auditor_asks_for_the_decisions_of_a_resource_a_time_and_a_reason(
    library, reader, other_reader, auditor
):
    digest = library.register()["digest"]
    library.grant(digest)
    opened = open_it(reader, digest).json()
    assert open_it(other_reader, digest).status_code == 403

    def kinds(**asked):
        found = auditor.get("/ledger/private-parts", params={"digest": digest, **asked})
        assert found.status_code == 200
        return [json.loads(part["body"])["kind"] for part in found.json()["items"]]

    now = int(time.time())
    assert kinds() == ["opened", "denied"]
    assert kinds(kind="denied") == kinds(reason="no-grant") == ["denied"]
    assert kinds(grant=opened["grant"]) == ["opened"]
    assert kinds(**{"from": now - 3600, "until": now + 3600}) == ["opened", "denied"]
    assert kinds(until=now - 3600) == kinds(**{"from": now + 3600}) == []


@pytest.mark.parametrize(
    "asked", [{"kind": "read"}, {"reason": "whim"}, {"digest": "12"}, {"from": "yesterday"}]
)
@pytest.mark.usefixtures("unchanged")
def test_a_filter_that_nothing_can_match_is_refused(auditor, problem, asked):
    problem(auditor.get("/ledger/private-parts", params=asked), 422)


def test_grants_are_listed_by_resource_and_time(library, registrar):
    digest = library.register()["digest"]
    grant = library.grant(digest)["grant"]

    def listed(**asked):
        found = registrar.get("/grants", params={"digest": digest, **asked}).json()["items"]
        return [row["grant"] for row in found]

    now = int(time.time())
    assert listed() == listed(**{"from": now - 3600, "until": now + 3600}) == [grant]
    assert listed(until=now - 3600) == listed(**{"from": now + 3600}) == []


def test_no_public_address_tells_of_a_reader(library, reader, auditor, nobody, held):
    open_it(reader, held[0])
    grant = library.grant(held[0], until=int(time.time()) + 999)
    secrets = {*library.readers, grant["reader"]}
    for part in auditor.get("/ledger/private-parts", params={"limit": 500}).json()["items"]:
        body = json.loads(part["body"])
        if body["kind"] == "looked":
            continue
        secrets |= {part["salt"], body["reader"]} | ({body["grant_salt"]} - {""})
    pages = [
        *("/resources?limit=200", "/licenses", "/status", "/stewards", "/deployment"),
        *(f"/resources/{held[0]}{tail}" for tail in ("", "/verdict")),
        "/ledger/checkpoint",
    ]
    shown = "".join([*(nobody.get(page).text for page in pages), *library.entries()])
    assert "commitment" in shown
    assert not [secret for secret in secrets if secret in shown]


def test_private_entries_show_an_hour_and_a_commitment_only(library):
    texts = library.entries()
    private = [json.loads(text) for text in texts if '"opened"' in text or '"denied"' in text]
    assert private
    for entry in private:
        assert set(entry) == {"kind", "at", "v", "commitment"}
        assert entry["at"] % 3600 == 0
