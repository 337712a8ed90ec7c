"""Answers questions about Merkle trees with the package scitt-cose, which is not ours.

Runs in an environment of its own, as a program: reads {"entries": [hex], "calls": [[name, …]]} from
standard input and writes the list of answers. Imports nothing of the product. The first arguments
of what makes something are numbers; `size` is how many of the entries are meant.
"""

import json
import sys

from scitt_cose import merkle


def main() -> None:
    """Answer every call of one question."""
    question = json.load(sys.stdin)
    entries = question["entries"]

    def inclusion_proof(index: int, size: int) -> list[str]:
        return merkle.inclusion_proof(entries[:size], index)

    def consistency_proof(old_size: int, size: int) -> list[str]:
        return merkle.consistency_proof(entries, old_size, size)

    answers = {
        "root": lambda size: merkle.merkle_root(entries[:size]),
        "inclusion_proof": inclusion_proof,
        "consistency_proof": consistency_proof,
        "verify_inclusion": merkle.verify_inclusion,
        "verify_consistency": merkle.verify_consistency,
    }
    json.dump([answers[name](*arguments) for name, *arguments in question["calls"]], sys.stdout)


if __name__ == "__main__":
    main()
