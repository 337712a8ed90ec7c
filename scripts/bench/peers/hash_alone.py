"""Digest and CID of every file below a folder, on two processes, and nothing else. As a program: FOLDER.

Each line sent asks for one round; the line back is how many seconds it took, the start of the processes
included, as in an import.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time

from ledger_service.adapters.imports.preparer import digest_and_cid

PROCESSES = 2


def main(folder: str) -> None:
    """Answer questions until there are no more."""
    context = multiprocessing.get_context("spawn")
    print("ready", flush=True)
    for _ in sys.stdin:
        begin = time.perf_counter()
        processes = [
            context.Process(target=hash_part, args=(folder, part)) for part in range(PROCESSES)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
            if process.exitcode:
                sys.exit("A process that hashes failed.")
        print(time.perf_counter() - begin, flush=True)


def hash_part(folder: str, part: int) -> None:
    """Hash every second file of each folder in this one."""
    for place, _, names in os.walk(folder):
        for name in sorted(names)[part::PROCESSES]:
            handle = os.open(f"{place}/{name}", os.O_RDONLY)
            digest_and_cid(handle, os.fstat(handle).st_size)
            os.close(handle)


if __name__ == "__main__":
    main(sys.argv[1])
