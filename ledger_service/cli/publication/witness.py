"""Commands for who runs a witness of other institutions' ledgers."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from ledger_service import config as configuration
from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.adapters.witness_store import SqliteWitnessStore
from ledger_service.cli.output import Command, as_json, print_json, say
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.ledger.checkpoint import VerifierKey, check_key_name
from ledger_service.domain.publication.cosignature import WitnessKey
from ledger_service.services.limits import ConnectionLimits

CONNECTIONS = ConnectionLimits(connections=128, of_address=32)


@click.group()
def witness() -> None:
    """Run a witness: it cosigns ledgers that only grow, and refuses any other."""


@witness.command(cls=Command)
@click.option("--name", help="Its key's name, e.g. witness.example.uz/w1; needed the first time.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65_535))
def serve(name: str | None, host: str, port: int) -> None:
    """Serve POST /add-checkpoint. Makes the key file at the first start."""
    from ledger_service.api.publication.witness import make_witness_app
    from ledger_service.listening.server import GuardedServer
    from ledger_service.logs import write_logs
    from ledger_service.services.publication.cosign_checkpoint import cosign_checkpoint
    from ledger_service.setup import clock

    folder = _folder()
    signer = _signer(folder, name)
    write_logs()
    store = SqliteWitnessStore(folder / "witness.db")
    say(f"The witness serves at http://{host}:{port}; ledgers known: {len(store.all())}")
    say(f"Its key, for policies: {_key(signer).format()}")
    app = make_witness_app(
        lambda body: cosign_checkpoint(store, signer, clock, body, check_ed25519)
    )
    with suppress(KeyboardInterrupt):
        GuardedServer(app, host, port, CONNECTIONS).run()


@witness.command(cls=Command)
@click.argument("log_key")
def add(log_key: str) -> None:
    """Know a ledger from now on, by its key: `key` in its deployment.json."""
    key = VerifierKey.parse(log_key)
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = SqliteWitnessStore(folder / "witness.db")
    known = next((other for other, _, _ in store.all() if other.name == key.name), None)
    if known is not None and known != key:
        raise InvalidInput("witness-key-differs", name=key.name, key=known.format())
    store.add(key)
    say(f"{key.name} is cosigned from now on.")


@witness.command(cls=Command)
@as_json
def show(as_json: bool) -> None:
    """Show the witness's key and the ledgers that it knows."""
    folder = _folder()
    key = _key(_signer(folder, None)).format()
    logs = SqliteWitnessStore(folder / "witness.db").all()
    if as_json:
        rows = [{"key": log.format(), "size": size, "cosigned_at": at} for log, size, at in logs]
        print_json({"key": key, "ledgers": rows})
        return
    say(key)
    for log, size, at in logs:
        when = datetime.fromtimestamp(at, UTC).isoformat() if at else "never"
        say(f"{log.name}  size {size}, cosigned last: {when}")


def _folder() -> Path:
    return configuration.load().witness_home


def _signer(folder: Path, name: str | None) -> Ed25519Signer:
    """Return the witness's signer, made now if a name is given and there is none yet."""
    from ledger_service.adapters.keys import KeyFolder

    keys = KeyFolder(folder, folder / "password")
    if name is not None:
        check_key_name(name)  # before anything is written
        keys.create_witness(name)
    signer = keys.witness_signer()
    if name not in (None, signer.key.name):
        raise InvalidInput("other-witness", name=signer.key.name)
    return signer


def _key(signer: Ed25519Signer) -> WitnessKey:
    return WitnessKey(signer.key.name, signer.key.public_key)


commands = (witness,)
