"""Proofs by pymerkle's tree in memory: prints the median microseconds of making one, a line a round."""

import random
import statistics
import sys
import time

from pymerkle import InmemoryTree

COUNT, PROOFS = int(sys.argv[1]), int(sys.argv[2])
tree = InmemoryTree(algorithm="sha256")
for number in range(COUNT):
    tree.append_entry(b"%d" % number)
chosen = random.Random(6962)
print("ready", flush=True)
for _ in sys.stdin:
    times = []
    for _ in range(PROOFS):
        index = chosen.randrange(COUNT) + 1
        begin = time.perf_counter()
        tree.prove_inclusion(index, COUNT)
        times.append(time.perf_counter() - begin)
    print(statistics.median(times) * 1e6, flush=True)
