"""Renewing, returning, superseding and withdrawing over HTTP, and readers who help themselves."""

import time

import pytest

DAY = 86_400
HOUR = 3600


@pytest.fixture(scope="module")
def shelf(library):
    """Return a registered resource under a self-service license of one seat."""
    library.license("shelf", seats=1, longest_loan_seconds=DAY, self_service=True)
    return library.register(license="shelf")["digest"]


def test_a_reader_helps_themselves_renews_and_returns(library, reader, shelf, wait):
    until = int(time.time()) + HOUR
    body = {"digest": shelf, "reader": library.readers[0], "until": until}
    answer = reader.post("/grants", json=body)
    assert answer.status_code == 202
    grant = library.granted(answer.json()["grant"], "issued")["grant"]
    later = until + HOUR
    assert reader.post(f"/grants/{grant}/renewal", json={"until": later}).status_code == 202
    wait(lambda: reader.get(f"/grants/{grant}").json()["until"] == later, "it is not renewed")
    answer = reader.post(f"/grants/{grant}/return")
    assert (answer.status_code, answer.json()["state"]) == (202, "returning")
    library.granted(grant, "returned")
    names = [event.name for event in library.chain_events() if event.subject == grant]
    assert names == ["GrantIssued", "GrantRenewed", "GrantReturned"]


@pytest.fixture(scope="module")
def closed(library):
    """Return a resource whose license needs a registrar, and a grant of it for an hour."""
    library.license("desk", longest_loan_seconds=3 * DAY)
    digest = library.register(license="desk")["digest"]
    return digest, library.grant(digest, until=int(time.time()) + HOUR)["grant"]


@pytest.mark.usefixtures("unchanged")
class TestRefused:
    def test_a_reader_who_asks_for_another(self, library, reader, shelf, problem):
        body = {"digest": shelf, "reader": library.readers[1], "until": int(time.time()) + HOUR}
        problem(reader.post("/grants", json=body), 403, "role-not-held")

    def test_a_reader_who_asks_where_a_registrar_decides(self, library, reader, closed, problem):
        digest, grant = closed
        until = int(time.time()) + 2 * DAY
        body = {"digest": digest, "reader": library.readers[0], "until": until}
        problem(reader.post("/grants", json=body), 403, "not-self-service")
        renewal = reader.post(f"/grants/{grant}/renewal", json={"until": until})
        problem(renewal, 403, "not-self-service")

    def test_another_readers_grant(self, other_reader, closed, problem):
        _, grant = closed
        renewal = other_reader.post(f"/grants/{grant}/renewal", json={"until": 2**40})
        problem(renewal, 404, "grant-not-found")
        problem(other_reader.post(f"/grants/{grant}/return"), 404, "grant-not-found")

    def test_a_renewal_that_is_not_later(self, registrar, closed, problem):
        _, grant = closed
        until = registrar.get(f"/grants/{grant}").json()["until"]
        renewal = registrar.post(f"/grants/{grant}/renewal", json={"until": until})
        problem(renewal, 422, "renewal-not-later")

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("supersession", {"successor": "0" * 64, "relation": "edition"}),
            ("supersession", {"relation": "version"}),
            ("rendition", {"original": "xyz"}),
            ("taken-back", {"other": "0" * 64, "relation": "edition"}),
            ("taken-back", {"relation": "version"}),
            ("withdrawal", {"reason": "because"}),
            ("withdrawal", {}),
        ],
    )
    def test_words_that_nobody_knows(self, registrar, shelf, problem, path, body):
        problem(registrar.post(f"/resources/{shelf}/{path}", json=body), 422, "invalid-input")

    def test_what_is_not_registered(self, registrar, shelf, problem):
        unknown = "0" * 63 + "1"
        body = {"successor": unknown, "relation": "version"}
        answer = registrar.post(f"/resources/{shelf}/supersession", json=body)
        problem(answer, 404, "resource-not-found")
        problem(registrar.get(f"/resources/{unknown}/changes"), 404, "resource-not-found")


def done(registrar, digest, count):
    changes = registrar.get(f"/resources/{digest}/changes").json()
    states = [change["state"] for change in changes]
    return states == ["done"] * count and changes


def test_a_resource_is_superseded_rendered_and_withdrawn(library, registrar, reader, problem, wait):
    first, second, cover = library.register_all(["First", "Second", "Cover"])
    library.grant(first)
    body = {"successor": second, "relation": "correction"}
    answer = registrar.post(f"/resources/{first}/supersession", json=body)
    assert (answer.status_code, answer.json()["change"]) == (202, "superseded")
    answer = registrar.post(f"/resources/{cover}/rendition", json={"original": second})
    assert (answer.status_code, answer.json()["original"]) == (202, second)
    wait(lambda: done(registrar, first, 1), "it is not superseded")
    assert registrar.get(f"/resources/{first}").json()[0]["state"] == "superseded"
    answer = registrar.post(f"/resources/{first}/withdrawal", json={"reason": "retracted"})
    assert (answer.status_code, answer.json()["reason"]) == (202, "retracted")
    problem(reader.post("/openings", json={"digest": first}), 403, "no-live-grant")
    told = wait(lambda: done(registrar, first, 2), "it is not withdrawn")
    assert [change["change"] for change in told] == ["superseded", "withdrawn"]
    wait(
        lambda: "retracted" in registrar.get(f"/resources/{first}/verdict").text,
        "the verdict does not say so",
    )
    body = {"digest": first, "reader": library.readers[0], "until": int(time.time()) + HOUR}
    problem(registrar.post("/grants", json=body), 409, "resource-is-withdrawn")
