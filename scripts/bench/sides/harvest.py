"""Harvest a service of OAI-PMH as fast as it answers, or ask it so many times a minute.

    python -m scripts.bench.sides.harvest all URL [MOST_RECORDS]
    python -m scripts.bench.sides.harvest often URL REQUESTS_A_MINUTE SECONDS

prints as JSON: records, bytes, seconds; or answers by status, and seconds. Answers are read and counted, and
not parsed, so that it is the server whose speed is measured.
"""

from __future__ import annotations

import html
import http.client
import json
import re
import sys
import threading
import time
from collections import Counter
from urllib.parse import quote, urlsplit

FIRST = "verb=ListRecords&metadataPrefix=oai_dc"
CLIENTS = 8
_TOKEN = re.compile(rb"<resumptionToken[^<>]*>([^<]+)</resumptionToken>")
END_BYTES = 2000  # of an answer, where its token stands


def harvest(url: str, most: int) -> dict[str, float]:
    """Return how many records came, and how long that took; most: to end after so many."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=600)
    records = size = 0
    asked, begun = FIRST, time.perf_counter()
    while asked and records < most:
        connection.request("GET", f"{parts.path}?{asked}")
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"The service answered {answer.status}.")
        records += body.count(b"<record>")
        size += len(body)
        token = _TOKEN.search(body[-END_BYTES:])
        text = html.unescape(token[1].decode()) if token else ""
        asked = f"verb=ListRecords&resumptionToken={quote(text)}" if text else ""
    return {"records": records, "bytes": size, "seconds": time.perf_counter() - begun}


def ask_often(url: str, a_minute: float, seconds: float) -> dict[str, object]:
    """Return how requests for a page were answered that were begun at this rate."""
    parts, found = urlsplit(url), Counter[str]()
    begun = time.perf_counter()
    numbers, lock = iter(range(int(a_minute * seconds / 60))), threading.Lock()

    def ask() -> None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None or time.perf_counter() > begun + seconds:
                return
            time.sleep(max(0, begun + number * 60 / a_minute - time.perf_counter()))
            connection.request("GET", f"{parts.path}?{FIRST}")
            answer = connection.getresponse()
            answer.read()
            found[str(answer.status)] += 1

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"answers": dict(found), "seconds": time.perf_counter() - begun}


if __name__ == "__main__":
    if sys.argv[1] == "all":
        print(json.dumps(harvest(sys.argv[2], int(sys.argv[3]) if sys.argv[3:] else 2**40)))
    else:
        print(json.dumps(ask_often(sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))))
