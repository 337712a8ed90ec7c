"""What stands on chain and not in the library, or the other way round: found, told and put right."""

import shutil

from ledger_service.services.chain.follow_chain import follow_chain
from scripts.bench.many_events import send


def test_what_a_registrar_sends_past_the_library_gets_its_entry(
    anvil, library_on, fresh_bytes, wait
):
    library = library_on(anvil)
    library.register(fresh_bytes())
    anvil.fund([library.opened.keys.address("registrar")])
    send(library.opened, 1)

    def told():
        return [entry for entry in library.entries() if '"kind":"registered"' in entry]

    wait(lambda: len(told()) == 2, "it has no entry", 20)
    assert library.audit().findings == []


def test_an_embedded_chain_that_lost_its_newest_blocks_gets_them_again(
    new_library, fresh_bytes, wait, tmp_path
):
    library = new_library().start()
    digest = library.register(fresh_bytes())["digest"]
    grant = library.grant(digest)["grant"]
    library.anchored()
    library.stop_chain()
    shutil.copytree(library.config.chain_folder, tmp_path / "on disk")
    library.start_chain()
    later = library.register(fresh_bytes())["digest"]
    lent = library.grant(later, reader=library.readers[1])["grant"]
    library.client("registrar").post(f"/grants/{grant}/revocation")
    library.granted(grant, "revoked")
    library.anchored()
    library.stop_worker()
    library.stop_chain()
    shutil.rmtree(library.config.chain_folder)
    shutil.copytree(tmp_path / "on disk", library.config.chain_folder)
    library.start_chain()
    follow_chain(library.opened.library, library.opened.deployment.first_block)
    librarian = library.client("registrar")
    assert [row["state"] for row in librarian.get(f"/resources/{later}").json()] == ["disputed"]
    assert librarian.get(f"/grants/{lent}").json()["state"] == "disputed"
    [verdict] = librarian.get(f"/resources/{later}/verdict").json()["verdicts"]
    assert verdict["verdict"] == "waiting"
    found = library.status()
    assert found["disputed"] >= 4  # a registration, a grant, a revocation and an anchor
    assert "settled-and-lost" in [warning["reason"] for warning in found["warnings"]]
    opening = library.client("reader").post("/openings", json={"digest": digest})
    assert (
        opening.status_code == 403
    )  # on this chain the grant stands again, until it is revoked anew
    library.start_worker()

    def stands(name, subject):
        return [event.subject for event in library.chain_events(name)].count(subject)

    wait(lambda: stands("GrantRevoked", grant) == 1, "the revocation is gone", 30)
    wait(lambda: stands("ResourceRegistered", later) == 1, "the registration is gone", 30)
    wait(lambda: stands("GrantIssued", lent) == 1, "the grant is gone", 30)
    library.anchored()
    assert library.status()["disputed"] == 0
    assert library.audit().findings == []


def test_a_power_cut_takes_nothing_that_was_settled_from_the_embedded_chain(
    new_library, fresh_bytes, tmp_path
):
    library = new_library()
    chain, folder, on_disk = (
        library.opened.library.chain,
        library.config.chain_folder,
        tmp_path / "on disk",
    )
    keep = chain.keep

    def keep_and_copy():  # a power cut leaves what was synced, and perhaps nothing more
        keep()
        shutil.rmtree(on_disk, ignore_errors=True)
        shutil.copytree(folder, on_disk)

    chain.keep = keep_and_copy
    library.start()
    digests = [library.register(fresh_bytes())["digest"] for _ in range(3)]
    grant = library.grant(digests[0])["grant"]
    library.client("registrar").post(f"/grants/{grant}/revocation")
    library.granted(grant, "revoked")
    library.anchored()
    library.upload(fresh_bytes())  # under way
    library.stop_worker()
    library.stop_chain()
    shutil.rmtree(folder)
    shutil.copytree(on_disk, folder)
    library.start_chain()
    follow_chain(library.opened.library, library.opened.deployment.first_block)
    assert library.status()["disputed"] == 0
    for digest in digests:
        assert library.registered(digest)
    library.start_worker()
    library.anchored()
    assert library.audit().findings == []
