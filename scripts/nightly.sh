#!/usr/bin/env bash
# What a night allows, by `make nightly`: each suite at the length that docs/reliability.md promises.
# A step that fails does not keep the others from running; the page of figures is made last, and what failed is
# told at the end, with status 1.
set -uo pipefail
cd "$(dirname "$0")/.."

readonly MAKE=${MAKE:-make} PYTHON=${PYTHON:-.venv/bin/python} SEED=${SEED:-1}
readonly TODAY=$(date -u +%Y%m%d)
failed=()

step() {
  printf '\n=== %s (%s s)\n' "$*" "$SECONDS"
  env "$@" || failed+=("$*")
}

step MUHR_FUZZ_RUNS=10000 MUHR_INVARIANT_RUNS=64 MUHR_FUZZ_SEED="0x$TODAY" "$MAKE" test-contracts
step "$MAKE" test-mutants
step "$PYTHON" -m scripts.contracts.mutate --all
step "$MAKE" branches
step "$MAKE" prove
step "$MAKE" test-proofs
step MUHR_SIGNATURE_VECTORS=100000 "$MAKE" test-signatures
step bash scripts/chain_tools.sh clique
step "$PYTHON" -m pytest tests/chains tests/flows tests/live/test_every_bit.py -m nightly
step "$MAKE" demo-consortium
step "$PYTHON" -m tests.schedules --count 1000
step "$PYTHON" -m scripts.consortium.schedules --count 20
step MUHR_CROWD_KILLS=30 "$PYTHON" -m pytest tests/flows/killed/test_crowds.py tests/live/test_crowds.py
step MUHR_PAPER_EDITS=10000 "$PYTHON" -m pytest tests/flows/test_papers_outlive_kills.py
step MUHR_READER_RUNS=250000 "$PYTHON" -m pytest -m slow tests/unit/imports/test_readers_agree.py
step "$MAKE" test-inputs INPUTS=100000 CASES=20000 SEED="$TODAY"
step "$PYTHON" -m scripts.storms --count 500 --seed "$SEED" --at-once 4
step "$MAKE" test-faults SECONDS=1800 SEED="$SEED"
step "$PYTHON" -m scripts.faults.revocations
step "$PYTHON" -m scripts.sign_in_times --count 1000
step "$MAKE" test-tampering SEED="$SEED"
step "$MAKE" test-deployed
step "$MAKE" report

if [ ${#failed[@]} -ne 0 ]; then
  printf '\nfailed: %s' "${failed[@]}"
  echo
  exit 1
fi
