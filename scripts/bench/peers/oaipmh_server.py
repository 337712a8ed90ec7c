"""The PyPI package `oaipmh` as a server over the same database, as its own documentation wires one.

    oaipmh_server.py DATABASE PORT RECORDS_A_PAGE

Its tokens hold an offset, so the database is asked for rows behind an offset. It serves until its input ends.
"""

from __future__ import annotations

import http.server
import sqlite3
import sys
import threading
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from oaipmh import common, metadata
from oaipmh.server import BatchingServer, oai_dc_writer

ROWS = """SELECT r.digest, r.title, r.creator, r.language, r.media_type, r.accepted_at, r.state, l.name, l.uri
FROM registration r JOIN license l ON l.id = r.license ORDER BY r.accepted_entry LIMIT ? OFFSET ?"""
GONE = ("withdrawing", "withdrawn", "rejected")


class Records:
    """What the package asks of whoever has records."""

    def __init__(self, database: str, url: str) -> None:
        self._database = database
        self._url = url
        self._own = threading.local()

    def identify(self) -> common.Identify:
        start = datetime(2020, 1, 1)
        return common.Identify(
            "Peer",
            self._url,
            "2.0",
            ["a@b.example"],
            start,
            "persistent",
            "YYYY-MM-DDThh:mm:ssZ",
            [],
        )

    def listRecords(  # noqa: N802 - the package's own name
        self, cursor: int = 0, batch_size: int = 10, **_: object
    ) -> list[object]:
        if not hasattr(self._own, "database"):
            self._own.database = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)
        rows = self._own.database.execute(ROWS, (batch_size, cursor)).fetchall()
        return [self._record(*row) for row in rows]

    def _record(
        self, digest: bytes, title: str, creator: str, language: str, kind: str, at: int, state: str,
        license_name: str, uri: str,
    ) -> tuple[object, object, None]:  # fmt: skip
        named = digest.hex()
        header = common.Header(
            None,
            f"oai:peer:{named}",
            datetime.utcfromtimestamp(at),
            [f"license-{license_name}"],
            state in GONE,
        )
        said = {
            "title": [title],
            "creator": [creator],
            "identifier": [
                f"{self._url}/resources/{named}",
                f"hash://sha256/{named}",
                f"{self._url}/resources/{named}/content",
            ],
            "publisher": ["Library"],
            "format": [kind],
            "type": ["Text"],
            "language": [language],
            "rights": ["info:eu-repo/semantics/openAccess", uri, license_name],
        }
        return header, common.Metadata(None, said), None


def main(database: str, port: int, records_a_page: int) -> None:
    """Serve until nobody listens."""
    url = f"http://127.0.0.1:{port}/oai"
    registry = metadata.MetadataRegistry()
    registry.registerWriter("oai_dc", oai_dc_writer)
    server = BatchingServer(Records(database, url), registry, resumption_batch_size=records_a_page)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body leave together

        def do_GET(self) -> None:
            body = server.handleRequest(dict(parse_qsl(urlsplit(self.path).query)))
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: it would be among the figures."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        print("ready", flush=True)
        for _ in sys.stdin:
            print("there", flush=True)
        listening.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
