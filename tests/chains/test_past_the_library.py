"""What stands on chain and not in the library, or the other way round: found, told and put right."""

import shutil

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
    library.client("registrar").post(f"/grants/{grant}/revocation")
    library.granted(grant, "revoked")
    library.stop_worker()
    library.stop_chain()
    shutil.rmtree(library.config.chain_folder)
    shutil.copytree(tmp_path / "on disk", library.config.chain_folder)
    library.start_chain()
    opening = library.client("reader").post("/openings", json={"digest": digest})
    assert (
        opening.status_code == 403
    )  # on this chain the grant stands again, until it is revoked anew
    library.start_worker()

    def stands(name, subject):
        return [event.subject for event in library.chain_events(name)].count(subject)

    wait(lambda: stands("GrantRevoked", grant) == 1, "the revocation is gone", 30)
    wait(lambda: stands("ResourceRegistered", later) == 1, "the registration is gone", 30)
    assert library.audit().findings == []
