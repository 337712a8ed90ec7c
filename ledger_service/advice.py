"""Composition: what an operator is warned of when a library starts."""

from __future__ import annotations

from ledger_service.config import Config
from ledger_service.domain.publication.policy import Policy
from ledger_service.domain.publication.public_address import is_loopback, is_own_machine
from ledger_service.domain.reasons import Reason
from ledger_service.setup import ledger_prefix, load_deployment


def address_warnings(config: Config, policy: Policy) -> list[Reason]:
    """Return what keeps other people from reaching the service where it says that it is, or safely."""
    if is_own_machine(config.public_url):
        return [*_plain_http(config), Reason("address-own-machine", {"url": config.public_url})]
    address = ledger_prefix(config)
    named = [log.url for log in policy.logs if log.key.format() == load_deployment(config).key]
    moved = [
        Reason("address-moved", {"named": url, "address": address, "file": str(config.policy)})
        for url in named
        if url is not None and url != address
    ]
    return [*_plain_http(config), *moved]


def _plain_http(config: Config) -> list[Reason]:
    """Return a warning if others can read tokens on their way: no TLS, and no proxy that has it."""
    if not is_loopback(config.host) and not config.connections.proxies:
        return [Reason("plain-http.listens", {"host": config.host, "port": config.port})]
    if config.public_url.startswith("http://") and not is_own_machine(config.public_url):
        return [Reason("plain-http.address", {"url": config.public_url})]
    return []
