"""Files that commands are pointed at: what is good, what is broken, and what is no file."""

from __future__ import annotations

import gzip
import json
import os
import socket
from pathlib import Path

from scripts.strangers.ground import OPEN_BOOK, Ground

DEEP = b"[" * 100_000
BOMB_BYTES = 64 * 1024 * 1024


def fill(folder: Path, ground: Ground) -> list[str]:
    """Put files, and what is none, into a folder that does not exist yet; return their names."""
    folder.mkdir(parents=True)
    digest, grant = ground.known["digest"], ground.known["grant"]
    get = ground.library.get_public
    line = {"digest": digest, "cid": ground.known["cid"], "title": "a", "size": 1}
    files = {
        b"book.txt": OPEN_BOOK,
        b"receipt.json": get(f"/api/v1/resources/{digest}/receipt"),
        b"deployment.json": get("/api/v1/deployment"),
        b"policy": get("/muhr/tlog-policy"),
        b"token": ground.token("registrar").encode(),
        b"lines.jsonl": json.dumps(line).encode() + b"\n",
        b"lines.csv": b"digest,title,size\n" + digest.encode() + b",a,1\n",
        b"draft.json": json.dumps({"type": "Withdraw", "message": {"digest": digest}}).encode(),
        b"records.xml": b"<collection xmlns='http://www.loc.gov/MARC21/slim'><record/></collection>",
        b"records.mrc": b"00026nam a2200025 a 4500\x1e\x1d",
        b"entities.xml": b"<!DOCTYPE a [<!ENTITY b 'x'>]><a>&b;</a>",
        b"empty": b"",
        b"nul": b"\0" * 100,
        b"deep.json": DEEP,
        b"not-utf-8": b"\xff\xfe{\xed\xa0\x80",
        b"bomb.json.gz": gzip.compress(b" " * BOMB_BYTES, 1),
        b"half.json.gz": gzip.compress(b"{}")[:-5],
        b"stub.pdf": b"%PDF-1.4\n1 0 obj\n<< /Length 99999 >>\nstream\n",
        b"grant": grant.encode(),
        b"wide.csv": b"a," * 5000 + b"\n",
        b"\xff\xfe name": b"bytes for a name",
        b"-o": b"a name as an option",
        b"a\x1b[2J\nmuhr: ok": b"a name that acts",
    }
    where = os.fsencode(folder)
    for name, data in files.items():
        with open(where + b"/" + name, "wb") as file:
            file.write(data)
    (folder / "locked").write_bytes(b"x")
    (folder / "locked").chmod(0)
    os.mkfifo(folder / "pipe")
    (folder / "dangling").symlink_to("nothing")
    (folder / "round").symlink_to(".")
    (folder / "itself").symlink_to("itself")
    (folder / "folder").mkdir()
    (folder / "folder" / "bagit.txt").write_bytes(b"BagIt-Version: 9\n")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / "door"))
    others = [
        "locked",
        "pipe",
        "dangling",
        "round",
        "itself",
        "folder",
        "door",
        "nothing",
        ".",
        "/dev/null",
        "",
    ]
    return [os.fsdecode(name) for name in files] + others
