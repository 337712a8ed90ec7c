"""The state of a verdict: one of ten answers to “is it authentic?”, decided from its axes alone.

Genuine but superseded, genuine but withdrawn, and altered are different answers, and so are what a person
should do next, the word in JSON and the exit status. The verifier in JavaScript decides alike
(tests/vectors/verdicts). Normative text: docs/formats.md §16.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

PASS, FAIL = "pass", "fail"
OF_AUTHORITY = ("ledger", "steward", "license", "anchor")
"""Axes whose failure says that nobody who may speak for the file does."""

REASONS_OF_WAITING = frozenset({
    "registrar-has-not-signed",
    "claim-of-unknown-route",
    "receipt-refused",
    "entry-waits",
    "sent-again",
    "no-anchor-covers",
    "no-anchor-named",
    "anchor-not-indexed",
})  # fmt: skip
"""Why something is not checked that will be by itself: no anchor or no signature is there yet."""

REASONS_OF_OFFLINE = frozenset({
    "no-node-asked",
    "no-node-was-given",
    "no-chain-asked",
    "block-not-known",
    "compare-block",
    "compare-block-with-node",
    "accredited-is-asked",
    "accredited-at-node",
    "translation-told",
    "translation-of-told",
    "rendition-of-told",
})  # fmt: skip
"""Why something is not checked that a node of the chain would tell."""


class VerdictState(StrEnum):
    """The answer in a word, as JSON has it."""

    AUTHENTIC = "authentic"
    AS_TOLD = "authentic_as_told"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    NOT_REGISTERED = "not_registered"
    ALTERED = "altered"
    NO_AUTHORITY = "no_authority"
    NOT_CHECKED = "not_checked"
    WAITING = "waiting"
    OFFLINE = "offline"

    @property
    def is_genuine(self) -> bool:
        """Whether the file is what the library registered, and stands."""
        return self in _GENUINE

    @property
    def is_negative(self) -> bool:
        """Whether something speaks against relying on the file."""
        return self in _NEGATIVE

    def exit_status(self, *, is_strict: bool = False) -> int:
        """Return the exit status of a command: 0, 1 or 3. is_strict: superseded is not good enough."""
        if self.is_negative or (is_strict and self is VerdictState.SUPERSEDED):
            return 1
        return 0 if self.is_genuine else 3


_GENUINE = frozenset({VerdictState.AUTHENTIC, VerdictState.AS_TOLD, VerdictState.SUPERSEDED})
_NEGATIVE = frozenset({
    VerdictState.WITHDRAWN, VerdictState.NOT_REGISTERED, VerdictState.ALTERED, VerdictState.NO_AUTHORITY,
})  # fmt: skip


def state_of(
    axes: Mapping[str, tuple[str, str]], *, is_registered: bool, is_as_told: bool = False
) -> VerdictState:
    """Return the state of a verdict; the gravest failure decides.

    axes: outcome and name of the reason of all seven. is_registered: whether a registration is spoken of.
    is_as_told: whether all that is known is the library's own word.
    """
    fails = {axis for axis, (outcome, _) in axes.items() if outcome == FAIL}
    if "bytes" in fails:
        return VerdictState.ALTERED if is_registered else VerdictState.NOT_REGISTERED
    if fails.intersection(OF_AUTHORITY):
        return VerdictState.NO_AUTHORITY
    if "withdrawal" in fails:
        return VerdictState.WITHDRAWN
    open_reasons = {reason for outcome, reason in axes.values() if outcome not in (PASS, FAIL)}
    if not open_reasons:
        whole = VerdictState.AS_TOLD if is_as_told else VerdictState.AUTHENTIC
        return VerdictState.SUPERSEDED if fails else whole
    if fails:  # superseded, and who knows what else
        return VerdictState.NOT_CHECKED
    if open_reasons & REASONS_OF_WAITING:
        return VerdictState.WAITING
    holds = axes["bytes"][0] == axes["ledger"][0] == PASS
    is_offline = holds and open_reasons <= REASONS_OF_OFFLINE
    return VerdictState.OFFLINE if is_offline else VerdictState.NOT_CHECKED
