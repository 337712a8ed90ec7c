"""Tantivy over the same records and words: argv names a file of records and one of queries, both JSON.

Each line that is sent asks for one round; the answer is JSON with the median microseconds of each kind.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import tantivy

ROWS = 20


def make_index(folder: str, records: Path) -> tantivy.Index:
    """Return an index of records, each a list of its number, its title and its creator, as keys."""
    schema = tantivy.SchemaBuilder()
    schema.add_integer_field("number", stored=True)
    for name in ("title", "creator"):
        schema.add_text_field(name, stored=False, tokenizer_name="whitespace")
    index = tantivy.Index(schema.build(), path=folder)
    writer = index.writer(128_000_000)
    with records.open(encoding="utf-8") as lines:
        for line in lines:
            number, title, creator = json.loads(line)
            writer.add_document(tantivy.Document(number=number, title=title, creator=creator))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def main(records: Path, queries: Path) -> None:
    """Answer each line on standard input."""
    kinds = json.loads(queries.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        searcher = make_index(folder, records)
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        print("ready", flush=True)
        for _ in sys.stdin:
            found = {"bytes": float(size)}
            for kind, texts in kinds.items():
                found[kind] = statistics.median(one_search(searcher, text) for text in texts)
            print(json.dumps(found), flush=True)


def one_search(index: tantivy.Index, text: str) -> float:
    """Return how many microseconds the best hits of a query and their numbers take."""
    begun = time.perf_counter()
    searcher = index.searcher()
    query = index.parse_query(text, ["title", "creator"], conjunction_by_default=True)
    for _, address in searcher.search(query, ROWS).hits:
        searcher.doc(address)["number"]
    return (time.perf_counter() - begun) * 1e6


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
