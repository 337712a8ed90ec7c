"""Composition: put the parts of a library together (`open_library`), and what it keeps beside them."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast

from ipfs.disk import locked_folder, shared_folder
from ledger_service import letters, messages
from ledger_service.adapters.consortium.block_sources import MemberBlocks
from ledger_service.adapters.consortium.charter_file import CharterFile
from ledger_service.adapters.consortium.member_client import HttpMembers
from ledger_service.adapters.content.stores import open_content, open_nodes
from ledger_service.adapters.content_keys import FileKeeper
from ledger_service.adapters.credentials.issuer_keys import FileIssuer
from ledger_service.adapters.erasure_list import ErasureFiles
from ledger_service.adapters.evm.accounts.role_keys import RoleKeys
from ledger_service.adapters.evm.chain import EvmChain
from ledger_service.adapters.evm.consortium.council_events import EvmCouncil
from ledger_service.adapters.evm.ganache import Ganache
from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.signing import IntentSigner
from ledger_service.adapters.imports.manifests import ManifestFolder
from ledger_service.adapters.keys import KeyFolder
from ledger_service.adapters.lending.license_server import HttpLicenseServer
from ledger_service.adapters.lending.maker import CopyProcesses
from ledger_service.adapters.people.universities import OpenIdUniversities
from ledger_service.adapters.people_key import FilePeopleKeeper
from ledger_service.adapters.publication.posting import GuardedPoster
from ledger_service.adapters.signer import check_ed25519
from ledger_service.adapters.sql.leases import nobody_takes, taking_announced
from ledger_service.adapters.sql.migrate import check_current
from ledger_service.adapters.sql.publication.mirrors import MirrorFolder
from ledger_service.adapters.sql.store import SqlStore, open_store
from ledger_service.config import Config, web_address
from ledger_service.domain import foreign_text
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import (
    ChainUnavailable,
    HomeInUse,
    NotInitialized,
)
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.publication.policy import Log, Policy
from ledger_service.domain.publication.public_address import is_own_machine
from ledger_service.ports.lending import LicenseServer, LicenseServerAddress
from ledger_service.services.effect import Effects
from ledger_service.services.lending import effects as lending
from ledger_service.services.library import Library, ReaderData
from ledger_service.services.publication import effects as publication
from ledger_service.services.resources import effects as resources
from reading_room import migration_folders, parts

EFFECTS = Effects(publication.EFFECTS, resources.EFFECTS, lending.EFFECTS)
HELD_COPIES = 2  # of the largest size, in memory


def clock() -> int:
    """Return the time in whole seconds since 1970 UTC."""
    return int(time.time())


@contextmanager
def held_home(config: Config) -> Iterator[None]:
    """Hold the home folder for this process, until the end of the block or of the process.

    Raises:
        HomeInUse: another process holds it.
    """
    with locked_folder(config.home) as is_held:
        if not is_held:
            raise HomeInUse(home=str(config.home))
        yield


def write_deployment(config: Config, deployment: Deployment) -> None:
    """Put the deployment into the home folder, at one moment."""
    erasure_files(config, deployment).make()
    temporary = config.own_deployment.with_suffix(".new")
    temporary.write_text(deployment.format(), "utf-8")
    temporary.replace(config.own_deployment)


def keep_public_url(config: Config, url: str) -> Config:
    """Keep the address at which people reach the service, for this and later processes.

    The policy in the home folder names the ledger's address, and is kept with the new one.
    """
    moved = replace(config, public_url=web_address("PUBLIC_URL", url))
    config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if config.policy.parent == config.home and config.policy.exists():
        policy = Policy.parse(config.policy.read_bytes())
        before, now = ledger_prefix(config), ledger_prefix(moved)
        logs = [replace(log, url=now) if log.url == before else log for log in policy.logs]
        config.policy.write_bytes(replace(policy, logs=tuple(logs)).format())
    config.public_url_file.write_text(moved.public_url + "\n", "utf-8")
    return moved


def tell_nodes(config: Config) -> Deployment:
    """Return the deployment, its file naming the nodes of today that people may ask.

    Where no setting tells of any, what the file names is kept.
    """
    deployment = load_deployment(config)
    if config.nodes in ((), deployment.nodes):
        return deployment
    told = replace(deployment, nodes=config.nodes)
    write_deployment(config, told)
    return told


@contextmanager
def taking_in(config: Config) -> Iterator[None]:
    """Let content be taken in beside `muhr serve`; nobody removes any until the end of the block."""
    with shared_folder(config.blocks), taking_announced(config.database_url, clock):
        yield


@contextmanager
def nothing_taken_in(config: Config) -> Iterator[bool]:
    """Yield True if nothing is taken in until the end of the block, False if something may be."""
    with locked_folder(config.home) as is_held, locked_folder(config.blocks) as is_alone:
        with nobody_takes(config.database_url, clock) as is_nobody:
            yield is_held and is_alone and is_nobody


@dataclass(frozen=True)
class Opened:
    """A library with its parts, as a process holds it. node: of its chain."""

    library: Library
    store: SqlStore
    deployment: Deployment
    keys: KeyFolder
    node: Node


def open_library(config: Config, chain_url: str, *, writes: bool = False) -> Opened:
    """Return the library of a home folder, its chain reached at this URL.

    writes: with the relayer's and the signers' keys, as the worker needs.

    Raises:
        NotInitialized: there is none, or its database needs `muhr init`.
    """
    deployment = load_deployment(config)
    store = open_store(config.database_url)
    check_current(store.engine, migration_folders())
    _check_not_moved(store, deployment)
    keys = KeyFolder(config.keys, config.password_file)
    node = Node(chain_url)
    signer = relayer = None
    if writes:
        relayer = keys.secp256k1("relayer")
        signer = IntentSigner(
            deployment,
            registrar=keys.secp256k1("registrar"),
            service=keys.secp256k1("service"),
            anchorer=keys.secp256k1("anchorer"),
        )
    chain = EvmChain(
        node,
        deployment,
        relayer=relayer,
        signer=signer,
        folder=None if config.chain_url else config.chain_folder,
        most_fee=config.limits.most_fee,
        keys=RoleKeys(keys) if writes else None,
    )
    return Opened(_library(config, store, deployment, chain, node), store, deployment, keys, node)


def _check_not_moved(store: SqlStore, deployment: Deployment) -> None:
    """Check that the database is of this deployment; raise NotInitialized amid a move to another."""
    with store.read() as transaction:
        newest = transaction.former.newest()
    if newest is not None and newest.successor != deployment.digest:
        store.close()
        raise NotInitialized("move-unfinished")


def load_deployment(config: Config) -> Deployment:
    """Return the deployment of the home folder; raise NotInitialized if there is none."""
    if not config.own_deployment.exists():
        if config.join_request.exists():
            raise NotInitialized("join-waits", home=str(config.home))
        raise NotInitialized(home=str(config.home))
    return Deployment.parse(foreign_text.parse(config.own_deployment.read_bytes()))


def load_policy(config: Config) -> Policy:
    """Return the policy of the operator's file; without a file, the ledger alone and no witness.

    Raises:
        InvalidPolicy: the file is malformed.
    """
    key = load_deployment(config).key
    if not config.policy.exists():
        return own_policy(config, VerifierKey.parse(key))
    policy = Policy.parse(config.policy.read_bytes())
    return replace(policy, logs=tuple(_reachable(config, key, log) for log in policy.logs))


def _reachable(config: Config, key: str, log: Log) -> Log:
    """Return a log of the policy; ours, if it is at this machine's own address, where it is today."""
    is_here = log.url is not None and is_own_machine(log.url)
    return replace(log, url=ledger_prefix(config)) if is_here and log.key.format() == key else log


def own_policy(config: Config, key: VerifierKey) -> Policy:
    """Return the policy of a library that nobody witnesses."""
    return Policy((Log(key, ledger_prefix(config)),))


def ledger_prefix(config: Config) -> str:
    """Return where the ledger's tiles, checkpoint and policy are."""
    return f"{config.public_url}/muhr"


@contextmanager
def chain_node(config: Config, *, create: bool = False) -> Iterator[Node]:
    """Yield a node of the configured chain, starting the embedded one if none is configured."""
    if config.chain_url is not None:
        yield Node(config.chain_url)
        return
    chain = start_embedded_chain(config, create=create)
    try:
        yield Node(chain.url)
    finally:
        chain.stop()


def start_embedded_chain(config: Config, *, create: bool = False) -> Ganache:
    """Return the embedded chain, running with its data and id of before, if possible at its port."""
    if create and not config.chain_settings.exists():
        settings = {"chain_id": 10_000 + secrets.randbelow(2**31), "port": 0}
        config.chain_settings.write_text(json.dumps(settings))
    if not config.chain_settings.exists():
        raise NotInitialized("no-chain", home=str(config.home))
    settings = json.loads(config.chain_settings.read_text())
    arguments = config.node_modules, config.chain_folder, settings["chain_id"]
    try:
        chain = Ganache(*arguments, settings["port"])
    except ChainUnavailable:  # perhaps the port went to another program meanwhile
        chain = Ganache(*arguments)
    config.chain_settings.write_text(json.dumps({**settings, "port": chain.port}))
    return chain


def _library(
    config: Config, store: SqlStore, deployment: Deployment, chain: EvmChain, node: Node
) -> Library:
    keys = KeyFolder(config.keys, config.password_file)
    people, poster = FilePeopleKeeper(keys), GuardedPoster(config.told_hosts)
    return Library(
        store=store,
        chain=chain,
        content=open_content(config.content),
        keeper=FileKeeper(keys),
        people=people,
        issuer=FileIssuer(keys),
        copies=CopyProcesses(messages.text, HELD_COPIES * config.limits.largest_marked_bytes),
        manifests=ManifestFolder(config.imports),
        universities=OpenIdUniversities(config.keys),
        clock=clock,
        steward=StewardId.parse(deployment.steward),
        key=VerifierKey.parse(deployment.key),
        limits=config.limits,
        effects=EFFECTS,
        erasures=erasure_files(config, deployment),
        mirrors=MirrorFolder(config.mirrors),
        reader_data=reader_data,
        mailer=letters.make_mailer(config),
        pusher=letters.make_pusher(config, poster, people, clock),
        poster=poster,
        public_url=config.public_url,
        read_charter=CharterFile(config.charter),
        members=HttpMembers(config.told_hosts),
        member_blocks=MemberBlocks(config.told_hosts, partial(open_nodes, config.content)),
        license_server=_license_server(config),
        council=EvmCouncil(node),
        check_signature=check_ed25519,
    )


def _license_server(config: Config) -> LicenseServer | None:
    """Return who asks the library's license server, None if it has none."""
    url, file, provider = config.license_server
    if not url:
        return None
    return HttpLicenseServer(
        LicenseServerAddress(
            url=web_address("LCP", url),
            provider=web_address("LCP_PROVIDER", provider or config.public_url),
            password=Path(file).read_text("utf-8").strip() if file else "",
        )
    )


def library_without_chain(config: Config, store: SqlStore, deployment: Deployment) -> Library:
    """Return a library of this store for what asks no chain."""
    node = Node("http://unused")
    return _library(config, store, deployment, EvmChain(node, deployment), node)


def erasure_files(config: Config, deployment: Deployment) -> ErasureFiles:
    """Return the list of erased readers of a library."""
    return ErasureFiles(config.erasure_lists, VerifierKey.parse(deployment.key).name)


def reader_data() -> Mapping[str, ReaderData]:
    """Return what tells of readers in each room that knows any, by the room's name."""
    found = {room.__name__.split(".")[-2]: room for room in parts("reader_data")}
    return cast("Mapping[str, ReaderData]", found)
