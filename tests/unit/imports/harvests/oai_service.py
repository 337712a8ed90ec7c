"""An OAI-PMH service on loopback that answers as a test says, as real ones do and as they should not."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

PAGE = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
<responseDate>2026-11-29T05:00:00Z</responseDate><ListRecords>{}
<resumptionToken>{}</resumptionToken></ListRecords></OAI-PMH>"""
RECORD = """<record><header{}><identifier>oai:l:{}</identifier></header><metadata>
<dc xmlns="http://purl.org/dc/elements/1.1/"><title>Xamsa</title><creator>Navoiy</creator>
<identifier>https://l.example/files/{}</identifier><language>uz</language></dc></metadata></record>"""
ERROR = (
    """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="{}">x</error></OAI-PMH>"""
)

CONDITIONS = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
Query = dict[str, str]


class Sent(NamedTuple):
    """What the service answers."""

    body: str | bytes
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})


Answering = Callable[[str, Query], Sent | str]


def record(name: str, title: str = "Xamsa", extra: str = "", about: str = "") -> str:
    """Return a record of the file of this name."""
    made = RECORD.format("", name, name).replace("Xamsa", title)
    made = made.replace("<language>", f"{extra}<language>")
    return made.replace("</metadata>", f"</metadata>{about}")


@contextmanager
def answering(answer: Answering, asked: list[Query] | None = None) -> Iterator[str]:
    """Yield the URL of a service that answers so. asked: takes the query of each request."""

    class Handler(http.server.BaseHTTPRequestHandler):
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            if asked is not None:
                asked.append(query)
            given = answer(parts.path, query)
            sent = given if isinstance(given, Sent) else Sent(given)
            for asks, tells in CONDITIONS.items():
                if asks in self.headers and self.headers[asks] == sent.headers.get(tells):
                    sent = Sent("", 304)
            body = sent.body.encode() if isinstance(sent.body, str) else sent.body
            self.send_response(sent.status)
            for name, value in sent.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/oai"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def oai_service(pages: dict[str, str]) -> Iterator[str]:
    """Serve each page by its resumption token; the first has none."""
    with answering(lambda _, query: pages[query.get("resumptionToken", "")]) as url:
        yield url
