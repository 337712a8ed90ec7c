"""Intents that a registrar signs with a key of its own: relayed over HTTP, or refused at once."""

import itertools
import secrets
import time
from dataclasses import replace

import pytest
from eth_account import Account
from sqlalchemy import text

from ledger_service.adapters.evm.deploy import Sender
from ledger_service.adapters.evm.relaying import carrying_call
from ledger_service.adapters.evm.transactions import address_of
from ledger_service.domain.chain.history import FOR_EVER
from ledger_service.domain.identifiers import Commitment, Digest, StewardId
from ledger_service.domain.lending.grant import Scope, grant_id
from tests.signatures.signing import sign, unsigned_intent

DAY = 86_400
HOUR = 3600
YES = bytes.fromhex("7f1626ba7e") + bytes(28) + bytes.fromhex("5f5260205ff3")
_nonces = itertools.count(secrets.randbits(40) << 8)


class OwnRegistrar:
    """A registrar of the library whose key the service has never seen."""

    def __init__(self, library):
        self.library, self.key = library, secrets.token_bytes(32)
        self.deployment = library.opened.deployment
        self.steward = bytes.fromhex(self.deployment.steward)
        self.admin = Sender(library.opened.node, library.opened.keys.secp256k1("admin"))
        self.add(address_of(Account.from_key(self.key)))

    def add(self, account):
        registry = self.deployment.contracts["StewardRegistry"]
        agent = (self.steward, bytes.fromhex(account), 0, FOR_EVER)
        self.admin.call("StewardRegistry", registry, "addRegistrar", *agent)

    def sign(self, kind, values, key=None, nonce=None, seconds=HOUR):
        nonce = next(_nonces) if nonce is None else nonce
        deadline = int(time.time()) + seconds
        return sign(self.deployment, kind, values, key or self.key, nonce, deadline)

    def place(self, digest):
        return {"digest": bytes.fromhex(digest), "steward": self.steward}

    def claim(self, registration):
        return {
            **self.place(registration["digest"]),
            "license": bytes.fromhex(registration["license"]),
            "cidCodec": 0x55,
            "cidDigest": bytes.fromhex(registration["digest"]),
            "metadata": bytes.fromhex(registration["metadata_digest"]),
        }

    def withdrawal(self, digest, **how):
        return self.sign("Withdraw", {**self.place(digest), "reason": 3}, **how)


@pytest.fixture(scope="module")
def own(library):
    return OwnRegistrar(library)


@pytest.fixture(scope="module")
def shelf(library):
    return library.register()["digest"]


@pytest.fixture
def relayed(registrar, wait):
    """Return a function that relays an intent and returns what became of it."""

    def relay(intent):
        def taken():  # 503 says to ask again: a busy machine's node may be late
            answer = registrar.post("/intents", json=intent.to_json())
            return answer.status_code != 503 and answer

        answer = wait(taken, "the chain does not answer")
        assert answer.status_code == 202, answer.text
        path = f"/intents/{answer.json()['intent']}"

        def ended():
            found = registrar.get(path).json()
            return found["state"] in ("done", "rejected") and found

        return wait(ended, f"{path} does not end")

    return relay


def test_a_file_is_registered_by_a_key_that_the_service_never_sees(
    library, registrar, own, relayed, fresh_bytes
):
    accepted = library.upload(fresh_bytes(), signed_elsewhere="true").json()
    assert accepted["state"] == "accepted"
    done = relayed(own.sign("Register", own.claim(accepted)))
    assert (done["state"], done["signer"]) == ("done", address_of(Account.from_key(own.key)))
    registration = library.registered(accepted["digest"])
    [event] = [
        each
        for each in library.chain_events("ResourceRegistered")
        if each.subject == accepted["digest"]
    ]
    assert event.text("registrar") == done["signer"]
    assert event.transaction == registration["transaction"]


def test_a_batch_is_registered_at_once(library, own, relayed, fresh_bytes):
    accepted = [library.upload(fresh_bytes(), signed_elsewhere="true").json() for _ in range(3)]
    claims = [own.claim(item) for item in accepted]
    assert relayed(own.sign("RegisterMany", {"registrations": claims}))["state"] == "done"
    told = [library.registered(item["digest"]) for item in accepted]
    assert len({item["transaction"] for item in told}) == 1
    assert len({item["registered_entry"] for item in told}) == 3


def test_resources_change_and_grants_come_and_go_by_it_and_the_audit_is_clean(
    library, registrar, own, relayed, wait
):
    first, second, cover = library.register_all(["First", "Second", "Cover"])
    place = own.place(second)
    until = int(time.time()) + DAY // 2
    grantees = [Commitment(secrets.token_bytes(32)) for _ in range(2)]
    grant = {"seat": 0, "turn": 1, "grantee": grantees[0].value, "scopes": 1, "until": until}
    names = [
        grant_id(Digest(place["digest"]), StewardId(own.steward), 0, turn, grantee, Scope.READ)
        for turn, grantee in enumerate(grantees, 1)
    ]
    held = {**place, "seat": 0, "grant": names[0].value}
    again = {**grant, "turn": 2, "grantee": grantees[1].value}
    cohort = {**place, "root": bytes(32), "size": 9, "scopes": 1, "until": until, "salt": bytes(32)}
    asked = [
        ("Supersede", {**own.place(first), "successor": place["digest"], "relation": 2}),
        ("DeclareRendition", {**own.place(cover), "original": place["digest"]}),
        ("IssueGrant", {**place, **grant}),
        ("RenewGrant", {**held, "until": until + 60}),
        ("ReturnGrant", held),
        ("IssueGrant", {**place, **again}),
        ("RevokeGrant", {**held, "grant": names[1].value}),
        ("GrantCohort", cohort),
        ("Withdraw", {**own.place(first), "reason": 1}),
    ]
    for kind, values in asked:
        ended = relayed(own.sign(kind, values))
        assert ended["state"] == "done", (kind, ended)
    assert registrar.get(f"/resources/{first}").json()[0]["state"] == "withdrawn"
    told = [each.name for each in library.chain_events() if each.subject == names[0].hex()]
    assert told == ["GrantIssued", "GrantRenewed", "GrantReturned"]
    for _ in range(2):  # what is older than two anchors must be in the ledger
        library.register()
        library.anchored()
    assert library.audit().findings == []


def test_the_same_message_again_is_the_same_intent(library, registrar, own, relayed, problem):
    digest = library.register()["digest"]
    intent = own.withdrawal(digest)
    first = relayed(intent)
    again = registrar.post("/intents", json=intent.to_json())
    assert (again.status_code, again.json()) == (202, first)
    withdrawn = [
        each for each in library.chain_events("ResourceWithdrawn") if each.subject == digest
    ]
    assert len(withdrawn) == 1


def test_a_domain_may_be_stated_and_must_then_be_ours(registrar, own, shelf, problem):
    deployment = own.deployment
    domain = {
        "name": "Muhr ResourceRegistry",
        "version": "1",
        "chainId": deployment.chain_id,
        "verifyingContract": deployment.contracts["ResourceRegistry"],
        "salt": deployment.salt,
    }
    body = own.withdrawal(shelf, seconds=-HOUR).to_json()
    problem(registrar.post("/intents", json=body | {"domain": domain}), 409, "intent-expired")
    for change in ({"chainId": 1}, {"salt": "00" * 32}, {"name": "Muhr"}, {"more": 1}):
        answer = registrar.post("/intents", json=body | {"domain": domain | change})
        problem(answer, 422, "invalid-intent")
    problem(registrar.post("/intents", json=body | {"domain": []}), 422, "invalid-intent")


@pytest.fixture
def none_queued(library):
    """Hold a test to it that it queues no intent."""

    def queued():
        with library.opened.store.engine.connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM job WHERE kind = 'signed-intent'"))

    before = queued()
    yield
    assert queued() == before


@pytest.mark.usefixtures("unchanged", "none_queued")
class TestRefusedBeforeItIsQueued:
    def refused(self, registrar, intent, problem, status, slug):
        problem(registrar.post("/intents", json=intent.to_json()), status, slug)

    def test_by_anyone_but_a_registrar(self, library, reader, own, shelf, problem):
        body = own.withdrawal(shelf).to_json()
        problem(library.client().post("/intents", json=body), 401, "not-authenticated")
        problem(reader.post("/intents", json=body), 403, "role-not-held")

    def test_out_of_its_time(self, registrar, own, shelf, problem):
        late, early = (own.withdrawal(shelf, seconds=each) for each in (-60, DAY + 60))
        self.refused(registrar, late, problem, 409, "intent-expired")
        self.refused(registrar, early, problem, 422, "intent-deadline-too-far")

    def test_by_another_than_stated(self, registrar, own, shelf, problem):
        intent = own.withdrawal(shelf)
        other = own.withdrawal(shelf, nonce=intent.nonce, key=secrets.token_bytes(32))
        mixed = replace(intent, signature=other.signature)
        self.refused(registrar, mixed, problem, 422, "invalid-intent-signature")

    def test_in_another_form(self, registrar, own, shelf, problem):
        intent = own.withdrawal(shelf)
        v = intent.signature[64]
        for changed in (bytes([v - 27]), bytes([v + 8]), b"", bytes([v, 0])):
            other = replace(intent, signature=intent.signature[:64] + changed)
            self.refused(registrar, other, problem, 422, "invalid-intent-signature")

    def test_by_an_account_that_is_no_registrar(self, registrar, own, shelf, problem):
        stranger = own.withdrawal(shelf, key=secrets.token_bytes(32))
        self.refused(registrar, stranger, problem, 403, "registrar-not-live")

    def test_of_another_institution(self, registrar, own, shelf, problem):
        values = {**own.place(shelf), "steward": bytes(32), "reason": 1}
        self.refused(registrar, own.sign("Withdraw", values), problem, 403, "steward-not-served")

    def test_with_what_the_contract_refuses(self, registrar, own, shelf, problem):
        odd = own.sign("Withdraw", {**own.place(shelf), "reason": 9})
        self.refused(registrar, odd, problem, 422, "invalid-withdrawal-reason")
        missing = own.withdrawal("12" * 32)
        self.refused(registrar, missing, problem, 404, "resource-not-found")

    def test_for_bytes_that_are_not_here(self, registrar, own, shelf, problem):
        registration = registrar.get(f"/resources/{shelf}").json()[0]
        claim = own.claim(registration)
        other = claim | {"digest": bytes(31) + b"\1", "cidDigest": bytes(31) + b"\1"}
        self.refused(registrar, own.sign("Register", other), problem, 404, "resource-not-found")
        standing = own.sign("Register", claim)
        self.refused(registrar, standing, problem, 409, "resource-already-registered")

    def test_in_no_shape(self, registrar, problem):
        problem(registrar.post("/intents", json={}), 422, "invalid-intent")
        problem(registrar.post("/intents", json=[]), 422, "invalid-input")
        problem(registrar.get("/intents/" + "0" * 64), 404, "intent-not-found")

    def test_by_a_wallet_that_does_not_answer(self, library, registrar, own, shelf, problem):
        values = {**own.place(shelf), "reason": 1}
        account = bytes.fromhex(library.opened.deployment.contracts["ResourceRegistry"])
        intent = unsigned_intent("Withdraw", values, account, 1, int(time.time()) + HOUR)
        self.refused(registrar, intent, problem, 422, "invalid-intent-signature")


def test_a_contract_wallet_signs_as_it_likes(library, own, relayed):
    digest = library.register()["digest"]
    start = bytes([0x60, len(YES)]) + bytes.fromhex("8060095f395ff3")
    wallet = own.admin.send("", start + YES)["contractAddress"].removeprefix("0x").lower()
    own.add(wallet)
    values = {**own.place(digest), "reason": 2}
    deadline = int(time.time()) + HOUR
    intent = unsigned_intent("Withdraw", values, bytes.fromhex(wallet), 1, deadline)
    assert relayed(replace(intent, signature=b"as we do it"))["state"] == "done"


def test_what_another_relayer_carried_first_is_told_all_the_same(library, own, registrar, wait):
    digest = library.register()["digest"]
    intent = own.withdrawal(digest)
    library.stop_worker()
    try:
        answer = registrar.post("/intents", json=intent.to_json())
        assert answer.json()["state"] == "queued"
        contract, data = carrying_call(intent)
        own.admin.send(own.deployment.contracts[contract], data)
    finally:
        library.start_worker()
    path = f"/intents/{answer.json()['intent']}"
    wait(lambda: registrar.get(path).json()["state"] == "done", "it is not told")
    assert registrar.get(f"/resources/{digest}").json()[0]["state"] == "withdrawn"


def test_nothing_speaks_for_a_file_before_its_registrar_has_signed(
    library, nobody, registrar, own, relayed, fresh_bytes
):
    accepted = library.upload(fresh_bytes(), signed_elsewhere="true").json()
    digest = accepted["digest"]
    assert accepted["route"] == "elsewhere"
    library.register()  # whose checkpoint covers the entry
    [verdict] = nobody.get(f"/resources/{digest}/verdict").json()["verdicts"]
    assert verdict["verdict"] == "waiting"
    reader, until = library.readers[0], int(time.time()) + HOUR
    loan = {"digest": digest, "reader": reader, "until": until}
    for refused in (
        nobody.get(f"/resources/{digest}/receipt"),
        nobody.get(f"/resources/{digest}/proof"),
        nobody.get(f"/resources/{digest}/tlog-proof"),
        registrar.post(f"/resources/{digest}/promotion"),
        registrar.post(f"/resources/{digest}/withdrawal", json={"reason": "error"}),
        registrar.post("/grants", json=loan),
    ):
        assert refused.status_code == 409, refused.text
        assert refused.json()["type"].endswith("/problems/signature-awaited")
    assert relayed(own.sign("Register", own.claim(accepted)))["state"] == "done"
    assert library.registered(digest)["state"] == "registered"
