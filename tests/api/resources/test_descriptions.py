"""Records corrected, over HTTP."""

import pytest

from ledger_service.domain.ledger.entry import Entry


@pytest.fixture(scope="module")
def wrong(library):
    """Return the digest of a resource under a wrong title."""
    return library.register(title="Hamsa")["digest"]


def entry_at(library, index):
    with library.opened.store.read() as transaction:
        return Entry.parse(transaction.ledger.entries(index, 1)[0])


def test_a_corrected_title_is_told_everywhere_and_the_old_one_is_history(
    library, registrar, nobody, wrong
):
    path = f"/resources/{wrong}"
    [before] = nobody.get(path).json()
    assert (before["title"], before["revision"], before["described_entry"]) == ("Hamsa", 0, None)
    told = registrar.post(f"{path}/descriptions", json={"title": "Xamsa"})
    assert told.status_code == 200
    [after] = nobody.get(path).json()
    assert after == {**told.json(), "kept": True}
    assert (after["title"], after["revision"]) == ("Xamsa", 1)
    assert after["metadata_digest"] == before["metadata_digest"]
    [corrected] = nobody.get(f"{path}/descriptions").json()
    assert (corrected["title"], corrected["entry"]) == ("Xamsa", after["described_entry"])
    entry = entry_at(library, corrected["entry"])
    assert (entry.kind, entry.text("metadata")) == ("described", corrected["metadata_digest"])


def test_no_place_of_content_is_waited_for_by_what_needs_none(library, registrar, nobody, wrong):
    blocks, path = library.home / "blocks" / "blocks", f"/resources/{wrong}"
    away = blocks.rename(blocks.with_name("away"))
    try:
        key = {"Idempotency-Key": "away"}
        told = registrar.post(f"{path}/descriptions", json={"title": "Layli"}, headers=key)
        [shown] = nobody.get(path).json()
        page = nobody.get(f"{library.url}/verify", params={"digest": wrong})
    finally:
        away.rename(blocks)
    assert (told.status_code, page.status_code) == (200, 200)
    assert (shown["title"], shown["kept"]) == ("Layli", None)
    assert "kept elsewhere" not in page.text


@pytest.mark.usefixtures("unchanged")
class TestRefused:
    def test_a_record_that_no_resource_has(self, registrar, wrong, problem):
        path = f"/resources/{wrong}/descriptions"
        problem(registrar.post(path, json={"title": " "}), 422, "invalid-metadata")
        problem(registrar.post(path, json={"size_bytes": 7}), 422, "invalid-input")

    def test_readers_and_people_without_a_token(self, reader, nobody, wrong, problem):
        path = f"/resources/{wrong}/descriptions"
        problem(reader.post(path, json={"title": "Mine"}), 403, "role-not-held")
        problem(nobody.post(path, json={"title": "Mine"}), 401, "not-authenticated")

    def test_a_digest_that_is_not_here(self, registrar, nobody, problem):
        path = f"/resources/{'0' * 64}/descriptions"
        problem(registrar.post(path, json={"title": "Mine"}), 404, "resource-not-found")
        problem(nobody.get(path), 404, "resource-not-found")
