"""What an audit finds, one enumeration; the texts are in the catalog of messages."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from ledger_service.domain.reasons import Reason, Value


class Fault(StrEnum):
    """The name of a finding, and behind a dot what exactly is wrong."""

    CHAIN_INCOMPLETE = "chain-incomplete"
    CHECKPOINT_SIGNATURE = "checkpoint-signature"
    QUORUM_NOT_MET = "quorum-not-met"
    COSIGNATURE = "cosignature"
    ANCHOR_BEYOND_CHECKPOINT = "anchor-beyond-checkpoint"
    FORK = "fork"
    NO_ANCHOR = "no-anchor"
    MALFORMED_ENTRY = "malformed-entry"
    ROOT_MISMATCH = "root-mismatch"
    MISSING_ENTRIES = "missing-entries"
    MISSING_BUNDLE = "missing-bundle"
    MISSING_TILE = "missing-tile"
    TILE_MISMATCH = "tile-mismatch"
    MAP_MISMATCH = "map-mismatch"
    MAP_MISSING = "map-missing"
    METADATA_DIFFERS = "metadata-differs"
    DESCRIBED_OUT_OF_TURN = "described-out-of-turn"
    METADATA_REFUSED = "metadata-differs.refused"
    STORED_OUT_OF_TURN = "stored-out-of-turn"
    STORED_TWICE = "stored-twice"
    STORED_NOT_TAKEN_IN = "stored-not-taken-in"
    STORED_THOUGH_OPEN = "stored-though-open"
    LICENSE_DIFFERS = "license-differs"
    TOO_MANY_LOANS = "too-many-loans"
    ENTRY_NOT_ON_CHAIN = "entry-not-on-chain"
    UNRECORDED_REGISTRATION = "unrecorded-registration"
    UNRECORDED_SUPERSEDED = "unrecorded-superseded"
    UNRECORDED_WITHDRAWN = "unrecorded-withdrawn"
    UNRECORDED_TAKEN_BACK = "unrecorded-taken-back"
    UNRECORDED_RENDITION = "unrecorded-rendition"
    UNRECORDED_GRANT = "unrecorded-grant"
    UNRECORDED_RENEWAL = "unrecorded-renewal"
    UNRECORDED_END_OF_GRANT = "unrecorded-end-of-grant"
    AUTHORS_MISSING = "authors-missing"
    AUTHORS_DIFFER = "authors-differ"
    AUTHORS_SIGNATURE = "authors-signature"
    PRIVATE_PART_MISSING = "private-part-missing"
    PRIVATE_PART_DIFFERS = "private-part-differs"
    PRIVATE_PART_OF_OTHER_HOUR = "private-part-differs.kind-or-hour"
    PRIVATE_PART_MALFORMED = "private-part-malformed"
    LOOK_AHEAD = "look-ahead"
    DECISION_ON_OTHER_CHAIN = "decision-on-other-chain"
    STALE_DECISION = "stale-decision"
    BACK_DATED_DECISION = "back-dated-decision"
    WRONGFUL_DENIAL = "wrongful-denial"
    DENIED_FOR_OTHER_REASON = "denied-for-other-reason"
    SECOND_LIVE_GRANT = "second-live-grant"
    NO_GRANT = "unlicensed-opening.no-grant"
    GRANT_FOR_OTHER_RESOURCE = "unlicensed-opening.other-resource"
    GRANT_OF_OTHER_READER = "unlicensed-opening.other-reader"
    GRANT_WITHOUT_READING = "unlicensed-opening.scope"
    GRANT_NOT_LIVE = "unlicensed-opening.not-live"
    RESOURCE_NOT_REGISTERED = "unlicensed-opening.not-registered"
    RESOURCE_WITHDRAWN = "unlicensed-opening.withdrawn"

    def of(self, **values: Value) -> Reason:
        """Return the reason with its values."""
        return Reason(self.value, values)


Report = Callable[[Reason], None]
"""Is told what does not hold."""
