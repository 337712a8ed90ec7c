"""How a library is and who is answerable for what it holds, over HTTP."""

from click.testing import CliRunner

from ledger_service.domain.errors import DeploymentMismatch
from ledger_service.services.chain.heed_worker import tell_stop
from reading_room.overview import cli


def test_the_status_tells_of_chain_ledger_and_work(library, nobody):
    library.register()
    library.anchored()
    found = nobody.get("/status").json()
    assert found["origin"] == "library.example/muhr"
    assert found["chain"]["head"]["number"] > 0
    assert found["anchored_size"] <= found["checkpoint_size"] <= found["ledger_size"]
    assert found["registrations"]["registered"] > 0
    assert found["worker"]["last_round"] > 0
    assert found["worker"]["stop"] is found["worker"]["stopped_at"] is None


def test_a_stopped_worker_is_told_and_nothing_is_taken(library, nobody, wait):
    library.stop_worker()
    tell_stop(library.opened.library, DeploymentMismatch("database-behind", size=9, ours=8))
    try:
        told = nobody.get("/status").json()["worker"]["stop"]
        assert told["reason"] == "deployment-mismatch.database-behind"
        refused = library.upload(b"too late", title="Too late")
        assert refused.status_code == 503
        assert refused.json()["reason"] == "worker-stopped"
        assert refused.json()["values"]["why"]["reason"] == told["reason"]
        shown = CliRunner().invoke(cli.status, ["--api", library.url])
        assert shown.exit_code == 1
        assert told["detail"] in shown.output
    finally:
        library.start_worker()
    wait(lambda: nobody.get("/status").json()["worker"]["stop"] is None, "the stop stays")
    library.register()


def test_the_stewards_are_listed(nobody, library):
    [steward] = nobody.get("/stewards").json()
    assert steward["steward"] == library.opened.deployment.steward
    assert steward["uri"] == "https://library.example/"
