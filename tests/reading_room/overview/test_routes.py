"""How a library is and who is answerable for what it holds, over HTTP."""


def test_the_status_tells_of_chain_ledger_and_work(library, nobody):
    library.register()
    library.anchored()
    found = nobody.get("/status").json()
    assert found["origin"] == "library.example/muhr"
    assert found["chain"]["head"]["number"] > 0
    assert found["anchored_size"] <= found["checkpoint_size"] <= found["ledger_size"]
    assert found["registrations"]["registered"] > 0


def test_the_stewards_are_listed(nobody, library):
    [steward] = nobody.get("/stewards").json()
    assert steward["steward"] == library.opened.deployment.steward
    assert steward["uri"] == "https://library.example/"
