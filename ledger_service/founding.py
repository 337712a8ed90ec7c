"""Composition: make a library, on contracts of its own or as a member of a consortium.

Both ways may be run again after they were interrupted: keys that stand are kept, and nothing is sent twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ipfs.block_store import FileBlockStore
from ledger_service.adapters.consortium.charter_file import CharterFile
from ledger_service.adapters.credentials.issuer_keys import make_issuer_key
from ledger_service.adapters.evm.consortium.membership import missing
from ledger_service.adapters.evm.deploy import (
    Sender,
    Step,
    deploy_library,
    fund_from_embedded_chain,
)
from ledger_service.adapters.evm.node import Node, number_of
from ledger_service.adapters.evm.reader import check_deployment
from ledger_service.adapters.evm.survey import survey
from ledger_service.adapters.given_files import read_given
from ledger_service.adapters.keys import ROLES, KeyFolder
from ledger_service.adapters.people_key import make_people_key
from ledger_service.adapters.publication.no_answer import NoAnswer
from ledger_service.adapters.signer import check_ed25519
from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import SqlStore, open_store
from ledger_service.config import Config
from ledger_service.domain import foreign_text
from ledger_service.domain.chain.accounts.acting_accounts import MEMBER_ROLES
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.join_request import JoinRequest
from ledger_service.domain.errors import (
    AlreadyInitialized,
    ChainNotReady,
    ChainUnavailable,
    InvalidJoinRequest,
)
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.license import UNLIMITED_SEATS, LicenseTerms, rights_uri
from ledger_service.ports.resources import Steward
from ledger_service.services.chain.check_chain import ChainSeen
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.resources.define_license import define_license
from ledger_service.setup import (
    chain_node,
    clock,
    erasure_files,
    held_home,
    library_without_chain,
    load_deployment,
    own_policy,
    tell_nodes,
    write_deployment,
)
from ledger_service.witnessing import make_witness
from reading_room import migration_folders

TEN_YEARS_SECONDS = 10 * 365 * 86_400
WAIT_SECONDS = 2.0  # between two looks whether the council has decided
OPEN_LICENSES = ("CC0-1.0", "CC-PDM-1.0", "CC-BY-4.0", "CC-BY-SA-4.0")
"""Defined at set-up, with no limit of seats and self-service; others are the librarian's to define."""

Look = Callable[[ChainSeen], None]
"""Is shown what a chain given by URL is like before anything is sent there; raises to stop."""


def initialize(
    config: Config,
    *,
    name: str,
    uri: str,
    origin: str,
    step: Step,
    look: Look | None = None,
) -> Deployment:
    """Return the deployment of a new library: keys, database, block store, contracts, open licenses.

    May be run again after it was interrupted: keys that stand are kept.

    Args:
        name, uri: of the institution; its steward id is over the URI.
        origin: the ledger's name, one line without spaces, by custom a URL without scheme.
        step: a function that is told what is being done.
        look: see Look; nobody looks if None.

    Raises:
        ChainNotReady: the node answers, and refuses something that is needed.
        AlreadyInitialized: the home folder has a deployment; its database was brought up to date.
        HomeInUse: another process sets it up.
    """
    store, keys = _prepare(config, step, ROLES)
    steward = StewardId.of_uri(uri)
    key = keys.ledger_signer(origin).key
    with held_home(config), chain_node(config, create=True) as node, _refusals_told():
        if look is not None and config.chain_url is not None:
            step("looking at the chain")
            look(survey(node, keys.address("admin"), keys.address("relayer")))
        deployment, block = _deploy(config, keys, node, steward, key, step)
    return _finish(config, store, deployment, Steward(steward, uri, name), block, step)


def ask_to_join(
    config: Config, charter: Charter, *, name: str, uri: str, origin: str, step: Step
) -> JoinRequest:
    """Return what is sent to the council: with keys made here, kept in the home folder as it was first asked.

    Raises:
        AlreadyInitialized: the home folder has a deployment.
        InvalidJoinRequest: it was asked for another consortium or another institution before.
        DeploymentMismatch: the node has not the consortium's chain and contracts.
    """
    store, keys = _prepare(config, step, MEMBER_ROLES)
    store.close()
    with held_home(config), chain_node(config) as node:
        return write_join_request(config, node, charter, keys, name=name, uri=uri, origin=origin)


def write_join_request(
    config: Config,
    node: Node,
    charter: Charter,
    keys: KeyFolder,
    *,
    name: str,
    uri: str,
    origin: str,
    is_anew: bool = False,
) -> JoinRequest:
    """Return what is sent to the council, as it was first asked with these keys.

    is_anew: what the same library asked another consortium for is over.

    Raises: see `ask_to_join`.
    """
    signer = keys.ledger_signer(origin)
    check_deployment(charter.deployment(StewardId.of_uri(uri), signer.key), node)
    request = JoinRequest(
        charter=charter.digest,
        name=name,
        uri=uri,
        url=config.public_url,
        key=signer.key,
        **{role: keys.address(role) for role in MEMBER_ROLES},
    )
    is_over = (
        is_anew
        and config.join_request.exists()
        and (load_join_request(config).charter != charter.digest)
    )
    if is_over or not config.join_request.exists():
        config.join_request.write_text(request.signed(signer.sign), "utf-8")
    asked = load_join_request(config)
    if (asked.charter, asked.steward, asked.key) != (charter.digest, request.steward, signer.key):
        raise InvalidJoinRequest("asked-otherwise", uri=asked.uri, origin=asked.key.name)
    return asked


def load_join_request(config: Config) -> JoinRequest:
    """Return what this library asked the council for; raise InvalidInput if it cannot be read."""
    return JoinRequest.parse(foreign_text.parse(read_given(config.join_request)), check_ed25519)


def join(
    config: Config,
    charter: Charter,
    request: JoinRequest,
    *,
    step: Step,
    waits: Callable[[list[Reason]], bool],
) -> Deployment | None:
    """Return the deployment of a new member, once the council has done its part; None if nobody waits.

    waits: is told what is missing, and returns whether to look again.

    Raises:
        DeploymentMismatch: the node has not the consortium's chain and contracts.
        HomeInUse: another process sets the library up.
    """
    with held_home(config), chain_node(config) as node, _refusals_told():
        check_deployment(charter.deployment(request.steward, request.key), node)
        while lacks := missing(node, charter, request):
            if not waits(lacks):
                return None
            time.sleep(WAIT_SECONDS)
        block = node.block().number
    store = open_store(config.database_url)
    steward = Steward(request.steward, request.uri, request.name)
    deployment = charter.deployment(request.steward, request.key)
    CharterFile(config.charter).write(charter)
    make_witness(config, request.key.name)
    return _finish(config, store, deployment, steward, block, step)


def has_money(config: Config, account: str) -> bool:
    """Return whether an account (40 hex) has money on the settings' chain; raise ChainUnavailable."""
    with chain_node(config) as node:
        return number_of(node.request("eth_getBalance", "0x" + account, "latest")) > 0


def _prepare(config: Config, step: Step, roles: tuple[str, ...]) -> tuple[SqlStore, KeyFolder]:
    """Return store and keys of the home folder, made where they are missing; what stands is kept.

    Raises:
        AlreadyInitialized: it has a deployment; its database was brought up to date.
    """
    step("preparing keys, database and block store")
    config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = open_store(config.database_url)
    upgrade(store.engine, migration_folders())
    keys = KeyFolder(config.keys, config.password_file)
    if config.own_deployment.exists():
        make_people_key(keys, config.keys, store)
        make_issuer_key(keys)
        erasure_files(config, load_deployment(config)).make()
        raise AlreadyInitialized(home=str(config.home))
    keys.create(roles)
    make_issuer_key(keys)
    if not config.blocks.exists():
        FileBlockStore.create(config.blocks)
    return store, keys


def _finish(
    config: Config,
    store: SqlStore,
    deployment: Deployment,
    steward: Steward,
    block: int,
    step: Step,
) -> Deployment:
    """Write the first entries, the policy and the deployment.

    block: after which the steward is accredited.
    """
    step("writing the first entries")
    _write_steward(store, steward, block)
    _define_open_licenses(config, store, deployment)
    store.close()
    if not config.policy.exists():
        config.policy.write_bytes(own_policy(config, VerifierKey.parse(deployment.key)).format())
    write_deployment(config, deployment)
    return tell_nodes(config)


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Tell of a node that answers, and refuses, otherwise than of one that does not answer."""
    try:
        yield
    except ChainUnavailable as exc:
        if isinstance(exc.__cause__, NoAnswer):
            raise
        raise ChainNotReady("refuses", why=exc.reason) from exc


def _deploy(
    config: Config, keys: KeyFolder, node: Node, steward: StewardId, key: VerifierKey, step: Step
) -> tuple[Deployment, int]:
    """Return the deployment, and the block after which the steward is accredited."""
    if config.chain_url is None:
        step("funding the accounts of the embedded chain")
        fund_from_embedded_chain(node, [keys.address("admin"), keys.address("relayer")])
    Sender(node, keys.secp256k1("relayer")).burn_first_nonce()
    deployment = deploy_library(
        node,
        keys.secp256k1("admin"),
        registrar=keys.address("registrar"),
        service=keys.address("service"),
        anchorer=keys.address("anchorer"),
        steward=steward,
        key=key,
        step=step,
    )
    return deployment, node.block().number


def _write_steward(store: SqlStore, steward: Steward, block: int) -> None:
    """Write the ledger's first entry, unless it stands. block: after which the steward is accredited."""
    with store.write() as transaction:
        if transaction.stewards.find(steward.id) is None:
            transaction.stewards.add(steward)
            facts: dict[str, str | int] = {"steward": steward.id.hex(), "block": block}
            append_entry(transaction, Entry("steward", clock(), facts))


def _define_open_licenses(config: Config, store: SqlStore, deployment: Deployment) -> None:
    """Give the open licenses their names; the worker puts them on chain at the first start."""
    library = library_without_chain(config, store, deployment)
    operator = Caller.operator(library.steward)
    for spdx in OPEN_LICENSES:
        terms = LicenseTerms(rights_uri(spdx), UNLIMITED_SEATS, TEN_YEARS_SECONDS, True)
        define_license(library, operator, spdx, terms)
