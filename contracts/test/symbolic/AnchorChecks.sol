// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICheckpointAnchor} from "../../interfaces/ICheckpointAnchor.sol";
import {Symbolic} from "./Symbolic.sol";

/// @dev Invariant 14: any ledger, before and after any call.
contract AnchorChecks is Symbolic {
    function check_a_ledger_only_grows(bytes32 ledger, uint64 size, address account) public {
        (bytes32 steward, , uint64 before, uint32 count) = _anchors.ledgerOf(ledger);
        vm.assume(size <= before);
        ICheckpointAnchor.Checkpoint memory kept = _anchors.checkpointAt(ledger, size);
        vm.assume(_call(account, address(_anchors), _anyChange("CheckpointAnchor")));
        (bytes32 laterSteward, , uint64 later, uint32 laterCount) = _anchors.ledgerOf(ledger);
        assert(laterSteward == steward);
        assert(later >= before);
        assert(keccak256(abi.encode(_anchors.checkpointAt(ledger, size))) == keccak256(abi.encode(kept)));
        if (later != before) {
            ICheckpointAnchor.Checkpoint memory added = _anchors.checkpointAt(ledger, later);
            assert(added.previousSize == before && added.time == block.timestamp);
            assert(laterCount == count + 1);
        } else {
            assert(laterCount == count);
        }
    }

    /// @dev Invariants 4 and 15, for calls that carry no signature.
    function check_only_the_anchorer_grows_a_ledger(bytes32 ledger, address account) public {
        (, address anchorer, uint64 before, ) = _anchors.ledgerOf(ledger);
        bytes memory data = _anyChange("CheckpointAnchor");
        vm.assume(bytes4(data) != ICheckpointAnchor.anchorBySignature.selector);
        vm.assume(account != anchorer);
        vm.assume(_call(account, address(_anchors), data));
        (, address laterAnchorer, uint64 later, ) = _anchors.ledgerOf(ledger);
        assert(later == before);
        assert(laterAnchorer == anchorer || _anchors.hasRole(0, account));
    }
}
