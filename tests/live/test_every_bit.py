"""Every bit of leaf, root and proof, for every tree size from 1 to 512 and 40 beyond: 1.5 million refusals.

Both verifiers run them, by night; `make test-slow` runs the same with each 31st bit
(tests/unit/verification/test_proof_mutations.py, which says why the size is not among them).
"""

import pytest

from scripts.report.kept import keep
from tests.mutations import ROWS, changes, counted_by_javascript, counted_by_python

EXPECTED = {"held": len(ROWS), "refused": changes(1), "taken": 0}
COMMAND = "python -m pytest tests/live/test_every_bit.py"

pytestmark = pytest.mark.nightly


def test_python_refuses_every_changed_bit():
    found = counted_by_python(1)
    keep("proofs-python", COMMAND, {"cases": found["refused"], "failures": found["taken"]})
    assert found == EXPECTED


def test_javascript_refuses_every_changed_bit():
    found = counted_by_javascript(1)
    keep("proofs-js", COMMAND, {"cases": found["refused"], "failures": found["taken"]})
    assert found == EXPECTED
