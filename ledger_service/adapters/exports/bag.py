"""BagIt bags (RFC 8493): resources as the payload, what the library says of them as tag files.

data/NAME                         the resources
muhr/claims.jsonl                 what was claimed of each, which `muhr import` reads
muhr/DIGEST/receipt.json …        an account of each, see domain/exports/account
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from ledger_service import __version__
from ledger_service.adapters.exports.parcel import Parcel
from ledger_service.adapters.exports.unfinished import whole_folder, write_files, write_payload
from ledger_service.domain import canonical_json
from ledger_service.domain.exports.account import FOLDER, Account

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def write_bag(folder: Path, parcels: Sequence[Parcel], day: str) -> None:
    """Make a bag of resources, at least one; it appears when it is whole. day: as 2026-11-29.

    Raises:
        ExportInTheWay: the folder holds something.
        ContentNotFound, ContentCorrupt, ContentStoreUnavailable: bytes cannot be read.
    """
    with whole_folder(folder) as made:
        payload = made / "data"
        payload.mkdir()
        lines, claims = [], []
        for account, pieces in parcels:
            path = payload / account.file_name
            sums = write_payload(path, pieces(), account.digest, ["sha256"])
            lines.append(f"{sums['sha256']}  data/{path.name}\n")
            claim = {"path": f"data/{path.name}", **account.claim()}
            claims.append(canonical_json.canonicalize(claim) + b"\n")
            write_files(made / FOLDER / account.digest.hex(), account.files())
        write_files(made / FOLDER, {"claims.jsonl": b"".join(claims)})
        size = sum(path.stat().st_size for path in payload.iterdir())
        texts = {
            "bagit.txt": DECLARATION,
            "bag-info.txt": _info([account for account, _ in parcels], size, day),
            "manifest-sha256.txt": "".join(lines),
        }
        write_files(made, {name: text.encode() for name, text in texts.items()})
        tags = sorted(
            path for path in made.rglob("*") if path.is_file() and payload not in path.parents
        )
        sums_of_tags = "".join(
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(made)}\n"
            for path in tags
        )
        write_files(made, {"tagmanifest-sha256.txt": sums_of_tags.encode()})


def _info(accounts: Sequence[Account], size: int, day: str) -> str:
    first = accounts[0]
    tags = [
        ("Source-Organization", first.steward[0]),
        ("Internal-Sender-Description", f"From the ledger {first.origin}"),
        *(("External-Identifier", account.uri) for account in accounts),
        *(("External-Description", account.registration.record.title) for account in accounts),
        ("Bagging-Date", day),
        ("Payload-Oxum", f"{size}.{len(accounts)}"),
        ("Bag-Software-Agent", f"Muhr {__version__}"),
    ]
    return "".join(f"{label}: {value}\n" for label, value in tags)
