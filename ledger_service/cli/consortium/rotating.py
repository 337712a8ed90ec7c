"""What the council does with a library's request to replace one of its accounts."""

from __future__ import annotations

from pathlib import Path

from ledger_service.adapters.consortium.charter_file import read_charter
from ledger_service.adapters.given_files import read_given
from ledger_service.cli.consortium.acting import Signing, node_of, put_forward
from ledger_service.cli.output import tell
from ledger_service.domain import foreign_text
from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.consortium.join_request import JoinRequest
from ledger_service.domain.consortium.rotation_request import RotationRequest
from ledger_service.domain.errors import InvalidRotateRequest

OLDEST_SECONDS = 30 * 86_400  # a request; it is made anew by the same command
AHEAD_SECONDS = 86_400  # that a library's clock may be


def rotate_by_request(
    file: Path, charter_file: Path, signing: Signing, joined_file: Path | None, since: int | None
) -> None:
    """Put forward what a request asks for, if all three keys signed it and the chain agrees.

    joined_file: the institution's request to join, whose ledger key has to be the same.
    """
    from ledger_service.adapters.evm.consortium.council import council_delay
    from ledger_service.adapters.evm.consortium.replacing import Replacement, replacing
    from ledger_service.adapters.evm.relaying import is_signed_by_key
    from ledger_service.adapters.signer import check_ed25519

    charter = read_charter(charter_file)
    text = foreign_text.parse(read_given(file))
    asked = RotationRequest.parse(text, check_ed25519, is_signed_by_key)
    if asked.charter != charter.digest:
        raise InvalidRotateRequest("other-charter", name=asked.name)
    if joined_file is None:
        tell("cli.council.compare-key", err=True, key=asked.key.format())
    else:
        joined = JoinRequest.parse(foreign_text.parse(read_given(joined_file)), check_ed25519)
        if (joined.key, joined.uri) != (asked.key, asked.uri):
            raise InvalidRotateRequest("other-key", name=joined.name)
    node = node_of(charter)
    if not -AHEAD_SECONDS <= node.block().time - asked.at <= OLDEST_SECONDS:
        raise InvalidRotateRequest("old")
    delay = council_delay(node, charter) if charter.has_council else 0
    wanted = Replacement(asked.steward, asked.ledger, asked.role, asked.present, asked.successor)
    acts = replacing(node, charter, wanted, delay=delay, since=since)
    if not acts:
        raise InvalidRotateRequest("done")
    institution = f"{asked.name} <{asked.uri}>"
    accounts = checksummed(asked.present), checksummed(asked.successor)
    present, successor = accounts
    tell(
        "cli.council.rotation",
        err=signing.unsigned,
        who=institution,
        role=asked.role,
        present=present,
        successor=successor,
    )
    names = {asked.steward.hex(): institution, asked.ledger.hex(): asked.key.name}
    put_forward(charter, signing, acts, names)
