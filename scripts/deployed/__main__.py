"""Try the units and the image; see the package. Exit status 1 if something is not as it must be.

python -m scripts.deployed [units | image]
"""

from __future__ import annotations

import sys
import time

from scripts.deployed import image, machine
from scripts.deployed.steps import NotSo

TRIALS = {"units": machine.trial, "image": image.trial}


def main() -> int:
    """Return the exit status."""
    asked = sys.argv[1:] or list(TRIALS)
    for name in asked:
        begun = time.monotonic()
        try:
            with_what = TRIALS[name]()
        except NotSo as exc:
            print(exc, file=sys.stderr)
            return 1
        print(f"{name}: as it must be, in {time.monotonic() - begun:.0f} s, with {with_what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
