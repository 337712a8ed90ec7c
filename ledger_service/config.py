"""Configuration: the only place where the environment is read. Every setting has a name and a default.

MUHR_HOME                    the library's folder: keys, deployment, database, blocks, chain
MUHR_DATABASE_URL            default: SQLite in the home folder
MUHR_CHAIN_URL               an EVM node's JSON-RPC; default: the embedded chain, kept by `muhr serve`
MUHR_PASSWORD_FILE           of the keys; default: a random one in the home folder
MUHR_HOST, MUHR_PORT         where the API listens; default 127.0.0.1:8000
MUHR_PUBLIC_URL              how people reach it; default: what `muhr init` was told, else http://HOST:PORT
MUHR_PROXIES                 addresses or networks of proxies in front, which tell who asks; spaces between
MUHR_CONNECTIONS             at a time; default 1024, or as many as the system lets a process have
MUHR_ADDRESS_CONNECTIONS     of them, of one address; default 512
MUHR_NODES                   chain nodes that people may ask, for deployment.json; URLs with spaces between
MUHR_CONTACT                 mail address or https URL of whoever runs it, for error pages and security.txt
MUHR_SMTP                    server for mail, smtps://NAME@HOST or smtp://NAME@HOST:587; default: none is sent
MUHR_SMTP_PASSWORD_FILE      with the password for it
MUHR_MAIL_FROM               address that mail comes from
MUHR_PUSH                    on: readers' browsers may be told by pushes that there is news; default off
MUHR_LCP, MUHR_LCP_PASSWORD_FILE, MUHR_LCP_PROVIDER    license server of Readium LCP; docs/interfaces.md
MUHR_IPFS                    where content is kept: `folder`, URLs of Kubo nodes' RPC, or both; spaces between
MUHR_COPIES                  how many of these must hold what is taken in; default all
MUHR_FIXITY_DAYS             between two checks of all that is kept; default 30; 0: only when asked
MUHR_FIXITY_MIB_A_SECOND     that such a check reads; default 20
MUHR_KEEP_GIB, MUHR_KEEP_MEMBER_GIB, MUHR_KEEP_MIB_A_SECOND    of members' content; docs/consortium.md
MUHR_MEDIA_A_MINUTE          files that are read to find what they are; default 30; 0: none
MUHR_TOLD_HOSTS              of the own network or on http, that may be told of changes, and asked as members
                             of a consortium: host or host:port;
                             spaces between; default: none, only https at public addresses
MUHR_SEARCHES_A_MINUTE       of one address, in all libraries of a consortium; default 30
MUHR_RECOMMENDATIONS         on or off: whether what is near to a resource is computed and shown; default on
MUHR_WALLETS                 any: whoever has a wallet can become a reader; default none
MUHR_EVENT_ROOMS             rooms online for events, NAME=https://HOST/PATH/{room}; spaces between
MUHR_ARK_NAAN                number under which the library gives ARKs, from arks.org; default: it gives none
MUHR_LARGEST_RESOURCE_BYTES  default 4 GiB
MUHR_LARGEST_MARKED_MIB      of which copies are made where a license asks that they be marked; default 64
MUHR_CONFIRMATIONS           blocks until an event counts; default 1; by URL, what the chain has finalized
MUHR_ANCHOR_SECONDS          least time between two anchors; default 2
MUHR_LEASE_SECONDS           after how long another worker leads if one is killed; default 30, at least 5
MUHR_MAX_FEE_GWEI            most to offer for a unit of gas; default 500
MUHR_RELAYER_BUDGET          most to pay for gas in 30 days, in the chain's coin, such as 0.25; default: all
MUHR_RAISE_SECONDS           until a transaction whose offer became too low is raised; default 24
MUHR_REST_SECONDS            without a round, or a block that is waited for; then it is told; default 60
MUHR_LAG_SECONDS             for which an entry may wait for its anchor; then it is told; default 600
MUHR_LARGEST_MANIFEST_BYTES  of imports through the API; default 1 GiB
MUHR_WAITING_IMPORTS         of one caller, queued or running; default 10
MUHR_ERASED                  files of the list of erased readers, on disks that fail apart; spaces between;
                             default: erased in the folder of the keys
MUHR_REWRITE_HOURS           after an erasure, until the database's files are written anew; default 1
MUHR_RETENTION_DAYS          for which private parts of openings are kept; default 730; 0: for ever
MUHR_REPORT_DAYS             how long an import that ended is remembered; default 30
MUHR_POLICY                  file with the witnesses to ask; default: tlog-policy in the home folder
MUHR_WITNESS_HOME            folder of `muhr witness`; default: witness in the home folder
MUHR_OWN_WITNESS             key and address of a witness of ours, for ledgers copied here; default none
MUHR_NODE_MODULES            folder of npm packages: ganache, and what shows files; default: the project's own
MUHR_API, MUHR_TOKEN, MUHR_RPC, MUHR_DEPLOYMENT    for the commands that talk to a service
MUHR_LANG                    of commands: en, ru, uz or uz-Cyrl; default: the locale's, else en
MUHR_DEBUG                   any value: failures of commands show their tracebacks
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ledger_service.domain import setting_forms
from ledger_service.domain.chain.accounts.coin import parse_coin
from ledger_service.domain.chain.deployment import OWN_NODE
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.event_rooms import parse_rooms
from ledger_service.domain.publication.public_address import is_own_machine
from ledger_service.messages.languages import of_locale
from ledger_service.ports.content import Places
from ledger_service.ports.publication import MailServer
from ledger_service.services.limits import ConnectionLimits, Limits

DAY_SECONDS, HOUR_SECONDS = 86_400, 3600
MIB, GIB = 1024**2, 1024**3
SHORTEST_LEASE_SECONDS = 5  # a worker renews it between rounds, and waits 2 s after one that failed
MOST_DIGITS = 18  # of a setting that is a number
LARGEST_PORT = 65_535
PUBLIC_URL_FILE = "public-url"
MAIL_PORTS = {"smtps": 465, "smtp": 587}
BLOCKS, FOLDER = "blocks", "folder"  # in the home; among the places of content
PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Config:
    """Settings of one library, or of one caller of a library."""

    home: Path
    database_url: str
    chain_url: str | None
    password_file: Path
    host: str
    port: int
    public_url: str
    listed_nodes: tuple[str, ...]
    contact: str
    node_modules: Path
    mail: MailServer | None
    pushes: bool
    license_server: tuple[str, str, str]  # address, file with its password, library's name there
    content: Places
    limits: Limits
    connections: ConnectionLimits
    api: str
    token: str | None
    rpc: str | None
    deployment: Path
    policy: Path
    witness_home: Path
    own_witness: str
    erasure_lists: tuple[Path, ...]
    told_hosts: tuple[str, ...]

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def blocks(self) -> Path:
        return self.home / BLOCKS

    @property
    def imports(self) -> Path:
        """Manifests of the imports that the service runs, until they have ended."""
        return self.home / "imports"

    @property
    def mirrors(self) -> Path:
        """Copies of other libraries' ledgers; they can be made again, and no backup has them."""
        return self.home / "mirrors"

    @property
    def chain_folder(self) -> Path:
        return self.home / "chain"

    @property
    def chain_settings(self) -> Path:
        """The embedded chain's id and port, chosen once by `muhr init`."""
        return self.home / "chain.json"

    @property
    def join_request(self) -> Path:
        """What the library sent to the council of a consortium, if it is to be a member of one."""
        return self.home / "join-request.json"

    @property
    def charter(self) -> Path:
        """The charter of the consortium that the library is a member of; no file for one that is alone."""
        return self.home / "consortium.json"

    @property
    def own_deployment(self) -> Path:
        """The deployment of this machine's own library; `deployment` is what a verifier pins."""
        return self.home / "deployment.json"

    @property
    def former_deployments(self) -> Path:
        """The deployments of contracts that this machine's own library has left: 1.json is the first."""
        return self.home / "former"

    @property
    def kept_logs(self) -> Path:
        """Logs of chains that this machine's verifier and auditor have read whole."""
        return self.home / "logs"

    @property
    def public_url_file(self) -> Path:
        """The address that `muhr init` was told, one line."""
        return self.home / PUBLIC_URL_FILE

    @property
    def nodes(self) -> tuple[str, ...]:
        """URLs of nodes that people may ask: those listed, and the service's own if people reach it."""
        own = () if is_own_machine(self.public_url) else (self.public_url + OWN_NODE,)
        return self.listed_nodes + own

    @property
    def known_chain_url(self) -> str | None:
        """The configured chain, or where the embedded one was reached last; None for neither."""
        if self.chain_url is not None or not self.chain_settings.exists():
            return self.chain_url
        return f"http://127.0.0.1:{json.loads(self.chain_settings.read_text())['port']}"


def wants_tracebacks() -> bool:
    """Return whether commands show the traceback of a failure."""
    return bool(os.environ.get("MUHR_DEBUG"))


def language(environment: Mapping[str, str] | None = None) -> str:
    """Return the language in which commands speak."""
    return of_locale(os.environ if environment is None else environment)


def load(environment: Mapping[str, str] | None = None) -> Config:
    """Return the configuration of an environment; the process's own if none is given."""
    values = os.environ if environment is None else environment

    def text(name: str, default: str) -> str:
        return values.get("MUHR_" + name) or default

    def number(name: str, default: int) -> int:
        given = text(name, str(default))
        if not given.isascii() or not given.isdigit() or len(given) > MOST_DIGITS:
            raise InvalidInput("setting-not-a-number", name=name, given=given[:40])
        return int(given)

    home = Path(text("HOME", str(Path.home() / ".muhr"))).absolute()
    host, port = text("HOST", "127.0.0.1"), _port(number("PORT", 8000))
    own_url, chain_url = f"http://{host}:{port}", values.get("MUHR_CHAIN_URL") or None
    return Config(
        home=home,
        database_url=text("DATABASE_URL", f"sqlite:///{home / 'muhr.db'}"),
        chain_url=chain_url,
        password_file=Path(text("PASSWORD_FILE", str(home / "keys" / "password"))),
        host=host,
        port=port,
        public_url=_public_url(text, _kept(home / PUBLIC_URL_FILE) or own_url),
        listed_nodes=tuple(web_address("NODES", url) for url in text("NODES", "").split()),
        contact=setting_forms.contact(text("CONTACT", "")),
        node_modules=Path(text("NODE_MODULES", str(PROJECT / "node_modules"))).absolute(),
        mail=_mail(text),
        pushes=_pushes(text),
        license_server=(text("LCP", ""), text("LCP_PASSWORD_FILE", ""), text("LCP_PROVIDER", "")),
        content=_places(home / BLOCKS, text("IPFS", "").split() or [FOLDER], number("COPIES", 0)),
        limits=replace(
            _limits(number, chain_url),
            relayer_budget=parse_coin("RELAYER_BUDGET", text("RELAYER_BUDGET", "")),
            recommends=_is_on(text, "RECOMMENDATIONS", "on"),
            takes_wallets=setting_forms.takes_wallets(text("WALLETS", "none")),
            ark_naan=setting_forms.ark_naan(text("ARK_NAAN", "")),
            event_rooms=parse_rooms(text("EVENT_ROOMS", "")),
        ),
        connections=_connections(number, text("PROXIES", "").split()),
        api=text("API", own_url).rstrip("/"),
        token=values.get("MUHR_TOKEN") or None,
        rpc=values.get("MUHR_RPC") or None,
        deployment=Path(text("DEPLOYMENT", str(home / "deployment.json"))),
        policy=Path(text("POLICY", str(home / "tlog-policy"))),
        witness_home=Path(text("WITNESS_HOME", str(home / "witness"))),
        own_witness=text("OWN_WITNESS", ""),
        erasure_lists=_files(text("ERASED", ""), home / "keys" / "erased"),
        told_hosts=tuple(text("TOLD_HOSTS", "").split()),
    )


def web_address(name: str, given: str) -> str:
    """Return a setting that is a web address, without a slash at the end; raise InvalidInput for another."""
    if not re.fullmatch(r"https?://[^\s?#]+", given):
        raise InvalidInput("setting-not-an-address", name=name, given=given[:80])
    return given.rstrip("/")


def _public_url(text: Callable[[str, str], str], default: str) -> str:
    return web_address("PUBLIC_URL", text("PUBLIC_URL", default))


def _files(given: str, default: Path) -> tuple[Path, ...]:
    """Return a setting that names files, with spaces between; the default alone if it names none."""
    return tuple(Path(file).absolute() for file in given.split() or [str(default)])


def _places(folder: Path, named: list[str], copies: int) -> Places:
    """Return where content is kept; copies: 0 for as many as there are places."""
    nodes = tuple(dict.fromkeys(_node(name) for name in named if name != FOLDER))
    in_folder = FOLDER in named
    places = in_folder + len(nodes)
    if copies > places:
        raise InvalidInput("setting-too-many-copies", given=copies, places=places)
    return Places(str(folder), in_folder, nodes, copies or places)


def _node(given: str) -> str:
    """Return a setting that is the address of a node's RPC; raise InvalidInput for another."""
    address = web_address("IPFS", given)
    try:
        names_server = bool(urlsplit(address).hostname) and urlsplit(address).port != 0
    except ValueError:
        names_server = False
    if not names_server:
        raise InvalidInput("setting-not-an-address", name="IPFS", given=given[:80])
    return address


def _kept(file: Path) -> str:
    """Return the line of a file; nothing if there is none."""
    return file.read_text("utf-8").strip() if file.exists() else ""


def _limits(number: Callable[[str, int], int], chain_url: str | None) -> Limits:
    limits = Limits()
    return Limits(
        largest_resource_bytes=number("LARGEST_RESOURCE_BYTES", limits.largest_resource_bytes),
        largest_marked_bytes=MIB * number("LARGEST_MARKED_MIB", limits.largest_marked_bytes // MIB),
        opening_seconds=limits.opening_seconds,
        confirmations=_confirmations(number("CONFIRMATIONS", 0), chain_url),
        anchor_seconds=number("ANCHOR_SECONDS", limits.anchor_seconds),
        lease_seconds=max(SHORTEST_LEASE_SECONDS, number("LEASE_SECONDS", limits.lease_seconds)),
        most_fee_gwei=max(1, number("MAX_FEE_GWEI", limits.most_fee_gwei)),
        raise_seconds=number("RAISE_SECONDS", limits.raise_seconds),
        rest_seconds=number("REST_SECONDS", limits.rest_seconds),
        lag_seconds=number("LAG_SECONDS", limits.lag_seconds),
        largest_manifest_bytes=number("LARGEST_MANIFEST_BYTES", limits.largest_manifest_bytes),
        waiting_imports=number("WAITING_IMPORTS", limits.waiting_imports),
        rewrite_seconds=number("REWRITE_HOURS", limits.rewrite_seconds // HOUR_SECONDS)
        * HOUR_SECONDS,
        retention_seconds=number("RETENTION_DAYS", limits.retention_seconds // DAY_SECONDS)
        * DAY_SECONDS,
        report_seconds=number("REPORT_DAYS", limits.report_seconds // DAY_SECONDS) * DAY_SECONDS,
        fixity_seconds=number("FIXITY_DAYS", limits.fixity_seconds // DAY_SECONDS) * DAY_SECONDS,
        fixity_bytes_a_second=MIB
        * max(1, number("FIXITY_MIB_A_SECOND", limits.fixity_bytes_a_second // MIB)),
        loans_of_reader=number("READER_LOANS", limits.loans_of_reader),
        requests_of_reader=number("READER_REQUESTS", limits.requests_of_reader),
        line_places=number("LINE_PLACES", limits.line_places),
        pick_up_seconds=number("PICK_UP_SECONDS", limits.pick_up_seconds),
        end_notice_seconds=number("END_NOTICE_DAYS", limits.end_notice_seconds // DAY_SECONDS)
        * DAY_SECONDS,
        request_seconds=number("REQUEST_DAYS", limits.request_seconds // DAY_SECONDS) * DAY_SECONDS,
        copied_bytes=GIB * number("KEEP_GIB", limits.copied_bytes // GIB),
        copied_bytes_each=GIB * number("KEEP_MEMBER_GIB", limits.copied_bytes_each // GIB),
        copied_a_second=MIB * max(1, number("KEEP_MIB_A_SECOND", limits.copied_a_second // MIB)),
        media_a_minute=number("MEDIA_A_MINUTE", limits.media_a_minute),
        searches_a_minute=number("SEARCHES_A_MINUTE", limits.searches_a_minute),
    )


def _connections(number: Callable[[str, int], int], proxies: list[str]) -> ConnectionLimits:
    limits = ConnectionLimits()
    for proxy in proxies:
        try:
            ip_network(proxy)
        except ValueError as exc:
            raise InvalidInput("setting-not-a-network", name="PROXIES", given=proxy[:80]) from exc
    return ConnectionLimits(
        connections=max(1, number("CONNECTIONS", limits.connections)),
        of_address=max(1, number("ADDRESS_CONNECTIONS", limits.of_address)),
        proxies=tuple(proxies),
    )


def _confirmations(given: int, chain_url: str | None) -> int | None:
    """Return what is set; else one block of the embedded chain, which no other node replaces."""
    return given or (1 if chain_url is None else None)


def _is_on(text: Callable[[str, str], str], name: str, default: str) -> bool:
    given = text(name, default)
    if given not in ("on", "off"):
        raise InvalidInput("setting-not-on-or-off", name=name, given=given[:40])
    return given == "on"


def _pushes(text: Callable[[str, str], str]) -> bool:
    """Return whether browsers are told of news, for which their makers want to know whom to ask."""
    is_on = _is_on(text, "PUSH", "off")
    if is_on and not text("CONTACT", ""):
        raise InvalidInput("setting-pushes-without-contact")
    return is_on


def _port(number: int) -> int:
    if number > LARGEST_PORT:
        raise InvalidInput("setting-not-a-number", name="PORT", given=str(number))
    return number


def _mail(text: Callable[[str, str], str]) -> MailServer | None:
    """Return the server for mail; None if none is set."""
    given = text("SMTP", "")
    if not given:
        return None
    sender, file = text("MAIL_FROM", ""), text("SMTP_PASSWORD_FILE", "")
    try:
        parts = urlsplit(given)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    is_address = re.fullmatch(r"[!-~]+@[A-Za-z0-9.-]+", sender)
    if not host or parts.scheme not in MAIL_PORTS or parts.password is not None or not is_address:
        raise InvalidInput("setting-not-a-mail-server")
    return MailServer(
        host=host,
        port=port or MAIL_PORTS[parts.scheme],
        sender=sender,
        is_encrypted=parts.scheme == "smtps",
        is_own_machine=is_own_machine(f"http://{parts.netloc.rpartition('@')[2]}"),
        login=unquote(parts.username or ""),
        password=Path(file).read_text("utf-8").strip() if file else "",
    )
